"""What many tests need: a clock that never waits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings

# What is tried differs from run to run, how long it may take is nobody's claim.
settings.register_profile("gongdan", deadline=None)
settings.load_profile("gongdan")

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class ManualClock:
    """A clock that stands still until somebody sleeps or moves it.

    Attributes:
        sleeps: the seconds of every sleep, in order.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed_s = 0.0
        self._lock = threading.Lock()
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        return self._passed_s

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.advance(max(seconds, 0.0))

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._passed_s += seconds


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()
