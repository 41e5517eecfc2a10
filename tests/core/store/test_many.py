"""Many rows by few statements: all of them, in their order, whatever their number."""

from __future__ import annotations

import sqlite3

import pytest
from sqlite_utils import Database

from gongdan.store.many import Insert, insert

KEEP = Insert("INSERT INTO rows", ("n", "word"), "ON CONFLICT (n) DO UPDATE SET word = word || '!'")


@pytest.fixture
def db() -> Database:
    made = Database(sqlite3.connect(":memory:", isolation_level=None), execute_plugins=False)
    made.execute("CREATE TABLE rows (n INTEGER PRIMARY KEY, word TEXT) STRICT")
    return made


@pytest.mark.parametrize("count", [0, 1, 3, 4, 63, 64, 65, 85, 250])
def test_every_row_is_inserted_once(db: Database, count: int) -> None:
    insert(db, KEEP, [(n, f"w{n}") for n in range(count)])

    assert list(db.query("SELECT n, word FROM rows ORDER BY n")) == [
        {"n": n, "word": f"w{n}"} for n in range(count)
    ]


def test_of_one_key_what_came_later_is_later(db: Database) -> None:
    """Within a statement and from one to the next."""
    insert(db, KEEP, [(0, "a"), *((n, "b") for n in range(70)), (69, "c")])

    words = {row["n"]: row["word"] for row in db.query("SELECT n, word FROM rows")}
    assert (words[0], words[1], words[69]) == ("a!", "b", "b!")


def test_a_page_is_two_or_three_statements_a_table(db: Database) -> None:
    """Each gives up Python's lock, and waits to get it back."""
    said: list[str] = []
    db.conn.set_trace_callback(said.append)

    insert(db, KEEP, [(n, "w") for n in range(100)])

    assert len(said) <= 4
