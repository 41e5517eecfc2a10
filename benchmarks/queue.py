"""Measure a large store: a million tickets of which 100,000 are open.

    python -m benchmarks.queue [--shops 20] [--tickets 50000]

Prints the peak memory of the `gongdan sync` that reads them, of one that then finds nothing new,
and of a process that asks for the queue; and the milliseconds of the queue's first page: by the
store's query alone, and as `gongdan queue` asks, which looks for stale deadlines first.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from gongdan.desk import Desk
from gongdan.store import Store
from gongdan.views import QueueFilter

from . import scene

ROUNDS = 21


def main() -> None:
    """Read so many tickets, then look at them."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.queue")
    parser.add_argument("--shops", type=int, default=20)
    parser.add_argument("--tickets", type=int, default=50_000, help="of every shop")
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.look:
        look(options.look)
        return
    count = options.shops * options.tickets
    with scene.scratch() as folder, scene.serving(tickets=options.tickets) as address:
        scene.set_up(folder, address, options.shops, threads=8)
        for what in ("read", "nothing new"):
            took = scene.sync(folder)
            told = scene.summary(took)
            assert told["new"] == (count if what == "read" else 0), told
            rate = f"{count / took.wall_s:8,.0f} tickets/s" if what == "read" else ""
            report(f"sync of {count:,}, {what}", f"{took.wall_s:8.1f} s {rate}", took.peak_mb)
        took = scene.run([sys.executable, "-m", "benchmarks.queue", "--look", "."], folder)
        sys.stdout.write(took.out)
        report("a process that asks for the queue", "", took.peak_mb)


def look(folder: Path) -> None:
    """Ask for the queue's first page, again and again."""
    now, first = datetime.now(UTC), QueueFilter(limit=50)
    store = Store(folder / "gongdan.db")
    first_ms = milliseconds(lambda: store.queue.rows(first, now))
    warm_ms = median(milliseconds(lambda: store.queue.rows(first, now)) for _ in range(ROUNDS))
    opened = store.queue.count(QueueFilter(), now)
    report(f"the store's query, {opened:,} open", f"{warm_ms:8.2f} ms (at first {first_ms:.2f})")
    store.close()
    with Desk.open(folder / "gongdan.toml", {"GONGDAN_PLUGINS": "bench"}) as desk:
        warm_ms = median(milliseconds(lambda: desk.queue(first)) for _ in range(ROUNDS))
        report("the queue with stale deadlines looked for", f"{warm_ms:8.2f} ms")


def milliseconds(work: Callable[[], object]) -> float:
    """Give the milliseconds of one call."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def report(name: str, figures: str, peak_mb: float | None = None) -> None:
    """Print one line."""
    peak = "" if peak_mb is None else f"   peak {peak_mb:.0f} MB"
    sys.stdout.write(f"{name:45} {figures}{peak}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
