"""`gongdan shop`: secrets never as arguments, exit codes of checks."""

from __future__ import annotations

import json

import pytest

from gongdan.views import Health

from .conftest import Run
from .desk import FakeDesk, last

ADD = ["shop", "add", "main", "--platform", "douyin", "--id", "77977", "--app", "dy"]


@pytest.mark.parametrize(
    ("codes", "code"),
    [((0, 0), 0), ((0, 1), 1), ((1, 3), 3), ((3, 2), 2), ((1, 4), 1)],
)
def test_check_ends_with_the_worst(
    codes: tuple[int, int], code: int, run: Run, desk: FakeDesk
) -> None:
    for alias, each in zip(("main", "tm-1"), codes, strict=True):
        desk.health[alias] = Health(
            alias=alias, state="ok" if not each else "failed", exit_code=each
        )

    result = run("shop", "check")

    assert result.exit_code == code
    assert [json.loads(line)["alias"] for line in result.stdout.splitlines()] == ["main", "tm-1"]


def test_check_of_one_shop_asks_for_one(run: Run, desk: FakeDesk) -> None:
    run("shop", "check", "main")

    assert [asked for asked in desk.asked if asked[0] == "check"] == [("check", "main")]


def test_login_asks_the_desk(run: Run, desk: FakeDesk) -> None:
    assert run("shop", "login", "main").exit_code == 0
    assert last(desk, "login") == "main"


def test_a_secret_is_never_asked_for_where_nobody_sits(run: Run) -> None:
    result = run(*ADD, "--secret", "app_secret", stdin="")

    assert result.exit_code == 2
    assert "--secret-stdin" in result.stderr


def test_an_unknown_platform_is_told_with_those_there_are(run: Run) -> None:
    result = run("shop", "add", "main", "--platform", "nowhere", "--id", "1")

    assert result.exit_code == 2
    assert "douyin" in result.stderr
