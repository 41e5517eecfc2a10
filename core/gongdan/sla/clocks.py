"""Which clocks a ticket has, and how they stand: a pure function of facts, rules and now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from .calendars import Calendar
from .compute import Deadline, compute, due_by, fitting_modes
from .facts import Clock, Facts, Kind, Source, State
from .faults import NeverOpen
from .hours import WEEKDAYS
from .instants import to_micros
from .pauses import Pause
from .rules import ANY, Breach, Confidence, Mode, Rule, Words, choose
from .steps import Step

# What two clocks may differ by before it is said: a platform's sample has 24 h and one second.
TOLERANCE = timedelta(seconds=1)
# No platform gives a ticket longer; what does is a wrong unit or a filler such as 2038.
_IMPLAUSIBLE = timedelta(days=3653)
_ZONE = "Asia/Shanghai"  # to write times in, where no rule names one


@cache
def first_response() -> Rule:
    """Give the rule for a first word: five minutes in the shop's hours, 09:00-21:00 (R53)."""
    week = {day: [["09:00", "21:00"]] for day in WEEKDAYS}
    return Rule(
        id="shop.first_response",
        platform=ANY,
        streams=(ANY,),
        clock="first_response",
        calendar=Calendar.from_dict({"tz": _ZONE, "week": week}),
        source="R53, 001:125",
        mode=Mode.WINDOW,
        target=timedelta(minutes=5),
    )


def clocks(
    facts: Facts, rules: Iterable[Rule], now: datetime, *, explain: bool = True
) -> tuple[Clock, ...]:
    """Tell the clocks of a ticket.

    The platform's own deadline wins over a rule's (R48), unless it cannot be true: before the
    ticket was made, or ten years after.  Where a rule leaves it to the platform, there is a
    handling clock only when the platform gives a deadline, and no clock for a first response.

    Args:
        facts: of the ticket.
        rules: in the order they are tried; without one for the first response, `first_response()`.
        now: aware.
        explain: build the steps.

    Returns:
        at most one of each kind: handling, first response, next reply, shipping, buyer's term.

    Raises:
        BadTime: one of the times is naive.
    """
    known = tuple(rules)
    to_micros(now)
    to_micros(facts.start)
    rule, named = choose(known, facts.platform, facts.stream, facts.classes, facts.start)
    found = [_handling(facts, rule, named, now, explain)]
    if rule is None or rule.mode is not Mode.PLATFORM:
        found.append(_first_response(facts, known, now, explain))
    found.append(_next_reply(facts, now))
    found.append(_shipping(facts, now))
    found.append(_buyer_term(facts, now))
    return tuple(clock for clock in found if clock is not None)


class _End(NamedTuple):
    """When handling is due, and who says so."""

    due: datetime
    source: Source
    difference: timedelta | None = None
    confidence: Confidence = "high"


def handling_due(
    facts: Facts, rules: Iterable[Rule], now: datetime
) -> tuple[datetime, Source] | None:
    """Tell when handling is due and who says so, as `clocks` does: what the queue sorts by.

    A fifth of the work, for it is done for every row that is read.
    """
    start, theirs = facts.start, facts.deadline
    if theirs is not None:
        to_micros(start)
        theirs = theirs.astimezone(UTC)
        if _is_plausible(facts, theirs):
            return theirs, "platform"
    rule, _ = choose(rules, facts.platform, facts.stream, facts.classes, start)
    if rule is not None and rule.mode is not Mode.PLATFORM and _has_target(facts, rule):
        pauses = _pauses(facts, now)[0] if facts.waiting_platform else ()
        target = _plausible_target(facts)
        try:
            return due_by(rule, start, target, pauses), "rule"
        except NeverOpen:
            return due_by(_wall(rule), start, target, pauses), "rule"
    return None if theirs is None else (theirs, "platform")


def _handling(
    facts: Facts, rule: Rule | None, named: bool, now: datetime, explain: bool
) -> Clock | None:
    pauses, flags = _pauses(facts, now)
    ours = _ours(facts, rule, named, pauses, flags, explain)
    end = _end(facts, ours, flags)
    if end is None:
        return None
    start = facts.start.astimezone(UTC)
    by_closing = rule is not None and rule.done == "closed"
    done = facts.closed_at if by_closing else _earliest(facts.answered_at, facts.closed_at)
    waiting = any(until is None or until > now for _, until in facts.waiting_platform)
    return Clock(
        kind="handling",
        source=end.source,
        state=_state(end.due, done, now, waiting),
        start=start,
        due=end.due,
        target=ours.target if ours is not None and end.source == "rule" else end.due - start,
        pauses=pauses,
        rule="" if rule is None else rule.id,
        rule_source="" if rule is None else rule.source,
        confidence=end.confidence,
        difference=end.difference,
        flags=(*(() if ours is None else ours.flags), *flags),
        breach=Breach.NONE if rule is None else rule.breach,
        breach_cost=Words() if rule is None else rule.breach_cost,
        zone=_ZONE if rule is None else rule.calendar.hours.tz,
        steps=_steps(start, rule, ours, end, pauses, flags) if explain else (),
    )


def _ours(
    facts: Facts, rule: Rule | None, named: bool, pauses: tuple[Pause, ...], flags: list[str],
    explain: bool,
) -> Deadline | None:  # fmt: skip
    """Compute handling by our rule, if there is one and it does not leave it to the platform."""
    if facts.created is None:
        flags.append("created-unknown")
    if rule is None or rule.mode is Mode.PLATFORM:
        return None
    if not named:
        flags.append("class-unknown")
    return _compute(facts, rule, pauses, flags, explain)


