"""Times as the store keeps them: whole milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Return whole milliseconds, rounded down."""
    since = moment - EPOCH  # three times as fast as dividing it by a millisecond
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def ms_or_none(moment: object) -> int | None:
    """Return milliseconds of a time, None of anything else."""
    return to_ms(moment) if isinstance(moment, datetime) else None


def from_ms(ms: object) -> datetime | None:
    """Return the aware UTC time of a column, None of NULL."""
    return EPOCH + int(ms) * _MS if isinstance(ms, int) else None


def whole_ms(moment: datetime | None) -> datetime | None:
    """Return a time as it comes back from the store: UTC, without what a millisecond cannot hold.

    A platform's times are such already, as a rule.
    """
    if moment is None or (moment.tzinfo is UTC and not moment.microsecond % 1000):
        return moment
    return from_ms(to_ms(moment))


def told(moment: datetime | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Return a time for a message to people: Beijing's, like every time that they are shown."""
    return f"{moment.astimezone(BEIJING):{form}} Beijing time" if moment else ""
