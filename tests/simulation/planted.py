"""Bugs on purpose: what other readers do.  The simulation must catch each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import msgspec
from msgspec.structs import replace

from gongdan import ByTime, Connector
from gongdan.reading import lists, stream
from gongdan.reading.lists import Got, Steps, Window
from gongdan.reading.position import Position
from gongdan.reading.stream import Reader
from gongdan.reading.wants import Land
from gongdan.store import landing
from gongdan.wire import Ask

from .platforms import Platform


def _forward(reading: ByTime, window: Window, **_: object) -> Any:
    """Read pages by number, once."""
    number, known = reading.first_page, set()
    while True:
        page = yield Ask(window.start, window.end, number, reading.page_size)
        known |= {row.key for row in page.rows}
        yield Got(page.rows, window)
        if lists._ends(reading, page, number):
            return known
        number += 1


def _narrowing(step: timedelta) -> Callable[[ByTime, Window], Steps]:
    """Return a reading by key that checks nothing and goes on *step* after the last row."""

    def read(reading: ByTime, window: Window) -> Steps:
        low, high = window.low, window.high
        before: object = None
        while low <= high:
            page = yield Ask(low - reading.tick, high + reading.tick, 1, reading.page_size)
            yield Got(page.rows, window)
            times = [row.updated for row in page.rows if row.updated]
            if page.is_last(reading.page_size) or not times or before == (low, high):
                return
            before = (low, high)
            if reading.order == "asc":
                low = max(times) + step
            else:
                high = min(times) - step

    return read


@contextmanager
def _reading(read: Any) -> Iterator[None]:
    with patch.object(stream, "read_by_key", read), patch.object(stream, "read_slowly", _forward):
        yield


@contextmanager
def _early_cursor() -> Iterator[None]:
    """Store how far the stream is complete with the first of its pages."""
    original = Reader._land

    def land(
        self: Reader, position: Position, rows: Any = (), until: datetime | None = None
    ) -> Land:
        if position.window is not None and rows:
            until, position = position.window.until, replace(position, window=None)
        return original(self, position, rows, until)

    with patch.object(Reader, "_land", land):
        yield


@contextmanager
def _final_state() -> Iterator[None]:
    """Store where the reading would have come to, whatever happened."""
    original = Reader.read

    def read(self: Reader) -> Any:
        try:
            yield from original(self)
        finally:
            done = msgspec.json.encode(Position()).decode()
            self._cases.commit(replace(self._blank, until=self._at, position=done))

    with patch.object(Reader, "read", read):
        yield


@contextmanager
def _declared(**parts: object) -> Iterator[None]:
    """Declare something else of every list."""
    original = Platform.shrunk

    def shrunk(self: Platform, rng: Any) -> Connector[Any]:
        connector = original(self, rng)
        reading = connector.streams[0].reading
        assert isinstance(reading, ByTime)
        reading = replace(reading, **parts)
        return replace(connector, streams=(replace(connector.streams[0], reading=reading),))

    with patch.object(Platform, "shrunk", shrunk):
        yield


@contextmanager
def _trusting() -> Iterator[None]:
    with _declared(order="asc"), _reading(_narrowing(timedelta())):
        yield


@contextmanager
def _overwriting() -> Iterator[None]:
    original = landing._fate

    def fate(known: Any, payload: Any) -> Any:
        found = original(known, payload)
        return "changed" if found == "older" else found

    with patch.object(landing, "_fate", fate):
        yield


PLANTED: dict[str, Callable[[], Any]] = {
    "cursor before rows": _early_cursor,
    "> instead of >=": lambda: _reading(_narrowing(timedelta(seconds=2))),
    "pages forward": lambda: _reading(_forward),
    "final state in finally": _final_state,
    "no overlap": lambda: _declared(overlap=timedelta(), settle=timedelta()),
    "a false declaration trusted": _trusting,
    "older overwrites newer": _overwriting,
}
