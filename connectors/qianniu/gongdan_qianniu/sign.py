"""The text of a request's parameters and their signature.

    name + value of every text parameter, sorted by name, nothing in between: files, `sign` and
    what is empty apart

Source:
    the TOP notes, sections 1.3 and 1.4 (what the official SDKs do).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from gongdan import UNSET, Params, Secret

CHINA = timezone(timedelta(hours=8))  # the page: GMT+8, whatever the zone here
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def texts(params: Params) -> dict[str, str]:
    """Return *params* as they go over the wire; what is empty is neither sent nor signed.

    Args:
        params: a time becomes China's wall clock to the second; a list of plain values is joined
            by commas; objects, and lists of them, become compact JSON; a Secret is revealed.
            Lone surrogates, which UTF-8 has no bytes for, are left out.
    """
    written = {name: _LONE_SURROGATE.sub("", _text(value)) for name, value in params.items()}
    return {name: text for name, text in written.items() if text}


def signature(secret: Secret, params: Mapping[str, str]) -> str:
    """Return the sign of *params*, 64 (hmac-sha256) or 32 hexadecimal digits in upper case.

    Args:
        secret: the app's.
        params: every text parameter of the request, `sign_method` among them; raw, not escaped.
    """
    signed = sorted((name, value) for name, value in params.items() if name != "sign")
    text = "".join(f"{name}{value}" for name, value in signed if name and value)
    return digest(text, secret, params["sign_method"])


def digest(text: str, secret: Secret, sign_method: str) -> str:
    """Return the digest of *text* by "hmac-sha256", "hmac" or "md5", upper-case hexadecimal.

    Raises:
        ValueError: another method.
    """
    key, data = secret.reveal().encode(), text.encode()
    if sign_method == "hmac-sha256":
        return hmac.new(key, data, hashlib.sha256).hexdigest().upper()
    if sign_method == "hmac":
        return hmac.new(key, data, hashlib.md5).hexdigest().upper()
    if sign_method == "md5":
        return hashlib.md5(key + data + key, usedforsecurity=False).hexdigest().upper()
    raise ValueError(f"sign_method {sign_method!r}: use hmac-sha256, hmac or md5")


def _text(value: object) -> str:
    """Return one value as text, "" for what is not to be sent."""
    if value is None or value is UNSET:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, list | tuple) and not any(isinstance(part, Mapping) for part in value):
        return ",".join(filter(None, map(_text, value)))
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)
