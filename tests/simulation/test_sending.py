"""The sending side under everything that can go wrong; see `sending`."""

from __future__ import annotations

import os

import pytest

from .sending import Outcome, many, replay, simulate, told
from .sending_bugs import BUGS, UNWATCHED

SEEDS = int(os.environ.get("GONGDAN_SEEDS", "1000"))


def test_nothing_is_sent_twice_nothing_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = many(range(SEEDS))

    bad = [f"{replay(o.seed)}: {'; '.join(o.wrongs)}" for o in outcomes if o.wrongs]
    with capsys.disabled():
        print(f"\n{told(outcomes)}")  # noqa: T201 - the figures are wanted
    assert not bad, "\n".join(bad[:10])
    assert sum(outcome.writes for outcome in outcomes) > SEEDS  # it did try


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str) -> None:
    seed = BUGS[bug][1]

    assert simulate(seed, bug=bug).wrongs, f"{bug} is no longer found: {replay(seed, bug=bug)}"
    assert not simulate(seed).wrongs


@pytest.mark.parametrize("which", ["visibility", "signature"])
def test_outside_the_assumptions_resending_switches_itself_off(
    which: str, capsys: pytest.CaptureFixture[str]
) -> None:
    watched = many(range(30), which=which)
    unwatched = many(range(30), which=which, bug=UNWATCHED)

    with capsys.disabled():
        print(f"\noutside, {which}: {told(watched)}")  # noqa: T201 - the figures are wanted
        print(f"  without the self-check: {told(unwatched)}")  # noqa: T201
    assert sum(outcome.off for outcome in watched) >= len(watched) // 5
    assert sum(map(_twice, watched)) <= sum(map(_twice, unwatched))


def _twice(outcome: Outcome) -> int:
    return outcome.duplicates
