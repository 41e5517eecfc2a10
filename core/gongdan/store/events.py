"""What happened, until it has been told to those who listen.  What happens once is kept once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

from ..events.happening import Happened
from .guard import Guard, marks
from .moments import to_ms

KEPT = timedelta(
    days=90
)  # told events; what must happen once is kept longer than any ticket is open


class Events:
    """Events that wait to be told."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def add(self, events: Iterable[Happened], at: datetime) -> int:
        """Keep what happened; return how many were not known yet."""
        with self._guard.write() as db:
            return sum(
                db.execute(
                    "INSERT INTO events (at_ms, kind, ticket, once, data, told)"
                    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (once) DO NOTHING",
                    (to_ms(at), event.kind, event.ticket, event.once,
                     json.dumps(dict(event.data), ensure_ascii=False), int(event.silent)),
                ).rowcount
                for event in events
            )  # fmt: skip

    def untold(self, limit: int = 1000) -> list[Happened]:
        """Return what nobody was told of yet, oldest first."""
        return [
            Happened(
                id=cast(int, row["id"]),
                kind=str(row["kind"]),
                ticket=str(row["ticket"]),
                data=json.loads(str(row["data"])),
            )
            for row in self._guard.rows(
                "SELECT id, kind, ticket, data FROM events WHERE told = 0 ORDER BY id LIMIT ?",
                (limit,),
            )
        ]

    def told(self, ids: Iterable[int], now: datetime) -> None:
        """Note that they were told; forget those told long ago."""
        known = list(ids)
        with self._guard.write() as db:
            db.execute(f"UPDATE events SET told = 1 WHERE id IN ({marks(len(known))})", known)
            db.execute(
                "DELETE FROM events WHERE told = 1 AND at_ms < ? AND NOT EXISTS"
                " (SELECT 1 FROM tickets t WHERE t.id = events.ticket AND t.open = 1)",
                (to_ms(now - KEPT),),
            )
