"""Who works on what, and what came of it: claims and runs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlite_utils import Database

from ..errors import Busy
from ..views import RunRow
from .guard import Guard, rows
from .moments import from_ms, to_ms

LEASE = timedelta(seconds=120)


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
            had = next(rows(db, "SELECT * FROM claims WHERE name = ?", (name,)), None)
            if had is not None and int(str(had["until_ms"])) > to_ms(now) and self._lives(had):
                since = from_ms(had["since_ms"])
                raise Busy(
                    f"{name} is held by process {had['pid']} on {had['host']}"
                    f" since {since:%Y-%m-%d %H:%M:%S} UTC"
                )
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
            db.execute(
                "UPDATE claims SET until_ms = 0 WHERE name = ? AND fence = ?",
                (claim.name, claim.fence),
            )

    def _lives(self, had: dict[str, object]) -> bool:
        if had["host"] != self._host:
            return True  # cannot be asked: its lease decides
        return had["boot"] == self._boot and self._alive(int(str(had["pid"])))

    def begin(self, shop: str, platform: str, now: datetime) -> RunRow:
        """Open a run; runs of this shop that never ended are marked as lost."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE runs SET outcome = 'lost', finished_ms = beat_ms"
                " WHERE shop = ? AND outcome = 'running'",
                (shop,),
            )
            cursor = db.execute(
                "INSERT INTO runs (shop, platform, started_ms, beat_ms, outcome, doc)"
                " VALUES (?, ?, ?, ?, 'running', '{}')",
                (shop, platform, to_ms(now), to_ms(now)),
            )
            return RunRow(id=int(cursor.lastrowid or 0), shop=shop, platform=platform, started=now)

    def beat(self, run: RunRow, now: datetime) -> None:
        """Store what a run has come to so far."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE runs SET beat_ms = ?, outcome = ?, finished_ms = ?, doc = ? WHERE id = ?",
                (
                    to_ms(now),
                    run.outcome,
                    None if run.finished is None else to_ms(run.finished),
                    msgspec.json.encode(run).decode(),
                    run.id,
                ),
            )

    def runs(self, shop: str = "", limit: int = 20) -> list[RunRow]:
        """Return runs, newest first."""
        found = self._guard.rows(
            "SELECT id, shop, platform, started_ms, finished_ms, outcome, doc FROM runs"
            " WHERE ? IN ('', shop) ORDER BY id DESC LIMIT ?",
            (shop, limit),
        )
        return [_run(row) for row in found]

    def last_good(self, shop: str) -> datetime | None:
        """Return when a run last read everything there was."""
        row = self._guard.one(
            "SELECT max(finished_ms) AS ms FROM runs WHERE shop = ? AND outcome = 'ok'", (shop,)
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


def _run(row: dict[str, object]) -> RunRow:
    doc = str(row["doc"])
    run = RunRow(id=0, shop=str(row["shop"]))
    if doc != "{}":
        run = msgspec.json.decode(doc, type=RunRow)
    return msgspec.structs.replace(
        run,
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


def _boot() -> str:
    """Return what changes when the machine starts anew, or "" where nothing tells."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
