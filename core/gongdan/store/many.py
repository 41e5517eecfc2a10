"""Write many rows by few statements.

Every statement gives up Python's lock and must wait to get it back, a row as long as a hundred;
while a long one is at work, another thread reads the next page.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from msgspec import Struct
from sqlite_utils import Database

from .guard import Value, marks

# Few sizes, so that each statement is prepared once for a connection.
_SIZES = (64, 16, 4, 1)


class Insert(Struct, frozen=True):
    """How rows are inserted: `INSERT INTO`, the table, its columns, what if a row is there."""

    into: str
    columns: tuple[str, ...]
    there: str = ""


def insert(db: Database, how: Insert, values: Sequence[Sequence[Value]]) -> None:
    """Insert rows in their order, each the values of `how.columns`."""
    at = 0
    for size in _SIZES:
        while len(values) - at >= size:
            flat = [value for row in values[at : at + size] for value in row]
            db.conn.execute(_sql(how, size), flat)
            at += size


@cache
def _sql(how: Insert, size: int) -> str:
    row = f"({marks(len(how.columns))})"
    return f"{how.into} ({', '.join(how.columns)}) VALUES {', '.join([row] * size)} {how.there}"
