"""How a connector without an `encode` of its own speaks: REST, JSON, bearer token."""

from __future__ import annotations

import enum
import json
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from ..contract import Shop
from ..errors import ConfigError
from ..secret import Settings
from ..wire import Call, Request

_IN_QUERY = ("GET", "HEAD", "DELETE")


def encode(shop: Shop[Settings], call: Call) -> Request:
    """Return the request of an op like "GET /cases".

    Params go into the query of a GET, HEAD or DELETE, None left out; else into a JSON body, or a
    multipart form where there are files.  Times are ISO 8601, UTC, with Z; a list in a query is
    joined by commas.

    Raises:
        ConfigError: an op that is no "METHOD /path", or a time without a zone.
    """
    method, _, path = call.op.partition(" ")
    if not (method.isalpha() and method.isupper() and path.startswith("/")):
        raise ConfigError(f'op {call.op!r} is no "METHOD /path": write it so, or give an encode')
    url = shop.settings.base_url.rstrip("/") + path
    headers = {"Accept": "application/json"}
    if shop.token:
        headers["Authorization"] = f"Bearer {shop.token}"
    params = {name: _plain(name, value) for name, value in call.params.items()}
    texts = {name: _text(value) for name, value in params.items() if value is not None}
    if call.files:
        return Request(method, url, headers=headers, form=texts, files=call.files)
    if method in _IN_QUERY:
        return Request(method, url, query=texts, headers=headers)
    headers["Content-Type"] = "application/json"
    return Request(method, url, headers=headers, body=msgspec.json.encode(params))


def _plain(name: str, value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ConfigError(f"parameter {name}: a time needs a zone")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, enum.Enum) else value


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(_text(part) for part in value)
    if isinstance(value, str | int | float | Decimal):
        return str(value)
    return json.dumps(value)
