"""Time, as one thing that can be replaced.  Nothing else in core reads a clock or sleeps."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Our own clock; the platform's is `Skew.now(clock)`."""

    def now(self) -> datetime:
        """Return the time, aware UTC.  It may jump when somebody sets the machine's clock."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some moment; never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; nothing happens for zero or less.  May end early when the run is asked to stop."""
        ...


class SystemClock:
    """The machine's clock.  *stop*, once set, ends every sleep at once, in all threads."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> datetime:
        """Return the machine's time, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since some moment; never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*, or until stop is set."""
        if seconds > 0:
            self._stop.wait(seconds)
