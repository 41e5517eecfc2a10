"""Commands that show: tables for a person, JSON lines and CSV for a pipe."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from click.testing import Result
from msgspec.structs import replace
from rich.cells import cell_len

from gongdan import Status
from gongdan.views import OutboxRow, RunRow
from gongdan_cli.screens.case import render_case
from gongdan_cli.screens.folding import fold
from gongdan_cli.words.table import Words

from .conftest import Run
from .desk import REPLY, SHOPS, VIEW, FakeDesk, last
from .rows import NOW, ROWS, at

HEAD = ["ticket", "left", "due", "by", "shop", "about", "turn", "status", "last", "words"]
Terminal = Callable[[int], None]


def objects(result: Result) -> list[dict[str, object]]:
    """Return what a command printed, a JSON object a line."""
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_queue_piped_is_json_lines(run: Run, desk: FakeDesk) -> None:
    found = objects(run("queue"))

    assert [row["id"] for row in found] == [row.id for row in ROWS]
    assert found[0]["due"] == "2026-11-21T16:47:00+08:00"
    assert found[3]["last_text"] == ROWS[3].last_text
    assert desk.closed


@pytest.mark.usefixtures("desk")
def test_queue_json_holds_no_live_escape(run: Run) -> None:
    output = run("queue", "--json").stdout

    assert "\x9b" not in output
    assert "\u202e" not in output
    assert "\\u202e" in output


@pytest.mark.usefixtures("desk")
def test_queue_on_a_terminal_is_a_table(run: Run, terminal: Terminal) -> None:
    terminal(80)

    lines = run("queue").stdout.splitlines()

    assert lines[0].split() == HEAD
    assert max(cell_len(line) for line in lines) <= 80
    assert lines[-1] == "last synced 19:00; not up to date: tm-1"


@pytest.mark.usefixtures("desk")
def test_queue_json_on_a_terminal(run: Run, terminal: Terminal) -> None:
    terminal(80)

    assert len(objects(run("queue", "--json"))) == len(ROWS)


@pytest.mark.usefixtures("desk")
def test_queue_says_when_there_may_be_more(run: Run, terminal: Terminal) -> None:
    terminal(80)

    assert (
        "3 shown, 3 late, 0 due within 2 h; --limit 6 shows more" in run("queue", "-n", "3").stdout
    )


def test_queue_filters_reach_the_desk(run: Run, desk: FakeDesk) -> None:
    run(
        *["queue", "退款", "--shop", "main", "-s", "tm-1", "--platform", "douyin", "--stream", "s"],
        *[
            "--status",
            "pending",
            "--holder",
            "小李",
            "--tag",
            "vip",
            "--limit",
            "5",
            "--lane",
            "交接",
        ],
        *["--due-before", "2026-11-21T21:00"],
    )

    asked = last(desk, "queue")
    assert (asked.words, asked.shops, asked.platforms) == (("退款",), ("main", "tm-1"), ("douyin",))
    assert (asked.streams, asked.holder, asked.tag, asked.lane) == (
        ("s",),
        "小李",
        "vip",
        "handover",
    )
    assert asked.due_before == NOW + timedelta(hours=2)


@pytest.mark.parametrize("name", ["queue", "runs"])
@pytest.mark.usefixtures("desk")
def test_a_shop_that_is_not_there_is_a_mistake(name: str, run: Run) -> None:
    assert run(name, "--shop", "mian").exit_code == 2


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("text", ["soon", "25:00"])
def test_queue_refuses_what_is_no_time(text: str, run: Run) -> None:
    result = run("queue", "--due-before", text)

    assert f"'{text}' is no time; write 2026-11-20T14:00, 18:00 (today)" in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize(("text", "clock"), [("18:00", "18:00"), ("9:30", "09:30")])
def test_a_time_of_day_is_todays_in_beijing(
    text: str, clock: str, run: Run, desk: FakeDesk
) -> None:
    run("queue", "--due-before", text)

    due = last(desk, "queue").due_before.astimezone(timezone(timedelta(hours=8)))
    assert f"{due:%H:%M}" == clock
    assert abs(due - datetime.now(UTC)) < timedelta(days=1)


@pytest.mark.usefixtures("desk")
def test_csv_is_safe_to_open_in_a_spreadsheet(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("queue", "--csv").stdout, newline="")))

    assert len(rows) == len(ROWS)
    assert rows[0]["due"] == "2026-11-21T16:47:00+08:00"
    assert rows[0]["status"] == "pending"
    assert rows[2]["order_ids"] == "2401100843570000129 2401100843570000130"
    assert rows[2]["last_text"] == "第一行\n第二行    带制表符\n第三行"
    assert rows[3]["last_text"].startswith("�[31m�[2J painted")
    assert rows[-1]["last_text"] == "'=cmd|' /C calc'!A0"


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.usefixtures("desk")
def test_show_fits_the_screen_and_obeys_nobody(
    width: int,
    lang: str,
    run: Run,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal(width)
    monkeypatch.setenv("GONGDAN_LANG", lang)

    result = run("show", "10884357")

    assert result.exit_code == 0
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= width
    assert "\u202e" not in result.stdout
    assert "描述�[31m第一行\n第二行" in result.stdout


@pytest.mark.usefixtures("desk")
def test_show_tells_deadline_thread_and_ours_in_order(run: Run) -> None:
    output = run("show", "10884357").stdout

    parts = [
        "main/service/10884357",
        "due: 2026-11-21 16:47:00 by platform, LATE by 2h13m",
        "order: 6920000000000000123",
        "amount: ¥129.00",
        "evidence is required",
        "2026-11-20 17:00:00  platform  1 file(s)",
        "2026-11-21 16:00:00  buyer",
        "#12 reply, queued, from 19:01",
    ]
    places = [output.index(part) for part in parts]
    assert places == sorted(places)


def test_a_closed_ticket_is_late_no_more() -> None:
    row = replace(VIEW.row, status=Status.CLOSED, due=NOW - timedelta(hours=20), turn=None)

    shown = render_case(replace(VIEW, row=row), NOW, 80, Words("zh"), False)

    assert "到期：2026-11-20 23:00:00（平台）\n" in shown
    assert "已超时" not in shown


@pytest.mark.usefixtures("desk")
def test_show_json_is_the_whole_ticket(run: Run) -> None:
    (found,) = objects(run("show", "10884357", "--json"))

    assert found["remote_id"] == VIEW.remote_id
    assert isinstance(found["thread"], list)
    assert len(found["thread"]) == 2


@pytest.mark.usefixtures("desk")
def test_an_unknown_ticket_is_a_usage_error(run: Run) -> None:
    result = run("show", "nothing")

    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("一二三四五六", ["一二三", "四五六"], id="hanzi"),
        pytest.param("one two three four", ["one two", "three", "four"], id="words"),
        pytest.param("abcdefghij", ["abcdefg", "hij"], id="a word too long"),
        pytest.param("a\n\nb", ["a", "", "b"], id="paragraphs"),
        pytest.param("", [""], id="nothing"),
    ],
)
def test_text_is_broken_between_words_and_hanzi(text: str, lines: list[str]) -> None:
    assert fold(text, 7) == lines


def test_outbox_piped_is_json_lines(run: Run, desk: FakeDesk) -> None:
    (found,) = objects(run("outbox"))

    assert (found["id"], found["state"]) == (12, "queued")
    assert last(desk, "outbox") is False


@pytest.mark.parametrize("width", [60, 80, 120])
def test_outbox_has_the_unknown_on_top_and_both_texts(
    width: int, run: Run, desk: FakeDesk, terminal: Terminal
) -> None:
    terminal(width)
    unknown = OutboxRow(
        id=9,
        ticket="tm-1/refund/2401",
        kind="reply",
        text="ours",
        state="unknown",
        why="someone else wrote\x1b[2J",
        their_text="theirs",
        look_until=at(minutes=12),
    )
    desk.actions = [REPLY, unknown]

    lines = run("outbox", "--all").stdout.splitlines()

    assert "#9 unknown" in lines[1]
    assert lines[2:5] == ["     someone else wrote�[2J", "     ours: ours", "     theirs: theirs"]
    assert "#12 queued" in lines[5]
    assert max(cell_len(line) for line in lines) <= width
    assert last(desk, "outbox") is True


def test_runs_as_table_and_lines(run: Run, desk: FakeDesk, terminal: Terminal) -> None:
    desk.ledger = [
        RunRow(id=2, shop="main", started=NOW, finished=at(seconds=1.5), outcome="ok", new=3),
        RunRow(id=1, shop="tm-1", started=NOW, outcome="failed", error="no route", exit_code=1),
    ]
    assert [row["outcome"] for row in objects(run("runs", "--shop", "main", "-n", "5"))] == [
        "ok",
        "failed",
    ]
    assert last(desk, "runs") == ("main", 5)
    terminal(100)

    output = run("runs").stdout

    assert "1.5s" in output
    assert "no route" in output


@pytest.mark.usefixtures("desk")
def test_shop_list_as_table_and_lines(run: Run, terminal: Terminal) -> None:
    assert [row["alias"] for row in objects(run("shop", "list"))] == [row.alias for row in SHOPS]
    terminal(80)

    output = run("shop", "list").stdout

    assert "failing" in output
    assert "token expired" in output


@pytest.mark.parametrize("name", ["queue", "outbox", "runs"])
def test_nothing_is_said_to_be_nothing(
    name: str, run: Run, desk: FakeDesk, terminal: Terminal
) -> None:
    terminal(80)
    desk.rows, desk.actions = (), []

    output = run(name).stdout

    assert output.splitlines()[0] in ("Nothing.", "No open ticket.")
