"""`gongdan sync`: what it says, where, and with which code it ends."""

from __future__ import annotations

import json
import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from gongdan.views import RunRow, SyncReport

from .conftest import Run
from .desk import FakeDesk, last

OK = RunRow(id=1, shop="main", platform="douyin", outcome="ok", new=3, unchanged=7)
FAILED = RunRow(id=2, shop="tm-1", outcome="failed", error="tm-1: session expired", exit_code=3)
BUSY = RunRow(id=3, shop="b", outcome="busy", held_by="process 4711 on host", exit_code=4)
PARTIAL = RunRow(id=4, shop="c", outcome="partial", quarantined=1, notes=("1 row",), exit_code=1)


def test_json_is_a_line_a_shop_and_a_summary(run: Run, desk: FakeDesk) -> None:
    desk.report = SyncReport(new=3, unchanged=7, quarantined=1, shops=(OK, PARTIAL))

    *shops, summary = map(json.loads, run("sync", "--json").stdout.splitlines())

    assert [shop["shop"] for shop in shops] == ["main", "c"]
    assert list(summary) == [
        "new",
        "changed",
        "unchanged",
        "quarantined",
        "sent",
        "failed",
        "shops",
    ]
    assert (summary["new"], summary["unchanged"], summary["quarantined"]) == (3, 7, 1)
    assert summary["shops"]["main"]["outcome"] == "ok"
    assert summary["shops"]["c"]["notes"] == ["1 row"]


def test_says_what_it_came_to_and_complains_on_stderr(run: Run, desk: FakeDesk) -> None:
    desk.report = SyncReport(new=3, unchanged=7, shops=(OK, FAILED, BUSY))

    result = run("sync")

    assert result.stdout.splitlines() == [
        "1 of 3 shops up to date: 3 new, 0 changed, 7 unchanged, 0 quarantined, 0 sent, 0 not sent",
        "b: held by process 4711 on host",
    ]
    assert result.stderr == "tm-1: failed. tm-1: session expired\n"


@pytest.mark.usefixtures("desk")
def test_speaks_chinese(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_LANG", "zh")

    assert run("sync").stdout.startswith("1 个店铺中 1 个已更新：新增 3")


@pytest.mark.parametrize(
    ("shops", "code"),
    [
        pytest.param((OK,), 0, id="all good"),
        pytest.param((), 0, id="no shop"),
        pytest.param((OK, PARTIAL), 1, id="partly"),
        pytest.param((PARTIAL, FAILED), 3, id="3 before 1"),
        pytest.param((OK, BUSY), 0, id="one held"),
        pytest.param((BUSY, BUSY), 4, id="all held"),
        pytest.param((BUSY, PARTIAL), 1, id="1 before 4"),
    ],
)
def test_exit_code(shops: tuple[RunRow, ...], code: int, run: Run, desk: FakeDesk) -> None:
    desk.report = SyncReport(shops=shops)

    assert run("sync").exit_code == code


def test_options_reach_the_desk(run: Run, desk: FakeDesk) -> None:
    run(
        *["sync", "-s", "main", "-p", "douyin", "--since", "3d", "--full"],
        *["--max-seconds", "50", "--dry-run"],
    )

    asked = last(desk, "sync")
    assert (asked["shops"], asked["platforms"]) == (("main",), ("douyin",))
    assert (asked["full"], asked["max_seconds"], asked["dry_run"]) == (True, 50.0, True)
    assert abs(asked["since"] - (datetime.now(UTC) - timedelta(days=3))) < timedelta(minutes=1)


def test_a_dry_run_says_what_would_be_read(run: Run, desk: FakeDesk) -> None:
    desk.report = SyncReport(shops=(RunRow(id=0, shop="main", outcome="dry run"),))

    result = run("sync", "--dry-run")

    assert result.stdout == "Dry run, no request made. It would read: main\n"
    assert result.stderr == ""


def test_a_hint_follows_the_failure(
    run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LANG", "zh")
    failed = replace(FAILED, hint_zh="请重新授权", hint_en="log in again")
    desk.report = SyncReport(shops=(failed,))

    assert run("sync").stderr == "tm-1：失败。tm-1: session expired\n  请重新授权\n"


def test_shops_that_were_stopped_are_no_failures(run: Run, desk: FakeDesk) -> None:
    desk.report = SyncReport(shops=(OK, replace(OK, shop="b", outcome="stopped", error="asked")))

    result = run("sync", "--max-seconds", "5")

    assert "the next sync goes on: b" in result.stdout
    assert result.stderr == ""


def test_the_first_ctrl_c_asks_and_the_second_ends(
    run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[int] = []

    def interrupted(stop: threading.Event) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(5)
        monkeypatch.setattr(signal, "raise_signal", raised.append)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    desk.during_sync = interrupted

    result = run("sync")

    assert result.exit_code == 130
    assert "finishing the page in hand" in result.stderr
    assert raised == [signal.SIGINT]
    assert signal.getsignal(signal.SIGINT) is before
