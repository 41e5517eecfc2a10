from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gongdan.sandbox import Clock

from .toy import START, Time


def test_runs_with_its_source() -> None:
    time = Time()
    clock = Clock(time)

    time.now += timedelta(seconds=5)

    assert clock.now() == START + timedelta(seconds=5)


def test_runs_on_from_where_it_was_set() -> None:
    time = Time()
    clock = Clock(time)

    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    time.now += timedelta(seconds=5)

    assert clock.now() == datetime(2030, 1, 1, 0, 0, 5, tzinfo=UTC)


def test_goes_back_to_its_source() -> None:
    clock = Clock(Time())
    clock.advance(3600)

    clock.set(None)

    assert clock.now() == START


def test_refuses_a_time_without_a_zone() -> None:
    naive = START.replace(tzinfo=None)

    with pytest.raises(ValueError, match="needs a zone"):
        Clock(Time()).set(naive)


def test_stands_still_while_pinned() -> None:
    clock = Clock(Time())

    with clock.pinned(START + timedelta(days=1)):
        clock.advance(60)
        assert clock.now() == START + timedelta(days=1)

    assert clock.now() == START + timedelta(seconds=60)
