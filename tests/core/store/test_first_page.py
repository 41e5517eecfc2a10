"""The queue's first page is read from an index, however many tickets are open."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from gongdan.store import Store
from gongdan.views import QueueFilter

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_no_part_of_the_queue_is_sorted(tmp_path: Path) -> None:
    store = Store(tmp_path / "gongdan.db")
    asked: list[str] = []
    store.queue._guard.db.conn.set_trace_callback(asked.append)
    store.queue.rows(QueueFilter(), NOW)
    store.close()

    db = sqlite3.connect(tmp_path / "gongdan.db")
    plans = [
        " ".join(str(told) for _, parent, _, told in db.execute(f"EXPLAIN QUERY PLAN {query}")
                 if parent == 0)
        for query in asked
        if "ORDER BY t.due_ms" in query
    ]  # fmt: skip
    db.close()

    followed, *parts = plans  # what is to be followed up is looked up by its numbers
    assert followed.startswith("SEARCH t USING INTEGER PRIMARY KEY")
    assert len(parts) == 4
    assert all("tickets_due" in plan and "FOR ORDER BY" not in plan for plan in parts)
