"""What can be wrong with a calendar, a rule, a time or a duration.

GongdanError
├── ConfigError
│   ├── BadCalendar      also a ValueError: the calendar's table cannot be used
│   ├── BadRule          also a ValueError: a rule pack or a shop's override cannot be used
│   └── NeverOpen        also a ValueError: no open time for years after an instant
└── BadTime              also a ValueError: a naive time, a target that is not positive, ...
    └── UnannouncedYear  a holiday calendar that does not know the year

They are ValueErrors as well, because people who use `gongdan.sla` alone expect those.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gongdan.errors import ConfigError, GongdanError


class BadCalendar(ConfigError, ValueError):
    """A calendar's table is wrong; the message names the key and the value."""


class BadRule(ConfigError, ValueError):
    """A rule or an override is wrong; the message names the file, the row and the key."""


class NeverOpen(ConfigError, ValueError):
    """The calendar stays closed for longer than it is worth looking (three years)."""


class BadTime(GongdanError, ValueError):
    """A time or a duration that nothing can be computed from; the message names it."""

    exit_code = 2


class UnannouncedYear(BadTime):
    """The public holidays of a year that the question touches were not announced yet.

    Attributes:
        year: the first such year.
        answer: the earliest deadline, or the longest elapsed time, that is still possible: every
            day of such a year counted as open.
    """

    def __init__(self, year: int, answer: datetime | timedelta) -> None:
        super().__init__(
            f"the public holidays of {year} are not known; update the package chinesecalendar, "
            f"or name them in a holiday file"
        )
        self.year = year
        self.answer = answer
