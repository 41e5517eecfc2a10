"""Reading one window of a list: by key, over dense seconds, the slow way, and cut off anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongdan import Ask, ByTime, ProtocolError, TooLarge
from gongdan.reading.lists import Came, Got, Misdeclared, Window, read_by_key

from .lists import SECOND, START, Listed, read, window

Order: TypeAlias = Literal["asc", "desc"]
ORDERS = [pytest.param("asc", id="ascending"), pytest.param("desc", id="descending")]


def by_time(order: Order, size: int = 5, max_rows: int | None = None) -> ByTime:
    return ByTime(order=order, page_size=size, max_rows=max_rows)


def apart(count: int, step: int = 10) -> dict[str, int]:
    """Return so many rows, *step* seconds apart."""
    return {f"r{n}": n * step for n in range(count)}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("count", [0, 1, 5, 6, 10, 101])
def test_reads_every_row_by_first_pages(order: Order, count: int) -> None:
    listed = Listed(apart(count), order)

    had, _ = read(listed, by_time(order), window(2000))

    assert had == apart(count)
    assert {ask.page for ask in listed.asked} == {1}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("exclusive", [True, False])
def test_asks_a_tick_wider_so_that_bounds_may_be_either_way(order: Order, exclusive: bool) -> None:
    listed = Listed(apart(40, 1), order, exclusive=exclusive)

    had, _ = read(listed, by_time(order), window(39))

    assert had == apart(40, 1)


@pytest.mark.parametrize("order", ORDERS)
def test_hops_over_a_second_that_holds_more_than_a_page(order: Order) -> None:
    rows = apart(12) | {f"dense{n}": 55 for n in range(33)}
    listed = Listed(rows, order)

    had, _ = read(listed, by_time(order), window(200))

    assert had == rows
    assert max(ask.page for ask in listed.asked) > 1


@pytest.mark.parametrize("order", ORDERS)
def test_a_row_that_moves_away_takes_no_other_along(order: Order) -> None:
    """Pages by number would skip the row that slides onto the page before."""
    listed = Listed(apart(30), order)

    def touch(listed: Listed, asked: int) -> None:
        listed.rows[f"r{asked % 30}"] = 9000 + asked  # leaves the window

    had, _ = read(listed, by_time(order), window(2000), touch)

    assert set(had) | {name for name, at in listed.rows.items() if at >= 9000} == set(apart(30))


@pytest.mark.parametrize("order", ORDERS)
def test_a_page_whose_rows_all_moved_is_no_misdeclaration(order: Order) -> None:
    """The seam shows none of them; asked again from the edge before, it joins."""
    reading, listed = by_time(order), Listed(apart(12), order)
    seam = "r4" if order == "asc" else "r7"

    def touch(listed: Listed, asked: int) -> None:
        if asked == 1:
            listed.rows[seam] = 9000

    had, _ = read(listed, reading, window(2000), touch)

    assert set(had) == set(apart(12))


def test_pages_that_do_not_join_end_the_narrowing() -> None:
    """Douyin's order_by may change the order and not the filter."""
    listed = Listed(apart(30), by_create=True)
    listed.created = dict.fromkeys(listed.rows, -5)
    listed.created |= {f"r{n}": n * 10 for n in range(20, 30)}

    with pytest.raises(Misdeclared, match="no row of the one before"):
        read(listed, by_time("asc"), window(2000, -100))


def test_a_total_that_is_not_reached_is_read_the_slow_way() -> None:
    """A row at the seam joins the pages by chance; the total at the end does not fit."""
    listed = Listed({f"r{n}": n * 10 for n in range(12)}, by_create=True)
    listed.created = dict.fromkeys(listed.rows, 0) | {"r4": 40, "r11": 110}

    had, _ = read(listed, by_time("asc"), window(200))

    assert had == listed.rows
    assert max(ask.page for ask in listed.asked) > 1


@pytest.mark.parametrize(
    ("listed", "order", "what"),
    [
        pytest.param(Listed(apart(9), "desc"), "asc", "do not come in asc order", id="order"),
        pytest.param(Listed(apart(9), shuffled=True), "asc", "do not come in asc", id="no order"),
    ],
)
def test_says_what_is_not_as_declared(listed: Listed, order: Order, what: str) -> None:
    with pytest.raises(Misdeclared, match=what):
        read(listed, by_time(order), window(200))


def test_a_row_outside_the_span_is_a_misdeclaration() -> None:
    listed = Listed({"a": 10, "b": 5000}, by_create=True)
    listed.created = {"a": 10, "b": 20}

    with pytest.raises(Misdeclared, match="outside the span"):
        read(listed, by_time("asc"), window(200))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("after", range(1, 9))
def test_goes_on_where_it_was_cut_off(order: Order, after: int) -> None:
    reading, listed = by_time(order), Listed(apart(20) | {f"d{n}": 77 for n in range(8)}, order)
    _, stood = read(Listed(listed.rows, order), reading, window(500))
    held = stood[min(after, len(stood)) - 1]
    stored: dict[str, int] = {}
    _replay(listed, reading, held, stored)

    had, _ = read(listed, reading, held)

    assert stored | had == listed.rows


