"""A thousand seeds of the simulation, and the bugs that it must catch."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from .planted import PLANTED
from .reading import COMMAND, some

SEEDS = int(os.environ.get("GONGDAN_SEEDS", "1000"))
AT_ONCE = 50  # seeds of one test, so that workers share them out

# Seeds that are known to catch a bug, and a few beside them.
CATCHERS: dict[str, tuple[int, ...]] = {
    "cursor before rows": (3, 19, 21, 23, 45),
    "> instead of >=": (4, 19, 27),
    "pages forward": (19, 32, 40, 45, 72),
    "final state in finally": (2, 5, 23, 48, 63, 74),
    "no overlap": (6, 19, 20, 27),
    "a false declaration trusted": (2, 3, 4),
    "older overwrites newer": (99, 110, 118),
}


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_loses_nothing_whatever_happens(
    first: int, record_property: Callable[[str, object], None]
) -> None:
    seeds = range(first, min(first + AT_ONCE, SEEDS))

    wrong = some(seeds)

    record_property("reading", {"seeds": len(seeds), "wrong": len(wrong)})
    told = [f"{COMMAND.format(seed=seed)}    {what}" for seed, what in sorted(wrong.items())]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("bug", CATCHERS)
def test_catches_a_planted(bug: str) -> None:
    with PLANTED[bug]():
        caught = any(some([seed]) for seed in CATCHERS[bug])

    assert caught
