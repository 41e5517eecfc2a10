"""The clock."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from gongdan.clock import SystemClock


def test_now_is_aware_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_stop_ends_every_sleep_at_once() -> None:
    stop = threading.Event()
    clock = SystemClock(stop)
    sleeper = threading.Thread(target=clock.sleep, args=(60,))
    sleeper.start()

    stop.set()
    sleeper.join(timeout=5)

    assert not sleeper.is_alive()


def test_sleeping_for_nothing_or_less_does_nothing() -> None:
    clock = SystemClock()
    before = time.monotonic()

    clock.sleep(0)
    clock.sleep(-5)

    assert time.monotonic() - before < 1


def test_monotonic_never_goes_back() -> None:
    clock = SystemClock()

    assert clock.monotonic() <= clock.monotonic()