def _end(facts: Facts, ours: Deadline | None, flags: list[str]) -> _End | None:
    """Decide between the platform's deadline and ours; what is odd goes into *flags*."""
    theirs = facts.deadline
    doubted = theirs is not None and not _is_plausible(facts, theirs)
    if doubted:
        flags.append("platform-deadline-implausible")
    if theirs is None or (doubted and ours is not None):
        if ours is None:
            return None
        sure = not _DOUBTFUL.intersection(flags)
        return _End(ours.due, "rule", confidence=ours.confidence if sure else "low")
    due = theirs.astimezone(UTC)
    difference = None if ours is None else ours.due - due
    if difference is not None and abs(difference) > TOLERANCE:
        flags.append("differs-from-platform")
    return _End(due, "platform", difference, "low" if doubted else "high")


_DOUBTFUL = {"platform-deadline-implausible", "class-unknown", "created-unknown", "never-open"}


def _steps(
    start: datetime,
    rule: Rule | None,
    ours: Deadline | None,
    end: _End,
    pauses: tuple[Pause, ...],
    flags: list[str],
) -> tuple[Step, ...]:
    steps = [Step("received", at=start)] if ours is None else list(ours.steps)
    if end.source == "platform":
        steps.append(Step("platform", at=end.due))
    if ours is not None and rule is not None and "differs-from-platform" in flags:
        fits = fitting_modes(rule, start, ours.target, end.due, pauses, TOLERANCE)
        steps += [Step("fits", text=mode) for mode in fits]
    return (*steps, *(Step("flag", text=flag) for flag in flags))


def _compute(
    facts: Facts, rule: Rule, pauses: tuple[Pause, ...], flags: list[str], explain: bool
) -> Deadline | None:
    """Compute by a rule; a ticket always has a deadline, whatever is odd goes into *flags*."""
    target = _plausible_target(facts)
    if target is not facts.target:
        flags.append("target-implausible")
    if not _has_target(facts, rule):
        return None
    try:
        return compute(rule, facts.start, target, pauses, explain=explain)
    except NeverOpen:
        flags.append("never-open")
        return compute(_wall(rule), facts.start, target, pauses, explain=explain)


def _plausible_target(facts: Facts) -> timedelta | None:
    target = facts.target
    return target if target is not None and timedelta(0) < target <= _IMPLAUSIBLE else None


def _has_target(facts: Facts, rule: Rule) -> bool:
    own = rule.target is not None or rule.min_target is not None
    return own or _plausible_target(facts) is not None


def _wall(rule: Rule) -> Rule:
    return replace(rule, mode=Mode.WALL, above=None)


def _first_response(
    facts: Facts, rules: tuple[Rule, ...], now: datetime, explain: bool
) -> Clock | None:
    rule, _ = choose(
        rules, facts.platform, facts.stream, facts.classes, facts.start, "first_response"
    )
    rule = rule or first_response()
    if rule.mode is Mode.PLATFORM:
        return None
    try:
        ours = compute(rule, facts.start, explain=explain)
    except NeverOpen:
        return None  # a shop that never opens promises nobody a word in five minutes
    done = _earliest(facts.first_reply_at, facts.answered_at, facts.closed_at)
    return Clock(
        kind="first_response",
        source="rule",
        state=_state(ours.due, done, now),
        start=ours.start,
        due=ours.due,
        target=ours.target,
        rule=rule.id,
        rule_source=rule.source,
        confidence=ours.confidence,
        flags=ours.flags,
        soft=True,
        zone=ours.zone,
        steps=ours.steps,
    )


def _next_reply(facts: Facts, now: datetime) -> Clock | None:
    done = _earliest(facts.promise_kept_at, facts.closed_at)
    start = facts.promise_made_at or facts.start
    return _given("next_reply", "promise", start, facts.promised_at, done, now)


def _shipping(facts: Facts, now: datetime) -> Clock | None:
    done = _earliest(facts.shipped_at, facts.closed_at)
    return _given("shipping", "platform", facts.ordered_at or facts.start, facts.ship_by, done, now)


def _buyer_term(facts: Facts, now: datetime) -> Clock | None:
    clock = _given("buyer_term", "platform", facts.start, facts.buyer_term, facts.closed_at, now)
    return None if clock is None else replace(clock, ours=False, soft=True)


def _given(
    kind: Kind,
    source: Source,
    start: datetime,
    due: datetime | None,
    done: datetime | None,
    now: datetime,
) -> Clock | None:
    """Make a clock whose end somebody named."""
    if due is None:
        return None
    start, due = start.astimezone(UTC), due.astimezone(UTC)
    state = _state(due, done, now)
    steps = (Step("received", at=start), Step("due", at=due))
    return Clock(
        kind=kind, source=source, state=state, start=start, due=due, target=due - start, steps=steps
    )


def _state(due: datetime, done: datetime | None, now: datetime, waiting: bool = False) -> State:
    if done is not None:
        return "met" if done <= due else "met_late"
    if waiting:
        return "paused"
    return "late" if now > due else "running"


def _pauses(facts: Facts, now: datetime) -> tuple[tuple[Pause, ...], list[str]]:
    pauses: list[Pause] = []
    flags: list[str] = []
    for start, end in facts.waiting_platform:
        until = max(now, start) if end is None else end
        if until < start:
            flags.append("pause-ignored")
        else:
            pauses.append((start, until))
    return tuple(pauses), flags


def _is_plausible(facts: Facts, deadline: datetime) -> bool:
    if facts.created is None:
        return abs(deadline - facts.received) <= _IMPLAUSIBLE
    return timedelta(0) < deadline - facts.created <= _IMPLAUSIBLE


def _earliest(*times: datetime | None) -> datetime | None:
    first: datetime | None = None
    for time in times:
        if time is not None and (first is None or time < first):
            first = time
    return first
