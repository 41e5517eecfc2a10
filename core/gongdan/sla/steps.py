"""How a deadline was reached, step by step, as data."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from .instants import to_datetime, to_span
from .pauses import Span, Track, spans

# A target of months in a window of hours has hundreds of stretches; nobody reads more than these.
_SHOWN = 6


class Step(Struct, frozen=True, omit_defaults=True):
    """One step; `code` says what it is and which of the values it has.  Times are aware UTC.

    rule          text: the rule's id; length: the target; note: mode and source
    override      text: key; note: value, from the shop's settings
    reading       text: a mode; at: what it comes to (where several were tried)
    received      at
    opens         at: the next opening, where the start is in closed time
    until         length, at, until: from the start
    from          length, at: to the end
    run           length, at, until: in between
    more          length; text: how many stretches were left out here
    paused        length, at, until
    carried       length: what was left at `at`, a closing; until: the opening where it goes on
    flag          text: one of the deadline's flags; note: more of it
    platform      at: the platform's own deadline, which counts
    fits          text: the mode that would explain the platform's deadline
    due           at
    """

    code: str
    at: datetime | None = None
    until: datetime | None = None
    length: timedelta | None = None
    text: str = ""
    note: str = ""


def run_steps(track: Track, start: int, end: int, paused: tuple[Span, ...]) -> list[Step]:
    """Tell where *track* ran between two instants, pauses among it, ascending."""
    runs = [_run(since, until, start, end) for since, until in spans(track, start, end, paused)]
    stops = [
        _spanned("paused", max(since, start), min(until, end))
        for since, until in paused
        if until > start and since < end
    ]
    return sorted(_shorten(runs) + stops, key=_when)


def at_step(code: str, micros: int) -> Step:
    """Make a step that is a moment."""
    return Step(code, at=to_datetime(micros))


def carried_step(close: int, opens: int, length: int) -> Step:
    """Make the step of what is carried over closed time."""
    return Step("carried", to_datetime(close), to_datetime(opens), to_span(length))


def _run(since: int, until: int, start: int, end: int) -> Step:
    if until == end:
        return Step("from", at=to_datetime(since), length=to_span(until - since))
    if since == start:
        return _spanned("until", since, until)
    return _spanned("run", since, until)


def _spanned(code: str, since: int, until: int) -> Step:
    return Step(code, to_datetime(since), to_datetime(until), to_span(until - since))


def _shorten(runs: list[Step]) -> list[Step]:
    if len(runs) <= _SHOWN:
        return runs
    head, left, tail = runs[: _SHOWN // 2], runs[_SHOWN // 2 : -1], runs[-1:]
    length = sum((step.length for step in left if step.length), timedelta())
    return [*head, Step("more", at=left[0].at, length=length, text=str(len(left))), *tail]


def _when(step: Step) -> datetime:
    assert step.at is not None  # every step that is sorted has its moment
    return step.at
