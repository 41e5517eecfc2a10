"""`gongdan doctor`: OK or !!, what to do, and where platform and rules differ."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from gongdan.sla import Mode
from gongdan.upkeep.checkup import Finding
from gongdan.views import Drift

from .conftest import Run
from .desk import FakeDesk, last
from .rows import NOW
from .test_reading import Terminal, objects

FINE = Finding(check="secrets", subject="secrets.toml", facts={"mode": "0600"})
OLD = Finding(
    check="shop",
    subject="tm-1",
    problem="old",
    facts={"good": "2026-11-21T08:00:00+00:00", "open": 3, "queued": 0, "error": ""},
)


def drifting(ticket: str, rule: str, hours: int, *fits: Mode) -> Drift:
    return Drift(
        ticket=ticket, rule=rule, platform=NOW, computed=NOW + timedelta(hours=hours),
        difference_s=hours * 3600, fits=fits,
    )  # fmt: skip


def test_sending_again_is_turned_on_where_it_was_off(run: Run, desk: FakeDesk) -> None:
    result = run("doctor", "--allow-resending", "main/service")

    assert (result.exit_code, last(desk, "allow_resending")) == (0, "main/service")
    assert "main/service: sent again from now on" in result.stdout


def test_all_well_is_success(run: Run, desk: FakeDesk, terminal: Terminal) -> None:
    desk.findings = [FINE]
    terminal(80)

    result = run("doctor")

    assert (result.exit_code, last(desk, "checkup")) == (0, False)
    assert result.stdout == "OK secrets secrets.toml: mode 0600\n\nAll is well.\n"


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        (
            "en",
            "!! shop tm-1: last good read 2026-11-21 16:00:00, over an hour ago\n"
            "   -> does cron run? gongdan runs --shop tm-1\n"
            "OK secrets secrets.toml: mode 0600\n\n1 to be mended.\n",
        ),
        (
            "zh",
            "!! 店铺 tm-1：上次正常同步 2026-11-21 16:00:00，已超过一小时\n"
            "   -> 定时任务是否在运行？gongdan runs --shop tm-1\n"
            "OK 密钥 secrets.toml：权限 0600\n\n1 项需要处理。\n",
        ),
    ],
)
def test_what_is_wrong_comes_with_what_to_do(
    lang: str, shown: str, run: Run, desk: FakeDesk, terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("GONGDAN_LANG", lang)
    desk.findings = [OLD, FINE]
    terminal(80)

    result = run("doctor", "--ask")

    assert (result.exit_code, last(desk, "checkup")) == (1, True)
    assert result.stdout == shown


@pytest.mark.parametrize(
    ("probe", "probed", "told"),
    [
        ("not told", "", "过期签名尚未试过，回复"),
        ("refused", "2026-11-21T08:00:00+00:00", "过期签名在 2026-11-21 16:00:00 被平台拒绝，回复"),
    ],
)
def test_it_says_whether_an_old_signature_was_tried(
    probe: str, probed: str, told: str, run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts: dict[str, str | int] = {"off": "", "probe": probe, "probed": probed, "s": 0}
    desk.findings = [Finding(check="resending", subject="main/service", facts=facts)]
    monkeypatch.setenv("GONGDAN_LANG", "zh")

    found = json.loads(run("doctor").stdout)

    assert told in found["text"]
    assert found["facts"] == facts


def test_json_has_codes_and_words(run: Run, desk: FakeDesk) -> None:
    desk.findings = [OLD]

    result = run("doctor")

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (found["check"], found["subject"], found["problem"]) == ("shop", "tm-1", "old")
    assert (found["ok"], found["facts"]["open"]) == (False, 3)
    assert found["todo"] == "does cron run? gongdan runs --shop tm-1"


def test_without_a_settings_file_it_says_so_and_looks_at_the_rest(
    run: Run, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GONGDAN_CONFIG", str(tmp_path / "gongdan.toml"))
    terminal(300)

    result = run("doctor")

    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == f"!! settings {tmp_path / 'gongdan.toml'}: no such file"
    assert lines[1] == "   -> gongdan init"
    assert sum(line.startswith("OK plugin ") for line in lines) == 2


def test_secrets_that_others_may_read_are_found_though_no_desk_can_be_opened(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gongdan.toml").write_text("")
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('[dy]\napp_secret = "canary-0451"\n')
    secrets.chmod(0o640)
    monkeypatch.setenv("GONGDAN_CONFIG", str(tmp_path / "gongdan.toml"))

    result = run("doctor")

    found = [json.loads(line) for line in result.stdout.splitlines()]
    wrong = {(one["check"], one["problem"]): one for one in found if not one["ok"]}
    assert result.exit_code == 1
    assert wrong["secrets", "mode"]["todo"] == f"chmod 600 {secrets}"
    assert "canary" not in result.output


def test_drift_lists_tickets_and_which_mode_would_fit(
    run: Run, desk: FakeDesk, terminal: Terminal
) -> None:
    desk.drifting = [
        drifting("main/service/1", "douyin.service.urgent", 3, Mode.WALL),
        drifting("main/service/2", "douyin.service.urgent", -1, Mode.WALL, Mode.ROLL),
        drifting("main/service/3", "douyin.service.agreed", 2),
    ]
    terminal(80)

    result = run("doctor", "--drift")

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert max(cell_len(line) for line in lines) <= 80
    assert "main/service/1 11-21 19:00:00 11-21 22:00:00   +3:00:00 wall" in lines
    assert "main/service/3 11-21 19:00:00 11-21 21:00:00   +2:00:00 -" in lines
    assert any("-1:00:00 wall, roll" in line for line in lines)
    assert lines[-3:] == [
        "douyin.service.urgent: 2 of 2 fit wall",
        "douyin.service.urgent: 1 of 2 fit roll",
        "douyin.service.agreed: 1 fit no mode",
    ]


def test_drift_piped_is_lines_and_a_summary(run: Run, desk: FakeDesk) -> None:
    desk.drifting = [drifting("main/service/1", "douyin.service.urgent", 3, Mode.WALL)]

    row, summary = objects(run("doctor", "--drift"))

    assert (row["ticket"], row["difference_s"], row["fits"]) == ("main/service/1", 10800, ["wall"])
    assert summary == {"rules": {"douyin.service.urgent": {"count": 1, "fits": {"wall": 1}}}}


@pytest.mark.usefixtures("desk")
def test_no_drift_is_one_sentence(run: Run, terminal: Terminal) -> None:
    terminal(80)

    shown = run("doctor", "--drift").stdout

    assert shown == "Platform and rules agree on every open ticket.\n"


def test_a_store_that_cannot_be_opened_is_a_finding(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "gongdan.toml").write_text("")
    (tmp_path / "gongdan.db").write_text("this is not a database, but long enough to be read")
    monkeypatch.setenv("GONGDAN_CONFIG", str(tmp_path / "gongdan.toml"))

    result = run("doctor")

    wrong = [one for one in map(json.loads, result.stdout.splitlines()) if not one["ok"]]
    assert result.exit_code == 1
    assert [(one["check"], one["problem"]) for one in wrong] == [("store", "error")]
    assert "no gongdan store" in wrong[0]["text"]
    assert "gongdan restore FILE" in wrong[0]["text"]


def test_what_will_go_is_told_and_wrong_replies_lead_to_where_they_are(
    run: Run, desk: FakeDesk, terminal: Terminal
) -> None:
    terminal(100)
    desk.findings = [
        Finding(check="going", subject="old", facts={"warning": "ByTime.tick works until 9"}),
        Finding(check="outbox", problem="person", facts={"count": 1, "tickets": "main/service/1"}),
    ]

    told = run("doctor").stdout

    assert "OK plugin old: upgrade it before gongdan: ByTime.tick works until 9" in told
    assert "gongdan show T says why" in told
