"""A calendar's open time, laid out on a table of instants.

An instant is open when the clock of the calendar's zone then shows a time inside that day's hours.
So an hour that the clock skips never was, an hour that it shows twice counts twice, and both need
no case of their own: the table is cut where the offset changes.

The table is made in chunks of about a year, when asked for and kept, and holds for every opening
how much open time the chunk had before it.  A question is then two bisections, however long the
target and however many the days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from .faults import BadTime, NeverOpen
from .hours import Day, Hours, workday_hours
from .instants import DAY_S, FIRST_S, LAST_S, SECOND, to_datetime
from .zones import stretches

_CHUNK_S = 2**25  # 388 days
_CHUNK = _CHUNK_S * SECOND
_KEEP = 64  # chunks in memory, about 40 KB each
LOOK_DAYS = 3 * 366  # a calendar that is closed for longer has lost its hours
_LOOK = LOOK_DAYS * DAY_S * SECOND
# What is due later than in two centuries is a wrong unit, and would take seconds to look for.
_FAR_CHUNKS = 200
_UNIX_ORDINAL = date(1970, 1, 1).toordinal()
_UNIX_WEEKDAY = date(1970, 1, 1).weekday()


class _Chunk:
    """The openings of one chunk: starts and ends, and the open time before each, microseconds."""

    __slots__ = ("before", "ends", "starts", "total")

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self.starts = [start * SECOND for start, _ in spans]
        self.ends = [end * SECOND for _, end in spans]
        self.before = [0]
        for start, end in zip(self.starts, self.ends, strict=True):
            self.before.append(self.before[-1] + end - start)
        self.total = self.before[-1]

    def position(self, at: int) -> int:
        """Give the open time from the chunk's beginning until *at*."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        inside = at - self.starts[index]
        position, after = self.before[index], self.before[index + 1]
        return position + inside if position + inside < after else after


