"""Whether a message on the platform is the one we sent: equal after folding, never fuzzy."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from ..fold import keys_of
from ..ticket import Message, Who
from ..wire import Found

SLACK = timedelta(seconds=30)  # between the platform's clocks
_BLANK = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_SELECTORS = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})
_EMOJI_FROM = 0x1F000  # symbols from here on, and the older ones in these blocks
_EMOJI_BLOCKS = ((0x2190, 0x21FF), (0x2300, 0x23FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF))
_EMOJI_ALONE = frozenset("©®〰〽㊗㊙\u20e3")
_MOST_UNESCAPES = 5


def folded(text: str) -> str:
    """Return *text* without what platforms alter: NFKC, HTML entities, blanks, emoji, zero width.

    A text of nothing but emoji keeps them, for two such texts are not one.
    """
    plain = bare(text)
    return "".join(char for char in plain if not _is_emoji(char)) or plain


def bare(text: str) -> str:
    """Return *text* in one form (NFKC, entities resolved), with no blank or zero-width in it."""
    for _ in range(_MOST_UNESCAPES):
        plain = unicodedata.normalize("NFKC", html.unescape(text))
        if plain == text:
            break
        text = plain
    return "".join(
        char
        for char in text
        if unicodedata.category(char) not in _BLANK and ord(char) not in _SELECTORS
    )


def _is_emoji(char: str) -> bool:
    code = ord(char)
    if char in _EMOJI_ALONE:
        return True
    if unicodedata.category(char) in ("So", "Sk", "Cn", "Co"):
        return code >= _EMOJI_FROM or any(low <= code <= high for low, high in _EMOJI_BLOCKS)
    return False


class Look(Struct, frozen=True):
    """What a case shows of an action.

    Attributes:
        is_there: it was done, by us.
        key: of the message that is ours, "" where no message shows it.
        text: as that message has it.
        others: what else is new from the merchant's side and no row's: (key, text).
        is_unsure: a person must look.
        is_hidden: it would not be seen either way.
    """

    is_there: bool = False
    key: str = ""
    text: str = ""
    others: tuple[tuple[str, str], ...] = ()
    is_unsure: bool = False
    is_hidden: bool = False


def concluded(found: Found) -> Look:
    """Return what an ability's own look concludes, as a look."""
    others = (("", ""),) if found is Found.OTHER else ()
    is_hidden = found is Found.HIDDEN
    unsure = is_hidden or found is Found.UNSURE
    return Look(found is Found.YES, others=others, is_unsure=unsure, is_hidden=is_hidden)


def look(
    thread: Sequence[Message], text: str, *, base: Collection[str], base_at: datetime,
    owned: Collection[str], receipt: str = "",
) -> Look:  # fmt: skip
    """Look for a message among what is new since the base, on the merchant's side, and nobody's.

    It is ours by its id, if the platform told us that; else by its words.
    """
    fresh = [
        (key, message.text)
        for key, message in zip(keys_of(thread), thread, strict=True)
        if message.who is Who.MERCHANT
        and key not in base
        and key not in owned
        and message.at >= base_at - SLACK
    ]
    wanted = folded(text)
    for key, words in fresh:
        if key == f"id:{receipt}" if receipt else folded(words) == wanted:
            others = tuple(entry for entry in fresh if entry[0] != key)
            return Look(True, key, words, others)
    return Look(others=tuple(fresh))
