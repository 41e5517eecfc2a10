"""What platforms pushed: each message once, and the case it is about owed at once.

A push for a shop that is not set up here is kept too, so that `gongdan doctor` can tell of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from ..ticket import Event
from .guard import Guard
from .moments import to_ms

KEPT = timedelta(days=30)  # longer than any platform sends a push again


class Arrivals:
    """Messages that were pushed, by the platform's own key."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def take(
        self, platform: str, app: str, events: Sequence[Event], aliases: Mapping[str, str],
        now: datetime,
    ) -> int:  # fmt: skip
        """Keep events in one transaction; return how many were new.

        A case that is known is owed a reading at once; one that is not is read by its id.

        Args:
            app: name of the app that they came for.
            aliases: alias by the platform's id of the shop; others are kept as strangers.
        """
        new = 0
        with self._guard.write() as db:
            for event in events:
                alias = aliases.get(event.shop, "")
                key = f"{platform}/{app}/{event.key or f'{event.stream}/{event.id}/{to_ms(now)}'}"
                done = db.execute(
                    "INSERT INTO arrivals (key, platform, app, shop, stranger, stream, remote_id,"
                    " at_ms, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (key, platform, app, alias, "" if alias else event.shop, event.stream,
                     event.id, to_ms(now), int(not alias)),
                )  # fmt: skip
                if done.rowcount == 1:
                    new += 1
                    db.execute(
                        "INSERT INTO debts (n, why, not_before_ms) SELECT n, 'push', 0"
                        " FROM tickets WHERE id = ?"
                        " ON CONFLICT (n) DO UPDATE SET not_before_ms = 0",
                        (f"{alias}/{event.stream}/{event.id}",),
                    )
            db.execute("DELETE FROM arrivals WHERE done = 1 AND at_ms < ?", (to_ms(now - KEPT),))
        return new

    def announced(self, shop: str, stream: str) -> list[str]:
        """Return the ids of cases that were pushed and are not known here, oldest push first."""
        found = self._guard.rows(
            "SELECT a.remote_id, min(a.at_ms) AS first FROM arrivals a LEFT JOIN tickets t"
            " ON t.id = a.shop || '/' || a.stream || '/' || a.remote_id"
            " WHERE a.done = 0 AND a.shop = ? AND a.stream = ? AND t.n IS NULL"
            " GROUP BY a.remote_id ORDER BY first",
            (shop, stream),
        )
        return [str(row["remote_id"]) for row in found]

    def heed(self, shop: str, stream: str, remote_id: str) -> None:
        """Note that what was pushed of a case has been looked at."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE arrivals SET done = 1 WHERE shop = ? AND stream = ? AND remote_id = ?",
                (shop, stream, remote_id),
            )

    def strangers(self) -> dict[str, int]:
        """Return how many pushes came for which shops (platform/app/id) that are not set up."""
        found = self._guard.rows(
            "SELECT platform || '/' || app || '/' || stranger AS name, count(*) AS count"
            " FROM arrivals WHERE stranger <> '' GROUP BY 1 ORDER BY 1"
        )
        return {str(row["name"]): cast(int, row["count"]) for row in found}
