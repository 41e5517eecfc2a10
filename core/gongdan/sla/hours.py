"""When a calendar is open, as read from a table of settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from .faults import BadCalendar

# Openings of one day in seconds since its midnight, ascending; they may touch, never overlap.
Day: TypeAlias = tuple[tuple[int, int], ...]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_DAY: Day = ((0, 86_400),)
_KEYS = ("tz", "week", "holidays", "workdays")
_CLOCK = re.compile(r"(?:([01][0-9]|2[0-3]):([0-5][0-9]))|(24):(00)")
_YEARLY = re.compile(r"\*-([0-9]{2})-([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Hours(Struct, frozen=True, kw_only=True):
    """The hours of one calendar.

    Attributes:
        tz: IANA name of the zone whose clock the hours are read from.
        week: seven days, Monday first.
        holidays: closed dates.
        yearly: (month, day) closed in every year.
        workdays: open dates with their hours; they beat holidays and the weekday.
        years: those whose holidays are known; None: all.  Every day of another year counts as
            open, with its weekday's hours or those of a workday.
    """

    tz: str
    week: tuple[Day, ...]
    holidays: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    workdays: tuple[tuple[date, Day], ...] = ()
    years: frozenset[int] | None = None


def parse_hours(data: object) -> Hours:
    """Read a calendar's table: `tz`, `week`, and if wanted `holidays` and `workdays`.

    Raises:
        BadCalendar: naming the key and the value.
    """
    table = _table(data, "calendar")
    for key in table:
        if key not in _KEYS:
            raise BadCalendar(f"calendar: unknown key {key!r}; expected {', '.join(_KEYS)}")
    for key in ("tz", "week"):
        if key not in table:
            raise BadCalendar(f"calendar: {key!r} is missing")
    tz = table["tz"]
    if not isinstance(tz, str):
        raise BadCalendar(f"tz: expected an IANA zone such as 'Asia/Shanghai', got {tz!r}")
    hours = Hours(tz=tz, week=_parse_week(table["week"]))
    holidays, yearly = _parse_holidays(table.get("holidays", ()))
    workdays = _parse_workdays(table.get("workdays", ()), hours)
    hours = replace(hours, holidays=holidays, yearly=yearly, workdays=workdays)
    if not workdays and (not any(hours.week) or len(yearly) == 366):
        raise BadCalendar("calendar: there is no open time in it at all; give 'week' some hours")
    return hours


def write_hours(hours: Hours) -> dict[str, object]:
    """Give the table that `parse_hours` reads the same hours from; `years` has no place in it."""
    yearly = [f"*-{month:02}-{day:02}" for month, day in sorted(hours.yearly)]
    return {
        "tz": hours.tz,
        "week": {name: _write_day(day) for name, day in zip(WEEKDAYS, hours.week, strict=True)},
        "holidays": [day.isoformat() for day in sorted(hours.holidays)] + yearly,
        "workdays": {day.isoformat(): _write_day(open_) for day, open_ in hours.workdays},
    }


def workday_hours(week: Iterable[Day], on: date | None = None) -> Day:
    """Give the hours of a workday: its own weekday's, else those of the first open weekday."""
    days = tuple(week)
    if on is not None and days[on.weekday()]:
        return days[on.weekday()]
    return next((day for day in days if day), ())


def _parse_week(value: object) -> tuple[Day, ...]:
    table = _table(value, "week")
    for key in table:
        if key not in WEEKDAYS:
            raise BadCalendar(f"week: unknown day {key!r}; expected {', '.join(WEEKDAYS)}")
    return tuple(_parse_day(table.get(name, ()), f"week.{name}") for name in WEEKDAYS)


def _parse_day(value: object, where: str) -> Day:
    found: list[tuple[int, int]] = []
    for pair in _items(value, where):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise BadCalendar(f'{where}: expected pairs such as ["09:00", "21:00"], got {pair!r}')
        start, end = _parse_clock(pair[0], where), _parse_clock(pair[1], where)
        if start >= end:
            hint = "; write midnight as '24:00', and a night as two days"
            raise BadCalendar(f"{where}: {pair[0]!r} is not before {pair[1]!r}{hint}")
        found.append((start, end))
    found.sort()
    for (_, end), (start, _) in pairwise(found):
        if start < end:
            raise BadCalendar(f"{where}: intervals overlap at {_write_clock(start)!r}: {value!r}")
    return tuple(found)


def _parse_clock(value: object, where: str) -> int:
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadCalendar(f"{where}: expected a time such as '09:00' or '24:00', got {value!r}")
    hour, minute = match[1] or match[3], match[2] or match[4]
    return int(hour) * 3600 + int(minute) * 60


def _parse_holidays(value: object) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    dates: set[date] = set()
    yearly: set[tuple[int, int]] = set()
    for item in _items(value, "holidays"):
        match = _YEARLY.fullmatch(item) if isinstance(item, str) else None
        if match is None:
            dates.add(parse_date(item, "holidays", "'2026-10-01' or '*-10-01'"))
        else:
            # 2024 has a 29 February
            leap = parse_date(f"2024-{match[1]}-{match[2]}", "holidays", f"a date in {item!r}")
            yearly.add((leap.month, leap.day))
    return frozenset(dates), frozenset(yearly)


def _parse_workdays(value: object, hours: Hours) -> tuple[tuple[date, Day], ...]:
    found: dict[date, Day] = {}
    if isinstance(value, Mapping):
        for key, day in value.items():
            on = parse_date(key, "workdays")
            found[on] = _parse_day(day, f"workdays.{key}")
            if not found[on]:
                raise BadCalendar(f"workdays.{key}: a workday needs hours, got {day!r}")
    else:
        for item in _items(value, "workdays"):
            on = parse_date(item, "workdays")
            found[on] = workday_hours(hours.week, on)
            if not found[on]:
                raise BadCalendar(
                    f"workdays: no weekday is open that {item!r} could take its hours from; "
                    f"write it as a table with hours"
                )
    return tuple(sorted(found.items()))


def parse_date(value: object, where: str, example: str = "'2026-10-01'") -> date:
    """Read a date, given as TOML has it or as text.

    Raises:
        BadCalendar: naming *where* and the value.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # 2026-02-30: said below
    raise BadCalendar(f"{where}: expected {example}, got {value!r}")


def _table(value: object, where: str) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise BadCalendar(f"{where}: expected a table, got {value!r}")
    return value


def _items(value: object, where: str) -> Iterable[object]:
    if isinstance(value, (list, tuple, set, frozenset)):
        return value
    raise BadCalendar(f"{where}: expected a list, got {value!r}")


def _write_day(day: Day) -> list[list[str]]:
    return [[_write_clock(start), _write_clock(end)] for start, end in day]


def _write_clock(second: int) -> str:
    return f"{second // 3600:02}:{second % 3600 // 60:02}"
