"""Time zones: loading one, and the stretches of time in which its offset stays the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .faults import BadCalendar
from .instants import DAY_S

# How often an offset is looked at.  Two changes of one zone are weeks apart.
_PROBE_S = DAY_S // 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def load_zone(name: object) -> ZoneInfo:
    """Load an IANA zone by its name.

    Raises:
        BadCalendar: there is none of that name.
    """
    if not isinstance(name, str) or not name:
        raise BadCalendar(f"tz: expected an IANA zone such as 'Asia/Shanghai', got {name!r}")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # zoneinfo answers ValueError for '../x' and an OSError for the name of a folder ('Asia')
        raise BadCalendar(
            f"tz: no zone is called {name!r}; expected an IANA name such as 'Asia/Shanghai'"
        ) from None


@lru_cache(maxsize=256)
def stretches(zone: ZoneInfo, start_s: int, end_s: int) -> tuple[tuple[int, int, int], ...]:
    """Cut a span of time where the zone's offset changes.

    Args:
        zone: any.
        start_s: in seconds since 1970 UTC.
        end_s: the same, after start_s and not in the span.

    Returns:
        (start, end, offset) in seconds, ascending and without gaps, together the whole span.
    """
    found: list[tuple[int, int, int]] = []
    begun, offset, at = start_s, _offset_s(zone, start_s), start_s
    while at < end_s:
        probe = min(at + _PROBE_S, end_s)
        seen = _offset_s(zone, probe)
        if seen != offset:
            change = _change_s(zone, at, probe)
            found.append((begun, change, offset))
            begun, offset = change, seen
        at = probe
    if begun < end_s:
        found.append((begun, end_s, offset))
    return tuple(found)


def _change_s(zone: ZoneInfo, before_s: int, after_s: int) -> int:
    """Find the first second of the new offset, between two seconds whose offsets differ."""
    old = _offset_s(zone, before_s)
    while after_s - before_s > 1:
        middle = (before_s + after_s) // 2
        if _offset_s(zone, middle) == old:
            before_s = middle
        else:
            after_s = middle
    return after_s


def _offset_s(zone: ZoneInfo, at_s: int) -> int:
    offset = (_EPOCH + timedelta(seconds=at_s)).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(seconds=1)
