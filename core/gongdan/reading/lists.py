"""Read one window of a list so that nothing is lost while it shifts under the reader.

Generators that do nothing themselves: they yield what they want next, an `Ask` (and are sent the
rows of that page) or a `Got` (rows to be stored with the position they lead to), and are thrown
the error where it failed.

By key: always the first page, then the window is narrowed to the last seen update time.  Slowly:
pages forward, then backward, until nothing new.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ..contract import ByTime
from ..errors import ProtocolError, TooLarge
from ..wire import Ask
from .rows import Keyed

SLOW_ROUNDS = 6  # forward and backward; a list that still shows new rows then is halved
COUNTED = 200_000  # ids remembered for the total check; beyond it is skipped


class Window(Struct, frozen=True):
    """A half-open span of update time.

    `low` and `high`: what of it is still to be read by key; `until`: how far the stream is complete
    when it is all in, which is less than `end` where rows are still moving.
    """

    start: datetime
    end: datetime
    until: datetime
    low: datetime
    high: datetime
    by_key: bool = True


class Came(Struct, frozen=True):
    """One page, its rows named; more and total as the platform told them, if it did."""

    rows: Sequence[Keyed]
    more: bool | None = None
    total: int | None = None

    def is_last(self, size: int) -> bool:
        """Tell whether a first page holds all that was asked for."""
        if self.more is not None:
            return not self.more
        if self.total is not None:
            return self.total <= len(self.rows)
        return len(self.rows) < size


class Got(Struct, frozen=True):
    """Rows to be stored, with the window as it stands after them."""

    rows: Sequence[Keyed]
    window: Window


class Misdeclared(Exception):
    """The list does not behave as the connector declares; the message says in what."""


Steps: TypeAlias = Generator[Ask | Got, Came, None]


def read_by_key(reading: ByTime, window: Window) -> Steps:
    """Read a window by its first pages.

    Raises:
        Misdeclared: a row outside what was asked, rows out of order, or pages that do not join.
    """
    ascending = reading.order == "asc"
    low, high = window.low, window.high
    before: set[tuple[str, datetime | None]] = set()
    edge: datetime | None = None  # first update time of the page before
    seen: set[str] | None = set() if (low, high) == (window.start, window.end) else None
    pages = 0
    while True:
        ask = _ask(reading, low, high)
        page = yield ask
        pages += 1
        _check(reading, ask, page)
        now = {row.key for row in page.rows}
        if before and page.rows and not before & now:
            if edge is None:
                raise Misdeclared("a page shows no row of the one before")
            low, high = (edge, high) if ascending else (low, edge)
            edge = None
            continue
        times = [row.updated for row in page.rows if row.updated]
        if seen is not None and len(seen) < COUNTED:
            seen.update(row.id for row in page.rows)
        if page.is_last(ask.size):
            break
        if not times:
            raise Misdeclared("no row of a page has an update time")
        before, edge = now, (min(times) if ascending else max(times))
        far = max(times) if ascending else min(times)
        stuck = far <= low if ascending else far >= high
        if stuck:
            tick = reading.tick
            span = (low - tick, low + 2 * tick) if ascending else (high - 2 * tick, high + tick)
            yield from read_slowly(reading, window, span=span)
            before, edge = set(), None
            far = low + tick if ascending else high - tick
            seen = None
        low, high = (far, high) if ascending else (low, far)
        yield Got(page.rows, _left(window, low, high))
        if low > high:
            break
    yield Got(page.rows, _left(window, low, high))
    if pages > 1 and seen is not None and len(seen) < COUNTED:
        yield from _count(reading, window, seen)


def _count(reading: ByTime, window: Window, seen: set[str]) -> Steps:
    """Ask for the total once more, at the end: rows leave while one reads."""
    page = yield _ask(reading, window.start, window.end)
    if page.total is None:
        return
    yield Got(page.rows, window)
    if page.total > len(seen | {row.id for row in page.rows}):
        yield from read_slowly(reading, window)


def read_slowly(
    reading: ByTime, window: Window, *, span: tuple[datetime, datetime] | None = None
) -> Steps:
    """Read a window page by page, forward and backward, until nothing new.

    Raises:
        TooLarge: deeper than the platform's pages go, or it does not come to rest.
    """
    start, end = span or (window.start, window.end)
    known: set[tuple[str, datetime | None]] = set()
    last = reading.first_page
    for round_ in range(SLOW_ROUNDS):
        fresh = False
        page_number = reading.first_page if round_ % 2 == 0 else last
        while True:
            _check_depth(reading, page_number)
            page = yield _ask(reading, start, end, page_number)
            if page.total is not None and reading.max_rows and page.total > reading.max_rows:
                raise TooLarge(f"{page.total} rows, the platform shows {reading.max_rows}")
            now = {row.key for row in page.rows}
            if now - known:
                fresh = True
                known |= now
                yield Got(page.rows, window)
            if round_ % 2 == 0:
                last = max(last, page_number)
                if _ends(reading, page, page_number):
                    break
                page_number += 1
            elif page_number == reading.first_page:
                break
            else:
                page_number -= 1
        if round_ and not fresh:
            return
    raise TooLarge("the list does not come to rest")


def _ends(reading: ByTime, page: Came, number: int) -> bool:
    if page.more is not None:
        return not page.more
    if page.total is not None:
        return (number - reading.first_page + 1) * reading.page_size >= page.total
    return len(page.rows) < reading.page_size


def _check_depth(reading: ByTime, number: int) -> None:
    depth = (number - reading.first_page + 1) * reading.page_size
    if reading.max_rows and depth > max(reading.max_rows, reading.page_size):
        raise TooLarge(f"page {number} is deeper than {reading.max_rows} rows")


def _ask(reading: ByTime, low: datetime, high: datetime, page: int | None = None) -> Ask:
    """Ask one tick wider on both sides: whether bounds are inclusive is rarely stated."""
    number = reading.first_page if page is None else page
    return Ask(low - reading.tick, high + reading.tick, number, reading.page_size)


def _left(window: Window, low: datetime, high: datetime) -> Window:
    return replace(window, low=low, high=high)


def _check(reading: ByTime, ask: Ask, page: Came) -> None:
    """Check what the connector declares of the list."""
    if not page.rows and (page.total or page.more):
        raise ProtocolError(f"an empty page, though the platform tells {page.total or 'more'} rows")
    slack: timedelta = 2 * reading.tick
    times = [row.updated for row in page.rows if row.updated]
    for moment in times:
        if not ask.start - slack <= moment <= ask.end + slack:
            raise Misdeclared("a row outside the span of update time that was asked for")
    if times != sorted(times, reverse=reading.order == "desc"):
        raise Misdeclared(f"rows do not come in {reading.order} order of update time")
