"""Facts of orders, apart from the tickets they belong to, and which are still to be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

import msgspec

from ..order import Order, OrderFacts
from .guard import Guard
from .moments import from_ms, to_ms

FRESH = timedelta(days=1)  # a ticket that changes has its order read again, if this is over
_NEVER_MS = 2**62
_ORDER = msgspec.json.Decoder(Order)


class Orders:
    """Facts of orders by shop and order id."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def want(self, orders: Iterable[tuple[str, str]], now: datetime) -> None:
        """Note that orders (shop, id) are to be read, unless that was done lately."""
        wanted = [(shop, order_id, to_ms(now - FRESH)) for shop, order_id in orders]
        if not wanted:
            return
        with self._guard.write() as db:
            db.conn.executemany(
                "INSERT INTO orders (shop, order_id) VALUES (?1, ?2)"
                " ON CONFLICT (shop, order_id) DO UPDATE SET not_before_ms = 0, tries = 0"
                " WHERE at_ms <= ?3",
                wanted,
            )

    def waiting(self, shop: str, now: datetime, limit: int) -> list[str]:
        """Return orders of a shop that are to be read, the newest wish first."""
        found = self._guard.rows(
            "SELECT order_id FROM orders WHERE shop = ? AND not_before_ms <= ?"
            " ORDER BY rowid DESC LIMIT ?",
            (shop, to_ms(now), limit),
        )
        return [str(row["order_id"]) for row in found]

    def keep(self, shop: str, order_id: str, order: Order | None, now: datetime) -> None:
        """Keep what was read; None: the platform knows nothing of it."""
        facts = "" if order is None else msgspec.json.encode(order).decode()
        with self._guard.write() as db:
            db.execute(
                "UPDATE orders SET facts = ?, at_ms = ?, tries = 0, error = '', not_before_ms = ?"
                " WHERE shop = ? AND order_id = ?",
                (facts, to_ms(now), _NEVER_MS, shop, order_id),
            )

    def fail(self, shop: str, order_id: str, error: str, until: datetime | None) -> None:
        """Keep why an order could not be read, and until when it is left; None: for ever."""
        before = _NEVER_MS if until is None else to_ms(until)
        with self._guard.write() as db:
            db.execute(
                "UPDATE orders SET tries = tries + 1, error = ?, not_before_ms = ?"
                " WHERE shop = ? AND order_id = ?",
                (error[:200], before, shop, order_id),
            )

    def rest(self, shop: str, now: datetime, until: datetime) -> None:
        """Leave every order of a shop that is to be read until then: none of them would be."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE orders SET not_before_ms = ? WHERE shop = ? AND not_before_ms <= ?",
                (to_ms(until), shop, to_ms(now)),
            )

    def tries(self, shop: str, order_id: str) -> int:
        """Return how often reading an order has failed in a row."""
        row = self._guard.one(
            "SELECT tries FROM orders WHERE shop = ? AND order_id = ?", (shop, order_id)
        )
        return cast(int, row["tries"]) if row else 0

    def of(self, shop: str, order_ids: Iterable[str]) -> tuple[OrderFacts, ...]:
        """Return what is known of some orders, in their order; those nobody wanted are left out."""
        found = []
        for order_id in order_ids:
            row = self._guard.one(
                "SELECT * FROM orders WHERE shop = ? AND order_id = ?", (shop, order_id)
            )
            if row is not None:
                order = _ORDER.decode(str(row["facts"])) if row["facts"] else None
                at, error = from_ms(row["at_ms"]), str(row["error"])
                found.append(OrderFacts(order_id=order_id, order=order, at=at, error=error))
        return tuple(found)
