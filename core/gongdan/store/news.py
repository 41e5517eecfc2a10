"""What has come of people's work and was not told yet: answers of others, things done, promises."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import cast

from msgspec import Struct

from .guard import Guard
from .moments import from_ms, to_ms
from .steps import OPEN

LATELY = timedelta(days=30)  # well within the time that told events are kept
LANDED = timedelta(days=2)  # what landed earlier was told then: a sync tells what it brought


class Elsewhere(Struct, frozen=True):
    """Words of the merchant's side that came from none of our rows.

    Attributes:
        holder: whose the ticket is, "" if nobody's.
        key, text: of the message; "" where the platform only said that there was one.
        queued: rows that wait and were written before it was seen.
    """

    ticket: str
    holder: str
    key: str
    text: str
    queued: tuple[int, ...] = ()


class Done(Struct, frozen=True):
    """An action that is seen on the platform."""

    ticket: str
    row: int
    kind: str
    text: str
    at: datetime
    orders: tuple[str, ...] = ()


class News:
    """Looks over the store for what is to be told once; `events.once` says what was."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def elsewhere(self, now: datetime) -> list[Elsewhere]:
        """Return what others wrote on tickets that somebody here holds, or has a reply queued for.

        Not while an action of ours is on its way there, for it may be that, and not what a person
        said was done by hand.
        """
        found = self._guard.rows(
            "WITH concerned (n) AS (SELECT n FROM outbox"
            f"  WHERE state IN {OPEN} AND state = 'queued'"  # as its index has it
            "  UNION SELECT n FROM tickets WHERE holder <> '' AND changed_ms >= ?1)"
            " SELECT t.id, t.holder, m.key, m.text, (SELECT json_group_array(o.id) FROM outbox o"
            "   WHERE o.n = m.n AND o.state = 'queued' AND NOT EXISTS"
            "   (SELECT 1 FROM json_each(o.basis) b WHERE b.value = m.key)) AS queued,"
            "  coalesce(m.at_ms >= h.since_ms, 0) AS during"
            " FROM concerned c JOIN tickets t ON t.n = c.n JOIN messages m ON m.n = c.n"
            " LEFT JOIN holds h ON h.n = c.n"
            " WHERE m.who = 'merchant' AND (during OR queued <> '[]')"
            " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.n = m.n AND (o.message = m.key"
            "  OR o.state IN ('sending', 'sent', 'unknown', 'by_hand')"
            "  OR o.state = 'confirmed' AND o.message IS NULL))"
            " AND NOT EXISTS (SELECT 1 FROM events e"
            "  WHERE e.once = 'elsewhere:' || t.id || ':' || m.key) ORDER BY m.at_ms",
            (to_ms(now - LANDED),),
        )
        seen = [
            Elsewhere(
                str(row["id"]), str(row["holder"]), str(row["key"]), str(row["text"]),
                tuple(json.loads(str(row["queued"]))),
            )
            for row in found
        ]  # fmt: skip
        return [*seen, *self._overtaken(now)]

    def _overtaken(self, now: datetime) -> list[Elsewhere]:
        """Return the rows of tickets that nobody holds which somebody else was faster than."""
        return [
            Elsewhere(str(row["id"]), "", f"#{row['row']}", str(row["their_text"]))
            for row in self._guard.rows(
                "SELECT t.id, o.id AS row, o.their_text FROM outbox o JOIN tickets t ON t.n = o.n"
                " WHERE o.state = 'answered_by_other' AND o.updated_ms >= ? AND t.holder = ''"
                " AND NOT EXISTS (SELECT 1 FROM events e"
                "  WHERE e.once = 'elsewhere:' || t.id || ':#' || o.id)",
                (to_ms(now - LATELY),),
            )
        ]

    def done(self, now: datetime) -> list[Done]:
        """Return actions that are seen on the platform and were not told; of parts the last."""
        return [
            Done(
                ticket=str(row["id"]),
                row=cast(int, row["row"]),
                kind=str(row["kind"]),
                text=str(row["text"]),
                at=cast(datetime, from_ms(row["ms"])),
                orders=tuple(json.loads(str(row["orders"] or "[]"))),
            )
            for row in self._guard.rows(
                "SELECT t.id, o.id AS row, o.kind, coalesce(o.sent_ms, o.updated_ms) AS ms,"
                " (SELECT group_concat(p.text, '') FROM outbox p WHERE p.n = o.n"
                "   AND (p.id = o.id OR p.part_of = o.part_of)) AS text,"
                " t.doc ->> '$.order_ids' AS orders"
                " FROM outbox o JOIN tickets t ON t.n = o.n"
                " WHERE o.state = 'confirmed' AND o.updated_ms >= ? AND (o.part_of IS NULL"
                "  OR o.id = (SELECT max(p.id) FROM outbox p WHERE p.n = o.n"
                "   AND p.part_of = o.part_of))"
                " AND NOT EXISTS (SELECT 1 FROM events e WHERE e.once = 'done:' || o.id)"
                " ORDER BY o.updated_ms, o.id",
                (to_ms(now - LATELY),),
            )
        ]

    def promised(self, now: datetime) -> list[tuple[str, datetime]]:
        """Return open tickets with what was lately promised on them: id, and by when."""
        return [
            (str(row["id"]), datetime.fromisoformat(str(row["at"])))
            for row in self._guard.rows(
                "SELECT t.id, a.data ->> '$.at' AS at FROM acts a JOIN tickets t ON t.n = a.n"
                " WHERE a.what = 'promise' AND a.at_ms >= ? AND t.open = 1 ORDER BY a.at_ms",
                (to_ms(now - LATELY),),
            )
        ]
