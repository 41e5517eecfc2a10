"""Tickets that belong together: of one order, or of one buyer and kind; shown, never merged.

A case may come by two roads, 催发货 by orders and by tasks, a complaint by the platform and by the
after-sale.  `search` notes the keys; here they are compared.
"""

from __future__ import annotations

from ..views import Linked
from .guard import Guard, Row
from .lanes import WITHIN_MS
from .queue import COLUMNS, FROM, row_of

MOST = 50  # of one ticket that are shown


class Links:
    """Looks for what belongs to a ticket."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def of(self, ticket_id: str) -> list[Linked]:
        """Return the tickets of a ticket's orders, and its possible duplicates; newest first."""
        row = self._guard.one("SELECT n FROM tickets WHERE id = ?", (ticket_id,))
        if row is None:
            return []
        found = self._guard.rows(
            "WITH l (n, orders) AS (SELECT b.n, group_concat("
            "   CASE WHEN a.key LIKE 'order %' THEN substr(a.key, 7 + length(o.platform) + 1) END)"
            "  FROM links a JOIN links b ON b.key = a.key AND b.n <> a.n"
            "  JOIN tickets o ON o.n = b.n JOIN tickets t ON t.n = a.n WHERE a.n = ?1"
            "   AND (a.key LIKE 'order %' OR"
            f"    abs(o.created_ms - t.created_ms) <= {WITHIN_MS}) GROUP BY b.n)"
            f" SELECT l.orders, {COLUMNS}{FROM} JOIN l ON l.n = t.n"
            " ORDER BY t.created_ms DESC, t.n LIMIT ?2",
            (row["n"], MOST),  # type: ignore[arg-type] # a number
        )
        return [Linked(row=row_of(each), orders=_orders(each)) for each in found]


def _orders(row: Row) -> tuple[str, ...]:
    return tuple(filter(None, str(row["orders"] or "").split(",")))
