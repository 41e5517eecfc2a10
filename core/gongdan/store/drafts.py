"""For which tickets a draft may be proposed, and which drafts nobody needs any more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from ..errors import Conflict
from .guard import Guard, Row
from .moments import from_ms, to_ms
from .steps import UNDER_WAY

_FREE = (
    " FROM tickets t LEFT JOIN classes c ON c.n = t.n WHERE t.open = 1 AND t.turn = 'merchant'"
    f" AND t.answerable = 1 AND NOT EXISTS ({UNDER_WAY} AND o.n = t.n)"
)
_NAMES = "t.id, t.platform, t.shop, t.stream, t.category, t.urgency, t.tags, t.due_ms,"


class Answerless(Struct, frozen=True, kw_only=True):
    """An open ticket that is our turn, with nothing drafted or under way.

    Attributes:
        traits: what a rule may name: category, tags, platform, stream, "urgent".
        round: how often it was sent back.
    """

    id: str
    shop: str
    traits: frozenset[str]
    round: int
    due: datetime | None


class Drafts:
    """What to propose drafts for."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def due(self, now: datetime, until: datetime, limit: int) -> list[Answerless]:
        """Return tickets without an answer under way that are due in that span, first in front."""
        return self._found("AND t.due_ms BETWEEN ? AND ?", (to_ms(now), to_ms(until)), limit)

    def new(self, since: datetime, limit: int) -> list[Answerless]:
        """Return tickets without an answer under way that changed lately, due first in front."""
        return self._found("AND t.changed_ms >= ?", (to_ms(since),), limit)

    def needless(self) -> list[int]:
        """Return proposals for tickets that are closed, or not our turn any more.

        What a person keeps to give it by hand is none: it was given, it may be.
        """
        found = self._guard.rows(
            "SELECT o.id FROM outbox o JOIN tickets t ON t.n = o.n"
            " WHERE o.state = 'draft' AND (t.open = 0 OR t.turn <> 'merchant')"
            " AND EXISTS (SELECT 1 FROM acts a WHERE a.n = o.n AND a.what = 'draft'"
            "  AND a.data ->> '$.actions' = CAST(o.id AS TEXT))"
        )
        return [cast(int, row["id"]) for row in found]

    def was_proposed(self, once: str) -> bool:
        """Return whether an event with that key is known."""
        return self._guard.one("SELECT 1 FROM events WHERE once = ?", (once,)) is not None

    def approve(
        self, row_id: int, text: str, *, basis: Sequence[str], not_before: datetime,
        now: datetime,
    ) -> None:  # fmt: skip
        """Queue a draft, behind whatever was queued for its ticket meanwhile.

        Raises:
            Conflict: it moved meanwhile.
        """
        with self._guard.write() as db:
            last = "(SELECT max(p.seq) FROM outbox p WHERE p.n = outbox.n)"
            done = db.execute(
                "UPDATE outbox SET state = 'queued', text = ?, basis = ?, not_before_ms = ?,"
                f" updated_ms = ?, fence = fence + 1, seq = CASE WHEN seq < {last} THEN {last} + 1"
                " ELSE seq END WHERE id = ? AND state = 'draft'",
                (text, json.dumps(list(basis)), to_ms(not_before), to_ms(now), row_id),
            )
        if done.rowcount != 1:
            raise Conflict(f"action {row_id} has moved meanwhile; look at 'gongdan outbox'")

    def _found(self, where: str, values: tuple[int, ...], limit: int) -> list[Answerless]:
        found = self._guard.rows(
            f"SELECT {_NAMES} coalesce(c.tags, '') AS found, t.doc ->> '$.round' AS round{_FREE}"
            f" {where} ORDER BY t.due_ms IS NULL, t.due_ms LIMIT ?",
            (*values, limit),
        )
        return [
            Answerless(
                id=str(row["id"]), shop=str(row["shop"]), traits=traits_of(row),
                round=cast(int, row["round"] or 0), due=from_ms(row["due_ms"]),
            )
            for row in found
        ]  # fmt: skip


def traits_of(row: Row) -> frozenset[str]:
    """Return what rules and skills may name a ticket by; the row has its tags as `found` too."""
    stream, platform = str(row["stream"]), str(row["platform"])
    tags = f"{row['tags']},{row['found']}".split(",")
    said = {stream, platform, f"{platform}/{stream}", f"shop:{row['shop']}", str(row["category"])}
    return frozenset({*said, str(row["urgency"]), *tags} - {"", "normal"})
