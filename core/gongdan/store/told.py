"""What a document says, asked of its own text: where the index would be slower than looking.

To ask the index of one document costs 50 to 300 us, to look into its text 1 us; and all that begins
with a frequent hanzi is half of the index, while each of the next documents has it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ..errors import NotFound
from ..queue.grams import is_open, phrase, sought

if TYPE_CHECKING:
    from .guard import Guard, Value

SAMPLE, SHARE = 500, 50  # of the newest documents: if so many have a hanzi, it is frequent
CODING = "gb18030"  # two bytes a hanzi, where UTF-8 takes three
_SAYS = "instr(f.words, ?) AND says(f.words, ?)"  # the first is fast, and finds halves of hanzi too


def add_to(conn: sqlite3.Connection) -> None:
    """Let SQL on a connection ask `says(words, sought)` of a document of `search_docs f`."""
    conn.create_function("says", 2, _says, deterministic=True)


def told(words: Sequence[str]) -> tuple[str, list[Value]]:
    """Return the SQL that is true of a document `f` with all the words, and its values.

    It lets through what the query of `matched` finds.
    """
    parts: list[str] = []
    values: list[Value] = []
    for word in words:
        wanted = sought(word).encode(CODING)
        parts.append(_SAYS)
        values += [wanted.strip(), wanted]
    return " AND ".join(parts) or "1 = 1", values


def matched(words: Sequence[str]) -> str:
    """Return the FTS5 query that asks for every one of *words*.

    Raises:
        NotFound: there is nothing to look for in one of them.
    """
    for word in words:
        if not phrase(word):
            raise NotFound(f"nothing to look for in {word!r}: give letters, digits or hanzi")
    return " AND ".join(phrase(word) for word in words)


def has_often(guard: Guard, words: Sequence[str], many: int) -> bool:
    """Tell whether *many* documents have all the words."""
    sql = "SELECT count(*) AS many FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)"
    row = guard.one(sql, (matched(words), many))
    return row is not None and row["many"] == many


def is_frequent(guard: Guard, word: str) -> bool:
    """Tell whether a word is one that the index lists slowly: the beginning of very many pieces."""
    if not is_open(word):
        return False
    newest = f"(SELECT words FROM search_docs ORDER BY id DESC LIMIT {SAMPLE}) f"
    where, values = told([word])
    row = guard.one(f"SELECT count(*) AS many FROM {newest} WHERE {where}", values)
    return row is not None and cast(int, row["many"]) >= SHARE


def _says(words: bytes, wanted: bytes) -> bool:
    """Tell whether *wanted* is in a document behind its places, from the beginning of a character.

    No character has a byte in it that is a blank or ends a line: so far back is enough to look.
    """
    words += b" "
    begin = words.index(b"\n") + 1
    at = words.find(wanted, begin)
    while at >= 0:
        try:
            words[max(words.rfind(b" ", begin, at) + 1, begin) : at].decode(CODING)
        except UnicodeDecodeError:  # it would be the second half of one
            at = words.find(wanted, at + 1)
        else:
            return True
    return False
