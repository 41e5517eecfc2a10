"""Who is told, and when, that a ticket's deadline comes near or is over (R58, R59).

Levels are data.  Each ticket passes each level once in a round; of several passed at one go only
the last is told, and none that was passed long ago: after an outage, or on a first import, old
news comes in silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from ..errors import ConfigError
from ..sla import parse_duration
from .happening import Happened, Nearing

QUIET = timedelta(hours=6)  # a level passed longer ago is old news
_PERCENT = re.compile(r"(\d{1,3})\s*%")


class Level(Struct, frozen=True, kw_only=True):
    """One level: when it is reached, and who is told by which channel.

    Exactly one of *before* (the deadline; zero is the deadline itself) and *percent* (of the time
    from creation to the deadline) is given.
    """

    name: str
    before: timedelta | None = None
    percent: int | None = None
    to: str = ""
    channel: str = ""

    def moment(self, created: datetime | None, due: datetime) -> datetime:
        """Return when a ticket reaches it; a share of an unknown time is the deadline itself."""
        if self.before is not None:
            return due - self.before
        share = (self.percent or 100) / 100
        return due if created is None or created > due else created + (due - created) * share


DEFAULT = (
    Level(name="60m", before=timedelta(minutes=60)),
    Level(name="15m", before=timedelta(minutes=15)),
    Level(name="late", before=timedelta(0)),
)


def read_levels(table: object, where: str) -> tuple[Level, ...]:
    """Return the levels that a settings file lists; the default ones where it lists none.

    Each is a table `{at = "60m" | "80%" | "late", to = "...", channel = "..."}`.

    Raises:
        ConfigError: names the level and what is wrong with it.
    """
    if table is None:
        return DEFAULT
    if not isinstance(table, list) or not table:
        raise ConfigError(f"{where}: expected tables [[levels]]")
    return tuple(_level(entry, f"{where} {number}") for number, entry in enumerate(table, start=1))


def _level(entry: object, where: str) -> Level:
    if not isinstance(entry, dict) or set(entry) - {"at", "to", "channel"}:
        raise ConfigError(f'{where}: expected at = "60m", "80%" or "late", and to, channel')
    at = entry.get("at")
    if not isinstance(at, str):
        raise ConfigError(f'{where}: lacks at = "60m", "80%" or "late"')
    to, channel = str(entry.get("to", "")), str(entry.get("channel", ""))
    percent = _PERCENT.fullmatch(at.strip())
    if percent:
        share = int(percent[1])
        if not 1 <= share <= 100:
            raise ConfigError(f"{where}: at = {at!r}: 1% to 100%")
        return Level(name=at, percent=share, to=to, channel=channel)
    if at == "late":
        return Level(name=at, before=timedelta(0), to=to, channel=channel)
    try:
        before = parse_duration(at)
    except ValueError as error:
        raise ConfigError(f"{where}: at = {at!r}: {error}") from error
    return Level(name=at, before=before, to=to, channel=channel)


def horizon(levels: Sequence[Level]) -> timedelta | None:
    """Return how long before its deadline a ticket can reach a level; None: at any time."""
    if any(level.percent is not None for level in levels):
        return None
    return max((level.before or timedelta(0) for level in levels), default=timedelta(0))


def reached(
    tickets: Iterable[Nearing], levels: Sequence[Level], now: datetime
) -> Iterator[Happened]:
    """Yield an event for every level that a ticket has reached; all but the last are silent."""
    for ticket in tickets:
        passed = sorted(
            ((level.moment(ticket.created, ticket.due), level) for level in levels),
            key=lambda pair: pair[0],
        )
        passed = [(moment, level) for moment, level in passed if moment <= now]
        for number, (moment, level) in enumerate(passed, start=1):
            is_old = moment < now - QUIET
            yield Happened(
                kind="late" if ticket.due <= now else "due_soon",
                ticket=ticket.ticket,
                data=_told(level, ticket),
                once=f"{ticket.ticket}|handling|{ticket.round}|{level.name}|{level.to}",
                silent=number < len(passed) or is_old,
            )


def _told(level: Level, ticket: Nearing) -> Mapping[str, str]:
    return {
        "level": level.name,
        "to": level.to,
        "channel": level.channel,
        "due": ticket.due.isoformat(),
    }
