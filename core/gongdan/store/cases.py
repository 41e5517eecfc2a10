"""The tickets: payloads go in, and what is owed, known and quarantined comes out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

from ..fold import Kind
from .arrivals import Arrivals
from .batch import Batch, Counts
from .guard import Guard, Row, marks
from .landing import land
from .moments import from_ms, ms_or_none, to_ms


class Cases:
    """Tickets, their payloads, threads, debts, and the quarantine."""

    def __init__(self, guard: Guard, arrivals: Arrivals) -> None:
        self._guard = guard
        self.arrivals = arrivals

    def commit(self, batch: Batch) -> Counts:
        """Store one page or one detail, with the position it moves the reading to."""
        with self._guard.write() as db:
            return land(db, batch)

    def owe(self, shop: str, stream: str, remote_ids: Iterable[str], why: str) -> None:
        """Note that cases are to be read by id, at once."""
        ids = [f"{shop}/{stream}/{remote_id}" for remote_id in remote_ids]
        with self._guard.write() as db:
            db.execute(
                "INSERT INTO debts (n, why, not_before_ms) SELECT n, ?, 0 FROM tickets"
                f" WHERE id IN ({marks(len(ids))})"
                " ON CONFLICT (n) DO UPDATE SET not_before_ms = 0",
                (why, *ids),
            )

    def owed(self, shop: str, stream: str, now: datetime, limit: int) -> list[tuple[str, bytes]]:
        """Return (remote id, newest list row or b"") of cases to read, most urgent first."""
        found = self._guard.rows(
            # CROSS: SQLite would walk over all tickets, of which there may be a million.
            "SELECT t.remote_id, p.raw FROM debts d CROSS JOIN tickets t ON t.n = d.n"
            " LEFT JOIN payloads p ON p.n = t.n AND p.kind = 'row'"
            " WHERE t.shop = ? AND t.stream = ? AND d.not_before_ms <= ?"
            " ORDER BY t.open DESC, t.due_ms IS NULL, t.due_ms, t.updated_ms DESC LIMIT ?",
            (shop, stream, to_ms(now), limit),
        )
        return [(str(row["remote_id"]), _bytes(row["raw"])) for row in found]

    def owe_stale(
        self, shop: str, stream: str, now: datetime, recheck: timedelta, near: timedelta
    ) -> None:
        """Note open tickets as owed that were not heard of for *recheck*; sooner near a deadline.

        In the last two hours before it every *near* (R64, R65).
        """
        stale = (
            "SELECT n, 'recheck', 0 FROM tickets WHERE open = 1 AND shop = ?1 AND stream = ?2"
            " AND (seen_ms < ?3 OR seen_ms < ?4 AND due_ms BETWEEN ?5 AND ?6)"
            " AND n NOT IN (SELECT n FROM debts)"
        )
        values = (
            shop, stream, to_ms(now - recheck), to_ms(now - near), to_ms(now),
            to_ms(now + timedelta(hours=2)),
        )  # fmt: skip
        if self._guard.one(f"{stale} LIMIT 1", values):
            with self._guard.write() as db:
                db.execute(f"INSERT INTO debts (n, why, not_before_ms) {stale}", values)

    def doubtful(
        self, shop: str, stream: str, run: int, now: datetime, wait: timedelta
    ) -> list[str]:
        """Return the ids of cases that were never stored, for their rows wait in quarantine.

        Those of this run, and those not tried for *wait*.
        """
        found = self._guard.rows(
            "SELECT q.remote_id FROM quarantine q"
            " LEFT JOIN tickets t ON t.id = q.shop || '/' || q.stream || '/' || q.remote_id"
            " WHERE q.shop = ? AND q.stream = ? AND q.kind = 'row' AND t.n IS NULL"
            " AND q.remote_id NOT LIKE '?%' AND (q.run = ? OR q.last_ms <= ?) ORDER BY q.last_ms",
            (shop, stream, run, to_ms(now - wait)),
        )
        return [str(row["remote_id"]) for row in found]

    def tried(self, shop: str, stream: str, remote_id: str, now: datetime) -> None:
        """Note that a case whose row is in quarantine was asked for by id."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE quarantine SET last_ms = ?"
                " WHERE shop = ? AND stream = ? AND remote_id = ? AND kind = 'row'",
                (to_ms(now), shop, stream, remote_id),
            )

    def postpone(self, ticket_id: str, until: datetime, error: str) -> None:
        """Note that a case could not be read; it is tried again after *until*."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE debts SET tries = tries + 1, not_before_ms = ?, error = ?"
                " WHERE n = (SELECT n FROM tickets WHERE id = ?)",
                (to_ms(until), error[:300], ticket_id),
            )

    def forgive(self, ticket_id: str) -> None:
        """Note that a case need not be read: there is nothing to read any more."""
        with self._guard.write() as db:
            db.execute(
                "DELETE FROM debts WHERE n = (SELECT n FROM tickets WHERE id = ?)", (ticket_id,)
            )

    def tries(self, ticket_id: str) -> int:
        """Return how often reading a case has failed since it last worked."""
        row = self._guard.one(
            "SELECT tries FROM debts WHERE n = (SELECT n FROM tickets WHERE id = ?)", (ticket_id,)
        )
        return _int(row["tries"]) if row else 0

    def raw(self, ticket_id: str, kind: Kind) -> bytes:
        """Return what the platform sent, byte for byte, or b""."""
        row = self._guard.one(
            "SELECT p.raw FROM payloads p JOIN tickets t ON t.n = p.n"
            " WHERE t.id = ? AND p.kind = ?",
            (ticket_id, kind),
        )
        return _bytes(row["raw"]) if row else b""

    def row_time(self, ticket_id: str) -> datetime | None:
        """Return of when a ticket's newest list row is."""
        row = self._guard.one(
            "SELECT p.updated_ms FROM payloads p JOIN tickets t ON t.n = p.n"
            " WHERE t.id = ? AND p.kind = 'row'",
            (ticket_id,),
        )
        return from_ms(row["updated_ms"]) if row else None

    def add_gap(
        self, shop: str, stream: str, start: datetime, end: datetime, reason: str, at: datetime
    ) -> bool:
        """Note a span of update time that could not be read; reading goes on behind it.

        Returns:
            whether nothing of it was known: a span read again overlaps what was noted.
        """
        with self._guard.write() as db:
            known = db.execute(
                "SELECT 1 FROM gaps WHERE shop = ? AND stream = ? AND start_ms < ? AND end_ms > ?",
                (shop, stream, to_ms(end), to_ms(start)),
            ).fetchone()
            if known is None:
                db.execute(
                    "INSERT INTO gaps (shop, stream, start_ms, end_ms, reason, since_ms)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (shop, stream, to_ms(start), to_ms(end), reason[:300], to_ms(at)),
                )
        return known is None

    def gaps(self, shop: str, stream: str) -> list[tuple[datetime, datetime]]:
        """Return the spans that could not be read, oldest first."""
        return [
            (cast(datetime, from_ms(row["start_ms"])), cast(datetime, from_ms(row["end_ms"])))
            for row in self._guard.rows(
                "SELECT start_ms, end_ms FROM gaps WHERE shop = ? AND stream = ? ORDER BY start_ms",
                (shop, stream),
            )
        ]

    def streams(self, shop: str) -> list[str]:
        """Return the streams of a shop that were ever read."""
        found = self._guard.rows(
            "SELECT stream FROM cursors WHERE shop = ? ORDER BY stream", (shop,)
        )
        return [str(row["stream"]) for row in found]

    def close_gap(self, shop: str, stream: str, start: datetime) -> None:
        """Forget a gap that has been read by now."""
        with self._guard.write() as db:
            db.execute(
                "DELETE FROM gaps WHERE shop = ? AND stream = ? AND start_ms = ?",
                (shop, stream, to_ms(start)),
            )

    def cursor(self, shop: str, stream: str) -> tuple[datetime | None, str]:
        """Return how far a stream is complete, and the position inside the window."""
        row = self._guard.one(
            "SELECT until_ms, position FROM cursors WHERE shop = ? AND stream = ?", (shop, stream)
        )
        return (from_ms(row["until_ms"]), str(row["position"])) if row else (None, "")

    def rewind_shop(self, shop: str, until: datetime | None) -> None:
        """Forget how far a shop's streams are complete, back to *until* (None: to the first day).

        A cursor never moves forward by this.
        """
        with self._guard.write() as db:
            db.execute(
                "UPDATE cursors SET until_ms = min(until_ms, ?), position = '' WHERE shop = ?",
                (ms_or_none(until), shop),
            )

    def ids(self, shop: str) -> set[str]:
        """Return the ids of all tickets of a shop."""
        found = self._guard.rows("SELECT id FROM tickets WHERE shop = ?", (shop,))
        return {str(row["id"]) for row in found}

    def times(self, shop: str) -> list[tuple[str, Kind, int]]:
        """Return ticket, kind and update time in ms of every payload, of rows in quarantine too."""
        found = self._guard.rows(
            "SELECT t.id, p.kind, p.updated_ms AS ms FROM payloads p JOIN tickets t ON t.n = p.n"
            " WHERE t.shop = ?1 UNION ALL SELECT shop || '/' || stream || '/' || remote_id,"
            " 'reject', updated_ms FROM quarantine WHERE shop = ?1",
            (shop,),
        )
        return [(str(row["id"]), cast(Kind, row["kind"]), _int(row["ms"])) for row in found]

    def quarantined(self, shop: str = "") -> list[Row]:
        """Return the rows that could not be understood, newest first."""
        return self._guard.rows(
            "SELECT shop, stream, remote_id, kind, reason, first_ms, last_ms FROM quarantine"
            " WHERE ? IN ('', shop) ORDER BY last_ms DESC",
            (shop,),
        )


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
