"""`gongdan reply --print` and `--by-hand`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongdan import Message, Who
from gongdan_cli.app import cli
from tests.core.office import Office, ours, put


@pytest.fixture(autouse=True)
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Office(tmp_path, ["qianniu"], tickets=1).desk() as desk:
        put(desk.store, "5001", ours(desk.now()), desk.now(), shop="qianniu", stream="coordination")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGDAN_LANG", "en")


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


def test_what_is_to_be_pasted_is_alone_on_stdout() -> None:
    result = typed("reply", "5001", "您好，已补发。", "--print")

    assert result.stdout == "您好，已补发。\n"
    assert "gongdan settle 1 by-hand" in result.stderr


def test_it_is_shown_as_done_by_hand() -> None:
    typed("reply", "5001", "您好，已补发。", "--print")
    typed("settle", "1", "by-hand")

    row = json.loads(typed("outbox", "--all", "--json").stdout)
    assert (row["state"], row["attempts"]) == ("by_hand", 0)


def test_afterwards_it_is_one_command() -> None:
    result = typed("reply", "5001", "已电话联系。", "--by-hand", "--json")

    assert json.loads(result.stdout)["state"] == "by_hand"


def test_the_two_are_not_one() -> None:
    assert typed("reply", "5001", "您好", "--print", "--by-hand").exit_code == 2


def test_the_queue_shows_it_until_somebody_writes_again(tmp_path: Path) -> None:
    typed("reply", "5001", "已电话联系。", "--by-hand")
    given = json.loads(typed("queue", "--json").stdout)["sending"]
    with Office(tmp_path, ["qianniu"], tickets=1).desk() as desk:
        later = datetime.now(UTC) + timedelta(hours=1)  # the commands have the real time
        buyer = Message(Who.BUYER, "还没收到", later)
        said = ours(desk.now(), updated=later, thread=(buyer,))
        put(desk.store, "5001", said, later, shop="qianniu", stream="coordination")

    after = json.loads(typed("queue", "--json").stdout)["sending"]

    assert (given, after) == ("by_hand", "")