def _replay(listed: Listed, reading: ByTime, until: Window, stored: dict[str, int]) -> None:
    """Store what a reading had landed when it stood at *until*."""
    from .lists import take

    steps = read_by_key(reading, window(500))
    want = next(steps)
    while True:
        if isinstance(want, Got):
            take(want, stored)
            if want.window == until:
                return
            want = next(steps)
        else:
            want = steps.send(listed.page(want))


@pytest.mark.parametrize("order", ORDERS)
def test_a_reading_that_goes_on_knows_how_much_was_read(order: Order) -> None:
    """Else the total at the end would not fit, and all be read again the slow way."""
    reading = by_time(order)
    _, stood = read(Listed(apart(40), order), reading, window(500))
    listed = Listed(apart(40), order)

    read(listed, reading, stood[5])

    assert {ask.page for ask in listed.asked} == {1}
    assert len(listed.asked) < len(stood)


def test_a_cut_off_reading_still_finds_that_the_list_is_misdeclared() -> None:
    """Killed between two pages, the seam must not be forgotten."""
    reading = by_time("asc")
    listed = Listed({f"r{n}": n * 10 for n in range(12)}, by_create=True)
    listed.created = dict.fromkeys(listed.rows, 0) | {"r4": 40, "r11": 110}
    steps = read_by_key(reading, window(200))
    first = next(steps)
    assert not isinstance(first, Got)
    got = steps.send(listed.page(first))
    assert isinstance(got, Got)

    had, _ = read(listed, reading, got.window)

    assert set(had) | {row.id for row in got.rows} == set(listed.rows)


def test_an_empty_page_with_a_total_is_an_error_and_no_end() -> None:
    steps = read_by_key(by_time("asc"), window(100))
    next(steps)

    with pytest.raises(ProtocolError, match="an empty page"):
        steps.send(Came([], total=7))


def test_the_slow_way_is_too_large_beyond_what_the_platform_shows() -> None:
    listed = Listed(apart(30), shuffled=True)

    with pytest.raises(TooLarge, match="30 rows, the platform shows 20"):
        read(listed, ByTime(page_size=5, max_rows=20), window(2000), slowly=True)


def test_the_slow_way_ends_where_the_platform_counts_rows_that_it_does_not_show() -> None:
    class Counting(Listed):
        def page(self, ask: object) -> Came:
            came = super().page(ask)  # type: ignore[arg-type]  # an Ask
            return Came(came.rows, total=(came.total or 0) + 1)

    listed = Counting(apart(12), shuffled=True)

    had, _ = read(listed, ByTime(page_size=5), window(2000), slowly=True)

    assert had == apart(12)


@pytest.mark.parametrize("order", ["asc", "desc", "none"])
@given(
    seconds=st.lists(st.integers(0, 60), min_size=0, max_size=40),
    touched=st.lists(st.lists(st.integers(0, 39), max_size=3), max_size=30),
    size=st.integers(2, 9),
    exclusive=st.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_loses_no_row_whatever_is_updated_between_two_requests(
    order: str, seconds: list[int], touched: list[list[int]], size: int, exclusive: bool
) -> None:
    """What was updated belongs to the next window; every other row is in this one."""
    listed = Listed(
        {f"r{n}": at for n, at in enumerate(seconds)}, order,
        exclusive=exclusive, shuffled=order == "none",
    )  # fmt: skip
    moved: set[str] = set()

    def touch(listed: Listed, asked: int) -> None:
        for n in touched[asked] if asked < len(touched) else []:
            if f"r{n}" in listed.rows:
                listed.rows[f"r{n}"] = 5000 + asked
                moved.add(f"r{n}")

    reading = ByTime(order=order, page_size=size)  # type: ignore[arg-type]  # one of three
    try:
        had, _ = read(listed, reading, window(60), touch, slowly=order == "none")
    except Misdeclared:  # every row of a page was updated at once; it is read the slow way then
        had, _ = read(listed, reading, window(60), touch, slowly=True)

    assert set(had) >= set(listed.rows) - moved


def test_a_window_begins_and_ends_a_tick_outside_itself() -> None:
    listed = Listed({})

    read(listed, by_time("asc"), window(100))

    assert [(ask.start, ask.end) for ask in listed.asked] == [
        (START - SECOND, START + timedelta(seconds=101))
    ]


@pytest.mark.parametrize("total", [True, False])
def test_what_fits_into_one_page_is_asked_for_once_the_slow_way_too(total: bool) -> None:
    listed = Listed(apart(4), shuffled=True, total=total)

    had, _ = read(listed, ByTime(page_size=5), window(2000), slowly=True)

    assert had == apart(4)
    assert len(listed.asked) == 1


def test_a_page_that_holds_less_than_the_platform_counts_is_asked_for_again() -> None:
    class Short(Listed):
        def page(self, ask: Ask) -> Came:
            came = super().page(ask)
            return came if len(self.asked) > 1 else Came(came.rows[:-1], False, came.total)

    listed = Short(apart(4), shuffled=True)

    had, _ = read(listed, ByTime(page_size=5), window(2000), slowly=True)

    assert had == apart(4)
