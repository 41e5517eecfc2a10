"""Whether a message on the platform is the one we sent: equal after folding, never fuzzy."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from ..fold import keys_of
from ..ticket import Message, Who

SLACK = timedelta(seconds=30)  # between the platform's clocks
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn", "Mn", "Zs", "Zl", "Zp", "So", "Sk"}


def folded(text: str) -> str:
    """Return *text* without what platforms alter: NFKC, HTML entities, blanks, emoji, controls."""
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    return "".join(char for char in plain if unicodedata.category(char) not in _INVISIBLE)


class Look(Struct, frozen=True):
    """What a thread shows of an action.

    Attributes:
        match: key of the message that is ours, or "".
        others: new messages from the merchant's side that are no row's: (key, text).
    """

    match: str = ""
    others: tuple[tuple[str, str], ...] = ()


def look(
    thread: Sequence[Message], text: str, *, base: Collection[str], base_at: datetime,
    owned: Collection[str], receipt: str = "",
) -> Look:  # fmt: skip
    """Look for a message among what is new since the base, on the merchant's side, and nobody's."""
    others = []
    match = ""
    wanted = folded(text)
    for key, message in zip(keys_of(thread), thread, strict=True):
        if key in base or key in owned or message.who is not Who.MERCHANT:
            continue
        if message.at < base_at - SLACK:
            continue
        others.append((key, message.text))
        if receipt and key == f"id:{receipt}":
            return Look(key, tuple(others))
        if not match and folded(message.text) == wanted:
            match = key
    return Look("" if receipt and not match else match, tuple(others))
