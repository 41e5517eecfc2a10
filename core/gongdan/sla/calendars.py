"""`Calendar`: when a shop or a platform works, and arithmetic in that time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .faults import UnannouncedYear
from .hours import Hours, parse_hours, write_hours
from .instants import to_datetime, to_micros, to_span, to_target
from .openings import Openings
from .pauses import Pause, advance, count, merge
from .zones import load_zone


class Calendar:
    """Opening hours in a zone, with holidays and extra working days; immutable.

    Exact to the microsecond and right through clock changes: an instant is open when the zone's
    clock then shows a time inside the hours of its day.  Safe to use from several threads.

    Calendars are equal when their hours are.
    """

    __slots__ = ("hours", "openings", "zone")

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.zone: ZoneInfo = load_zone(hours.tz)
        self.openings = Openings(hours, self.zone)

    @classmethod
    def from_dict(cls, data: object) -> Calendar:
        """Read a calendar from a table of settings.

            {"tz": "Asia/Shanghai",
             "week": {"mon": [["09:00", "12:00"], ["13:00", "24:00"]], ...},
             "holidays": ["2026-10-01", "*-01-01"],
             "workdays": ["2026-10-10"]}

        A day that `week` does not name is closed.  A workday is open whatever the week and the
        holidays say: with its own weekday's hours, else those of the first open weekday; or with
        hours of its own: `"workdays": {"2026-10-10": [["10:00", "16:00"]]}`.  Dates may be text or
        TOML dates.  What is listed is taken as complete for every year.

        Raises:
            BadCalendar: (a ConfigError and a ValueError) unknown key or zone, a time that is not
                "HH:MM", reversed or overlapping intervals, no open time at all; names the value.
        """
        return cls(parse_hours(data))

    def to_dict(self) -> dict[str, object]:
        """Give the table that `from_dict` reads an equal calendar from."""
        return write_hours(self.hours)

    def deadline(
        self, start: datetime, target: timedelta, pauses: Iterable[Pause] = ()
    ) -> datetime:
        """Give the first instant by which *target* of open time has passed since *start*.

        An end exactly at closing stays there; a start exactly at closing counts from the next
        opening.  Open time inside a pause does not count.

        Args:
            start: aware.
            target: positive.
            pauses: (aware start, aware end) in any order; they may overlap.

        Returns:
            an aware datetime in the zone of *start*.

        Raises:
            BadTime: (a ValueError) a naive time, a target that is not positive, a pause that ends
                before it starts.
            NeverOpen: (a ConfigError) nothing is open for three years on the way.
            UnannouncedYear: only of a calendar of public holidays (`gongdan.sla.china`).
        """
        at, need = to_micros(start), to_target(target)
        if pauses != () and (merged := merge(pauses)):
            due = advance(self.openings, at, need, merged)
        else:
            due = self.openings.advance(at, need)
        answer = to_datetime(due, start.tzinfo)
        if self.hours.years is not None:
            self._refuse_unannounced(at, due, answer)
        return answer

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """Give the open time between two aware datetimes, pauses left out.

        Zero when *end* is not after *start*.

        Raises:
            BadTime, UnannouncedYear: as `deadline`.
        """
        since, until = to_micros(start), to_micros(end)
        merged = merge(pauses) if pauses != () else ()
        answer = to_span(count(self.openings, since, until, merged))
        if self.hours.years is not None and since < until:
            self._refuse_unannounced(since, until, answer)
        return answer

    def is_open(self, at: datetime) -> bool:
        """Tell whether an aware datetime lies in open time; an opening does, a closing does not."""
        return self.openings.is_open(to_micros(at))

    def unannounced(self, start: int, end: int) -> int | None:
        """Give the first year between two instants (microseconds) whose holidays are not known."""
        years = self.hours.years
        if years is None:
            return None
        first = to_datetime(start, self.zone).year
        last = to_datetime(max(start, end - 1), self.zone).year
        return next((year for year in range(first, last + 1) if year not in years), None)

    def _refuse_unannounced(self, start: int, end: int, answer: datetime | timedelta) -> None:
        year = self.unannounced(start, end)
        if year is not None:
            raise UnannouncedYear(year, answer)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.hours == other.hours

    def __hash__(self) -> int:
        return hash(self.hours)

    def __repr__(self) -> str:
        return f"Calendar({self.to_dict()!r})"
