"""A clock that stands still until somebody sleeps or moves it, so that waiting takes no time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)  # 09:00 in China


class VirtualClock:
    """Our own clock (`gongdan.clock.Clock`); its `now` is also a source for a sandbox's clock.

    May be shared by threads.

    Attributes:
        sleeps: the seconds of every sleep, in order.
    """

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._passed_s = 0.0
        self._lock = threading.Lock()
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        """Return the time, aware UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds since the start; `set` leaves them as they are."""
        return self._passed_s

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once; nothing happens for zero or less."""
        self.sleeps.append(seconds)
        if seconds > 0:
            self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let *seconds*, zero or more, pass."""
        with self._lock:
            self._passed_s += seconds
            self._now += timedelta(seconds=seconds)

    def set(self, now: datetime) -> None:
        """Jump to *now*, aware, as when somebody sets the machine's clock."""
        with self._lock:
            self._now = now.astimezone(UTC)
