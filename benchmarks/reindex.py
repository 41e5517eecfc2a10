"""Measure the index of deadlines: rebuilding it for 100,000 open tickets, beside a plain loop.

    python -m benchmarks.reindex [--tickets N]

Both read every ticket's document from one store, compute when it is due by the same arithmetic (24
hours inside 09:00-21:00) and write it back, a thousand a transaction.  The plain loop takes when a
ticket was created out of the JSON, adds, and updates; the store's own applies the rules with
everything that belongs to them.  Both in one run, in turn, three times; the least of each counts.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from gongdan import Status, Ticket, Urgency, Who
from gongdan.due import Due
from gongdan.plugins.registry import Plugins
from gongdan.sla import override
from gongdan.store import Batch, Payload, Store
from gongdan.store.moments import to_ms

from .sla import plain_loop

ROUNDS = 3
AT_ONCE = 1000
BEGUN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


def main() -> None:
    """Print seconds and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.reindex")
    parser.add_argument("--tickets", type=int, default=100_000)
    count = parser.parse_args().tickets
    rules = Plugins.installed("douyin").connector("douyin").rules
    table = {"douyin.service.normal": {"mode": "window"}}
    due = Due("douyin", override(rules, table))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gongdan.db"
        store = Store(path)
        fill(store, count)
        ours, plain = [], []
        for turn in range(ROUNDS):
            plain.append(seconds(lambda: loop(path)))
            ours.append(seconds(partial(store.queue.reindex, "s", f"{turn}", due.index)))
        store.close()
    line = f"{count:,} tickets: reindex {min(ours):.2f} s, plain loop {min(plain):.2f} s, "
    sys.stdout.write(f"{line}ratio {min(ours) / min(plain):.2f}\n")


def fill(store: Store, count: int) -> None:
    """Store open tickets without a deadline of the platform's."""
    for first in range(0, count, AT_ONCE):
        payloads = [ticket(number) for number in range(first, min(first + AT_ONCE, count))]
        store.cases.commit(
            Batch(platform="douyin", shop="s", stream="service", run=1, at=BEGUN, payloads=payloads)
        )


def ticket(number: int) -> Payload:
    """Return one of them, created at a moment of its own."""
    created = BEGUN + timedelta(seconds=37 * number % 400_000)
    said = Ticket(
        status=Status.PENDING, turn=Who.MERCHANT, urgency=Urgency.NORMAL, created=created,
        updated=created, text="买家反馈收到的商品有破损，请核实后给出处理方案。" * 4,
    )  # fmt: skip
    raw = str(number).encode()
    return Payload(
        kind="row", remote_id=str(number), updated=created, raw=raw, digest=raw, said=said
    )


def loop(path: Path) -> None:
    """Do the same as plainly as it can be done."""
    db = sqlite3.connect(path, isolation_level=None)
    after = 0
    while found := db.execute(
        "SELECT n, doc FROM tickets WHERE open = 1 AND n > ? ORDER BY n LIMIT ?", (after, AT_ONCE)
    ).fetchall():
        done = []
        for n, doc in found:
            created = datetime.fromisoformat(json.loads(doc)["created"])
            done.append((to_ms(plain_loop(created, DAY)), n))
        db.execute("BEGIN IMMEDIATE")
        db.executemany("UPDATE tickets SET due_ms = ? WHERE n = ?", done)
        db.execute("COMMIT")
        after = found[-1][0]
    db.close()


def seconds(work: Callable[[], object]) -> float:
    """Give the seconds of one call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
