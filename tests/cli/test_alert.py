"""`gongdan alert`: who is told, and whether they can be."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan.store.columns import Index
from gongdan_cli import office
from tests.core.alerts.robots import Robot, served
from tests.core.alerts.shops import Shops
from tests.core.office import Office, ours, put

from .conftest import Run

BOSS = '[[alerts]]\nname = "boss"\nkind = "feishu"\nevents = ["late"]\n'


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Shops]:
    def make(robots: str, url: str) -> Shops:
        shops = Shops(tmp_path, robots, {"GONGDAN_ALERT_BOSS_URL": url} if url else {})
        monkeypatch.setattr(office, "open_desk", shops.desk)
        return shops

    return make


def test_a_test_message_arrives_or_the_reason_is_one_line(
    run: Run, set_up: Callable[[str, str], Shops]
) -> None:
    robot = Robot("feishu")
    with served(robot) as url:
        set_up(BOSS, url)
        sent = run("alert", "test", "boss")
        robot.refuse = {"code": 19024, "msg": "Key Words Not Found"}
        refused = run("alert", "test", "boss")

    assert (sent.exit_code, sent.stdout) == (0, "boss: a test message was taken\n")
    assert refused.exit_code == 1
    assert refused.stderr == (
        "gongdan: alert boss: 127.0.0.1 refuses it: 19024 Key Words Not Found\n"
    )


def test_the_list_shows_no_address(
    run: Run, set_up: Callable[[str, str], Shops], terminal: Callable[[int], None]
) -> None:
    set_up(BOSS, "https://open.feishu.cn/open-apis/bot/v2/hook/6c7b")
    piped = run("alert", "list")
    terminal(120)
    shown = run("alert", "list")

    told = json.loads(piped.stdout)
    assert (told["name"], told["kind"], told["state"], told["events"]) == (
        "boss", "feishu", "never", ["late"],
    )  # fmt: skip
    assert "Feishu" in shown.stdout
    assert "6c7b" not in piped.stdout + shown.stdout


def test_a_sync_says_once_who_cannot_be_told_and_has_read_everything(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The robot's host serves nobody here; what waits for it waits."""
    made = Office(tmp_path, ["douyin"])
    made.add(BOSS.replace('["late"]', '["urgent", "due_soon", "late", "sync_late"]'))
    with (tmp_path / "secrets.toml").open("a") as file:
        file.write('[alert-boss]\nurl = "https://robots.example/hook/6c7b"\n')
    monkeypatch.setattr(office, "open_desk", made.desk)
    with made.desk() as desk:
        late = ours(desk.now() + timedelta(minutes=5))
        index = Index(late.deadline, "platform", desk.due("douyin").version)  # type: ignore[arg-type] # a time
        put(desk.store, "1", late, desk.now(), index=index)
    made.clock.advance(600)

    first = run("sync")
    made.clock.advance(600)
    second = run("sync")

    assert (first.exit_code, second.exit_code) == (0, 0)
    line = "alert boss: cannot connect to robots.example: connection refused\n"
    assert first.stderr == line
    assert second.stderr == ""
    assert json.loads(run("alert", "list").stdout)["waiting"] > 0
    assert "6c7b" not in first.stderr + first.stdout


def test_a_sync_with_a_wrong_alert_reads_nothing(
    run: Run, set_up: Callable[[str, str], Shops]
) -> None:
    set_up(BOSS, "")

    result = run("sync")

    assert result.exit_code == 2
    assert "lacks url" in result.stderr


@pytest.mark.parametrize(
    ("robots", "url", "told"),
    [
        (BOSS, "", "lacks url: set GONGDAN_ALERT_BOSS_URL, or write url = "),
        (BOSS + 'url = "https://x/t0ken"', "", "url is a secret and must not stand here"),
        (BOSS.replace("feishu", "telegram"), "u", "kind: invalid enum value 'telegram'"),
        (BOSS.replace('"late"', '"lately"'), "u", "no event 'lately'; did you mean late?"),
        (BOSS + 'shops = ["mian"]', "u", "no shop or group 'mian'; did you mean main?"),
        (BOSS + 'quiet = "22-8"', "u", 'quiet: expected "22:00-08:00"'),
        (BOSS + 'quiet = "08:00-08:00"', "u", "quiet: it ends when it begins"),
        (BOSS + 'every = "1s"', "u", "every: from 10s to 1d"),
        (BOSS + "colour = 1", "u", "colour: no such setting"),
        (BOSS + BOSS, "u", "there is a 'boss' already"),
        (BOSS.replace("feishu", "mail"), "u", "mail needs sender"),
        (BOSS.replace("boss", "Der Boss"), "u", "name: use only a-z"),
        ("alerts = 3", "u", "expected tables [[alerts]]"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_settings_is_one_line(
    run: Run, set_up: Callable[[str, str], Shops], robots: str, url: str, told: str
) -> None:
    shops = set_up(robots if "=" not in robots[:8] else "", url)
    if robots == "alerts = 3":
        shops.path.write_text(f"{robots}\n{shops.path.read_text('utf-8')}", "utf-8")

    result = run("alert", "list")

    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert "t0ken" not in result.stderr
