"""What is worth an alert and was not noticed yet; `events.once` says what was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

import msgspec
from msgspec import Struct

from ..ticket import Ticket
from .guard import Guard
from .moments import from_ms, to_ms

LATELY = timedelta(hours=6)  # what is older is old news
_TICKET = msgspec.json.Decoder(Ticket)
# A ticket that was made before its shop was first read is known to whoever works there.
_NEW = (
    "coalesce(t.created_ms, t.first_ms) >= (SELECT since_ms FROM imports i WHERE i.shop = t.shop)"
)


class Reading(Struct, frozen=True, kw_only=True):
    """How the readings of a shop go.

    Attributes:
        began: of the first run; good: end of the last that read everything.
        exit_code, error: of the last that ended.
    """

    began: datetime
    good: datetime | None
    exit_code: int = 0
    error: str = ""


class Stated(Struct, frozen=True):
    """An open ticket whose platform states a deadline."""

    ticket: str
    shop: str
    stream: str
    first: datetime
    said: Ticket
    changed_ms: int


class Notices:
    """Looks over the store for what somebody should be told; changes nothing."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def urgent(self, now: datetime) -> list[tuple[str, int, datetime | None]]:
        """Return open urgent tickets that are our turn, new or changed lately: id, round, due."""
        return [
            (str(row["id"]), cast(int, row["round"]), from_ms(row["due_ms"]))
            for row in self._guard.rows(
                "SELECT t.id, coalesce(t.doc ->> '$.round', 0) AS round, t.due_ms FROM tickets t"
                " WHERE t.open = 1 AND t.turn = 'merchant' AND t.urgency = 'urgent'"
                f" AND t.changed_ms >= ? AND {_NEW} AND NOT EXISTS (SELECT 1 FROM events e"
                "  WHERE e.once = 'urgent|' || t.id || '|' || coalesce(t.doc ->> '$.round', 0))",
                (to_ms(now - LATELY),),
            )
        ]

    def unsent(self, now: datetime) -> list[tuple[str, int, str, str]]:
        """Return actions that failed, or whose fate is unknown: ticket, number, kind, state."""
        return [
            (str(row["ticket"]), cast(int, row["id"]), str(row["kind"]), str(row["state"]))
            for row in self._guard.rows(
                "SELECT t.id AS ticket, o.id, o.kind, o.state FROM outbox o"
                " JOIN tickets t ON t.n = o.n"
                " WHERE o.state IN ('unknown', 'refused') AND o.updated_ms >= ?"
                " AND NOT EXISTS (SELECT 1 FROM events e WHERE e.once = o.state || '|' || o.id)"
                " ORDER BY o.updated_ms, o.id",
                (to_ms(now - LATELY),),
            )
        ]

    def reading(self, shop: str) -> Reading | None:
        """Return how the readings of a shop go; None if there was none."""
        first = self._guard.one(
            "SELECT started_ms FROM runs WHERE shop = ? ORDER BY id LIMIT 1", (shop,)
        )
        if first is None:
            return None
        last = self._guard.one(
            "SELECT doc ->> '$.exit_code' AS code, doc ->> '$.error' AS error FROM runs"
            " WHERE shop = ? AND outcome NOT IN ('running', 'busy') ORDER BY id DESC LIMIT 1",
            (shop,),
        ) or {"code": 0, "error": ""}
        good = self._guard.one(
            "SELECT finished_ms FROM runs WHERE shop = ? AND outcome = 'ok'"
            " ORDER BY id DESC LIMIT 1",
            (shop,),
        )
        return Reading(
            began=cast(datetime, from_ms(first["started_ms"])),
            good=from_ms(good["finished_ms"]) if good else None,
            exit_code=cast(int, last["code"] or 0),
            error=str(last["error"] or ""),
        )

    def stated(self, since_ms: int) -> Iterator[Stated]:
        """Yield open tickets that have the platform's own deadline and changed after that."""
        for row in self._guard.each(
            "SELECT t.id, t.shop, t.stream, t.first_ms, t.doc, t.changed_ms FROM tickets t"
            " WHERE t.open = 1 AND t.due_source = 'platform' AND t.changed_ms > ?"
            f" AND {_NEW}",
            (since_ms,),
        ):
            yield Stated(
                str(row["id"]), str(row["shop"]), str(row["stream"]),
                cast(datetime, from_ms(row["first_ms"])),
                _TICKET.decode(cast(bytes, row["doc"])), cast(int, row["changed_ms"]),
            )  # fmt: skip
