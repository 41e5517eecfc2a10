"""Who works on what, and what came of it: claims and runs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlite_utils import Database

from ..errors import Busy
from ..views import RunRow
from .guard import Guard, rows
from .moments import from_ms, to_ms, told

LEASE = timedelta(seconds=120)
_RUNS = "SELECT id, shop, platform, started_ms, finished_ms, outcome, doc FROM runs"


class Claim(Struct, frozen=True):
    """The right to work on something alone, until it ends or is taken by another.

    `fence` grows with every claim, so that a holder who slept is told from the one who came after.
    """

    name: str
    fence: int


class Ledger:
    """Claims and runs.  `me` is this process, `alive` tells whether another of this host runs."""

    def __init__(
        self, guard: Guard, *, me: int = 0, alive: Callable[[int], bool] | None = None
    ) -> None:
        self._guard = guard
        self._pid = me or os.getpid()
        self._alive = alive or _is_alive
        self._host = socket.gethostname()
        self._boot = _boot()

    def claim(self, name: str, now: datetime, lease: timedelta = LEASE) -> Claim:
        """Take *name* for this process.

        A claim whose lease is over, or whose process is gone, is taken over.

        Raises:
            Busy: somebody holds it; the message says who and since when.
        """
        with self._guard.write() as db:
            return self._claim(db, name, now, lease)

    def _claim(self, db: Database, name: str, now: datetime, lease: timedelta) -> Claim:
        had = next(rows(db, "SELECT * FROM claims WHERE name = ?", (name,)), None)
        if had is not None and int(str(had["until_ms"])) > to_ms(now) and self._lives(had):
            since = told(from_ms(had["since_ms"]))
            raise Busy(f"{name} is held by process {had['pid']} on {had['host']} since {since}")
        fence = int(str(had["fence"])) + 1 if had else 1
        db.execute(
            "INSERT OR REPLACE INTO claims (name, holder, pid, host, boot, since_ms, until_ms,"
            " fence) VALUES (?, '', ?, ?, ?, ?, ?, ?)",
            (name, self._pid, self._host, self._boot, to_ms(now), to_ms(now + lease), fence),
        )
        return Claim(name, fence)

    def renew(self, claim: Claim, now: datetime, lease: timedelta = LEASE) -> bool:
        """Hold on for another lease; False if somebody has taken it since."""
        with self._guard.write() as db:
            done = db.execute(
                "UPDATE claims SET until_ms = ? WHERE name = ? AND fence = ?",
                (to_ms(now + lease), claim.name, claim.fence),
            )
            return done.rowcount == 1

    def release(self, claim: Claim) -> None:
        """Give it back; the fence stays, so that it only ever grows."""
        with self._guard.write() as db:
            _release(db, claim)

    def _lives(self, had: dict[str, object]) -> bool:
        if had["host"] != self._host:
            return True  # cannot be asked: its lease decides
        return had["boot"] == self._boot and self._alive(int(str(had["pid"])))

    def begin(
        self, shop: str, platform: str, now: datetime, lease: timedelta = LEASE
    ) -> tuple[Claim, RunRow]:
        """Claim a shop and open a run; runs of it that never ended are marked as lost.

        The run says since when the shop's runs have been failing, if the last one did.

        Raises:
            Busy: another run holds the shop.
        """
        with self._guard.write() as db:
            claim = self._claim(db, f"shop {shop}", now, lease)
            last = next(rows(db, f"{_RUNS} WHERE shop = ? ORDER BY id DESC LIMIT 1", (shop,)), None)
            db.execute(
                "UPDATE runs SET outcome = 'lost', finished_ms = beat_ms"
                " WHERE shop = ? AND outcome = 'running'",
                (shop,),
            )
            since = _run(last).failing_since if last else None
            run = RunRow(id=0, shop=shop, platform=platform, started=now, failing_since=since)
            cursor = db.execute(
                "INSERT INTO runs (shop, platform, started_ms, beat_ms, outcome, doc)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (shop, platform, to_ms(now), to_ms(now), run.outcome, _doc(run)),
            )
        return claim, msgspec.structs.replace(run, id=int(cursor.lastrowid or 0))

    def beat(self, run: RunRow, now: datetime) -> None:
        """Store what a run has come to so far."""
        with self._guard.write() as db:
            _beat(db, run, now)

    def end(self, claim: Claim, run: RunRow, now: datetime) -> None:
        """Store what a run has come to, and give its shop back."""
        with self._guard.write() as db:
            _beat(db, run, now)
            _release(db, claim)

    def runs(self, shop: str = "", limit: int = 20) -> list[RunRow]:
        """Return runs, newest first."""
        found = self._guard.rows(
            f"{_RUNS} {'WHERE shop = ?' if shop else ''} ORDER BY id DESC LIMIT ?",
            (shop, limit) if shop else (limit,),
        )
        return [_run(row) for row in found]

    def last_good(self, shop: str) -> datetime | None:
        """Return when a run last read everything there was."""
        row = self._guard.one(
            "SELECT finished_ms AS ms FROM runs WHERE shop = ? AND outcome = 'ok'"
            " ORDER BY id DESC LIMIT 1",  # by the index, not over years of runs
            (shop,),
        )
        return from_ms(row["ms"]) if row else None


def check_claim(db: Database, claim: Claim) -> None:
    """Make sure, inside a transaction, that nobody has taken the claim since.

    Raises:
        Busy: somebody has.
    """
    row = next(rows(db, "SELECT fence FROM claims WHERE name = ?", (claim.name,)), None)
    if row is None or row["fence"] != claim.fence:
        raise Busy(f"{claim.name} was taken over by another run while this one stood still")


def _release(db: Database, claim: Claim) -> None:
    db.execute(
        "UPDATE claims SET until_ms = 0 WHERE name = ? AND fence = ?", (claim.name, claim.fence)
    )


def _beat(db: Database, run: RunRow, now: datetime) -> None:
    finished = None if run.finished is None else to_ms(run.finished)
    db.execute(
        "UPDATE runs SET beat_ms = ?, outcome = ?, finished_ms = ?, doc = ? WHERE id = ?",
        (to_ms(now), run.outcome, finished, _doc(run), run.id),
    )


def _doc(run: RunRow) -> str:
    return msgspec.json.encode(run).decode()


def _run(row: dict[str, object]) -> RunRow:
    return msgspec.structs.replace(
        msgspec.json.decode(str(row["doc"]), type=RunRow),
        id=int(str(row["id"])),
        platform=str(row["platform"]),
        outcome=str(row["outcome"]),
        started=from_ms(row["started_ms"]),
        finished=from_ms(row["finished_ms"]),
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@lru_cache(1)
def _boot() -> str:
    """Return what changes when the machine starts anew, or "" where nothing tells."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
