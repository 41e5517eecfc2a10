"""`gongdan shop`: secrets never as arguments, exit codes of checks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from gongdan.views import Health, ShopRow
from gongdan_cli.screens.shop_table import shops_table
from gongdan_cli.words.table import Words

from .conftest import Run
from .desk import FakeDesk, last
from .rows import NOW

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


ILL = ShopRow(
    alias="tm-1", platform="qianniu", app="tb", remote_id="2206", state="failing",
    error="qianniu tm-1: session expired", hint_zh="请重新授权。", hint_en="Authorise it again.",
    last_good=NOW - timedelta(hours=3), complete_until=NOW - timedelta(hours=3, minutes=5),
    authorised_until=NOW + timedelta(days=2), ending=True, open=12, queued=3, unknown=1,
)  # fmt: skip


def test_the_list_tells_what_is_wrong_and_what_mends_it() -> None:
    shown = shops_table([ILL], NOW, 80, Words("en"), colour=False).split("\n")

    assert [line.split() for line in shown[:2]] == [
        ["shop", "platform", "state", "login", "until", "last", "good", "behind", "open",
         "queued", "unknown"],
        ["tm-1", "qianniu", "failing", "!", "2d00h", "16:00",
         "3h05m", "12", "3", "1"],
    ]  # fmt: skip
    assert [line.strip() for line in shown[2:4]] == [
        "qianniu tm-1: session expired", "-> Authorise it again."
    ]  # fmt: skip
    assert shown[4].startswith("    authorised until ")


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_list_fits_the_screen(width: int, lang: str) -> None:
    shown = shops_table([ILL, ILL], NOW, width, Words(lang), colour=False)

    assert max(cell_len(line) for line in shown.split("\n")) <= width


@pytest.mark.usefixtures("desk")
def test_a_list_for_scripts_has_the_times_and_the_remedy(run: Run) -> None:
    result = run("shop", "list", "--json")

    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert {"complete_until", "authorised_until", "ending", "hint_zh", "unknown"} <= told[0].keys()


def settings(tmp_path: Path) -> Path:
    path = tmp_path / "gongdan.toml"
    shops = "".join(
        f'[shops.{alias}]\nplatform = "douyin"\nremote_id = "{alias}"\n'
        for alias in ("main", "tm-1", "other")
    )
    path.write_text(f'{shops}[groups]\nvip = ["main", "tm-1"]\n')
    return path


@pytest.mark.parametrize(
    ("command", "name"), [(("sync",), "sync"), (("queue",), "queue"), (("push",), "push")]
)
def test_a_group_stands_for_its_shops(
    command: tuple[str, ...], name: str, tmp_path: Path, run: Run, desk: FakeDesk
) -> None:
    result = run("--config", str(settings(tmp_path)), *command, "--group", "vip", "--json")

    assert result.exit_code == 0, result.output
    asked = last(desk, name)
    assert (asked["shops"] if isinstance(asked, dict) else asked.shops) == ("main", "tm-1")


def test_an_unknown_group_reads_no_shop(tmp_path: Path, run: Run, desk: FakeDesk) -> None:
    result = run("--config", str(settings(tmp_path)), "sync", "--group", "vib")

    assert (result.exit_code, desk.asked) == (2, [])
    assert "did you mean vip?" in result.stderr


def test_import_names_the_bad_lines_and_takes_the_others(tmp_path: Path, run: Run) -> None:
    table = tmp_path / "shops.csv"
    table.write_text("alias,platform,remote_id\na,douyin,1\nb,douyin,1\n")
    path = tmp_path / "gongdan.toml"

    result = run("--config", str(path), "shop", "import", str(table))

    assert result.exit_code == 1
    assert result.stdout == "1 added, 0 with a new secret, 0 unchanged, 1 wrong\n"
    assert result.stderr == "shops.csv line 3: b: remote_id 1 is [shops.a] already\n"
    assert "[shops.a]" in path.read_text()


def test_a_check_is_told_in_chinese(
    run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch, terminal: Callable[[int], None]
) -> None:
    terminal(80)
    monkeypatch.setenv("GONGDAN_LANG", "zh")
    desk.health["main"] = Health(alias="main", state="ok", text="3 requests answered; kind: C")

    assert run("shop", "check", "main").stdout == "main  正常：3 个请求有回应；kind: C\n"
