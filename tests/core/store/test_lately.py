"""What every sync asks at its end walks over no table that only grows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongdan.store import Store
from gongdan.testing.clock import START

GROWING = (
    "o",
    "p",
    "a",
    "t",
    "e",
    "k",
    "f",
    "outbox",
    "tickets",
    "holds",
    "h",
    "runs",
)  # as the SQL says
ASKED: dict[str, Callable[[Store], Any]] = {
    "done": lambda store: store.news.done(START),
    "promised": lambda store: store.news.promised(START),
    "unsent": lambda store: store.notices.unsent(START),
    "needless": lambda store: store.drafts.needless(),
    "waiting": lambda store: store.outbox.rows(),
    "to be proposed": lambda store: store.drafts.new(START, 9),
    "unclassed": lambda store: store.classes.unclassed(),
    "unheld": lambda store: store.local.unheld(START, 9),
    "held": lambda store: store.news.elsewhere(START),
    "loads": lambda store: store.local.loads(START),
    "due to-dos": lambda store: store.todos.due(START - timedelta(days=7), START),
    "owed details": lambda store: store.cases.owed("main", "service", START, 9),
    "shop": lambda store: store.queue.figures("main"),
    "runs": lambda store: store.ledger.runs("main", 1),
    "debts": lambda store: store.state.debts("main"),
    "figures": lambda store: store.figures.over(START, START, START).__enter__(),
    "follow-ups": lambda store: store.todos.follows(START - timedelta(days=7), START),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_it_is_found_by_an_index(ask: Callable[[Store], Any], tmp_path: Path) -> None:
    plan = plan_of(ask, tmp_path)

    assert plan
    assert "SCAN t USING INDEX tickets_held" not in plan  # of all tickets that anybody ever held
    assert not plan & {f"SCAN {name}" for name in GROWING}, plan


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        pytest.param(lambda store: store.notices.urgent(START), "tickets_urgent", id="urgent"),
        pytest.param(lambda store: list(store.notices.stated(0)), "tickets_stated", id="stated"),
    ],
)
def test_alerts_look_at_few_of_the_open_tickets(
    ask: Callable[[Store], Any], index: str, tmp_path: Path
) -> None:
    """There may be a hundred thousand open ones, and cron syncs every minute."""
    assert f"SEARCH t USING INDEX {index} (changed_ms>?)" in plan_of(ask, tmp_path)


def plan_of(ask: Callable[[Store], Any], folder: Path) -> set[str]:
    """Return how SQLite goes about what is asked."""
    store = Store(folder / "gongdan.db")
    conn = store.orders._guard.db.conn
    said: list[str] = []
    conn.set_trace_callback(said.append)
    ask(store)
    conn.set_trace_callback(None)
    plan = {str(row[3]) for sql in said for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")}
    store.close()
    return plan
