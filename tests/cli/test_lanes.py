"""`gongdan queue --lane`: names in both languages, a heading, what being late costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gongdan.store.lanes import LANES as CORE
from gongdan_cli.lanes import LANES

from .conftest import Run
from .desk import FakeDesk, last

Terminal = Callable[[int], None]


def test_the_lanes_are_the_cores_in_its_order() -> None:
    assert list(LANES) == list(CORE)


@pytest.mark.parametrize(("lane", "alias"), LANES.items())
def test_a_lane_has_two_names(lane: str, alias: str, run: Run, desk: FakeDesk) -> None:
    run("queue", "--lane", lane)
    english = last(desk, "queue").lane
    run("queue", "-l", alias)

    assert (english, last(desk, "queue").lane) == (lane, lane)


def test_an_unknown_lane_is_a_usage_error_that_lists_them(run: Run, desk: FakeDesk) -> None:
    result = run("queue", "--lane", "later")

    assert (result.exit_code, desk.asked) == (2, [])
    assert all(name in result.stderr for pair in LANES.items() for name in pair)


def test_help_tells_what_each_lane_holds(run: Run) -> None:
    lines = run("queue", "--help").output.splitlines()

    for lane, alias in LANES.items():
        assert any(line.split()[:2] == [lane, alias] and len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize(
    ("lang", "heading"),
    [("en", "LATE: ours, over the deadline"), ("zh", "超时：轮到我方，已超过期限")],
)
@pytest.mark.usefixtures("desk")
def test_a_heading_tells_the_lane_to_a_person_only(
    lang: str, heading: str, run: Run, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LANG", lang)
    piped = run("queue", "--lane", "late").stdout
    terminal(80)

    shown = run("queue", "--lane", "late").stdout

    assert shown.splitlines()[0] == heading
    assert heading not in piped


@pytest.mark.parametrize("words", [["queue"], ["show", "10884357"]])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_desk_is_asked_in_the_users_language(
    lang: str, words: list[str], run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LANG", lang)

    run(*words)

    assert desk.langs == [lang]
