"""The public holidays of China with their 调休, year by year as they are announced.

A year is announced at the end of the one before.  Nothing is guessed: a calendar made here raises
`UnannouncedYear` for a question that touches a year it does not know, and carries the earliest
possible answer with it: every day of that year, weekends too since they may become workdays,
counted as open.

The days come from the package chinesecalendar (the extra `china`; it refuses unknown years, where
others return them without their 调休), or from a file:

    [2027]
    holidays = ["2027-01-01", "2027-02-05", ...]
    workdays = ["2027-02-20"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from importlib import import_module
from typing import Protocol, cast

from msgspec import Struct
from msgspec.structs import replace

from gongdan.errors import ConfigError

from .calendars import Calendar
from .faults import BadCalendar
from .hours import parse_date, parse_hours, workday_hours

FIRST_YEAR = 2004  # the first that chinesecalendar has


class PublicDays(Struct, frozen=True):
    """Days off and working days of whole years.

    Attributes:
        years: whose days are known.
        holidays: every day of a public holiday, also those that fall on a weekend.
        workdays: the weekend days that are worked instead.
    """

    years: frozenset[int]
    holidays: frozenset[date]
    workdays: frozenset[date]


class _Package(Protocol):
    """The part of chinesecalendar that is used."""

    def get_holiday_detail(self, date: date, /) -> tuple[bool, str | None]: ...


def read_package(years: Iterable[int] | None = None) -> PublicDays:
    """Take the days from the package chinesecalendar.

    Args:
        years: None: all that the installed version knows.

    Raises:
        ConfigError: the package is not installed, or does not know one of *years*.
    """
    try:
        package = cast(_Package, import_module("chinese_calendar"))
    except ImportError as error:
        raise ConfigError(
            "the public holidays of China need the package chinesecalendar: "
            "pip install 'gongdan[china]'; or name them in a holiday file"
        ) from error
    wanted = _known_years(package) if years is None else tuple(years)
    holidays: set[date] = set()
    workdays: set[date] = set()
    for year in wanted:
        if not _knows(package, year):
            raise ConfigError(
                f"chinesecalendar does not know the public holidays of {year}; update it, "
                f"or name them in a holiday file"
            )
        _read_year(package, year, holidays, workdays)
    return PublicDays(frozenset(wanted), frozenset(holidays), frozenset(workdays))


def parse_days(text: str, file: str = "holidays.toml") -> PublicDays:
    """Read a holiday file: a table a year, complete for it, with `holidays` and `workdays`.

    Raises:
        BadCalendar: names the file, the year and the value.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadCalendar(f"{file}: not TOML: {error}") from error
    holidays: set[date] = set()
    workdays: set[date] = set()
    for name, table in data.items():
        where = f"{file}: {name}"
        if not (name.isascii() and name.isdigit() and len(name) == 4):
            raise BadCalendar(f"{where}: expected a year such as [2027]")
        if not isinstance(table, Mapping) or not {"holidays"} <= set(table) <= _KEYS:
            raise BadCalendar(f"{where}: expected 'holidays' and if wanted 'workdays' in it")
        holidays |= _read_days(table["holidays"], int(name), f"{where}: holidays")
        workdays |= _read_days(table.get("workdays", []), int(name), f"{where}: workdays")
    if both := holidays & workdays:
        raise BadCalendar(f"{file}: {min(both)} is both a holiday and a workday")
    return PublicDays(frozenset(map(int, data)), frozenset(holidays), frozenset(workdays))


_KEYS = {"holidays", "workdays"}


def join(first: PublicDays, second: PublicDays) -> PublicDays:
    """Put two sources together; for a year that both know, *second* counts alone."""
    return PublicDays(
        first.years | second.years,
        second.holidays | {day for day in first.holidays if day.year not in second.years},
        second.workdays | {day for day in first.workdays if day.year not in second.years},
    )


def china_calendar(data: object, days: PublicDays) -> Calendar:
    """Make a calendar of the hours in *data* (as `Calendar.from_dict` takes it) and public days.

    What *data* itself lists comes first: its workdays are open and its holidays closed whatever
    the public days say.  A public workday has the hours of its own weekday, else of the first open
    weekday.

    Raises:
        BadCalendar: as `Calendar.from_dict`.
    """
    hours = parse_hours(data)
    own = dict(hours.workdays)
    for day in days.workdays:
        closed = day in hours.holidays or (day.month, day.day) in hours.yearly
        if not closed and day not in own and (open_ := workday_hours(hours.week, day)):
            own[day] = open_
    return Calendar(
        replace(
            hours,
            holidays=hours.holidays | days.holidays,
            workdays=tuple(sorted(own.items())),
            years=days.years,
        )
    )


def _read_year(package: _Package, year: int, holidays: set[date], workdays: set[date]) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        off, name = package.get_holiday_detail(day)
        # a plain weekend is off without a name
        if off and name is not None:
            holidays.add(day)
        elif not off and day.weekday() > 4:
            workdays.add(day)
        day += timedelta(days=1)


def _known_years(package: _Package) -> tuple[int, ...]:
    years = []
    year = FIRST_YEAR
    while _knows(package, year):
        years.append(year)
        year += 1
    return tuple(years)


def _knows(package: _Package, year: int) -> bool:
    try:
        package.get_holiday_detail(date(year, 7, 1))
    except NotImplementedError:
        return False
    return True


def _read_days(value: object, year: int, where: str) -> set[date]:
    if not isinstance(value, list):
        raise BadCalendar(f"{where}: expected a list of dates, got {value!r}")
    days = {parse_date(item, where) for item in value}
    for day in days:
        if day.year != year:
            raise BadCalendar(f"{where}: {day} is not in {year}")
    return days
