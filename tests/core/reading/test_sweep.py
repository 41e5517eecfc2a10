"""What is missed all the same: the daily sweep, windows that never work, and gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongdan import Ask, ByTime, Page, ProtocolError, Shop, Transient

from .desk import Desk, moment

DAY = timedelta(days=1)
ASC = ByTime(order="asc", page_size=5, sweep=timedelta(days=3))
Open = Callable[..., Desk]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    desks: list[Desk] = []

    def make(reading: ByTime = ASC, **parts: Any) -> Desk:
        desks.append(Desk(tmp_path, reading, **parts))
        return desks[-1]

    yield make
    for desk in desks:
        desk.store.close()


def test_a_row_listed_later_than_any_overlap_is_found_by_the_sweep(opened: Open) -> None:
    desk = opened()
    desk.put("known", ago_s=600)
    desk.sync()
    desk.put("hidden", ago_s=7200)  # the list shows it only now, behind the cursor

    desk.sync()
    missed = set(desk.states())
    desk.clock.advance(DAY.total_seconds() + 60)
    desk.sync()

    assert missed == {"known"}
    assert set(desk.states()) == {"known", "hidden"}


def test_the_sweep_comes_once_a_day(opened: Open) -> None:
    desk = opened()
    desk.put("known", ago_s=600)
    desk.sync()
    desk.clock.advance(DAY.total_seconds() + 60)
    desk.sync()
    swept = len(desk.asked)

    desk.sync()

    assert len(desk.asked) - swept == 1  # the window alone


def test_a_sweep_by_creation_asks_so(opened: Open) -> None:
    desk = opened(ByTime(order="asc", page_size=5, by_creation=True))
    desk.put("known", ago_s=600)
    desk.sync()
    desk.clock.advance(DAY.total_seconds() + 60)

    desk.sync()

    assert {ask.by for ask in desk.asked} == {"update", "create"}


def poisoned(desk: Desk, poison_ago_s: float) -> None:
    """Let every page fail that would show one moment, and no other."""
    at = desk.clock.now().replace(microsecond=0) - timedelta(seconds=poison_ago_s)
    listed = desk.page

    def page(shop: Shop[Any], ask: Ask) -> Page:
        if ask.start <= at <= ask.end:
            raise ProtocolError("acme main: GET /cases: expected JSON, got text/html")
        return listed(shop, ask)

    from msgspec.structs import force_setattr

    force_setattr(desk.connector.streams[0], "read_page", page)


def test_a_window_that_never_works_is_narrowed_to_the_second_and_the_rest_is_read(
    opened: Open,
) -> None:
    desk = opened()
    for n in range(20):
        desk.put(f"c{n}", ago_s=3600 - n * 100)
    poisoned(desk, poison_ago_s=2650)

    outcomes = []
    for _ in range(6):
        outcomes.append(desk.sync().outcome)
        desk.clock.advance(60)

    gaps = desk.store.cases.gaps("main", "case")
    assert outcomes[:4] == ["failed"] * 4
    assert outcomes[4] == "partial"  # the fifth narrows, and goes on behind the gap
    assert set(desk.states()) == set(desk.rows)
    assert sum((end - start for start, end in gaps), timedelta()) <= timedelta(seconds=4)


def test_an_outage_narrows_nothing(opened: Open) -> None:
    desk = opened()
    desk.put("known", ago_s=600)

    def down() -> None:
        raise Transient("acme main: GET /cases: no answer")

    desk.before = down
    for _ in range(8):
        assert desk.sync().outcome == "failed"
    desk.before = lambda: None

    assert desk.sync().outcome == "ok"
    assert desk.store.cases.gaps("main", "case") == []
    assert set(desk.states()) == {"known"}


def test_a_gap_is_tried_daily_and_closed_once_it_can_be_read(opened: Open) -> None:
    desk = opened()
    desk.put("late", ago_s=3600)
    at = moment(desk.rows["late"])
    desk.store.cases.add_gap("main", "case", at, at + timedelta(seconds=1), "html", at)
    desk.put("known", ago_s=600)
    desk.sync()

    before = desk.store.cases.gaps("main", "case")
    desk.clock.advance(DAY.total_seconds() + 60)
    desk.sync()

    assert len(before) == 1
    assert desk.store.cases.gaps("main", "case") == []


def test_a_new_field_and_a_new_word_are_told_once(opened: Open) -> None:
    desk = opened()
    desk.put("known", ago_s=600)
    first = desk.sync()
    desk.clock.advance(60)
    desk.put("odd", state="frozen", colour="red")

    second, third = desk.sync(), desk.sync()

    assert first.notes == ()
    assert set(second.notes) >= {
        "drift: case: $.state: new value 'frozen'",
        "drift: case: new field colour in a row",
    }
    assert third.notes == ()
    assert desk.states()["odd"].value == "unknown"
