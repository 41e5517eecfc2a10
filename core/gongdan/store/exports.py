"""Tickets by the hundred thousand, in pieces: which first, then each piece of them."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from ..ticket import Message, Who
from ..views import QueueFilter, QueueRow
from .filters import where_of
from .guard import Guard, Row, marks
from .moments import from_ms, to_ms
from .queue import COLUMNS, row_of

_ORDER = (
    " ORDER BY CASE WHEN t.due_ms IS NULL THEN 2 WHEN t.due_ms >= ? THEN 1"
    " WHEN t.answerable = 1 THEN 0 ELSE 3 END, t.due_ms, t.priority DESC, t.created_ms, t.n"
)


class Ending(Struct, frozen=True):
    """How a ticket ended here: what a person said of it last."""

    outcome: str = ""
    cause: str = ""


class Exports:
    """Reads many tickets without holding them, or a transaction, for long."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def order(
        self, which: QueueFilter, now: datetime, *, closed: bool, limit: int | None = None
    ) -> array[int]:
        """Return the numbers of tickets in the order of the queue: eight bytes each.

        Args:
            which: tickets; its own limit does not count.
            now: what is late by.
            closed: closed ones too.
            limit: how many at most.

        Raises:
            NotFound: as `where_of`.
        """
        where, values = where_of(which, now, closed=closed)
        found = self._guard.each(
            f"SELECT t.n FROM tickets t WHERE {where}{_ORDER} LIMIT ?",
            (*values, to_ms(now), -1 if limit is None else limit),
        )
        return array("q", (cast(int, row["n"]) for row in found))

    def rows(self, ns: Sequence[int]) -> list[QueueRow]:
        """Return tickets as the queue shows them, in the order asked for."""
        found = self._guard.rows(
            f"SELECT {COLUMNS} FROM tickets t LEFT JOIN debts d ON d.n = t.n"
            f" WHERE t.n IN ({marks(len(ns))})",
            tuple(ns),
        )
        by_n = {cast(int, row["n"]): row for row in found}
        return [row_of(by_n[n]) for n in ns if n in by_n]

    def threads(self, ns: Sequence[int]) -> dict[str, list[Message]]:
        """Return messages by ticket id, oldest first."""
        threads: dict[str, list[Message]] = {}
        for row in self._guard.rows(
            "SELECT t.id AS ticket, m.* FROM messages m JOIN tickets t ON t.n = m.n"
            f" WHERE m.n IN ({marks(len(ns))}) ORDER BY m.at_ms, m.rowid",
            tuple(ns),
        ):
            threads.setdefault(str(row["ticket"]), []).append(_message(row))
        return threads

    def endings(self, ns: Sequence[int]) -> Mapping[str, Ending]:
        """Return how tickets ended here, by id, of those that somebody finished."""
        found = self._guard.rows(
            "SELECT t.id, a.data FROM acts a JOIN tickets t ON t.n = a.n"
            f" WHERE a.what = 'finish' AND a.n IN ({marks(len(ns))}) ORDER BY a.id",
            tuple(ns),
        )
        said = {str(row["id"]): json.loads(str(row["data"])) for row in found}
        return {
            ticket: Ending(data.get("outcome", ""), data.get("cause", ""))
            for ticket, data in said.items()
        }


def _message(row: Row) -> Message:
    return Message(
        Who(str(row["who"])), str(row["text"]), cast(datetime, from_ms(row["at_ms"])),
        str(row["remote_id"]), tuple(json.loads(str(row["files"]))),
    )  # fmt: skip
