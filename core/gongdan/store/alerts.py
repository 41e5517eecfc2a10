"""What robots are to be told, and how far each of them is with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import cast

from msgspec import Struct

from .guard import Guard
from .moments import from_ms, to_ms

KEPT = timedelta(days=90)  # for a robot that comes back; events say what happens once


class Waiting(Struct, frozen=True, kw_only=True):
    """One alert that a robot was not told yet, with what its ticket is by now.

    Attributes:
        ticket: id, "" where it is about a shop, or about none.
        ours: whether the ticket is open and our turn.
        kind, stream: what it is about: the platform's label, and the stream.
        again: whether the robot may have been told already: its answer was lost.
    """

    id: int
    cause: str
    ticket: str
    at: datetime
    data: Mapping[str, str] = {}
    ours: bool = False
    due: datetime | None = None
    kind: str = ""
    stream: str = ""
    buyer: str = ""
    again: bool = False


class Standing(Struct, frozen=True, kw_only=True):
    """How a robot is.

    Attributes:
        pace: messages it might have been given at once, at the time *at*.
        tries: how often in a row it took nothing; not_before: when it is tried again.
        waiting: alerts it was not told yet.
    """

    name: str
    pace: float | None = None
    at: datetime | None = None
    tries: int = 0
    not_before: datetime | None = None
    error: str = ""
    sent: datetime | None = None
    waiting: int = 0


class Alerts:
    """Alerts by robot, each kept once."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def put(
        self, robots: Iterable[str], key: str, cause: str, ticket: str, data: Mapping[str, str],
        now: datetime,
    ) -> None:  # fmt: skip
        """Let something wait for robots; what one of them has already is not there twice."""
        text = json.dumps(dict(data), ensure_ascii=False)
        with self._guard.write() as db:
            db.conn.executemany(
                "INSERT INTO alerts (robot, key, cause, ticket, data, at_ms)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (robot, key) DO NOTHING",
                [(robot, key, cause, ticket, text, to_ms(now)) for robot in robots],
            )

    def waiting(self, robot: str) -> list[Waiting]:
        """Return what a robot was not told yet, oldest first."""
        found = self._guard.rows(
            "SELECT a.id, a.cause, a.ticket, a.data, a.at_ms, a.tried_ms, t.stream, t.due_ms,"
            " t.open = 1 AND t.turn = 'merchant' AS ours,"
            " t.doc ->> '$.kind_text' AS kind, t.doc ->> '$.buyer' AS buyer"
            " FROM alerts a LEFT JOIN tickets t ON t.id = a.ticket"
            " WHERE a.robot = ? AND a.told_ms IS NULL ORDER BY a.id",
            (robot,),
        )
        return [
            Waiting(
                id=cast(int, row["id"]),
                cause=str(row["cause"]),
                ticket=str(row["ticket"]),
                at=cast(datetime, from_ms(row["at_ms"])),
                data=json.loads(str(row["data"])),
                ours=row["ours"] == 1,
                due=from_ms(row["due_ms"]),
                kind=str(row["kind"] or ""),
                stream=str(row["stream"] or ""),
                buyer=str(row["buyer"] or ""),
                again=row["tried_ms"] is not None,
            )
            for row in found
        ]

    def told(self, ids: Iterable[int], now: datetime) -> None:
        """Note that a robot was told; forget what is from long ago."""
        with self._guard.write() as db:
            db.conn.executemany(
                "UPDATE alerts SET told_ms = ? WHERE id = ?", [(to_ms(now), one) for one in ids]
            )
            db.execute("DELETE FROM alerts WHERE at_ms < ?", (to_ms(now - KEPT),))

    def tried(self, ids: Iterable[int], now: datetime) -> None:
        """Note that a robot may have been told: nobody knows."""
        with self._guard.write() as db:
            db.conn.executemany(
                "UPDATE alerts SET tried_ms = ? WHERE id = ?", [(to_ms(now), one) for one in ids]
            )

    def standing(self, robot: str) -> Standing:
        """Return how a robot is; as new where nothing was ever sent to it."""
        row = self._guard.one(
            "SELECT r.*, (SELECT count(*) FROM alerts WHERE robot = ?1 AND told_ms IS NULL)"
            " AS waiting FROM (SELECT ?1 AS robot) LEFT JOIN robots r ON r.name = robot",
            (robot,),
        )
        assert row is not None
        waiting = cast(int, row["waiting"])
        if row["name"] is None:
            return Standing(name=robot, waiting=waiting)
        return Standing(
            name=robot,
            pace=cast(float, row["pace"]),
            at=from_ms(row["at_ms"]),
            tries=cast(int, row["tries"]),
            not_before=from_ms(row["not_before_ms"]),
            error=str(row["error"]),
            sent=from_ms(row["sent_ms"]),
            waiting=waiting,
        )

    def took(self, robot: str, pace: float, now: datetime) -> None:
        """Note that a robot took a message, and how many more it may be given at once."""
        self._note(robot, pace, now, sent_ms=to_ms(now))

    def took_none(
        self, robot: str, pace: float, now: datetime, tries: int, until: datetime, error: str
    ) -> None:
        """Note that a robot took nothing, and not to try before *until*."""
        self._note(robot, pace, now, tries=tries, not_before_ms=to_ms(until), error=error)

    def _note(
        self, robot: str, pace: float, now: datetime, *, tries: int = 0, not_before_ms: int = 0,
        error: str = "", sent_ms: int | None = None,
    ) -> None:  # fmt: skip
        with self._guard.write() as db:
            db.execute(
                "INSERT INTO robots (name, pace, at_ms, tries, not_before_ms, error, sent_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " pace = excluded.pace, at_ms = excluded.at_ms, tries = excluded.tries,"
                " not_before_ms = excluded.not_before_ms, error = excluded.error,"
                " sent_ms = coalesce(excluded.sent_ms, sent_ms)",
                (robot, pace, to_ms(now), tries, not_before_ms, error, sent_ms),
            )
