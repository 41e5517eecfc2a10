"""How often and when a request is made again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from gongdan.calls.retry import ATTEMPTS, TOTAL_S, persist, retry_after_s
from gongdan.errors import (
    AuthExpired,
    BadField,
    GongdanError,
    NotSent,
    ProtocolError,
    RateLimited,
    Refused,
    Stopped,
    Transient,
    Unreadable,
)
from tests.conftest import ManualClock

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class Failing:
    """Raises what it is given, one after the other, then returns "done"."""

    def __init__(self, *errors: GongdanError) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def attempt(make: Callable[[], str], clock: ManualClock, seed: int = 1) -> str:
    return persist(make, clock=clock, rng=random.Random(seed))


@pytest.mark.parametrize(
    "error",
    [Transient("down"), NotSent("refused"), RateLimited("slow down"), Unreadable("html")],
    ids=lambda error: type(error).__name__,
)
def test_asks_again_where_it_may_pass(error: GongdanError, clock: ManualClock) -> None:
    make = Failing(error)

    assert attempt(make, clock) == "done"
    assert (make.calls, len(clock.sleeps)) == (2, 1)


@pytest.mark.parametrize(
    "error",
    [Refused("no"), AuthExpired("who"), Stopped("end"), ProtocolError("odd"), BadField("$.a")],
    ids=lambda error: type(error).__name__,
)
def test_never_asks_again_where_it_cannot_pass(error: GongdanError, clock: ManualClock) -> None:
    make = Failing(error)

    with pytest.raises(type(error)):
        attempt(make, clock)

    assert (make.calls, clock.sleeps) == (1, [])


def test_gives_up_with_the_last_error(clock: ManualClock) -> None:
    make = Failing(*(Transient(f"{n}") for n in range(ATTEMPTS + 1)))

    with pytest.raises(Transient, match=str(ATTEMPTS - 1)):
        attempt(make, clock)

    assert make.calls == ATTEMPTS


def test_waits_longer_each_time_and_not_as_others_do(clock: ManualClock) -> None:
    other = ManualClock()

    attempt(Failing(*[Transient("down")] * 4), clock, seed=1)
    attempt(Failing(*[Transient("down")] * 4), other, seed=2)

    for slept, most in zip(clock.sleeps, (1, 2, 4, 8), strict=True):
        assert most / 2 <= slept <= most
    assert clock.sleeps != other.sleeps


@pytest.mark.parametrize("asked_s", [0.5, 7, 59])
def test_waits_as_long_as_the_platform_asks(asked_s: float, clock: ManualClock) -> None:
    attempt(Failing(RateLimited("slow down", retry_after_s=asked_s)), clock)

    assert asked_s <= clock.sleeps[0] <= asked_s + 1


def test_a_transient_may_name_its_wait_too(clock: ManualClock) -> None:
    error = Transient("down for repair")
    error.retry_after_s = 20

    attempt(Failing(error), clock)

    assert clock.sleeps[0] >= 20


def test_a_wait_of_more_than_a_minute_is_told_and_not_waited_for(clock: ManualClock) -> None:
    make = Failing(RateLimited("banned", retry_after_s=60.5))

    with pytest.raises(RateLimited) as caught:
        attempt(make, clock)

    assert (make.calls, clock.sleeps, caught.value.retry_after_s) == (1, [], 60.5)


def test_all_attempts_together_stay_within_the_total(clock: ManualClock) -> None:
    make = Failing(*[RateLimited("slow down", retry_after_s=50)] * 4)

    with pytest.raises(RateLimited):
        attempt(make, clock)

    assert sum(clock.sleeps) <= TOTAL_S
    assert make.calls == 3


def test_time_spent_in_the_requests_counts(clock: ManualClock) -> None:
    calls = 0

    def slow() -> str:
        nonlocal calls
        calls += 1
        clock.advance(50)
        raise Transient("no answer")

    with pytest.raises(Transient):
        attempt(slow, clock)

    assert calls == 3


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("120", 120.0, id="seconds"),
        pytest.param(" 0 ", 0.0, id="none"),
        pytest.param("Sat, 21 Nov 2026 08:00:30 GMT", 30.0, id="date"),
        pytest.param("Sat, 21 Nov 2026 16:00:30 +0800", 30.0, id="date elsewhere"),
        pytest.param("Sat, 21 Nov 2026 08:00:30 -0000", 30.0, id="date without a zone"),
        pytest.param("Sat, 21 Nov 2026 07:00:00 GMT", 0.0, id="past"),
        pytest.param("", None, id="absent"),
        pytest.param("soon", None, id="words"),
        pytest.param("-3", None, id="negative"),
        pytest.param("١٢", None, id="digits of another script"),
        pytest.param("9" * 400, 999_999_999.0, id="absurd"),
    ],
)
def test_reads_both_forms_of_retry_after(header: str, seconds: float | None) -> None:
    assert retry_after_s(header, NOW) == seconds
