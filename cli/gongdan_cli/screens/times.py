"""Times as an operator reads them: Beijing's, and short."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

# China has had one zone without clock changes since 1991; the platforms write it without a name.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

URGENT = timedelta(minutes=15)
SOON = timedelta(hours=1)


def left(due: datetime | None, now: datetime) -> str:
    """Return how long there is: `-2h13m` is late, `!! 12m` and `! 48m` are soon.

    A deadline is met until its very second, so a moment late is `-0m`, never `0m`.
    """
    if due is None:
        return "-"
    rest = due - now
    if rest < timedelta(0):
        return f"-{span(-rest)}"
    if rest < URGENT:
        return f"!! {span(rest)}"
    return f"! {span(rest)}" if rest <= SOON else span(rest)


def span(length: timedelta) -> str:
    """Return a length in two units, rounded down: `2d03h`, `5h20m`, `48m`."""
    minutes = int(length.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    if days > 99:
        return f"{days}d"
    if days:
        return f"{days}d{hours:02}h"
    return f"{hours}h{minutes % 60:02}m" if hours else f"{minutes}m"


def clock(at: datetime | None, now: datetime, tomorrow: str, *, dated: bool = True) -> str:
    """Return `20:00` today, `tmr 20:00` tomorrow, else the date, with *dated* and the time."""
    if at is None:
        return "-"
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today + timedelta(days=1):
        return f"{tomorrow} {local:%H:%M}"
    day = f"{local:%m-%d}" if local.year == today.year else f"{local:%y-%m-%d}"
    return f"{day} {local:%H:%M}" if dated else day


def day(at: datetime | None, now: datetime) -> str:
    """Return the time of today, `11-20 14:05` of this year, else the day, `25-11-20`."""
    if at is None:
        return "-"
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%y-%m-%d}"


def stamp(at: datetime | None) -> str:
    """Return the whole time, `2026-11-21 20:00:00`, or `-`."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if at else "-"


def iso(at: datetime | None) -> str:
    """Return ISO 8601 with Beijing's offset, or ""."""
    return at.astimezone(BEIJING).isoformat() if at else ""


def whole_seconds(length: timedelta) -> int | float:
    """Return a length in seconds; a whole number where it is one."""
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
