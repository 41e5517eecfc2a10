"""Ticket files: good rows land as a page does, bad ones wait, and the same file brings nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gongdan import ConfigError, NotFound, Parcel, Status, Stream, Ticket
from gongdan.desk import Desk
from gongdan.files.columns import Map, read_map
from gongdan.files.importing import Imported, Intake, propose
from gongdan.upkeep.rereading import renormalise, retry_quarantine
from gongdan.views import QueueFilter
from tests.core.office import Office

SHOP, STREAM = "qianniu", "coordination"
MAP = """
stream = "coordination"
[columns]
id = "示例编号"
status = "状态"
created = "创建时间"
updated = "更新时间"
title = "标题"
order_ids = "订单"
buyer = "买家"
[status]
"待处理" = "pending"
"已完结" = "closed"
"""
HEAD = "示例编号,状态,创建时间,更新时间,标题,订单,买家\n"
FIRST = "5001,待处理,2026-11-22 09:00:00,2026-11-22 09:00:05,物流不动,2603001、2603002,张三丰\n"
LATER = FIRST.replace("09:00:05", "10:00:00").replace("待处理", "已完结")
BAD = "5002,待处理,昨天,2026-11-22 09:00:05,补发,,\n"
NAMELESS = ",待处理,,,补发,,\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["qianniu"], tickets=1)


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        yield opened


@pytest.fixture
def how(tmp_path: Path) -> Map:
    return a_map(tmp_path, MAP)


def a_map(folder: Path, text: str) -> Map:
    path = folder / "map.toml"
    path.write_text(text)
    return read_map(path)


def take(
    desk: Desk, how: Map | None, text: str, name: str = "export.csv", *, again: bool = False,
    exported: datetime | None = None,
) -> Imported:  # fmt: skip
    path = desk.config.path.with_name(name)
    path.write_text(text)
    at = desk.now().timestamp()
    os.utime(path, (at, at))
    _, (done,) = Intake(desk, SHOP, STREAM, how, again=again, exported=exported).take([path])
    return done


def quarantined(desk: Desk) -> list[tuple[str, str]]:
    return [(row.remote_id, row.reason) for row in desk.store.payloads.quarantined(SHOP)]


def test_a_row_becomes_a_ticket_with_its_clock(desk: Desk, how: Map) -> None:
    done = take(desk, how, HEAD + FIRST)

    (row,) = desk.queue(QueueFilter(streams=(STREAM,)))
    assert (done.rows, done.new, done.bad) == (1, 1, 0)
    assert (row.id, row.status, row.title) == (
        "qianniu/coordination/5001",
        Status.PENDING,
        "物流不动",
    )
    assert (row.order_ids, row.buyer) == (("2603001", "2603002"), "张**丰")
    assert row.due == datetime(2026, 11, 23, 1, tzinfo=UTC)  # 24 h from its creation (R49)


def test_why_tells_the_file_and_the_row(desk: Desk, how: Map) -> None:
    take(desk, how, f"协同工单导出\n{HEAD}{FIRST}")

    told = desk.why("5001").origins
    assert {(one.kind, one.file, one.row) for one in told} == {("file", "export.csv", 3)}


def test_every_cell_is_kept_as_it_came(desk: Desk, how: Map) -> None:
    take(desk, how, HEAD.replace("买家", "备注") + FIRST.replace("张三丰", "=1+1"))

    raw = desk.store.cases.raw("qianniu/coordination/5001", "file").decode()
    assert '"备注":"=1+1"' in raw


def test_bad_rows_wait_with_their_number_and_the_good_ones_are_in(desk: Desk, how: Map) -> None:
    done = take(desk, how, HEAD + BAD + FIRST + NAMELESS)

    assert (done.rows, done.new, done.bad) == (3, 1, 2)
    assert [bad.number for bad in done.problems] == [2, 4]
    assert "创建时间" in done.problems[0].reason
    assert "昨天" not in done.problems[0].reason  # a cell may hold a buyer's data
    assert {name for name, _ in quarantined(desk)} == {"5002", "?export.csv:4"}


def test_a_mended_row_leaves_the_quarantine(desk: Desk, how: Map) -> None:
    take(desk, how, HEAD + BAD + NAMELESS)

    take(
        desk,
        how,
        HEAD + BAD.replace("昨天", "2026-11-22 08:00:00") + NAMELESS.replace(",", "5003,", 1),
    )

    assert quarantined(desk) == []
    assert len(desk.queue(QueueFilter(streams=(STREAM,)))) == 2


def test_the_same_file_twice_brings_nothing(desk: Desk, how: Map) -> None:
    take(desk, how, HEAD + FIRST)

    copy = take(desk, how, HEAD + FIRST, "copy.csv")
    again = take(desk, how, HEAD + FIRST, "copy.csv", again=True)

    assert (copy.before, copy.rows) == (desk.now(), 0)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)


def test_a_file_with_bad_rows_is_told_again(desk: Desk, how: Map) -> None:
    first, second = (take(desk, how, HEAD + FIRST + BAD) for _ in range(2))

    assert (first.bad, second.bad, second.unchanged, second.before) == (1, 1, 1, None)


def test_another_map_reads_the_same_file_again(desk: Desk, how: Map, tmp_path: Path) -> None:
    take(desk, how, HEAD + FIRST)

    done = take(desk, a_map(tmp_path, MAP.replace('title = "标题"\n', "")), HEAD + FIRST)

    assert done.before is None


@pytest.mark.parametrize("order", [(FIRST, LATER), (LATER, FIRST)])
def test_older_never_overwrites_newer(order: tuple[str, str], desk: Desk, how: Map) -> None:
    for number, row in enumerate(order):
        take(desk, how, HEAD + row, f"{number}.csv")

    assert desk.ticket("5001").row.status is Status.CLOSED


def test_without_a_time_of_change_the_later_export_counts(desk: Desk, tmp_path: Path) -> None:
    how = a_map(tmp_path, MAP.replace('updated = "更新时间"\n', ""))
    now = desk.now()
    take(desk, how, HEAD + FIRST, "new.csv", exported=now)

    same = take(desk, how, HEAD + FIRST + "\n", "same.csv", exported=now + timedelta(hours=1))
    take(desk, how, HEAD + LATER, "old.csv", exported=now + timedelta(minutes=30))

    assert (same.changed, same.unchanged) == (0, 1)
    assert desk.ticket("5001").row.status is Status.PENDING


def test_a_column_that_is_not_there_is_told_with_what_it_may_be_now(desk: Desk, how: Map) -> None:
    done = take(desk, how, HEAD.replace("标题", "工单标题") + FIRST)

    assert done.new == 1
    assert any("'标题'" in note and "工单标题" in note for note in done.notes)


def test_a_file_without_the_number_is_refused_with_its_columns(desk: Desk, how: Map) -> None:
    done = take(desk, how, HEAD.replace("示例编号", "工单ID") + FIRST)

    assert "示例编号" in done.error
    assert "工单ID" in done.error
    assert done.rows == 0


def test_a_file_without_a_header_is_refused_without_its_numbers(desk: Desk, how: Map) -> None:
    done = take(desk, how, "张三,13800001111\n")

    assert "138****11" in done.error
    assert "13800001111" not in done.error


def test_a_word_the_map_does_not_have_is_unknown_and_told(desk: Desk, how: Map) -> None:
    done = take(desk, how, HEAD + FIRST.replace("待处理", "已挂起"))

    assert desk.ticket("5001").row.status is Status.UNKNOWN
    assert any("已挂起" in note for note in done.notes)


def test_of_a_half_written_file_what_is_whole_is_in_and_it_is_said(desk: Desk, how: Map) -> None:
    half = take(desk, how, HEAD + FIRST + "5009,待处")
    whole = take(desk, how, HEAD + FIRST + FIRST.replace("5001", "5009"))

    assert (half.new, "row 3" in half.cut) == (1, True)
    assert (whole.new, whole.unchanged) == (1, 1)


@pytest.mark.parametrize("number", ["1.2603E+17", "2.6E+18"])
def test_a_number_that_a_spreadsheet_rounded_is_refused(number: str, desk: Desk, how: Map) -> None:
    done = take(desk, how, HEAD + FIRST.replace("5001", number))

    assert "cut its last digits" in done.problems[0].reason


def test_two_rows_of_one_number_are_told(desk: Desk, how: Map) -> None:
    done = take(desk, how, HEAD + FIRST + FIRST)

    assert any("the row above it" in note for note in done.notes)


def test_a_check_stores_nothing(desk: Desk, how: Map) -> None:
    path = desk.config.path.with_name("export.csv")
    path.write_text(HEAD + FIRST + BAD)

    (done,) = Intake(desk, SHOP, STREAM, how).check([path])

    assert (done.new, done.bad) == (1, 1)
    assert (quarantined(desk), desk.queue(QueueFilter(streams=(STREAM,)))) == ([], [])


def test_what_was_read_needs_no_map_to_be_read_again(desk: Desk, how: Map) -> None:
    take(desk, how, HEAD + FIRST + BAD)

    assert list(renormalise(desk, [SHOP], apply=False)) == []
    (row,) = retry_quarantine(desk, [SHOP])
    assert "创建时间" in row.reason


def test_a_bad_file_stops_no_other(desk: Desk, how: Map, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "b.csv").write_text(HEAD + FIRST)

    _, done = Intake(desk, SHOP, STREAM, how).take([tmp_path / "a.csv", tmp_path / "b.csv"])

    assert ["empty" in done[0].error, done[1].new] == [True, 1]


def test_a_file_that_changes_while_it_is_read_is_not_known_as_taken(desk: Desk, how: Map) -> None:
    """Else the rows that were there before, brought again, would be taken for known ones."""
    path = desk.config.path.with_name("export.csv")
    before, after = HEAD + FIRST, HEAD + FIRST.replace("5001", "5002")
    path.write_text(before)

    def change(*_: object) -> None:
        path.write_text(after + FIRST.replace("5001", "5003"))

    _, (done,) = Intake(desk, SHOP, STREAM, how, told=change).take([path])
    assert "changed while it was read" in done.notes[0]

    path.write_text(before)
    _, (done,) = Intake(desk, SHOP, STREAM, how).take([path])
    assert done.before is None


@pytest.mark.parametrize(
    "read_file",
    [
        pytest.param(lambda _: int("张三 13800001111"), id="raises"),
        pytest.param(lambda _: [b"{}"], id="gives bytes"),
        pytest.param(lambda _: None, id="gives none"),
    ],
)
def test_a_plugin_that_fails_on_a_file_refuses_it_without_its_words(
    read_file: Callable[[Parcel], Any],
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "a.csv").write_text("x\n")
    stream = Stream(name="case", to_ticket=lambda _: Ticket(), read_file=read_file)
    plugin = replace(desk.connector(SHOP), streams=(stream,))
    monkeypatch.setattr(desk, "connector", lambda _: plugin)

    _, (done,) = Intake(desk, SHOP, "case", None).take([tmp_path / "a.csv"])

    assert "case: read_file" in done.error
    assert "13800001111" not in done.error


def test_a_shop_that_is_being_read_is_left_alone(desk: Desk, how: Map) -> None:
    desk.store.ledger.claim(f"shop {SHOP}", desk.now())
    path = desk.config.path.with_name("export.csv")
    path.write_text(HEAD + FIRST)

    run, done = Intake(desk, SHOP, STREAM, how).take([path])

    assert (run.outcome, run.exit_code, done) == ("busy", 4, [])


def test_files_need_a_map_where_no_plugin_reads_them(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="--propose"):
        Intake(desk, SHOP, STREAM, None)


def test_a_stream_that_is_not_there_is_told_with_those_that_are(desk: Desk, how: Map) -> None:
    with pytest.raises(NotFound, match="coordination"):
        Intake(desk, SHOP, "coordinaton", how)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('[columns]\ntitle = "a"\n', "lacks id", id="no number"),
        pytest.param('[columns]\nid = "a"\ntitel = "b"\n', "did you mean title", id="misspelt"),
        pytest.param('[columns]\nid = "a"\nstatus = "b"\n', "is empty", id="no words"),
        pytest.param('[columns]\nid = "a"\n[status]\nx = "open"\n', "status", id="no status"),
        pytest.param('[columns]\nid = "a"\n[time]\nzone = "Mars"\n', "zone", id="no zone"),
        pytest.param('colums = "a"\n', "did you mean columns", id="misspelt table"),
    ],
)
def test_a_wrong_map_is_told_with_the_fix(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=told):
        a_map(tmp_path, text)


def test_a_proposed_map_reads_the_file_it_was_made_for(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"某店导出\n{HEAD}{FIRST}")

    how = a_map(tmp_path, propose(path, STREAM))
    _, (done,) = Intake(desk, SHOP, "", how).take([path])

    assert (done.new, done.notes) == (1, ())
    assert desk.ticket("5001").row.status is Status.PENDING
