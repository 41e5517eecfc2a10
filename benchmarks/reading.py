"""Measure reading: `gongdan sync` as a whole process, beside a bare script and beside peers.

    python -m benchmarks.reading [--rounds 3] [--only bare|latency|idle|peers]

Both sides of a comparison are run in turn in one run, so that other work on the machine hits both;
medians are printed.  See README.md beside this for what each line means.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from . import peers, scene
from .scene import Took

BARE = [sys.executable, "-m", "benchmarks.bare"]
Reader = Callable[[Path, str, int, int], Took]  # folder, address, shops, threads


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.reading")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("bare", "latency", "idle", "peers"))
    options = parser.parse_args()
    parts = {"bare": _bare, "peers": _peers, "latency": _latency, "idle": _idle}
    for name, part in parts.items():
        if options.only in (None, name):
            part(options.rounds)


def _bare(rounds: int) -> None:
    readers = {"gongdan sync": gongdan, "bare script": bare}
    compare("200 shops of 250", readers, rounds, shops=200, tickets=250)
    compare("one shop of 50,000", readers, rounds, shops=1, tickets=50_000)


def _peers(rounds: int) -> None:
    readers = {"gongdan sync": gongdan, "with the index": indexed, **known_peers()}
    compare("200 shops of 250, beside peers", readers, rounds, shops=200, tickets=250)


def _latency(rounds: int) -> None:
    readers = {"gongdan sync": gongdan, "bare script": bare, **known_peers(slow=True)}
    compare(
        "200 shops of 250, 100 ms latency, 32 connections", readers, rounds,
        shops=200, tickets=250, threads=32, latency_ms=100,
    )  # fmt: skip


def _idle(rounds: int) -> None:
    title("1,000 shops with nothing new, 100 ms latency, 32 connections")
    with scene.scratch() as folder:
        with scene.serving(tickets=20) as address:
            scene.set_up(folder, address, 1000, threads=32)
            scene.sync(folder)
        with scene.serving(tickets=20, latency_ms=100) as address:
            scene.set_up(folder, address, 1000, threads=32)
            took = [scene.sync(folder) for _ in range(rounds)]
    assert all(scene.summary(one)["new"] == 0 for one in took)
    line("gongdan sync", took, 0)


def compare(
    what: str, readers: Mapping[str, Reader], rounds: int, *, shops: int, tickets: int,
    threads: int = 8, latency_ms: float = 0,
) -> None:  # fmt: skip
    """Let each reader read the same shops into an empty store, in turn; print the medians."""
    title(what)
    times: dict[str, list[Took]] = {name: [] for name in readers}
    with scene.serving(tickets=tickets, latency_ms=latency_ms) as address:
        for _ in range(rounds):
            for name, read in readers.items():
                with scene.scratch() as folder:
                    times[name].append(read(folder, address, shops, threads))
                    check(folder, shops * tickets)
    ours = wall_s(times["gongdan sync"])
    for name, took in times.items():
        line(name, took, shops * tickets, ours)


def gongdan(folder: Path, address: str, shops: int, threads: int) -> Took:
    """Read with `gongdan sync`."""
    scene.set_up(folder, address, shops, threads)
    return scene.sync(folder)


def indexed(folder: Path, address: str, shops: int, threads: int) -> Took:
    """Read with `gongdan sync`, and let it classify what is open and index all for searching."""
    scene.set_up(folder, address, shops, threads, chores_s=3600)
    return scene.sync(folder)


def bare(folder: Path, address: str, shops: int, threads: int) -> Took:
    """Read with the bare script, into the tables of an empty store."""
    scene.empty_store(folder / "gongdan.db")
    options = ["--url", address, "--shops", str(shops), "--threads", str(threads)]
    return scene.run([*BARE, *options, "--store", "gongdan.db"], folder)


def known_peers(*, slow: bool = False) -> dict[str, Reader]:
    """Return the peers that could be installed."""
    python = peers.environment()
    if python is None:
        sys.stdout.write("peers left out: pip cannot install them here\n")
        return {}

    def reader(name: str) -> Reader:
        return lambda folder, address, shops, _: peers.read(python, name, folder, address, shops)

    names = [*peers.READERS] if slow else [name for name in peers.READERS if "parallel" not in name]
    return {name: reader(name) for name in names}


def check(folder: Path, count: int) -> None:
    """Make sure that a reader did its work."""
    path = next(iter(folder.glob("gongdan.db")), None) or folder / "peer.db"
    db = sqlite3.connect(path)
    found = db.execute("SELECT count(*) FROM tickets").fetchone()[0]
    db.close()
    if found != count:
        raise RuntimeError(f"{path.name}: {found} tickets, not {count}")


def wall_s(took: list[Took]) -> float:
    """Give the median seconds."""
    return median(one.wall_s for one in took)


def title(text: str) -> None:
    """Print what comes."""
    sys.stdout.write(f"\n{text}\n")
    sys.stdout.flush()


def line(name: str, took: list[Took], count: int, ours: float | None = None) -> None:
    """Print one reader's medians, and how many times as fast as it gongdan is."""
    wall, cpu = wall_s(took), median(one.cpu_s for one in took)
    rate = f"{count / wall:8,.0f} tickets/s" if count else ""
    ratio = f"   gongdan is at {wall / ours:5.2f} of its rate" if ours and wall != ours else ""
    peak = median(one.peak_mb for one in took)
    sys.stdout.write(
        f"  {name:16} {wall:7.2f} s {rate}   processor {cpu:6.2f} s   {peak:4.0f} MB{ratio}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
