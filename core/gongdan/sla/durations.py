"""Lengths of time as people write them: "2h30m"."""

from __future__ import annotations

import re
from datetime import timedelta

from .faults import BadTime

_FORM = re.compile(r"(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?")


def parse_duration(text: str) -> timedelta:
    """Read "12h", "90m", "2h30m", "1d", "45s": whole numbers with d, h, m, s, longest unit first.

    "1d" is 24 hours, whatever the calendar.

    Raises:
        BadTime: (a ValueError) anything else, or nothing, or longer than a timedelta holds.
    """
    match = _FORM.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or not any(match.groups()):
        raise BadTime(
            f"expected a duration such as '12h', '90m', '2h30m', '1d' or '45s', got {text!r}"
        )
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise BadTime(f"{text!r} is longer than any duration can be") from None


def format_duration(length: timedelta) -> str:
    """Write a length in the form that `parse_duration` reads; hours go on past 24.

    Parts of a second are cut off; nothing is "0s", less than nothing has a "-" before it.
    """
    total = int(abs(length) / timedelta(seconds=1))
    parts = ((total // 3600, "h"), (total // 60 % 60, "m"), (total % 60, "s"))
    text = "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"
    return f"-{text}" if length < timedelta(0) and total else text
