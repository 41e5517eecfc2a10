"""How far a platform's clock is from ours."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from gongdan.calls.skew import Skew
from tests.conftest import START, ManualClock


def date(ahead_s: float) -> str:
    """Return the Date of a platform that is so far ahead of the clock's start: whole seconds."""
    return format_datetime((START + timedelta(seconds=ahead_s)).replace(microsecond=0))


def test_is_nothing_until_the_platform_tells_its_time(clock: ManualClock) -> None:
    skew = Skew()

    assert (skew.known, skew.offset_s, skew.now(clock)) == (False, 0.0, START)


@pytest.mark.parametrize("ahead_s", [600, -600])
def test_follows_the_platform(ahead_s: float, clock: ManualClock) -> None:
    skew = Skew()

    skew.note(date(ahead_s), clock.now())

    assert skew.known
    assert skew.now(clock) == START + timedelta(seconds=ahead_s)


def test_never_jumps_back_by_the_cut_off_fraction(clock: ManualClock) -> None:
    skew, seen = Skew(), []
    for _ in range(40):
        clock.advance(0.3)
        skew.note(date(100 + clock.monotonic()), clock.now())
        seen.append(skew.now(clock))

    assert seen == sorted(seen)
    truth = clock.now() + timedelta(seconds=100)
    assert truth - timedelta(seconds=0.2) <= seen[-1] <= truth


@pytest.mark.parametrize("change_s", [3, -3, 1200, -1200])
def test_a_real_change_replaces_what_was_known(change_s: float, clock: ManualClock) -> None:
    skew = Skew()
    skew.note(date(100), clock.now())

    skew.note(date(100 + change_s), clock.now())

    assert skew.offset_s == 100 + change_s


def test_an_answer_that_took_long_is_not_a_change(clock: ManualClock) -> None:
    skew = Skew()
    skew.note(date(100), clock.now())
    clock.advance(12)

    skew.note(date(100), clock.now(), took_s=12)

    assert skew.offset_s == 100


@pytest.mark.parametrize("header", ["", "yesterday", "Sat, 99 Nov 2026 08:00:00 GMT"])
def test_learns_nothing_from_what_is_no_date(header: str, clock: ManualClock) -> None:
    skew = Skew()

    skew.note(header, clock.now())

    assert not skew.known
