"""Who works here, at what and when: `people.toml` beside the settings.

[assign]
auto = true               # a sync gives new tickets to people; false: only 'assign --auto'

[people."小王"]            # the name that stands as holder
skills = ["complaint", "物流停滞", "refund"]   # categories, tags, platforms, streams, "urgent"
shops = ["main"]          # aliases; left out: all shops
most = 40                 # open tickets that are our turn, at once
hours = "09:00-12:00,13:00-18:00"   # Beijing's; left out: 09:00-21:00
days = ["mon", "tue", "wed", "thu", "fri"]     # left out: every day
off = ["2026-12-25"]      # days off, as a calendar's holidays
calendar = "early"        # instead of hours, days and off: one of gongdan.toml
away = true               # gets nothing until this line is gone
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from ..config.calendars import calendar_of
from ..config.mistakes import failed_key, instead, told, unknown
from ..config.tomlfile import document_of, spot, text_of
from ..errors import ConfigError, NotFound
from ..sla import Calendar

NAME = "people.toml"
Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Assign(Struct, frozen=True, forbid_unknown_fields=True):
    auto: bool = True


class Person(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person as the file says; the module explains each value."""

    name: str
    skills: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    most: Annotated[int, Meta(ge=0, le=10_000)] = 40
    hours: str = "09:00-21:00"
    days: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    off: tuple[str, ...] = ()
    calendar: str = ""
    away: bool = False


class Unheld(Struct, frozen=True, kw_only=True):
    """A ticket that is to be somebody's, by what people are chosen by.

    Attributes:
        traits: what a skill may name: category, tags, platform, stream, "urgent".
        gave_up: who has given it away before; it is not forced on them again.
    """

    id: str
    shop: str
    traits: frozenset[str]
    gave_up: frozenset[str] = frozenset()


class Choice(Struct, frozen=True):
    """Who is to have a ticket, and why."""

    name: str
    skills: tuple[str, ...]
    load: int
    most: int


class Roster:
    """The people of a desk.

    Attributes:
        auto: whether a sync gives tickets to people.
    """

    def __init__(self, people: Iterable[tuple[Person, Calendar]], *, auto: bool) -> None:
        self._people = {person.name: (person, calendar) for person, calendar in people}
        self.auto = auto and bool(self._people)

    @property
    def people(self) -> list[Person]:
        """Everybody, in the order of the file."""
        return [person for person, _ in self._people.values()]

    def person(self, name: str) -> Person:
        """Return one person.

        Raises:
            NotFound: nobody has that name; the message says who is closest.
        """
        if name in self._people:
            return self._people[name][0]
        raise NotFound(f"no person {name!r} in {NAME}; {instead(name, self._people)}")

    def is_on_duty(self, name: str, now: datetime) -> bool:
        """Return whether somebody works now; who is not in the file always does."""
        if name not in self._people:
            return True
        person, calendar = self._people[name]
        return not person.away and calendar.is_open(now)

    def choose(self, case: Unheld, loads: Mapping[str, int], now: datetime) -> Choice | None:
        """Return who is to have a ticket; None: nobody who is on duty, may, and has room.

        Most matching skills first, then the smallest share of what one can carry, then the order
        of the file.  Who names skills gets only tickets that need one of them.
        """
        found: list[tuple[int, float, int, Choice]] = []
        for place, person in enumerate(self.people):
            load = loads.get(person.name, 0)
            skills = tuple(skill for skill in person.skills if skill in case.traits)
            fits = bool(skills or not person.skills) and (
                case.shop in (person.shops or [case.shop])
            )
            if not fits or load >= person.most or person.name in case.gave_up:
                continue
            if self.is_on_duty(person.name, now):
                choice = Choice(person.name, skills, load, person.most)
                found.append((-len(skills), load / person.most, place, choice))
        return min(found, key=lambda each: each[:3])[3] if found else None


def read_roster(path: Path, shops: Sequence[str], calendars: Mapping[str, object]) -> Roster:
    """Return the people of the file at *path*; nobody, where there is none.

    Raises:
        ConfigError: the file is wrong; the message has line and column.
    """
    if not path.exists():
        return Roster([], auto=False)
    text = text_of(path)
    document = document_of(path, text)
    for name in document:
        if name not in ("assign", "people"):
            raise unknown(name, f"{spot(text, key=name)}:", path, ("assign", "people"))
    try:
        assign = msgspec.convert(document.get("assign", {}), _Assign)
    except msgspec.ValidationError as error:
        at = spot(text, table="assign", key=failed_key(error)[0])
        raise ConfigError(f"{path}: {at}: [assign] {told(error)}") from None
    people = _people(path, text, document.get("people", {}), shops, calendars)
    return Roster(people, auto=assign.auto)


def _people(
    path: Path, text: str, tables: object, shops: Sequence[str], calendars: Mapping[str, object]
) -> Iterator[tuple[Person, Calendar]]:
    if not isinstance(tables, dict):
        raise ConfigError(f'{path}: {spot(text, key="people")}: expected tables [people."NAME"]')
    for name, table in tables.items():
        at = f"[people.{name}]"
        try:
            if not isinstance(table, dict) or "name" in table:
                raise msgspec.ValidationError('expected a table [people."NAME"] without name')
            if not name or name != name.strip():
                raise msgspec.ValidationError("expected a name, without blanks around it")
            person = msgspec.convert({**table, "name": name}, Person)
            strange = [shop for shop in person.shops if shop not in shops]
            if strange:
                raise msgspec.ValidationError(
                    f"no shop {strange[0]!r}; {instead(strange[0], shops)} - at `$.shops`"
                )
            yield person, _calendar(person, path, calendars)
        except msgspec.ValidationError as error:
            key, number = failed_key(error)
            where = spot(text, table=f"people.{name}", key=key, number=number)
            raise ConfigError(f"{path}: {where}: {at} {told(error)}") from None


def _calendar(person: Person, path: Path, calendars: Mapping[str, object]) -> Calendar:
    if person.calendar:
        if person.calendar not in calendars:
            raise msgspec.ValidationError(
                f"no [calendars.{person.calendar}] in gongdan.toml; "
                f"{instead(person.calendar, calendars)} - at `$.calendar`"
            )
        return calendar_of(person.calendar, calendars[person.calendar], path)
    spans = [[part.strip() for part in span.split("-")] for span in person.hours.split(",")]
    week = dict.fromkeys(person.days, spans)
    try:
        data = {"tz": "Asia/Shanghai", "week": week, "holidays": list(person.off)}
        return Calendar.from_dict(data)
    except ConfigError as error:
        key = "off" if "holiday" in str(error) else "hours"
        raise msgspec.ValidationError(f"{error} - at `$.{key}`") from None
