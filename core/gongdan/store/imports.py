"""Files that were taken in: the same one, read by the same map, brings nothing again."""

from __future__ import annotations

import hashlib
from datetime import datetime

from .guard import Guard
from .moments import from_ms, to_ms


class Imports:
    """Files by their content."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def key(self, shop: str, stream: str, digest: bytes, how: bytes) -> bytes:
        """Return the name of a file's content as one map reads it for one stream of one shop."""
        words = b"\0".join((shop.encode(), stream.encode(), digest, how))
        return hashlib.blake2b(words, digest_size=16).digest()

    def taken(self, key: bytes) -> datetime | None:
        """Return when a file was taken in whole, None if it never was."""
        row = self._guard.one("SELECT at_ms FROM taken WHERE key = ?", (key,))
        return from_ms(row["at_ms"]) if row else None

    def note(self, key: bytes, shop: str, stream: str, file: str, now: datetime) -> None:
        """Note that a file was taken in whole."""
        with self._guard.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO taken (key, shop, stream, file, at_ms)"
                " VALUES (?, ?, ?, ?, ?)",
                (key, shop, stream, file, to_ms(now)),
            )

    def forget_nameless(self, shop: str, stream: str, file: str) -> None:
        """Drop from quarantine the rows without a number of an earlier reading of a file."""
        prefix = f"?{file}:"
        with self._guard.write() as db:
            db.execute(
                "DELETE FROM quarantine WHERE shop = ? AND stream = ? AND kind = 'file'"
                " AND substr(remote_id, 1, ?) = ?",
                (shop, stream, len(prefix), prefix),
            )
