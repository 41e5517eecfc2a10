"""Deadlines: calendars, rules as data, and the clocks of a ticket.  Pure; reads no clock.

See docs/deadlines.md.
"""

from __future__ import annotations

from .calendars import Calendar
from .clocks import clocks, first_response, handling_due
from .compute import Deadline, compute, fitting_modes
from .durations import format_duration, parse_duration
from .facts import Clock, Facts
from .faults import BadCalendar, BadRule, BadTime, NeverOpen, UnannouncedYear
from .overrides import override
from .packs import load_rules
from .rules import Above, Breach, Mode, Rule, Words, choose, find_rule, version_of
from .steps import Step
from .wording import FLAGS, explain, write_length

__all__ = [
    "FLAGS",
    "Above",
    "BadCalendar",
    "BadRule",
    "BadTime",
    "Breach",
    "Calendar",
    "Clock",
    "Deadline",
    "Facts",
    "Mode",
    "NeverOpen",
    "Rule",
    "Step",
    "UnannouncedYear",
    "Words",
    "choose",
    "clocks",
    "compute",
    "explain",
    "find_rule",
    "first_response",
    "fitting_modes",
    "format_duration",
    "handling_due",
    "load_rules",
    "override",
    "parse_duration",
    "version_of",
    "write_length",
]
