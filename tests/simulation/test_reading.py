"""A thousand seeds of the simulation, and the bugs that it must catch."""

from __future__ import annotations

import os

import pytest

from .planted import PLANTED
from .reading import COMMAND, many, some

SEEDS = int(os.environ.get("GONGDAN_SEEDS", "1000"))

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


def test_loses_nothing_whatever_happens() -> None:
    wrong = many(0, SEEDS)

    told = [f"{COMMAND.format(seed=seed)}    {what}" for seed, what in sorted(wrong.items())]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("bug", CATCHERS)
def test_catches_a_planted(bug: str) -> None:
    with PLANTED[bug]():
        caught = some(CATCHERS[bug])

    assert caught
