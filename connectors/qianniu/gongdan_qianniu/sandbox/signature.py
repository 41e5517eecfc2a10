"""The signature of a TOP request, worked out anew from the documents.

Nothing here is shared with the connector that signs: two readings of one page check each other.

Source:
    the TOP notes, section 1.4 (open.taobao.com, docId 101617).
    Not stated there: whether a lower-case sign is taken (here it is refused), and what a missing
    sign_method means (here it is refused).  The PHP SDK leaves values that start with "@" unsigned;
    it sends those as files, so that here every text value is signed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping


def signed_text(params: Mapping[str, str]) -> str:
    """Join what is signed: all but `sign` and what is empty, by name in ASCII order, unescaped."""
    signed = sorted((name, value) for name, value in params.items() if name != "sign")
    return "".join(name + value for name, value in signed if name and value)


def _md5(secret: bytes, text: bytes) -> str:
    return hashlib.md5(secret + text + secret).hexdigest()


def _hmac_md5(secret: bytes, text: bytes) -> str:
    return hmac.new(secret, text, hashlib.md5).hexdigest()


def _hmac_sha256(secret: bytes, text: bytes) -> str:
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


METHODS: Mapping[str, Callable[[bytes, bytes], str]] = {
    "md5": _md5,
    "hmac": _hmac_md5,
    "hmac-sha256": _hmac_sha256,
}


def signature(secret: str, method: str, params: Mapping[str, str]) -> str:
    """Return the sign of *params*, upper-case hexadecimal, 32 or 64 characters.

    Args:
        secret: the app's.
        method: md5, hmac or hmac-sha256.
        params: the text parameters of query and body together, `sign_method` among them; a file
            is no text parameter.

    Raises:
        KeyError: there is no such method.
    """
    # A lone surrogate cannot have been signed by anybody: escaped, it only makes the signs differ.
    text = signed_text(params).encode("utf-8", "backslashreplace")
    return METHODS[method](secret.encode(), text).upper()


def is_signed(secret: str, params: Mapping[str, str]) -> bool:
    """Whether `sign` is that of *params* by the method that they name."""
    method = params.get("sign_method", "")
    if method not in METHODS:
        return False
    sign = params.get("sign", "").encode("utf-8", "backslashreplace")
    return hmac.compare_digest(sign, signature(secret, method, params).encode())
