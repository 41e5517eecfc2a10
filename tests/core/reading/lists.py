"""A list in memory that shifts while it is read, and who reads it without an engine around."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gongdan import Ask, ByTime
from gongdan.reading.lists import (
    Came,
    Got,
    SlowSteps,
    Steps,
    Window,
    read_by_key,
    read_slowly,
)
from gongdan.reading.rows import Keyed

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Change = Callable[["Listed", int], None]


class Listed:
    """Rows with their update times in seconds after START.

    Attributes:
        rows: id to second.
        created: id to second, of what the bounds filter where `by_create`.
        asked: every ask, in order.
    """

    def __init__(self, rows: dict[str, int], order: str = "asc", **traits: bool) -> None:
        self.rows = dict(rows)
        self.created = dict(rows)
        self.asked: list[Ask] = []
        self._order = order
        self._by_create = traits.get("by_create", False)
        self._exclusive = traits.get("exclusive", False)
        self._total = traits.get("total", True)
        self._shuffled = traits.get("shuffled", False)

    def page(self, ask: Ask) -> Came:
        self.asked.append(ask)
        of = self.created if self._by_create else self.rows
        found = [name for name in self.rows if self._matches(of[name], ask)]
        found.sort(key=lambda name: (self.rows[name], name), reverse=self._order == "desc")
        if self._shuffled:
            found.sort(key=lambda name: hash((name, 7)))
        first = (ask.page - 1) * ask.size
        rows = [self._row(name) for name in found[first : first + ask.size]]
        return Came(rows, total=len(found) if self._total else None)

    def _matches(self, second: int, ask: Ask) -> bool:
        at = START + second * SECOND
        if self._exclusive:
            return ask.start < at < ask.end
        return ask.start <= at <= ask.end

    def _row(self, name: str) -> Keyed:
        return Keyed(name, START + self.rows[name] * SECOND, name.encode(), None)


def window(end_s: int, start_s: int = 0) -> Window:
    """Return a window that nothing is read of yet."""
    start, end = START + start_s * SECOND, START + end_s * SECOND
    return Window(start, end, end, start, end)


def read(
    listed: Listed, reading: ByTime, span: Window, change: Change | None = None, *,
    slowly: bool = False, most: int = 2000,
) -> tuple[dict[str, int], list[Window]]:  # fmt: skip
    """Read a window to its end; return the newest second of every row, and where it stood.

    Args:
        change: called before every request with how many were made.
        most: requests; more is taken for an endless loop.
    """
    steps: Steps | SlowSteps
    steps = read_slowly(reading, span) if slowly else read_by_key(reading, span)
    had: dict[str, int] = {}
    stood: list[Window] = []
    want = next(steps, None)
    while want is not None:
        assert len(listed.asked) < most
        try:
            if isinstance(want, Got):
                take(want, had)
                stood.append(want.window)
                want = next(steps)
                continue
            if change is not None:
                change(listed, len(listed.asked))
            want = steps.send(listed.page(want))
        except StopIteration:
            break
    return had, stood


def take(got: Got, had: dict[str, int]) -> None:
    """Keep the newest second of every row."""
    for row in got.rows:
        assert row.updated is not None
        second = round((row.updated - START) / SECOND)
        had[row.id] = max(second, had.get(row.id, second))
