"""Three processes work one outbox off while everything goes wrong; what must never happen is asked.

`python -m tests.simulation.sending --seeds 10000` is the soak, `--seed 4711 --log` one of them.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import heapq
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gongdan import GongdanError
from gongdan.calls.skew import Skew
from gongdan.sending.decide import Decide
from gongdan.sending.wants import ReadCase
from gongdan.store.steps import OPEN

from . import sending_bugs
from .sending_checks import check
from .sending_process import Process
from .sending_world import (
    TICKETS,
    SendingWorld,
    Trouble,
    Wire,
    blank_store,
    keyed,
    scratch,
    trouble_of,
)

PLATFORMS = ("douyin", "qianniu")
ACTIVE_S = 5400.0  # faults go on for so long
QUIET_S = 6 * 3600.0  # then all must come to an end within this
CANNED = ("您好，已由同事处理。", "请查看站内消息。")
MOST_STEPS = 20_000


class Simulation:
    """One seed."""

    def __init__(self, seed: int, folder: Path, trouble: Trouble | None = None, *,
                 logs: bool = False) -> None:  # fmt: skip
        rng = self.rng = Random(f"simulation {seed}")
        drawn = keyed(Random(f"keys {seed}"), trouble_of(rng, PLATFORMS[seed % 2]))
        self.world = SendingWorld(seed, trouble or drawn, folder)
        self._logs = logs
        self._agenda: list[tuple[float, int, Callable[[], float | None]]] = []
        self._order = count()
        self.store = self.world.store()
        self._wire = Wire(self.world)
        self.operator = self.world.run(self.store, self._wire, Skew())
        self.settled: set[int] = set()  # rows that a person decided
        self.cancelled: set[int] = set()
        self.texts: list[str] = []
        self.steps = 0

    def log(self, text: str) -> None:
        if self._logs:
            print(f"{self.world.time.now():%H:%M:%S} {text}", file=sys.stderr)  # noqa: T201

    def at(self, seconds: float, do: Callable[[], float | None]) -> None:
        """Have something done; what it returns is when it is done again."""
        when = self.world.time.monotonic() + seconds
        heapq.heappush(self._agenda, (when, next(self._order), do))

    def play(self, until_s: float) -> None:
        clock = self.world.time
        while self._agenda and self._agenda[0][0] <= until_s:
            when, _, do = heapq.heappop(self._agenda)
            if when > clock.monotonic():
                clock.advance(when - clock.monotonic())
            self.world.sandbox.settle()
            self.steps += 1
            if self.steps > MOST_STEPS:
                self.world.wrongs.append("it goes round and round")
                self._agenda.clear()
                return
            again = do()
            if again is not None:
                self.at(again, do)

    def run(self) -> None:
        """Play a seed: trouble, then calm."""
        rng = self.rng
        for number in TICKETS:
            self._read(self.world.ticket(number))
        for _ in range(rng.randint(1, 4)):
            self.at(rng.uniform(0, 1200), self._queue)
        for _ in range(rng.choice((0, 1, 2, 3))):
            self.at(rng.uniform(60, 3000), self._colleague)
        for _ in range(rng.choice((0, 1, 2))):
            self.at(rng.uniform(60, 3000), self._jump)
        for _ in range(rng.choice((1, 3))):
            self.at(rng.uniform(300, 4000), self._reject)
        processes = [Process(self, name) for name in range(rng.choice((1, 2, 3)))]
        for process in processes:
            self.at(rng.uniform(0, 30), process.step)
        if rng.random() < 0.5:
            self.at(rng.uniform(300, 900), self._person)
        self.play(ACTIVE_S)
        self.world.calm()
        self._calm_down(ACTIVE_S)
        for process in processes:
            process.end()

    def _calm_down(self, began_s: float) -> None:
        until_s = began_s
        while until_s < began_s + QUIET_S and self._agenda and self.unfinished():
            until_s += 300
            self.play(until_s)

    def unfinished(self) -> list[dict[str, Any]]:
        """Return the rows that are neither at an end, nor shown to a person, nor behind such."""
        waits: set[str] = set()
        found = []
        for row in self.world.rows():
            if row["state"] in ("queued", "unknown") and row["hold"]:
                waits.add(row["ticket"])
            elif row["state"] == "sent" and row["hold"]:
                continue
            elif row["state"] in OPEN and row["ticket"] not in waits:
                found.append(row)
        return found

    # people

    def _read(self, ticket_id: str) -> None:
        with contextlib.suppress(GongdanError):
            self.operator.do(ReadCase(ticket_id))

    def _ticket(self) -> str:
        return self.world.ticket(self.rng.choice(TICKETS))

    def _queue(self) -> None:
        rng, world = self.rng, self.world
        ticket_id = self._ticket()
        self._read(ticket_id)
        basis = list(self.store.outbox.seen(ticket_id))
        text = f"您好，第{len(self.texts)}件已补发 😀 <b>&单号</b>"
        if self.texts and rng.random() < 0.25:
            text = rng.choice(self.texts)  # the same on purpose
        elif rng.random() < 0.2:
            text = rng.choice(CANNED)
        parts = [text]
        if rng.random() < 0.3 and world.trouble.platform == "qianniu":
            parts = [f"({n}/3) {text}" for n in (1, 2, 3)]
        self.texts += parts
        now = world.wall.now()
        try:
            made = self.store.outbox.queue(
                ticket_id, kind="reply", parts=parts, basis=basis, now=now,
                not_before=now + timedelta(seconds=rng.choice((0, 60))),
            )  # fmt: skip
        except GongdanError:  # the ticket could not be read yet
            self.at(60, self._queue)
            return
        self.log(f"queued {made} for {ticket_id}: {parts}")
        if rng.random() < 0.25:
            self.at(rng.expovariate(1 / 60), lambda: self._undo(rng.choice(made)))

    def _undo(self, row: int) -> None:
        with contextlib.suppress(GongdanError):
            self.store.outbox.cancel(row, self.world.wall.now())
            self.cancelled.add(row)
            self.log(f"cancelled {row}")

    def _colleague(self) -> None:
        texts = [*self.texts, *CANNED]
        text = self.rng.choice(texts) if self.rng.random() < 0.5 else "同事：已为您核实。"
        self.world.say(self._ticket(), text)

    def _reject(self) -> None:
        self.world.reject(self._ticket())

    def _jump(self) -> None:
        self.world.wall.ahead = timedelta(minutes=self.rng.uniform(-20, 20))
        self.log(f"the machine's clock is {self.world.wall.ahead} ahead now")

    def _person(self) -> float:
        """Decide what waits, as somebody who looks at the platform would."""
        for row in self.store.outbox.rows():
            if not row.hold or self.rng.random() < 0.3:
                continue
            self._read(row.ticket)
            with contextlib.suppress(GongdanError):
                self._settle(row.id)
        return self.rng.uniform(120, 900)

    def _settle(self, row_id: int) -> None:
        world = self.world
        decide = Decide(self.store, world.wall.now())
        ours = {commit.text for commit in world.commits if commit.row == row_id}
        seen = [key for key, m in decide.candidates(row_id).items() if m.text in ours]
        newest = max(world.stamps(row_id), default=datetime.min.replace(tzinfo=UTC))
        is_over = world.time.now() - newest > timedelta(seconds=900)
        if seen:
            decide.settle(row_id, "this-one", key=seen[0])
        elif not is_over:
            return  # as the warning says
        elif ours and self.store.outbox.row(row_id).state != "sent":
            decide.settle(row_id, "drop")  # it is there, and somebody else's row has it
        else:
            decide.settle(row_id, self.rng.choice(("send-again", "drop", "by-hand")), sure=True)
        self.settled.add(row_id)
        self.log(f"a person settled {row_id}")


class Outcome(Struct, frozen=True):
    """What a seed came to."""

    seed: int
    wrongs: tuple[str, ...]
    rows: int
    writes: int
    duplicates: int
    lost: int
    states: dict[str, int]
    off: bool
    seconds: float


def simulate(
    seed: int, *, trouble: Trouble | None = None, bug: str = "", logs: bool = False
) -> Outcome:
    """Play one seed, and return what was wrong."""
    folder = Path(mkdtemp(dir=scratch()))
    started = time.perf_counter()
    try:
        with sending_bugs.planted(bug):
            sim = Simulation(seed, folder, trouble, logs=logs)
            try:
                sim.run()
                found = check(sim)
            finally:
                sim.store.close()
                sim.world.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Outcome(
        seed, tuple(found.wrongs), len(found.rows), sim.world.writes, found.duplicates,
        found.lost, dict(Counter(row["state"] for row in found.rows)), found.off,
        time.perf_counter() - started,
    )  # fmt: skip


def outside(seed: int, which: str) -> Trouble:
    """Return the trouble of a seed with one of the assumptions broken."""
    trouble = trouble_of(Random(f"simulation {seed}"), PLATFORMS[seed % 2])
    if which == "visibility":
        writes = {**trouble.writes, "hidden-write": 0.5, "lost-response": 0.3}
        return replace(trouble, visible_s=1800.0, writes=writes)
    return replace(trouble, enforces=False, pause=0.08)


def _job(given: tuple[int, str, str]) -> Outcome:
    seed, which, bug = given
    return simulate(seed, trouble=outside(seed, which) if which else None, bug=bug)


def many(seeds: range, *, jobs: int = 2, which: str = "", bug: str = "") -> list[Outcome]:
    """Play many seeds, in several processes."""
    given = [(seed, which, bug) for seed in seeds]
    if jobs == 1:
        return [_job(one) for one in given]
    gc.set_threshold(50_000)  # the seeds make much garbage and few cycles
    blank_store()  # once, for all of them
    with get_context("fork").Pool(jobs) as pool:
        return list(pool.imap_unordered(_job, given, chunksize=10))


def replay(seed: int, which: str = "", bug: str = "") -> str:
    """Return the command that plays a seed again."""
    more = (f" --outside {which}" if which else "") + (f" --bug {bug!r}" if bug else "")
    return f"python -m tests.simulation.sending --seed {seed} --log{more}"


def sums(outcomes: list[Outcome]) -> dict[str, int]:
    """Return what many seeds came to, by its name."""
    states: Counter[str] = Counter()
    for outcome in outcomes:
        states.update(outcome.states)
    return {
        "seeds": len(outcomes),
        "rows": sum(outcome.rows for outcome in outcomes),
        "writes": sum(outcome.writes for outcome in outcomes),
        "sent twice": sum(outcome.duplicates for outcome in outcomes),
        "lost": sum(outcome.lost for outcome in outcomes),
        "resending off": sum(outcome.off for outcome in outcomes),
        **dict(sorted(states.items())),
    }


def told(figures: Mapping[str, int]) -> str:
    """Return figures in one line: `1000 seeds, 3379 rows`."""
    return ", ".join(f"{count} {name}" for name, count in figures.items())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.sending")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--outside", default="", choices=("", "visibility", "signature"))
    parser.add_argument(
        "--bug", default="", choices=("", sending_bugs.UNWATCHED, *sending_bugs.BUGS)
    )
    parser.add_argument("--log", action="store_true")
    asked = parser.parse_args()
    started = time.perf_counter()
    if asked.seed is not None:
        trouble = outside(asked.seed, asked.outside) if asked.outside else None
        outcomes = [simulate(asked.seed, trouble=trouble, bug=asked.bug, logs=asked.log)]
    else:
        seeds = range(asked.first, asked.first + asked.seeds)
        outcomes = many(seeds, jobs=asked.jobs, which=asked.outside, bug=asked.bug)
    bad = [outcome for outcome in outcomes if outcome.wrongs]
    for outcome in bad[:20]:
        say = f"seed {outcome.seed}: {'; '.join(outcome.wrongs)}\n  "
        print(say + replay(outcome.seed, asked.outside, asked.bug))  # noqa: T201
    print(f"{told(sums(outcomes))}; {time.perf_counter() - started:.1f} s")  # noqa: T201
    return int(bool(bad) and not asked.outside)


if __name__ == "__main__":
    sys.exit(main())
