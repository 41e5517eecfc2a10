"""`gongdan import`: what is printed where, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongdan_cli.app import cli
from tests.core.office import Office

TYPED = Callable[..., Result]
MAP = 'stream = "coordination"\n[columns]\nid = "编号"\ncreated = "创建时间"\n'
HEAD, GOOD, BAD = "编号,创建时间\n", "5001,2026-11-22 09:00:00\n", "5002,昨天\n"


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TYPED:
    Office(tmp_path, ["qianniu"], tickets=1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGDAN_LANG", "en")
    Path("map.toml").write_text(MAP)
    Path("good.csv").write_text(HEAD + GOOD)
    Path("bad.csv").write_text(HEAD + GOOD + BAD)
    return lambda *words: CliRunner().invoke(cli, ["import", *words])


def test_a_bad_row_is_told_and_ends_with_1(typed: TYPED) -> None:
    result = typed("bad.csv", "--shop", "qianniu", "--map", "map.toml")

    told = json.loads(result.stdout)
    assert (told["rows"], told["new"], told["bad"]) == (2, 1, 1)
    assert "bad.csv, row 3: 创建时间: expected a time" in result.stderr
    assert result.exit_code == 1


def test_the_same_file_twice_ends_well(typed: TYPED) -> None:
    results = [typed("good.csv", "--shop", "qianniu", "--map", "map.toml") for _ in range(2)]

    assert [result.exit_code for result in results] == [0, 0]
    assert json.loads(results[1].stdout)["before"] is not None


def test_a_rehearsal_stores_nothing(typed: TYPED) -> None:
    typed("good.csv", "--shop", "qianniu", "--map", "map.toml", "--dry-run")

    result = typed("good.csv", "--shop", "qianniu", "--map", "map.toml")
    assert json.loads(result.stdout)["new"] == 1


def test_a_proposal_needs_no_shop(typed: TYPED) -> None:
    result = typed("--propose", "good.csv")

    assert 'id = "编号"' in result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["good.csv"], "--shop", id="no shop"),
        pytest.param(["good.csv", "--shop", "qianniu"], "--stream", id="no stream"),
        pytest.param(
            ["good.csv", "--shop", "qianniu", "--stream", "coordination"], "--propose", id="no map"
        ),
        pytest.param(["good.csv", "--shop", "nobody", "--map", "map.toml"], "nobody", id="no such"),
    ],
)
def test_what_is_missing_is_told_with_exit_code_2(
    words: list[str], told: str, typed: TYPED
) -> None:
    result = typed(*words)

    assert (result.exit_code, told in result.stderr) == (2, True)


def test_a_file_that_is_not_there_stops_no_other(typed: TYPED) -> None:
    result = typed("none.csv", "good.csv", "--shop", "qianniu", "--map", "map.toml")

    assert [bool(json.loads(line)["error"]) for line in result.stdout.splitlines()] == [True, False]
    assert result.exit_code == 1
