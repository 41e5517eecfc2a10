"""Make what a stranger wrote harmless to a terminal.

A buyer's text may hold escape sequences that paint the screen, overrides that turn a line round,
and heaps of accents that run over the lines above.  None of it leaves this program.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = 4  # accents on one letter; Hebrew and Vietnamese stay below, a heap of them does not
_JOINERS = "\u200c\u200d"  # Persian, Indian scripts and emoji need them
_PLAIN = re.compile(r"[\x20-\x7e\u3400-\u9fff\uff01-\uff5e，。、！？；：“”‘’（）《》…]*")
_FORMULA = frozenset("=+-@＝＋－＠")  # what a formula begins with
_HIDDEN = re.compile(r"[\x7f-\x9f\u00ad\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def clean(text: str, *, lines: bool = False) -> str:
    """Return *text* on one line, or with *lines* on its own ones, without what a terminal obeys.

    Control characters and broken ones show as �; invisible ones and bidi overrides are dropped.
    """
    if _PLAIN.fullmatch(text):
        return text
    kept: list[str] = []
    marks = 0
    for char in text.replace("\r\n", "\n"):
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks <= _MARKS:
            kept.append(_harmless(char, kind))
    plain = "".join(kept)
    return plain if lines else " ".join(plain.split())


def cell(text: str) -> str:
    """Return *text* for a table: also without joiners, whose width terminals do not agree on."""
    return clean(text).replace("\u200d", "").replace("\u200c", "").replace("\ufe0f", "")


def escape_json(text: str) -> str:
    r"""Return JSON in which what a terminal obeys is written as `\uXXXX`: the same JSON."""
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def safe_formula(text: str) -> str:
    """Return *text* so that a spreadsheet takes it as text, not as a formula."""
    return f"'{text}" if text.lstrip()[:1] in _FORMULA else text


def _harmless(char: str, kind: str) -> str:
    if char == "\n" or kind in ("Zl", "Zp"):
        return "\n"
    if char == "\t":
        return "    "
    if kind in ("Cc", "Cs"):
        return "\ufffd"
    return "" if kind == "Cf" and char not in _JOINERS else char
