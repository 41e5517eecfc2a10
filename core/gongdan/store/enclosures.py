"""The files that go with what is to be sent."""

from __future__ import annotations

from typing import cast

from sqlite_utils import Database

from ..ticket import File
from .guard import Guard


class Enclosures:
    """Files of the outbox, by row, in order."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def of(self, row_id: int) -> tuple[File, ...]:
        """Return the files of a row."""
        return tuple(
            File(str(row["name"]), str(row["mime"]), cast(bytes, row["data"]), str(row["url"]))
            for row in self._guard.rows(
                "SELECT name, mime, data, url FROM outbox_files WHERE outbox = ? ORDER BY seq",
                (row_id,),
            )
        )

    def keep_url(self, row_id: int, seq: int, url: str) -> None:
        """Keep where the platform put an uploaded file."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE outbox_files SET url = ? WHERE outbox = ? AND seq = ?", (url, row_id, seq)
            )


def enclose(db: Database, row_id: int, seq: int, file: File) -> None:
    """Keep a file with a row, inside a transaction."""
    db.execute(
        "INSERT INTO outbox_files (outbox, seq, name, mime, data, url) VALUES (?, ?, ?, ?, ?, ?)",
        (row_id, seq, file.name, file.mime, file.data, file.url),
    )
