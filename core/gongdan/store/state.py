"""How the store itself is: its file, its schema, its journal."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import cast

from msgspec import Struct

from .guard import Guard
from .schema import migrations


class StoreState(Struct, frozen=True, kw_only=True):
    """One store's file.

    Attributes:
        size_bytes, wal_bytes: of the file, and of the journal beside it.
        free_bytes: left on its disk.
        journal: SQLite's word for how it keeps its journal; "wal" as we set it.
        schema: the newest migration that was applied.
        mode: the file's permissions.
    """

    path: Path
    size_bytes: int
    wal_bytes: int
    free_bytes: int
    journal: str
    schema: str
    mode: int


class Debts(Struct, frozen=True):
    """Details that are still to be read: how many, how many failed before, one of the errors."""

    owed: int
    failing: int
    error: str


class State:
    """Looks at the store; changes nothing."""

    def __init__(self, guard: Guard, path: Path) -> None:
        self._guard = guard
        self._path = path

    def file(self) -> StoreState:
        """Return how the file is; reads nothing of what is kept in it."""
        path = self._path
        journal = self._guard.one("PRAGMA journal_mode")
        applied = [done.name for done in migrations.applied(self._guard.db)]
        wal = path.with_name(f"{path.name}-wal")
        stat = path.stat()
        return StoreState(
            path=path, size_bytes=stat.st_size,
            wal_bytes=wal.stat().st_size if wal.exists() else 0,
            free_bytes=shutil.disk_usage(path).free,
            journal=str(journal["journal_mode"]) if journal else "",
            schema=max(applied, default=""), mode=stat.st_mode & 0o777,
        )  # fmt: skip

    def debts(self, shop: str) -> Debts:
        """Return what details of a shop are owed."""
        return self.debts_by_shop().get(shop, Debts(0, 0, ""))

    def debts_by_shop(self) -> dict[str, Debts]:
        """Return what details are owed, of shops that owe any: one walk over all debts."""
        return {
            str(row["shop"]): Debts(
                cast(int, row["owed"]), cast(int, row["failing"]), str(row["error"])
            )
            for row in self._guard.rows(
                "SELECT t.shop, count(*) AS owed, count(*) FILTER (WHERE tries > 0) AS failing,"
                " max(error) AS error FROM debts d CROSS JOIN tickets t ON t.n = d.n"
                " GROUP BY t.shop"
            )
        }

    def stale(self, shop: str, version: str) -> int:
        """Return how many open tickets were indexed by other rules than *version*'s."""
        row = self._guard.one(
            "SELECT count(*) AS many FROM tickets WHERE open = 1 AND shop = ? AND rules <> ?",
            (shop, version),
        )
        return cast(int, row["many"]) if row else 0
