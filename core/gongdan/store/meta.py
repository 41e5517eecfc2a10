"""What is known of the store itself and of the platforms' ways, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sqlite_utils import Database

from .guard import Guard, rows


class Meta:
    """Texts by name."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def get(self, key: str) -> str:
        """Return what is kept under a name, or ""."""
        row = self._guard.one("SELECT value FROM meta WHERE key = ?", (key,))
        return str(row["value"]) if row else ""

    def put(self, key: str, value: str) -> None:
        """Keep a text under a name."""
        with self._guard.write() as db:
            put(db, key, value)

    def change(self, key: str, how: Callable[[str], str]) -> None:
        """Keep what *how* makes of the text kept so far ("" if none), with nobody in between."""
        with self._guard.write() as db:
            found = next(rows(db, "SELECT value FROM meta WHERE key = ?", (key,)), None)
            old = str(found["value"]) if found else ""
            new = how(old)
            if new != old:
                put(db, key, new)

    def named(self, prefix: str) -> dict[str, str]:
        """Return what is kept under names that begin so."""
        found = self._guard.rows(
            "SELECT key, value FROM meta WHERE substr(key, 1, ?) = ? ORDER BY key",
            (len(prefix), prefix),
        )
        return {str(row["key"]): str(row["value"]) for row in found}


def put(db: Database, key: str, value: str) -> None:
    """Keep a text under a name, inside a transaction."""
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))


def count(db: Database, key: str) -> int:
    """Return a number that is kept under a name, 0 if there is none."""
    found = next(rows(db, "SELECT value FROM meta WHERE key = ?", (key,)), None)
    return int(cast(str, found["value"])) if found else 0