class Openings:
    """The open time of some hours in a zone.  All instants are microseconds since 1970 UTC."""

    __slots__ = ("_chunks", "_holidays", "_hours", "_usual", "_workdays", "_zone")

    def __init__(self, hours: Hours, zone: ZoneInfo) -> None:
        self._hours = hours
        self._zone = zone
        self._holidays = frozenset(day.toordinal() for day in hours.holidays)
        self._workdays = {day.toordinal(): open_ for day, open_ in hours.workdays}
        usual = workday_hours(hours.week)
        self._usual = tuple(day or usual for day in hours.week)
        self._chunks: dict[int, _Chunk] = {}

    def advance(self, at: int, need: int) -> int:
        """Give the first instant with *need* (> 0) open microseconds between *at* and it.

        Raises:
            NeverOpen: a closure on the way is longer than LOOK_DAYS.
            BadTime: it is more than about 200 years away.
        """
        key = at // _CHUNK
        chunk = self._chunks.get(key) or self._chunk(key)
        goal = chunk.position(at) + need
        if goal > chunk.total:
            chunk, goal = self._walk(key, at, goal)
        index = bisect_left(chunk.before, goal) - 1
        return chunk.starts[index] + goal - chunk.before[index]

    def count(self, start: int, end: int) -> int:
        """Give the open time between two instants; nothing if *end* is not after *start*."""
        if end <= start:
            return 0
        first, last = start // _CHUNK, end // _CHUNK
        between = sum(self._chunk(key).total for key in range(first, last))
        return between + self._chunk(last).position(end) - self._chunk(first).position(start)

    def is_open(self, at: int) -> bool:
        """Tell whether an instant lies in open time; an opening does, a closing does not."""
        chunk = self._chunk(at // _CHUNK)
        index = bisect_right(chunk.starts, at) - 1
        return index >= 0 and at < chunk.ends[index]

    def spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the open stretches between two instants, ascending, touching ones as one."""
        held: tuple[int, int] | None = None
        for key in range(start // _CHUNK, end // _CHUNK + 1):
            chunk = self._chunk(key)
            for index in range(bisect_right(chunk.ends, start), bisect_left(chunk.starts, end)):
                opens, closes = max(chunk.starts[index], start), min(chunk.ends[index], end)
                if held is not None and held[1] == opens:
                    held = (held[0], closes)
                    continue
                if held is not None:
                    yield held
                held = (opens, closes)
        if held is not None:
            yield held

    def next_open(self, at: int) -> int:
        """Give *at* if the calendar is open then, else the next opening; a closing is closed.

        Raises:
            NeverOpen: there is none for LOOK_DAYS.
        """
        return self.advance(at, 1) - 1

    def last_close(self, at: int) -> int | None:
        """Give the last instant up to *at* that ends open time, or *at* inside it or at its start.

        None: nothing was open for LOOK_DAYS before.
        """
        for key in range(at // _CHUNK, (at - _LOOK) // _CHUNK - 1, -1):
            chunk = self._chunk(key)
            index = bisect_right(chunk.starts, at) - 1
            if index >= 0:
                return min(chunk.ends[index], at)
        return None

    def _walk(self, key: int, at: int, goal: int) -> tuple[_Chunk, int]:
        """Go to the chunk where *goal*, counted from the beginning of chunk *key*, is reached."""
        chunk, closed_since, far = self._chunk(key), at, key + _FAR_CHUNKS
        while goal > chunk.total:
            if key > far or goal > _FAR_CHUNKS * _CHUNK:
                raise BadTime("calendar: it would be due in more than 200 years; check the target")
            goal -= chunk.total
            if chunk.ends:
                closed_since = max(at, chunk.ends[-1])
            key += 1
            chunk = self._chunk(key)
            resumes = chunk.starts[0] if chunk.starts else key * _CHUNK
            if resumes - closed_since > _LOOK or key * _CHUNK_S > LAST_S:
                since = to_datetime(closed_since, self._zone)
                raise NeverOpen(
                    f"calendar: no open time for {LOOK_DAYS} days after {since:%Y-%m-%d %H:%M}; "
                    f"its week, holidays and workdays leave nothing"
                )
        return chunk, goal

    def _chunk(self, key: int) -> _Chunk:
        chunk = self._chunks.get(key)
        if chunk is None:
            if len(self._chunks) >= _KEEP:
                self._chunks.clear()
            chunk = self._chunks[key] = _Chunk(self._lay_out(key * _CHUNK_S))
        return chunk

    def _lay_out(self, start_s: int) -> list[tuple[int, int]]:
        start_s, end_s = max(start_s, FIRST_S), min(start_s + _CHUNK_S, LAST_S)
        spans: list[tuple[int, int]] = []
        if start_s >= end_s:
            return spans
        for since, until, offset in stretches(self._zone, start_s, end_s):
            for day in range((since + offset) // DAY_S, (until + offset - 1) // DAY_S + 1):
                midnight = day * DAY_S - offset
                for opens, closes in self._day(day):
                    start, end = max(midnight + opens, since), min(midnight + closes, until)
                    if start >= end:
                        continue
                    if spans and spans[-1][1] == start:
                        spans[-1] = (spans[-1][0], end)
                    else:
                        spans.append((start, end))
        return spans

    def _day(self, day: int) -> Day:
        """Give the hours of a local day, counted from 1970-01-01."""
        ordinal, weekday = day + _UNIX_ORDINAL, (day + _UNIX_WEEKDAY) % 7
        special = self._workdays.get(ordinal)
        if special is not None:
            return special
        if ordinal in self._holidays:
            return ()
        hours = self._hours
        if hours.yearly or hours.years is not None:
            on = date.fromordinal(ordinal)
            if (on.month, on.day) in hours.yearly:
                return ()
            if hours.years is not None and on.year not in hours.years:
                return self._usual[weekday]
        return hours.week[weekday]
