"""The same questions answered the slow way: minute by minute, by looking at the zone's clock.

Shares nothing with the code it checks: it reads the settings table itself, and asks of every UTC
minute what date and time the zone's clock shows then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

Pause = tuple[datetime, datetime]
MINUTE = timedelta(minutes=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Table(TypedDict):
    """A calendar's settings."""

    tz: str
    week: dict[str, list[list[str]]]
    holidays: list[str]
    workdays: dict[str, list[list[str]]]


def is_open(table: Table, zone: ZoneInfo, at: datetime) -> bool:
    local = at.astimezone(zone)
    day = local.date().isoformat()
    if day in table["workdays"]:
        intervals = table["workdays"][day]
    elif day in table["holidays"] or f"*{day[4:]}" in table["holidays"]:
        return False
    else:
        intervals = table["week"].get(DAYS[local.weekday()], [])
    clock = f"{local:%H:%M}"
    return any(start <= clock < end for start, end in intervals)


def deadline(
    table: Table, start: datetime, target: timedelta, pauses: Iterable[Pause] = ()
) -> datetime:
    for begin, end in _open_pieces(table, start, list(pauses)):
        if end - begin >= target:
            return begin + target
        target -= end - begin
    raise AssertionError("never reached")


def elapsed(
    table: Table, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
) -> timedelta:
    total = timedelta()
    for begin, until in _open_pieces(table, start, list(pauses)):
        if begin >= end:
            break
        total += min(until, end.astimezone(UTC)) - begin
    return total


def _open_pieces(
    table: Table, start: datetime, pauses: list[Pause]
) -> Iterable[tuple[datetime, datetime]]:
    """Yield open, unpaused pieces of at most a minute, for 400 days."""
    zone = ZoneInfo(table["tz"])
    at = start.astimezone(UTC)
    stop = at + timedelta(days=400)
    while at < stop:
        minute = at.replace(second=0, microsecond=0) + MINUTE
        if is_open(table, zone, at):
            yield from _cut(at, minute, pauses)
        at = minute


def _cut(
    start: datetime, end: datetime, pauses: list[Pause]
) -> Iterable[tuple[datetime, datetime]]:
    pieces = [(start, end)]
    for since, until in pauses:
        cut = []
        for begin, stop in pieces:
            cut += [(begin, min(stop, since)), (max(begin, until), stop)]
        pieces = [(begin, stop) for begin, stop in cut if begin < stop]
    return sorted(set(pieces))
