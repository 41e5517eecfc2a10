"""What text is found by: overlapping pieces of it, the same for what is kept and what is asked.

SQLite's own tokenisers find no Chinese, or none of two characters.  Here every place of a run of
hanzi begins a piece of two characters, every place of a run of letters and digits one of four;
shorter only at its end.  So a word is found wherever it stands, as long as it is asked for as a
phrase of its pieces: 退款 in 仅退款申请, an order by its last digits.  Only one or two letters or
digits are found at the end of a run alone: half of all pieces begin with them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from operator import add

# Runs of one kind: letters and digits; hanzi, kana, hangul and what else stands without blanks.
_RUNS = re.compile("[^\\W_\u2e80-\U0010ffff]+|[^\\W\x00-\u2e7f]+")
_HANZI = "\u2e80"
OF_HANZI, OF_LETTERS = 2, 4  # characters of a piece


def plain(text: str) -> str:
    """Return the runs of *text* with blanks between: one width, small letters, no punctuation."""
    found = " ".join(_RUNS.findall(text.casefold()))
    if unicodedata.is_normalized("NFKC", found):  # as good as always, once punctuation is gone
        return found
    return " ".join(_RUNS.findall(unicodedata.normalize("NFKC", found).casefold()))


def pieces(text: str) -> str:
    """Return the pieces of what `plain` gave, with blanks between."""
    return " ".join(_all(text.split(" "))) if text else ""


def phrase(word: str) -> str:
    """Return the FTS5 phrase that finds *word*; "" where there is nothing to look for in it."""
    runs = plain(word).split()
    if not runs:
        return ""
    *before, last = runs
    size = _size(last)
    if len(last) < size:
        anywhere = "" if size - len(last) > 1 else " *"
        return f'"{" ".join([*_all(before), last])}"{anywhere}'
    ends = [last[at : at + size] for at in range(len(last) - size + 1)]
    return f'"{" ".join([*_all(before), *ends])}"'


def sought(word: str) -> str:
    """Return what stands in the text of `plain`, a blank behind it, where `phrase` finds *word*."""
    runs = plain(word).split()
    at_end = runs and _size(runs[-1]) - len(runs[-1]) > 1
    return " ".join(runs) + (" " if at_end else "")


def is_open(word: str) -> bool:
    """Tell whether `phrase` has to look for all pieces that begin with the end of *word*."""
    return phrase(word).endswith("*")


def _all(runs: Iterable[str]) -> list[str]:
    found: list[str] = []
    for run in runs:
        if run >= _HANZI:
            found += map(add, run, run[1:] + " ")
        else:
            found += [run[at : at + OF_LETTERS] for at in range(len(run))]
    return found


def _size(run: str) -> int:
    return OF_HANZI if run >= _HANZI else OF_LETTERS
