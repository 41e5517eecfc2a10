"""Simulate the reading of one shop: `python -m tests.simulation.reading --seed 123`.

A seed decides the platform, its faults, every latency, every change of a ticket, in which order
several processes take their steps, and which of them are killed or paused where.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from gongdan.reading.wants import Land, ReadDetail, ReadPage
from gongdan.store import Store
from gongdan.views import RunRow

from .checks import Violated, Watch, check_all
from .process import Process
from .world import Killed, Simulated

STEPS = 80
MOST_PROCESSES = 3
COMMAND = "python -m tests.simulation.reading --seed {seed}"


class Simulation:
    """One seed from beginning to end."""

    def __init__(self, seed: int, path: Path, tell: Callable[[str], None] | None = None) -> None:
        self.world = Simulated(seed)
        self._rng = self.world.rng
        self._path = path
        self._living: set[int] = set()
        self._processes: list[Process] = []
        self._paused: dict[int, int] = {}
        self._watch = Watch(self.world)
        self._pid = 100
        self._telling = tell is not None
        self._tell = tell or (lambda _: None)
        self.world.trace = self._tell
        self._tell(f"{self.world.traits}")
        self.world.acting = self._live_or_die

    def run(self) -> None:
        """Let everything happen, then calm down and look.

        Raises:
            Violated: an invariant does not hold.
        """
        for _ in range(STEPS):
            self._event()
        self._calm_down()

    def _event(self) -> None:
        chance = self._rng.random()
        if not self._processes or (chance < 0.02 and len(self._processes) < MOST_PROCESSES):
            self._start()
        elif chance < 0.03:
            self._kill(self._rng.choice(self._processes))
        elif chance < 0.04:
            process = self._rng.choice(self._processes)
            self._paused[process.pid] = self._rng.randint(1, 40)
            self.world.clock.advance(self._rng.choice((1, 30, 150)))
            self._tell(f"pause {process.pid}")
        elif chance < 0.06:
            self.world.clock.advance(self._rng.choice((1, 60, 400)))
        else:
            self._step()

    def _step(self) -> None:
        awake = [p for p in self._processes if self._paused.get(p.pid, 0) <= 0]
        for pid in self._paused:
            self._paused[pid] -= 1
        if not awake:
            return
        process = self._rng.choice(awake)
        with suppress(Killed):
            self._tell_of(process, self._watched(process))
        if process.over:
            self._tell(f"over {process.pid} {process.work.run.outcome} {process.work.run.error}")
            self._processes.remove(process)

    def _watched(self, process: Process) -> object:
        want = process.step()
        if isinstance(want, Land) and not process.over:
            self._watch.landed(process.store, want.batch.until if process.well else None)
        return want

    def _start(self) -> None:
        self._pid += 1
        self.world.clock.advance(self._rng.choice((0.5, 5.0, 20.0, 90.0)))
        self._processes.append(Process(self._pid, self.world, self._path, self._living))

    def _kill(self, process: Process) -> None:
        self._tell(f"kill {process.pid}")
        process.kill()
        self._processes.remove(process)

    def _live_or_die(self) -> None:
        if self._rng.random() < self.world.traits.killing:
            raise Killed

    def _calm_down(self) -> None:
        """End all faults and processes; sync until nothing is owed any more; look."""
        self.world.settle()
        for process in list(self._processes):
            self._kill(process)
        if self._rng.random() < 0.3:
            self._clean(timedelta(seconds=5))
        self._clean(timedelta(hours=2))
        if "filter-on-create" in self.world.traits.names:
            self._clean(timedelta(hours=25))
        store = Store(self._path)
        try:
            check_all(self.world, store)
            if self._rng.random() < 0.2:
                self._check_still(store)
        finally:
            store.close()

    def _check_still(self, store: Store) -> None:
        before = _tables(store)
        run = self._clean(timedelta(seconds=1))
        if run.new or run.changed or _tables(store) != before:
            raise Violated(f"a sync of nothing new: {run.new} new, {run.changed} changed")

    def _tell_of(self, process: Process, want: object) -> None:
        if self._telling:
            self._tell(f"{self.world.clock.now():%H:%M:%S} {process.pid} {told(want)}")

    def _clean(self, after: timedelta) -> RunRow:
        self.world.clock.advance(after.total_seconds())
        self._pid += 1
        process = Process(self._pid, self.world, self._path, self._living)
        while (want := self._watched(process)) is not None:
            self._tell_of(process, want)
        run = process.work.run
        self._tell(f"clean {run}")
        if run.outcome not in ("ok", "partial"):
            raise Violated(f"a clean sync came to {run.outcome}: {run.error}")
        return run


def _tables(store: Store) -> list[object]:
    """Return what a sync of nothing new must leave as it is."""
    names = ("tickets", "payloads", "messages", "quarantine", "debts")
    return [store.cases._guard.rows(f"SELECT * FROM {name}") for name in names]


def told(want: object) -> str:
    """Return in one line what was wanted."""
    match want:
        case Land(batch):
            rows = f"{len(batch.payloads)}+{len(batch.rejects)}"
            return f"Land {rows} until={batch.until} {batch.position}"
        case ReadPage(_, ask):
            return f"ReadPage {ask.start:%d %H:%M:%S} to {ask.end:%d %H:%M:%S} page {ask.page}"
        case ReadDetail(_, remote_id, _):
            return f"ReadDetail {remote_id}"
    return repr(want)


def template(folder: Path) -> Path:
    """Return an empty store to copy, so that migrations run once."""
    path = folder / "template.db"
    Store(path).close()
    return path


def simulate(seed: int, empty: Path, tell: Callable[[str], None] | None = None) -> str:
    """Run one seed; return what is wrong, or ""."""
    path = empty.with_name(f"{seed}.db")
    shutil.copyfile(empty, path)
    simulation = Simulation(seed, path, tell)
    try:
        simulation.run()
    except Violated as error:
        return str(error)
    finally:
        for process in simulation._processes:
            process.kill()
        for left in path.parent.glob(f"{seed}.db*"):
            left.unlink()
    return ""


def scratch() -> str | None:
    """Return a folder in memory where there is one: a thousand stores are written and dropped."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def some(seeds: Iterable[int]) -> dict[int, str]:
    """Run seeds one after the other; return what is wrong, by seed."""
    logging.getLogger("gongdan").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        empty = template(Path(folder))
        return {seed: wrong for seed in seeds if (wrong := simulate(seed, empty))}


def many(first: int, count: int, workers: int = 2) -> dict[int, str]:
    """Run *count* seeds from *first* in several processes; return what is wrong, by seed."""
    chunks = [range(first + n, first + count, workers * 8) for n in range(workers * 8)]
    with ProcessPoolExecutor(workers) as pool:
        return {seed: wrong for part in pool.map(some, chunks) for seed, wrong in part.items()}


def say(line: str) -> None:
    """Write a line for whoever started this."""
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """Run what the command line asks for; exit 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="only this one, telling every step")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    if asked.seed is not None:
        with tempfile.TemporaryDirectory(dir=scratch()) as folder:
            wrong = simulate(asked.seed, template(Path(folder)), say)
        say(wrong or "nothing is wrong")
        return int(bool(wrong))
    started = time.monotonic()
    found = many(asked.first, asked.seeds)
    for seed, wrong in sorted(found.items()):
        say(f"{COMMAND.format(seed=seed)}    {wrong[:200]}")
    say(f"{asked.seeds} seeds, {len(found)} wrong, {time.monotonic() - started:.1f} s")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
