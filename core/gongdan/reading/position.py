"""Where the reading of a stream stands, and which window comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from ..contract import ByTime
from ..errors import GongdanError, ProtocolError
from .lists import Window


class Position(Struct, frozen=True, omit_defaults=True):
    """Where the reading of a stream stands, beside its cursor.

    Attributes:
        window: the one that is being read.
        span_s: how wide windows are now, where the platform asked for less.
        slow_until: narrowing is off until then: the list is not as declared.
        token: of a ByToken list.
        trouble, failures: how the window failed last, and how often on end; trouble_end: its end.
        swept: when the daily sweep was last through; sweeping: where one stands.
    """

    window: Window | None = None
    span_s: float | None = None
    slow_until: datetime | None = None
    token: str = ""
    trouble: str = ""
    failures: int = 0
    trouble_end: datetime | None = None
    swept: datetime | None = None
    sweeping: datetime | None = None


def next_window(reading: ByTime, position: Position, start: datetime, now: datetime) -> Window:
    """Return the next window: as wide as may be, up to now; complete only up to what is settled."""
    span = timedelta(seconds=position.span_s) if position.span_s else reading.max_span
    settled = now - reading.settle
    end = start + span
    if end >= settled:
        end = max(now, start + reading.tick)
        until = max(settled, start)
    else:
        until = end
    return Window(start, end, until, start, end)


def begun(position: Position, asof: datetime, settled: datetime) -> Position:
    """Return the position once the platform's time is known; a resumed window keeps what it has."""
    window = cast(Window, position.window)
    if window.asof is not None:
        return position
    until = max(min(window.until, settled), window.start)
    return replace(position, window=replace(window, until=until, asof=asof))


def is_slow(position: Position, now: datetime) -> bool:
    """Tell whether narrowing is off, for the list was found to be misdeclared."""
    return position.slow_until is not None and position.slow_until > now


def slowed(position: Position, until: datetime) -> Position:
    """Return the position with its window to be read the slow way, from its beginning."""
    window = cast(Window, position.window)
    again = replace(window, by_key=False, low=window.start, high=window.end, seen=0)
    return replace(position, window=again, slow_until=until)


class Unhalvable(ProtocolError):
    """A window that cannot be read, and is as narrow as the platform compares."""


def failed(position: Position, error: GongdanError) -> Position:
    """Return the position after one more run in which its window could not be read."""
    trouble = f"{type(error).__name__} {error.code}".strip()
    again = position.failures + 1 if trouble == position.trouble else 1
    end = position.trouble_end or cast(Window, position.window).end
    return replace(position, trouble=trouble, failures=again, trouble_end=end)


def halved(reading: ByTime, position: Position, error: GongdanError) -> Position:
    """Return the first half of the window, to be read from its beginning.

    Raises:
        Unhalvable: it is as narrow as the platform compares.
    """
    window = cast(Window, position.window)
    half = (window.end - window.start) / 2
    if half < reading.tick:
        raise Unhalvable(f"one second that cannot be read: {error}") from error
    end = window.start + half
    first = replace(
        window, end=end, until=min(end, window.until), low=window.start, high=end, seen=0
    )
    return replace(position, window=first, span_s=half.total_seconds())


def wider(reading: ByTime, position: Position) -> Position:
    """Let windows grow again after one that went well.

    What a window failed of is forgotten behind its end: until then it is being narrowed down.
    """
    window = cast(Window, position.window)
    if position.trouble_end is None or window.end >= position.trouble_end:
        position = replace(position, trouble="", failures=0, trouble_end=None)
    if position.span_s is None:
        return position
    doubled = position.span_s * 2
    return replace(position, span_s=doubled if doubled < reading.max_span.total_seconds() else None)


def check_cursor(shop: str, stream: str, until: datetime | None, now: datetime) -> None:
    """Refuse a cursor that no clock explains: reading from it would find nothing, in silence."""
    if until is not None and until > now + timedelta(hours=1):
        raise ProtocolError(
            f"{shop}/{stream}: the cursor stands at {until:%Y-%m-%d %H:%M}, in the future;"
            f" run 'gongdan sync --shop {shop} --full'"
        )
