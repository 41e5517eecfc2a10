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


class Halt:
    """When to stop: once *event* is set, or after so many seconds.

    Args:
        event: somebody asks to stop; ends every sleep at once, in all threads.
        seconds: from now; None: never by itself.
    """

    def __init__(self, event: threading.Event | None = None, seconds: float | None = None) -> None:
        self._event = event or threading.Event()
        self._until = None if seconds is None else time.monotonic() + seconds

    def is_set(self) -> bool:
        """Tell whether it is time to stop."""
        return self._event.is_set() or (self._until is not None and self._left() <= 0)

    def wait(self, seconds: float) -> None:
        """Wait for *seconds*, or until it is time to stop."""
        self._event.wait(seconds if self._until is None else max(0, min(seconds, self._left())))

    def set(self) -> None:
        """Ask to stop."""
        self._event.set()

    def _left(self) -> float:
        return float("inf") if self._until is None else self._until - time.monotonic()


class SystemClock:
    """The machine's clock.  *stop*, once set, ends every sleep at once, in all threads."""

    def __init__(self, stop: threading.Event | Halt | None = None) -> None:
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
