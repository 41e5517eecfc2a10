"""What a power cut may not take back is on the disk before anybody goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gongdan import Secret
from gongdan.store import Store
from gongdan.wire import Token
from tests.conftest import ManualClock
from tests.core.sending.bench import TICKET, Bench

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock) -> Iterator[Bench]:
    found = Bench(tmp_path, clock)
    found.queue()
    yield found
    found.store.close()


@contextmanager
def commits_of(store: Store) -> Iterator[list[str]]:
    """Yield how safe each commit meanwhile was: FULL waits for the disk."""
    found: list[str] = []
    safety = ["?"]

    def hear(statement: str) -> None:
        if statement.startswith("PRAGMA synchronous"):
            safety[0] = statement.rpartition(" ")[2]
        elif statement == "COMMIT":
            found.append(safety[0])

    conn = store._guard.db.conn
    conn.set_trace_callback(hear)
    yield found
    conn.set_trace_callback(None)


def begin(bench: Bench) -> None:
    work = bench.store.outbox.claim(TICKET, NOW)
    assert work is not None
    bench.store.outbox.begin(work, NOW, NOW)


DEEDS: dict[str, Callable[[Bench], object]] = {
    "a reply is queued": lambda bench: bench.store.outbox.queue(
        TICKET, kind="reply", parts=["您好"], now=NOW, not_before=NOW
    ),
    "a request is about to leave": begin,
    "a reply is taken back": lambda bench: bench.store.outbox.cancel(1, NOW),
    "a platform gave a token": lambda bench: bench.store.keys.save_token(
        "main", Token(access=Secret("a"), expires=NOW + timedelta(days=1))
    ),
    "somebody did something": lambda bench: bench.store.local.add(TICKET, "note", "li", NOW),
    "a ticket is somebody's": lambda bench: bench.store.local.hold(
        TICKET, "li", "li", NOW, what="claim"
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_the_disk_has_it_when(deed: str, bench: Bench) -> None:
    with commits_of(bench.store) as commits:
        DEEDS[deed](bench)

    assert commits
    assert commits[-1] == "FULL"


def test_reading_waits_for_no_disk(bench: Bench) -> None:
    DEEDS["somebody did something"](bench)

    with commits_of(bench.store) as commits:
        bench.land(text="read again after a power cut")

    assert commits == ["NORMAL"]
