"""Verify request signatures by the documented rules, over the text as sent and as canonical text.

Written from the documentation, on purpose without the connector's own signing: each proves the
other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta, timezone

from .refusal import INVALID_PLATFORM, Refusal

BEIJING = timezone(timedelta(hours=8))
OLDEST_S = 600  # a timestamp may be ten minutes off, either way


def digest(secret: str, text: bytes, sign_method: str) -> str:
    """Lower-case hex of MD5 over *text*, or of HMAC-SHA256 with *secret* as its key."""
    if sign_method == "hmac-sha256":
        return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


def text_to_sign(secret: str, query: dict[str, str], param_json: bytes) -> bytes:
    """The text that is signed; *query* has app_key, method, timestamp and v as they were sent."""
    before = f"{secret}app_key{query['app_key']}method{query['method']}param_json"
    after = f"timestamp{query['timestamp']}v{query['v']}{secret}"
    return before.encode() + param_json + after.encode()


def canonical(param_json: bytes) -> bytes:
    """The same parameters with sorted keys, no white space and no escapes.

    Text that is no JSON stays as it is.
    """
    try:
        value = json.loads(param_json)
    except ValueError:
        return param_json
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def verify(secret: str, query: dict[str, str], param_json: bytes) -> None:
    """Check `query["sign"]`.

    Not stated: how the platform treats a body that is not the text that was signed.  SDKs that
    escape HTML or non-ASCII characters are known to work, so both texts are tried.

    Raises:
        Refusal: isv.signature-invalid.
    """
    method = query.get("sign_method") or "md5"
    sign = query["sign"].encode("utf-8", "replace")
    if method in ("md5", "hmac-sha256"):
        for text in (param_json, canonical(param_json)):
            right = digest(secret, text_to_sign(secret, query, text), method)
            if hmac.compare_digest(sign, right.encode()):
                return
    raise Refusal(INVALID_PLATFORM, "isv.signature-invalid", "签名校验失败")


def check_timestamp(timestamp: str, now: datetime) -> None:
    """Check the form and the age: Unix seconds, Unix milliseconds or Beijing text.

    Raises:
        Refusal: isv.timestamp-format-error, or isv.timestamp-invalid when it is too far off.
    """
    try:
        at = _read_timestamp(timestamp)
    except (ValueError, OverflowError, OSError) as error:
        text = "timestamp格式错误"
        raise Refusal(INVALID_PLATFORM, "isv.timestamp-format-error", text) from error
    if abs((now - at).total_seconds()) > OLDEST_S:
        raise Refusal(
            INVALID_PLATFORM, "isv.timestamp-invalid", "timestamp与服务器时间相差超过10分钟"
        )


def _read_timestamp(timestamp: str) -> datetime:
    if re.fullmatch(r"[0-9]{12,}", timestamp):
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC)
    if re.fullmatch(r"[0-9]+", timestamp):
        return datetime.fromtimestamp(int(timestamp), UTC)
    return datetime.strptime(timestamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
