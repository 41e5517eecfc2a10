"""Many shops over few threads: who goes next, and that a large one keeps no small one waiting."""

from __future__ import annotations

import json
import threading
from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.metadata import EntryPoint
from pathlib import Path

from gongdan.calls.network import Answer
from gongdan.config.settings import load
from gongdan.desk import Desk
from gongdan.plugins.registry import GROUP, Plugins
from gongdan.turns import MOST_BACK, Turns
from gongdan.views import RunRow
from gongdan.wire import Request
from tests.conftest import START, ManualClock

SMALL = [f"small{number:02}" for number in range(50)]
PATIENCE = timedelta(seconds=30)
SPAN = timedelta(days=80)


def turns(names: str, clock: ManualClock | None = None) -> Turns[str]:
    return Turns(names, patience=PATIENCE, now=(clock or ManualClock()).now)


def test_whoever_has_not_begun_comes_first_and_then_who_has_done_least() -> None:
    queue = turns("abc")

    queue.stand_back(queue.take() or "", 500)
    queue.stand_back("x", 300)

    assert [queue.take() for _ in range(5)] == ["b", "c", "x", "a", None]


def test_whoever_has_stood_back_for_long_goes_next() -> None:
    clock = ManualClock()
    queue = turns("ab", clock)
    queue.stand_back("early", 900)
    clock.advance(29)
    queue.stand_back("late", 1)
    clock.advance(1)

    assert [queue.take() for _ in range(4)] == ["early", "a", "b", "late"]


def test_nobody_stands_back_for_nobody() -> None:
    queue = turns("a")
    before = queue.anybody_waits()
    queue.take()

    assert (before, queue.anybody_waits()) == (True, False)


def test_so_many_stand_back_and_no_more() -> None:
    queue = turns("a")
    for number in range(MOST_BACK):
        before = queue.anybody_waits()
        queue.stand_back(str(number), 500)

    assert (before, queue.anybody_waits()) == (True, False)


class Crowd:
    """A platform with one shop of 100,000 tickets and fifty of 20.

    Attributes:
        pages: how many were asked of the large shop.
        finished_then: which shops were through when it asked for the twentieth.
    """

    def __init__(self, stop: threading.Event) -> None:
        self.pages = 0
        self.finished: set[str] = set()
        self.finished_then: set[str] = set()
        self._stop = stop

    def send(self, request: Request, *, fresh: bool = False, total_s: float = 30.0) -> Answer:  # noqa: ARG002
        if is_large := "/large/" in request.url:
            self.pages += 1
            if self.pages == 20:
                self.finished_then = set(self.finished)
                self._stop.set()
        return Answer(200, {}, page(100_000 if is_large else 20, request.query))

    def watch(self, alias: str, run: RunRow) -> None:
        if run.finished:
            self.finished.add(alias)


def page(count: int, asked: Mapping[str, str]) -> bytes:
    def at(number: int) -> datetime:
        return (START - SPAN + number * SPAN / count).replace(microsecond=0)

    since, until = (datetime.fromisoformat(asked[name]) for name in ("since", "until"))
    low, high = (bisect_left(range(count), each, key=at) for each in (since, until))
    first = low + (int(asked["page"]) - 1) * int(asked["size"])
    numbers = range(first, min(first + int(asked["size"]), high))
    items = [{"id": f"T{n}", "state": "open", "updated_at": at(n).isoformat()} for n in numbers]
    return json.dumps({"total": high - low, "items": items}).encode()


def test_fifty_small_shops_are_through_before_the_large_ones_twentieth_page(
    tmp_path: Path,
) -> None:
    text = '[apps.b]\nplatform = "bench"\nbase_url = "http://nowhere"\napp_key = "1"\n'
    for alias in ("large", *SMALL):  # the large one first
        text += f'[shops.{alias}]\napp = "b"\nremote_id = "{alias}"\n'
    (tmp_path / "gongdan.toml").write_text(f"[gongdan]\nthreads = 8\n{text}")
    plugins = Plugins([EntryPoint("bench", "benchmarks.connector", GROUP)])
    stop = threading.Event()
    crowd = Crowd(stop)
    config = load(tmp_path / "gongdan.toml", {})

    with Desk(config, plugins, network=crowd, clock=ManualClock(), seed=0) as desk:
        report = desk.sync(stop=stop, progress=crowd.watch)
        outcomes = {run.shop: run.outcome for run in report.shops}

    assert crowd.finished_then == set(SMALL)
    assert {outcomes[alias] for alias in SMALL} == {"ok"}
    assert outcomes["large"] == "stopped"
