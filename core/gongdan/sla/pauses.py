"""Pauses: spans of time in which a clock stands still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol, TypeAlias

from .faults import BadTime
from .instants import to_micros

Pause: TypeAlias = tuple[datetime, datetime]
Span: TypeAlias = tuple[int, int]  # microseconds since 1970 UTC


class Track(Protocol):
    """Something that a target runs along: a calendar's open time, or the wall clock."""

    def advance(self, at: int, need: int, /) -> int:
        """Give the first instant with *need* microseconds between *at* and it."""
        ...

    def count(self, start: int, end: int, /) -> int:
        """Give what runs between two instants."""
        ...

    def spans(self, start: int, end: int, /) -> Iterator[Span]:
        """Yield where it runs between two instants."""
        ...


class Wall:
    """The wall clock: every instant counts."""

    __slots__ = ()

    def advance(self, at: int, need: int) -> int:
        """Give the instant *need* later."""
        return at + need

    def count(self, start: int, end: int) -> int:
        """Give the time between two instants."""
        return max(end - start, 0)

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Yield the one span there is."""
        yield start, end


def merge(pauses: Iterable[Pause]) -> tuple[Span, ...]:
    """Sort pauses and make those that overlap or touch one; empty ones are left out.

    Raises:
        BadTime: a pause ends before it starts, or one of its times is naive.
    """
    merged: list[Span] = []
    for start, end in sorted(_read(pause) for pause in pauses):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)


def advance(track: Track, at: int, need: int, pauses: tuple[Span, ...]) -> int:
    """Give the first instant with *need* microseconds of *track* since *at*, pauses left out."""
    for start, end in pauses:
        if end <= at:
            continue
        if start > at:
            ran = track.count(at, start)
            if need <= ran:
                break
            need -= ran
        at = end
    return track.advance(at, need)


def count(track: Track, start: int, end: int, pauses: tuple[Span, ...]) -> int:
    """Give what runs on *track* between two instants, pauses left out."""
    if end <= start:
        return 0
    paused = sum(track.count(max(start, since), min(end, until)) for since, until in pauses)
    return track.count(start, end) - paused


def spans(track: Track, start: int, end: int, pauses: tuple[Span, ...]) -> Iterator[Span]:
    """Yield where *track* runs between two instants, pauses left out, ascending."""
    at = start
    for since, until in pauses:
        if at < since:
            yield from track.spans(at, min(since, end))
        at = max(at, until)
        if at >= end:
            return
    yield from track.spans(at, end)


def _read(pause: Pause) -> Span:
    start, end = to_micros(pause[0]), to_micros(pause[1])
    if end < start:
        raise BadTime(f"a pause ends before it starts: {pause[0]} to {pause[1]}")
    return start, end
