"""A deadline from a rule, a start and a target, with its explanation."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from .calendars import Calendar
from .durations import format_duration
from .faults import BadTime, NeverOpen
from .instants import to_datetime, to_micros, to_target
from .pauses import Pause, Span, Wall, advance, count, merge
from .rules import Confidence, Mode, Rule
from .steps import Step, at_step, carried_step, run_steps

_WALL = Wall()


class Deadline(Struct, frozen=True, kw_only=True):
    """When a ticket is due by a rule, and why.

    Attributes:
        rule: its id.
        start, due: aware UTC.
        mode: the one that decided, where several were tried.
        confidence: "low" where the platform may well say something else.
        flags: what is odd about it: "target-from-ticket" it brought another than the rule's;
            "target-below-minimum"; "target-unknown" none given, the least was taken;
            "outside-hours" it began in closed time (R45); "earliest-of-readings";
            "unannounced-year" holidays not known, every day of the year counted as open;
            "overridden" by the shop's settings.
        zone: IANA name to write the times in.
        source: where the rule is written.
        steps: how it was reached; empty if not asked for.
    """

    rule: str
    start: datetime
    due: datetime
    mode: Mode
    target: timedelta
    confidence: Confidence
    zone: str
    source: str = ""
    flags: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


class _Reading(NamedTuple):
    """What one mode comes to.  opens: when it begins to run; close, resumes: of what is carried."""

    mode: Mode
    due: int
    opens: int
    close: int = 0
    resumes: int = 0


def compute(
    rule: Rule,
    start: datetime,
    target: timedelta | None = None,
    pauses: Iterable[Pause] = (),
    *,
    strict: bool = False,
    explain: bool = True,
) -> Deadline:
    """Compute when what began at *start* is due by *rule*.

    Args:
        rule: of any mode but `platform`.
        start: aware; the time the ticket was made there (R49).
        target: what the ticket brings (R44).  It beats the rule's own, unless the shop's settings
            gave one.
        pauses: as `Calendar.deadline` takes them.
        strict: refuse a target under the rule's `min_target` instead of flagging it.
        explain: build `steps`; without them it takes a third of the time.

    Raises:
        BadTime: (a ValueError) a naive time, no target or one that is not positive, too short a
            one with *strict*, a rule that leaves it to the platform, a reversed pause.
        NeverOpen: (a ConfigError) the rule's calendar is closed for years from there.
    """
    at, (need, flags) = to_micros(start), _target(rule, target, strict)
    paused = merge(pauses) if pauses != () else ()
    readings = [_read(mode, rule.calendar, at, need, paused) for mode in _modes(rule, need)]
    chosen = readings[0] if len(readings) == 1 else min(readings, key=lambda one: one.due)
    flags += _flags(rule, at, chosen, len(readings) > 1)
    low = rule.above is not None and len(readings) > 1 and rule.above.confidence == "low"
    length = timedelta(microseconds=need)
    return Deadline(
        rule=rule.id,
        start=to_datetime(at),
        due=to_datetime(chosen.due),
        mode=chosen.mode,
        target=length,
        confidence="low" if low or _DOUBTFUL.intersection(flags) else rule.confidence,
        zone=rule.calendar.hours.tz,
        source=rule.source,
        flags=flags,
        steps=_steps(rule, at, length, paused, readings, chosen, flags) if explain else (),
    )


def due_by(
    rule: Rule, start: datetime, target: timedelta | None = None, pauses: Iterable[Pause] = ()
) -> datetime:
    """Give `compute(...).due` and nothing else, in a third of the time.

    Raises:
        BadTime, NeverOpen: as `compute` without *strict*.
    """
    is_plain = rule.mode is Mode.WALL and rule.above is None and pauses == () and target is None
    if is_plain and rule.target is not None and rule.target > _NOTHING and start.tzinfo is UTC:
        with suppress(OverflowError):  # said below
            return start + rule.target  # what most rows that are read come to
    at, (need, _) = to_micros(start), _target(rule, target, False)
    paused = merge(pauses) if pauses != () else ()
    modes = _modes(rule, need)
    return to_datetime(min(_read(mode, rule.calendar, at, need, paused).due for mode in modes))


_NOTHING = timedelta(0)
_DOUBTFUL = {"unannounced-year", "target-unknown"}


def fitting_modes(
    rule: Rule,
    start: datetime,
    target: timedelta,
    due: datetime,
    pauses: Iterable[Pause] = (),
    tolerance: timedelta = timedelta(seconds=1),
) -> tuple[Mode, ...]:
    """Tell which modes would explain a deadline that the platform gave (requirements 2.2, 5)."""
    at, need, paused = to_micros(start), to_target(target), merge(pauses)
    fitting = []
    for mode in (Mode.WINDOW, Mode.ROLL, Mode.WALL):
        try:
            reading = _read(mode, rule.calendar, at, need, paused)
        except NeverOpen:
            continue
        if abs(to_datetime(reading.due) - due) <= tolerance:
            fitting.append(mode)
    return tuple(fitting)


def _target(rule: Rule, given: timedelta | None, strict: bool) -> tuple[int, tuple[str, ...]]:
    if rule.mode is Mode.PLATFORM:
        raise BadTime(f"{rule.id}: only the platform's own deadline counts; nothing to compute")
    own = given is None or any(key == "target" for key, _ in rule.overrides)
    target = rule.target if own else given
    if target is None:
        if strict or rule.min_target is None:
            raise BadTime(f"{rule.id}: the target comes with the ticket; give one")
        return to_target(rule.min_target), ("target-unknown",)
    need = to_target(target)
    flags: list[str] = []
    if rule.target is not None and target is given and given != rule.target:
        flags.append("target-from-ticket")
    if rule.min_target is not None and target < rule.min_target:
        least = format_duration(rule.min_target)
        if strict:
            raise BadTime(f"{rule.id}: a target of {format_duration(target)} is under {least}")
        flags.append("target-below-minimum")
    return need, tuple(flags)


def _modes(rule: Rule, need: int) -> tuple[Mode, ...]:
    above = rule.above
    if above is not None and need > to_target(above.target):
        return above.modes
    return (rule.mode,)


def _read(mode: Mode, calendar: Calendar, at: int, need: int, paused: tuple[Span, ...]) -> _Reading:
    if mode is Mode.WALL:
        return _Reading(mode, advance(_WALL, at, need, paused), at)
    openings = calendar.openings
    opens = openings.next_open(at)
    if mode is Mode.WINDOW:
        return _Reading(mode, advance(openings, at, need, paused), opens)
    end = advance(_WALL, opens, need, paused)
    close = openings.last_close(end)
    if close is None or close == end:  # it ends inside open time, or exactly at a closing
        return _Reading(mode, end, opens)
    resumes = openings.next_open(end)
    left = count(_WALL, close, end, paused)
    return _Reading(mode, advance(_WALL, resumes, left, paused), opens, close, resumes)


def _flags(rule: Rule, at: int, chosen: _Reading, several: bool) -> tuple[str, ...]:
    flags = []
    if several:
        flags.append("earliest-of-readings")
    calendar = rule.calendar
    if not calendar.openings.is_open(at):
        flags.append("outside-hours")
    if chosen.mode is not Mode.WALL and calendar.unannounced(at, chosen.due) is not None:
        flags.append("unannounced-year")
    if rule.overrides:
        flags.append("overridden")
    return tuple(flags)


def _steps(
    rule: Rule,
    at: int,
    length: timedelta,
    paused: tuple[Span, ...],
    readings: list[_Reading],
    chosen: _Reading,
    flags: tuple[str, ...],
) -> tuple[Step, ...]:
    note = "+".join(reading.mode for reading in readings)
    steps = [Step("rule", text=rule.id, length=length, note=f"{note}; {rule.source}")]
    steps += [Step("override", text=key, note=value) for key, value in rule.overrides]
    if len(readings) > 1:
        steps += [
            Step("reading", text=reading.mode, at=to_datetime(reading.due)) for reading in readings
        ]
    steps += [Step("flag", text=flag) for flag in flags if flag in _TOLD]
    steps.append(at_step("received", at))
    if chosen.opens > at:
        steps.append(at_step("opens", chosen.opens))
    steps += _path(rule.calendar, max(at, chosen.opens), paused, chosen)
    steps.append(at_step("due", chosen.due))
    return tuple(steps)


# What the other steps do not show by themselves.
_TOLD = ("target-from-ticket", "target-below-minimum", "target-unknown", "unannounced-year")


def _path(calendar: Calendar, start: int, paused: tuple[Span, ...], chosen: _Reading) -> list[Step]:
    if chosen.mode is Mode.WINDOW:
        return run_steps(calendar.openings, start, chosen.due, paused)
    if not chosen.resumes:
        return run_steps(_WALL, start, chosen.due, paused)
    left = count(_WALL, chosen.resumes, chosen.due, paused)
    ran = run_steps(_WALL, start, chosen.close, paused)
    carried = carried_step(chosen.close, chosen.resumes, left)
    return [*ran, carried, *run_steps(_WALL, chosen.resumes, chosen.due, paused)]
