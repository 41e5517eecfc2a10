"""Text as it may be shown: no ciphertext, and none of the quotes that documented samples put in.

A sealed value (`#…#…#1##`, `$…$…$1$$`) is the platform's ciphertext of a name, a phone number or
an address.  It is no data: it is never shown, compared or searched.  Nothing here decrypts it.

Source:
    the Douyin notes, section 7.1.
    Not stated there: the alphabet between the marks.  What has the marks counts as sealed.
"""

from __future__ import annotations

import re

from gongdan import Fields

SEALED_TEXT = "[已加密]"
_SEALED = re.compile(
    r"#[^#\s]+#[^#\s]+#\d*##?"
    r"|\$[^$\s]+\$[^$\s]+\$\d*\$?\$?"
    r"|~[^~\s]+~[^~\s]+~\d*~~"
)


def is_sealed(text: str) -> bool:
    """Whether a value is ciphertext, as far as it can be told by its marks."""
    return _SEALED.fullmatch(text.strip()) is not None


def open_text(text: str) -> str:
    """Return *text* without the quotes of samples, every sealed value in it replaced."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    return hide_sealed(text)


def hide_sealed(text: str) -> str:
    """Return *text* as it came but for the sealed values in it."""
    return _SEALED.sub(SEALED_TEXT, text) if "#" in text or "$" in text or "~" in text else text


def plain(fields: Fields, path: str) -> str:
    """Return the text at a path as it may be shown; absent and empty are ""."""
    return open_text(fields.text(path) or "")
