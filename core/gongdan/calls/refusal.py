"""What the platform says went wrong, as an error of ours that may be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

from ..errors import AuthExpired, GongdanError, ProtocolError, RateLimited, Transient
from ..secret import Secret
from ..wire import Error, Fault, Token
from .verdict import ERRORS, VERBS

_MOST_CHARS = 200
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def error_of(
    fault: Fault, row: Error | None, *, at: str, remedy: str, show: Callable[[str], str]
) -> GongdanError:
    """Return the error that a fault is.

    Args:
        fault: in the platform's words.
        row: of the error table; None where its code is in no row.
        at: "douyin main: order.getServiceList".
        remedy: what to do where the shop must be logged in; "": what the row says, for it is the
            login that failed.
        show: takes out of the platform's words what must not be shown.
    """
    code, text = show(fault.code), show(fault.text)
    said = f"{code} ({text})" if text else code
    request_id = show(fault.request_id)
    if row is None:
        told = f"{at} failed: {said}, a code that is not in the error table of its connector"
        unknown = ProtocolError(told, code=code, request_id=request_id)
        unknown.said = said
        return unknown
    kind = ERRORS[row.means]
    todo = remedy if remedy and kind is AuthExpired else row.en
    told = f"{at} {VERBS[row.means]}: {said}{'; ' + todo if todo else ''}"
    error = kind(told, code=code, hint_zh=row.zh, hint_en=row.en, request_id=request_id)
    error.means, error.about, error.said = row.means, row.about, said
    if fault.wait_s is not None and isinstance(error, RateLimited | Transient):
        error.retry_after_s = fault.wait_s
    return error


def shown(text: str, secrets: Iterable[str]) -> str:
    """Return *text* fit for a message: no secret, mobile number or control character; cut."""
    for secret in sorted(secrets, key=len, reverse=True):  # one may be a part of another
        text = text.replace(secret, "***") if secret else text
    plain = "".join(char if char.isprintable() else " " for char in text)
    return _MOBILE.sub("***", plain)[:_MOST_CHARS].strip()


def secrets_of(settings: Struct, token: Token | None) -> set[str]:
    """Return every secret of a shop that an answer might repeat."""
    found = [getattr(settings, name) for name in settings.__struct_fields__]
    found += [token.access, token.refresh] if token else []
    return {secret.reveal() for secret in found if isinstance(secret, Secret)}
