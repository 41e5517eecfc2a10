"""A deadline rule as data, and which rule a ticket falls under."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from gongdan.errors import NotFound

from .calendars import Calendar

Confidence: TypeAlias = Literal["high", "low"]
ANY = "*"  # a platform or a stream: all of them


class Mode(enum.StrEnum):
    """How a target runs.

    WINDOW: only while the calendar is open.
    ROLL: by the wall clock from the first opening; what ends in closed time is carried once: the
        part after the last closing is counted again from the next opening.
    WALL: by the wall clock, at once.
    PLATFORM: not ours to compute; only the platform's own deadline counts.
    """

    WINDOW = "window"
    ROLL = "roll"
    WALL = "wall"
    PLATFORM = "platform"


class Breach(enum.StrEnum):
    """What being late costs, dearest first."""

    FAULT = "fault"  # counted as fault in a dispute (R51)
    VIOLATION = "violation"  # handled as a violation of the platform's rules (R78)
    SCORE = "score"  # lowers a score
    NONE = "none"


class Words(Struct, frozen=True):
    """One text in the two languages of the queue."""

    zh: str = ""
    en: str = ""


class Above(Struct, frozen=True):
    """What holds for targets longer than *target*: the earliest of several modes."""

    target: timedelta
    modes: tuple[Mode, ...]
    confidence: Confidence = "low"


class Rule(Struct, frozen=True, kw_only=True):
    """How long somebody has for a kind of ticket, and where that is written.

    Attributes:
        id: such as "douyin.service.urgent"; dated versions of one rule share it.
        platform, streams: which tickets; "*" is any.
        when: classes of tickets, one of which it must have; empty: any ticket of the stream.
        otherwise: takes the tickets of its streams whose classes no rule names; those are flagged.
        target: None: the one that the ticket brings.
        calendar: its hours; its zone counts in every mode, for dates and for writing times.
        since, until: the days (of the calendar's zone) it holds for, *until* not among them.
        source: where the rule is written, "R43, 000:59".
        done: what meets it: an answer, or the ticket being closed (R50).
        min_target: shorter ones are flagged (R44).
        above: what holds for long targets.
        confidence: low where the platform's own deadline may well differ.
        overrides: (key, value) of the shop's settings that were laid over it.
    """

    id: str
    platform: str
    streams: tuple[str, ...]
    calendar: Calendar
    source: str
    mode: Mode = Mode.WALL
    when: tuple[str, ...] = ()
    otherwise: bool = False
    clock: Literal["handling", "first_response"] = "handling"
    target: timedelta | None = None
    since: date | None = None
    until: date | None = None
    done: Literal["answered", "closed"] = "answered"
    breach: Breach = Breach.NONE
    breach_cost: Words = Words()
    min_target: timedelta | None = None
    above: Above | None = None
    confidence: Confidence = "high"
    overrides: tuple[tuple[str, str], ...] = ()

    def holds(self, at: datetime) -> bool:
        """Tell whether the rule is in force at an aware datetime."""
        if self.since is None and self.until is None:
            return True
        day = at.astimezone(self.calendar.zone).date()
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )

    def covers(self, platform: str, stream: str) -> bool:
        """Tell whether the rule speaks of a stream at all."""
        return self.platform in (platform, ANY) and (stream in self.streams or ANY in self.streams)


def choose(
    rules: Iterable[Rule],
    platform: str,
    stream: str,
    classes: Sequence[str],
    at: datetime,
    clock: str = "handling",
) -> tuple[Rule | None, bool]:
    """Find the rule of a ticket that began at *at*: the first that names it.

    Returns:
        the rule, or None if no rule is for it; and whether a class of the ticket was named
        (False: it is the stream's `otherwise`).
    """
    fallback: Rule | None = None
    for rule in rules:
        if rule.clock != clock or not rule.covers(platform, stream) or not rule.holds(at):
            continue
        if not rule.when or any(name in rule.when for name in classes):
            return rule, True
        if rule.otherwise and fallback is None:
            fallback = rule
    return fallback, False


def find_rule(rules: Iterable[Rule], rule_id: str, at: datetime) -> Rule:
    """Find a rule by its id, in the version that holds at *at*.

    Raises:
        NotFound: there is none; the message lists the ids there are.
    """
    known = tuple(rules)
    for rule in known:
        if rule.id == rule_id and rule.holds(at):
            return rule
    if any(rule.id == rule_id for rule in known):
        raise NotFound(f"no version of the rule {rule_id!r} holds on {at:%Y-%m-%d}")
    ids = ", ".join(sorted({rule.id for rule in known}))
    raise NotFound(f"no rule is called {rule_id!r}; there are: {ids}")


def version_of(rules: Iterable[Rule]) -> str:
    """Give 16 hexadecimal digits that change when anything in the rules does, calendars included.

    The store keeps it beside the deadlines it indexes.
    """
    encoded = msgspec.json.encode(list(rules), enc_hook=_plain, order="deterministic")
    return hashlib.sha256(encoded).hexdigest()[:16]


def _plain(value: object) -> object:
    if isinstance(value, Calendar):
        years = value.hours.years
        return [value.to_dict(), None if years is None else sorted(years)]
    raise NotImplementedError(f"no plain form of {type(value).__name__}")
