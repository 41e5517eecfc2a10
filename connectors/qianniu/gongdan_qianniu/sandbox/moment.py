"""Times as this platform writes them: `yyyy-MM-dd HH:mm:ss`, China's wall clock, no zone.

Source: the TOP notes, sections 1.2, 1.3 and pitfall 7.6.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, TypeAlias

from msgspec import Meta

CHINA = timezone(timedelta(hours=8))  # no summer time since 1991
MaybeMoment: TypeAlias = Annotated[datetime, Meta(tz=True)] | None
FORM = "%Y-%m-%d %H:%M:%S"


def written(at: datetime) -> str:
    """Return *at*, aware, in the platform's form; parts of a second are cut off."""
    return at.astimezone(CHINA).strftime(FORM)


def read(text: str) -> datetime | None:
    """Return what *text* says as aware UTC, or None if it is not in the platform's form."""
    try:
        return datetime.strptime(text, FORM).replace(tzinfo=CHINA).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_stamp(text: str) -> datetime | None:
    """Return the `timestamp` of a request: the platform's form, or milliseconds since 1970."""
    if not text.isascii() or not text.isdigit():
        return read(text)
    try:
        return datetime.fromtimestamp(int(text) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def milliseconds(at: datetime) -> int:
    """Return *at* as milliseconds since 1970, the form of `refund_version`."""
    return int(at.timestamp()) * 1000 + at.microsecond // 1000
