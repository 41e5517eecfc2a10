from __future__ import annotations

from datetime import timedelta

import pytest

from gongdan.sandbox import NAMES, Clock, Fault, Faults, Named

from .toy import Time

LIST = Named("list", "list", "1")
WRITE = Named("write", "write", "1")
AUTH = Named("login", "auth")


def struck(faults: Faults, named: Named, times: int) -> list[int]:
    """Which of so many requests were struck, counted from 1."""
    return [n for n in range(1, times + 1) if faults.strike(named, "toy")]


def test_has_every_fault_of_the_design() -> None:
    designed = (
        "rate-limit ban http-500 slow cut-body html reset shift-pages late-rows same-second "
        "lost-response late-commit hidden-write token-expired revoked malformed-row "
        "lone-surrogate new-field new-enum filter-on-create exclusive-start other-person "
        "lost-request refused altered-text new-round stale-replica"
    )

    assert set(designed.split()) <= set(NAMES)


@pytest.mark.parametrize(
    ("when", "count", "expected"),
    [
        pytest.param(1, None, [1], id="the next"),
        pytest.param(3, None, [3], id="the third"),
        pytest.param(2, 2, [2, 3], id="the second and the one after it"),
        pytest.param(1.0, None, [1, 2, 3, 4], id="always"),
        pytest.param(1.0, 2, [1, 2], id="always but twice"),
        pytest.param(0.0, None, [], id="never"),
    ],
)
def test_strikes_the_requests_it_was_armed_for(
    when: int | float, count: int | None, expected: list[int]
) -> None:
    faults = Faults(Clock(Time()))
    faults.arm(Fault(name="http-500", when=when, count=count))

    assert struck(faults, LIST, 4) == expected


def test_strikes_by_the_seed_alone() -> None:
    def run(seed: int) -> list[int]:
        faults = Faults(Clock(Time()), seed)
        faults.arm(Fault(name="http-500", when=0.3))
        return struck(faults, LIST, 100)

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert 15 <= len(run(1)) <= 45


@pytest.mark.parametrize(
    ("fault", "named", "hit"),
    [
        pytest.param(Fault(name="lost-response"), LIST, False, id="a write fault, a read"),
        pytest.param(Fault(name="lost-response"), WRITE, True, id="a write fault, a write"),
        pytest.param(Fault(name="lost-response", api="list"), LIST, True, id="a read by name"),
        pytest.param(Fault(name="token-expired"), AUTH, False, id="no token in a login"),
        pytest.param(Fault(name="reset", shop="2"), LIST, False, id="another shop"),
        pytest.param(Fault(name="reset", platform="other"), LIST, False, id="another platform"),
        pytest.param(Fault(name="reset", api="other"), LIST, False, id="another api"),
    ],
)
def test_strikes_only_what_it_can(fault: Fault, named: Named, hit: bool) -> None:
    faults = Faults(Clock(Time()))
    faults.arm(fault)

    assert bool(faults.strike(named, "toy")) is hit


def test_counts_only_what_it_could_have_struck() -> None:
    faults = Faults(Clock(Time()))
    faults.arm(Fault(name="refused", when=2))

    hits = [bool(faults.strike(named, "toy")) for named in (WRITE, LIST, LIST, WRITE)]

    assert hits == [False, False, False, True]


def test_a_ban_goes_on_until_it_is_over() -> None:
    time = Time()
    faults = Faults(Clock(time))
    faults.arm(Fault(name="ban", seconds=10))

    first = faults.strike(LIST, "toy")
    time.now += timedelta(seconds=4)
    second = faults.strike(LIST, "toy")
    other = faults.strike(Named("list"), "other")
    time.now += timedelta(seconds=6)

    assert (first, second, other) == ({"ban": 10}, {"ban": 6}, {})
    assert faults.strike(LIST, "toy") == {}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        pytest.param(Fault(name="lost-respone"), "did you mean lost-response", id="misspelt"),
        pytest.param(Fault(name="x"), "there are: rate-limit, ban", id="unknown"),
        pytest.param(Fault(name="ban", when=0), "the next request is 1", id="the zeroth"),
        pytest.param(Fault(name="ban", when=1.5), "a rate is from 0.0 to 1.0", id="rate"),
        pytest.param(Fault(name="ban", count=0), "at least once", id="count"),
        pytest.param(Fault(name="ban", seconds=-1), "cannot be negative", id="seconds"),
    ],
)
def test_says_what_is_wrong_with_a_fault(fault: Fault, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Faults(Clock(Time())).arm(fault)


def test_clearing_disarms_and_ends_a_ban() -> None:
    faults = Faults(Clock(Time()))
    faults.arm(Fault(name="ban", when=1.0))
    faults.strike(LIST, "toy")

    faults.clear()

    assert faults.strike(LIST, "toy") == {}
    assert faults.armed() == []
