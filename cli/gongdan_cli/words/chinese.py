"""What goes wrong, in Chinese: an error's English sentence is the key of a table.

The core says one sentence, to logs, scripts and people alike; only who prints it asks for another
language.  A sentence that the table does not know stays English.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from msgspec import Struct

FILE = "errors_zh.toml"
_QUOTES = re.compile(r"'([^']*)'")
_QUOTED = re.compile(r"'[^']*'( / '[^']*')*")  # '-n' / '--limit'
_GROUPS = {"kind": "action", "state": "state"}  # what stands in a hole of that name
_MOST_MARKS = 8  # of a text that is taken apart: what a platform says may hold any number
_HOLE = re.compile(r"\{(\w+)\}")


class Saying(Struct, frozen=True):
    """A sentence with holes for what differs, and its Chinese.

    Attributes:
        plain: what stands between the holes, the longest first; without one it is not this.
        pattern: the sentence as a regular expression, a group for each hole.
        size: characters that are not holes; of two that fit the longer is meant.
        table: its part of the file.
    """

    english: str
    chinese: str
    plain: tuple[str, ...]
    pattern: str
    size: int
    table: str

    def read(self, text: str) -> tuple[int, str] | None:
        """Return the Chinese of *text* and how much of it was recognised; None: it is not this."""
        if not all(part in text for part in self.plain):
            return None
        found = re.fullmatch(self.pattern, text, re.DOTALL)
        if found is None:
            return None
        values = {name: _value(name, value) for name, value in found.groupdict().items()}
        size = self.size + sum(known for known, _ in values.values())
        return size, _HOLE.sub(lambda hole: values[hole[1]][1], self.chinese)


@cache
def sayings() -> tuple[Saying, ...]:
    """Return the table, what is said most exactly first."""
    tables = tomllib.loads(files(__package__).joinpath(FILE).read_text("utf-8"))
    found = [
        _saying(key, value, name) for name, table in tables.items() for key, value in table.items()
    ]
    return tuple(sorted(found, key=lambda one: -one.size))


def chinese(text: str) -> str:
    """Return a sentence in Chinese, also where it stands behind a place ("main/1: ...") or beside
    another; as it is where nobody has translated it.
    """
    return _best(text)[1]


@lru_cache(maxsize=4096)
def _best(text: str) -> tuple[int, str]:
    """Return the Chinese of what is recognised most of, and how many characters that is."""
    best = next((found for saying in sayings() if (found := saying.read(text))), (0, text))
    marks = list(re.finditer("[:;] ", text))
    for mark in marks if len(marks) <= _MOST_MARKS else ():
        (one, first), (two, second) = _best(text[: mark.start()]), _best(text[mark.end() :])
        if mark[0] == ": " and two > best[0]:
            best = (two, f"{text[: mark.start()]}：{second}")
        elif mark[0] == "; " and one and two and one + two > best[0]:
            best = (one + two, f"{first}；{second}")
    return best


def _value(name: str, value: str) -> tuple[int, str]:
    from .table import TABLE  # which needs this module itself

    plain = value.strip("'")
    if word := TABLE.get(f"{_GROUPS.get(name, '')}.{plain}"):
        return 0, word[1]
    if _QUOTED.fullmatch(value):
        return 0, _QUOTES.sub(r"“\1”", value)
    return _best(value)


def _saying(english: str, said: str, table: str) -> Saying:
    plain, pattern, names = [], "", set()
    for index, part in enumerate(_HOLE.split(english)):
        if index % 2 == 0:
            plain.append(part)
            pattern += re.escape(part)
        elif part in names:
            pattern += f"(?P={part})"
        else:
            names.add(part)
            pattern += f"(?P<{part}>.*?)"
    plain.sort(key=len, reverse=True)  # what is longest is missing first
    return Saying(english, said, tuple(plain), pattern, sum(map(len, plain)), table)
