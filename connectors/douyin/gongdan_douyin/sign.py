"""The text of a request and its signature.

    app_secret + "app_key" + … + "method" + … + "param_json" + … + "timestamp" + … + "v" + "2"
        + app_secret

Source:
    the Douyin notes, sections 1.1 and 1.2 (what the official SDKs do).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime

from gongdan import UNSET, Params, Secret

# Encoders disagree about U+2028 and U+2029; the rest has no place in a text.
_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u2028\u2029\ud800-\udfff]")


def canonical(params: Params) -> str:
    """Return *params* as the JSON that is signed and sent: sorted, compact, nothing escaped.

    Args:
        params: nested as the page says.  None and UNSET are left out, "" stays; a time becomes
            Unix seconds, rounded down; a Secret is revealed; text loses control characters other
            than \\n \\t \\r, U+2028, U+2029 and lone surrogates.

    Raises:
        TypeError: a value of another kind than JSON, time or Secret.
    """
    return json.dumps(_plain(params), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def signature(
    secret: Secret,
    *,
    app_key: str,
    method: str,
    param_json: str,
    timestamp: str,
    sign_method: str = "hmac-sha256",
) -> str:
    """Return the sign of one request, 64 (HMAC) or 32 (MD5) hexadecimal digits in lower case.

    Nothing else is signed: neither the access token nor any header.
    """
    key = secret.reveal()
    parts = f"app_key{app_key}method{method}param_json{param_json}timestamp{timestamp}v2"
    return digest(f"{key}{parts}{key}", secret, sign_method)


def digest(text: str, secret: Secret, sign_method: str) -> str:
    """Return the digest of *text* by "hmac-sha256" or "md5", lower-case hexadecimal.

    Raises:
        ValueError: another method.
    """
    data = text.encode()
    if sign_method == "hmac-sha256":
        return hmac.new(secret.reveal().encode(), data, hashlib.sha256).hexdigest()
    if sign_method == "md5":
        return hashlib.md5(data, usedforsecurity=False).hexdigest()
    raise ValueError(f"sign_method {sign_method!r}: use hmac-sha256 or md5")


def _plain(value: object) -> object:
    """Return *value* as what json.dumps writes in the platform's way."""
    if isinstance(value, Mapping):
        given = {name: part for name, part in value.items() if part is not None}
        return {name: _plain(part) for name, part in given.items() if part is not UNSET}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return _UNSENDABLE.sub("", value)
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
