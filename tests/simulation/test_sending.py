"""The sending side under everything that can go wrong; see `sending`."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from .sending import Outcome, many, replay, simulate, sums
from .sending_bugs import BUGS, UNWATCHED

SEEDS = int(os.environ.get("GONGDAN_SEEDS", "1000"))
AT_ONCE = 50  # seeds of one test, so that workers share them out
Record = Callable[[str, object], None]


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_nothing_is_sent_twice_nothing_is_lost(first: int, record_property: Record) -> None:
    outcomes = many(range(first, min(first + AT_ONCE, SEEDS)), jobs=1)

    bad = [f"{replay(o.seed)}: {'; '.join(o.wrongs)}" for o in outcomes if o.wrongs]
    record_property("sending", sums(outcomes))
    assert not bad, "\n".join(bad[:10])
    assert sum(outcome.writes for outcome in outcomes) > len(outcomes)  # it did try


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str) -> None:
    seed = BUGS[bug][1]

    assert simulate(seed, bug=bug).wrongs, f"{bug} is no longer found: {replay(seed, bug=bug)}"
    assert not simulate(seed).wrongs


@pytest.mark.parametrize("which", ["visibility", "signature"])
def test_outside_the_assumptions_resending_switches_itself_off(
    which: str, record_property: Record
) -> None:
    watched = many(range(30), jobs=1, which=which)
    unwatched = many(range(30), jobs=1, which=which, bug=UNWATCHED)

    record_property(f"outside, {which}", sums(watched))
    record_property(f"outside, {which}, without the self-check", sums(unwatched))
    assert sum(outcome.off for outcome in watched) >= len(watched) // 5
    assert sum(map(_twice, watched)) <= sum(map(_twice, unwatched))


def _twice(outcome: Outcome) -> int:
    return outcome.duplicates
