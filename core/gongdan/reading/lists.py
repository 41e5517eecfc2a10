"""Read one window of a list so that nothing is lost while it shifts under the reader.

Generators that do nothing themselves: they yield what they want next, an `Ask` (and are sent the
rows of that page) or a `Got` (rows to be stored with the position they lead to), and are thrown
the error where it failed.

By key: always the first page, then the window is narrowed to the last seen update time.  Slowly:
pages forward, then backward, until nothing new.  What fits into one page is read by that page.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from ..contract import ByTime, Stream
from ..errors import ProtocolError, TooLarge
from ..wire import Ask, Page
from .rows import Keyed, keyed

SLOW_ROUNDS = 6  # forward and backward; a list that still shows new rows then is halved


class Window(Struct, frozen=True, omit_defaults=True):
    """A half-open span of update time, and how far its reading is.

    Attributes:
        until: how far the stream is complete when it is all in, which is less than `end` where rows
            are still moving.
        low, high: what the last page by key was asked for.  A reading that was cut off asks for it
            once more, so that the next page can be seen to join it.
        seen: rows in the pages before that one.
        asof: the platform's time when the pass began; rows may have appeared since.
    """

    start: datetime
    end: datetime
    until: datetime
    low: datetime
    high: datetime
    by_key: bool = True
    seen: int = 0
    asof: datetime | None = None


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


def came_of(stream: Stream, page: Page, zone: ZoneInfo) -> Came:
    """Return a page with its rows named; what the platform did not tell of it is None."""
    more = page.more if isinstance(page.more, bool) else None
    total = page.total if isinstance(page.total, int) else None
    return Came([keyed(stream, raw, zone) for raw in page.rows], more, total)


class Got(Struct, frozen=True):
    """Rows to be stored, with the window as it stands after them."""

    rows: Sequence[Keyed]
    window: Window


class Misdeclared(Exception):
    """The list does not behave as the connector declares; the message says in what."""


Key: TypeAlias = tuple[str, datetime | None]
Steps: TypeAlias = Generator[Ask | Got, Came, None]
SlowSteps: TypeAlias = Generator[Ask | Got, Came, set[Key]]


def wanted(steps: Steps | SlowSteps, answer: Came | None) -> Ask | Got | None:
    """Return what a reading wants next, given the page it asked for; None where it is done."""
    try:
        return next(steps) if answer is None else steps.send(answer)
    except StopIteration:
        return None


def read_by_key(reading: ByTime, window: Window) -> Steps:
    """Read a window by its first pages.

    Raises:
        Misdeclared: a row outside what was asked, rows out of order, or pages that do not join.
    """
    ascending = reading.order == "asc"
    low, high = window.low, window.high
    count, pages = window.seen, 0
    before: set[Key] = set()  # of the page before, or of a hop
    edge: datetime | None = None  # first update time of the page before; None: it was asked again
    joins = False
    while low <= high:
        ask = _ask(reading, low, high)
        page = yield ask
        pages += 1
        _check(reading, ask, page)
        now = {row.key for row in page.rows}
        if joins and not before & now:
            if edge is None:
                raise Misdeclared("a page shows no row of the one before")
            low, high = (edge, high) if ascending else (low, edge)
            edge = None
            continue
        here = replace(window, low=low, high=high, seen=count)
        count += len(now - before)
        yield Got(page.rows, here)
        if page.is_last(ask.size):
            break
        first, far = _ends_of(page, ascending)
        before, edge, joins = now, first, True
        if far <= low if ascending else far >= high:
            known = yield from read_slowly(reading, here, span=_dense(reading, low, high))
            count += len(known - before)
            before, joins = known, False
            far = low + reading.tick if ascending else high - reading.tick
        low, high = (far, high) if ascending else (low, far)
    if pages > 1 or (window.low, window.high) != (window.start, window.end):
        yield from _count(reading, window, count)


def _ends_of(page: Came, ascending: bool) -> tuple[datetime, datetime]:
    """Return the update times of the first and the last row in the order of reading."""
    times = [row.updated for row in page.rows if row.updated]
    if not times:
        raise Misdeclared("no row of a page has an update time")
    return (min(times), max(times)) if ascending else (max(times), min(times))


def _dense(reading: ByTime, low: datetime, high: datetime) -> tuple[datetime, datetime]:
    """Return the ticks that hold more than a page, where narrowing stands still."""
    tick = reading.tick
    if reading.order == "asc":
        return low - tick, low + 2 * tick
    return high - 2 * tick, high + tick


def _count(reading: ByTime, window: Window, count: int) -> Steps:
    """Ask for the total once more, at the end: rows leave while one reads."""
    page = yield replace(_ask(reading, window.start, window.end), size=1)
    if page.total is not None and page.total > count:
        yield from read_slowly(reading, window)


def read_slowly(
    reading: ByTime, window: Window, *, span: tuple[datetime, datetime] | None = None
) -> SlowSteps:
    """Read a window page by page, forward and backward, until nothing new; return all keys.

    Raises:
        TooLarge: deeper than the platform's pages go, or it does not come to rest.
    """
    start, end = span or (window.start, window.end)
    known: set[Key] = set()
    last = reading.first_page
    for round_ in range(SLOW_ROUNDS):
        fresh = False
        forward = round_ % 2 == 0
        number = reading.first_page if forward else last
        while True:
            page = yield _deep_ask(reading, start, end, number)
            _check_empty(page, number == reading.first_page)
            _check_total(reading, page)
            now = {row.key for row in page.rows}
            if now - known:
                fresh = True
                known |= now
                yield Got(page.rows, window)
            if not known - now and page.is_last(reading.page_size) and _is_all(page, known):
                return known  # one page has it all, and nothing shifts within one
            if forward:
                last = max(last, number)
                if _ends(reading, page, number):
                    break
                number += 1
            elif number == reading.first_page:
                break
            else:
                number -= 1
        if round_ and not fresh and (forward or _is_all(page, known)):
            return known
    if not fresh:  # the platform counts rows that it does not show
        return known
    raise TooLarge("the list does not come to rest")


def _is_all(page: Came, known: set[Key]) -> bool:
    return page.total is None or page.total <= len({row_id for row_id, _ in known})


def _ends(reading: ByTime, page: Came, number: int) -> bool:
    if page.more is not None:
        return not page.more
    if page.total is not None:
        return (number - reading.first_page + 1) * reading.page_size >= page.total
    return len(page.rows) < reading.page_size


def _deep_ask(reading: ByTime, start: datetime, end: datetime, number: int) -> Ask:
    depth = (number - reading.first_page + 1) * reading.page_size
    if reading.max_rows and depth > max(reading.max_rows, reading.page_size):
        raise TooLarge(f"page {number} is deeper than {reading.max_rows} rows")
    return _ask(reading, start, end, number)


def _check_total(reading: ByTime, page: Came) -> None:
    if page.total is not None and reading.max_rows and page.total > reading.max_rows:
        raise TooLarge(f"{page.total} rows, the platform shows {reading.max_rows}")


def _ask(reading: ByTime, low: datetime, high: datetime, page: int | None = None) -> Ask:
    """Ask one tick wider on both sides: whether bounds are inclusive is rarely stated."""
    number = reading.first_page if page is None else page
    return Ask(low - reading.tick, high + reading.tick, number, reading.page_size)


def _check_empty(page: Came, is_first: bool) -> None:
    if is_first and not page.rows and (page.total or page.more):
        raise ProtocolError(f"an empty page, though the platform tells {page.total or 'more'} rows")


def _check(reading: ByTime, ask: Ask, page: Came) -> None:
    """Check what the connector declares of the list."""
    _check_empty(page, is_first=True)
    slack: timedelta = 2 * reading.tick
    times = [row.updated for row in page.rows if row.updated]
    for moment in times:
        if not ask.start - slack <= moment <= ask.end + slack:
            raise Misdeclared("a row outside the span of update time that was asked for")
    if times != sorted(times, reverse=reading.order == "desc"):
        raise Misdeclared(f"rows do not come in {reading.order} order of update time")
