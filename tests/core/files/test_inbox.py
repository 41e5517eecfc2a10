"""The folder that sync watches: taken in and put away, or left with a note."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan.desk import Desk
from gongdan.store.batch import Batch, Counts
from gongdan.store.cases import Cases
from gongdan.views import QueueFilter, RunRow
from tests.core.office import Office

MAP = 'stream = "coordination"\n[columns]\nid = "编号"\ncreated = "创建"\n'
GOOD = "编号,创建\n5001,2026-11-20 09:00:00\n"
BAD = GOOD + "5002,昨天\n"
HOUR = 3600


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    office = Office(tmp_path, ["qianniu"], tickets=1)
    office.add('inbox = "in"')
    text = office.path.read_text().replace(
        "[shops.", 'without = ["refund", "exchange", "task", "urge"]\n[shops.'
    )
    office.path.write_text(text)
    (tmp_path / "in").mkdir()
    drop(tmp_path / "in/map.toml", MAP, HOUR)
    with office.desk() as opened:
        yield opened


def drop(path: Path, text: str, age_s: float = 60) -> Path:
    """Write a file as of long before or after now, by the real clock that the disk has."""
    path.write_text(text)
    at = path.stat().st_mtime - age_s
    os.utime(path, (at, at))
    return path


def sync(desk: Desk) -> RunRow:
    return desk.sync().shops[0]


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def ids(desk: Desk) -> list[str]:
    return [row.id for row in desk.queue(QueueFilter(streams=("coordination",)))]


def test_a_file_is_taken_in_and_put_away(desk: Desk, tmp_path: Path) -> None:
    drop(tmp_path / "in/export.csv", GOOD)

    run = sync(desk)

    assert (run.outcome, run.new) == ("ok", 1)
    assert ids(desk) == ["qianniu/coordination/5001"]
    assert names(tmp_path / "in") == {"map.toml", "done/export.csv"}


def test_a_bad_one_stays_with_a_note_and_is_told_once(desk: Desk, tmp_path: Path) -> None:
    drop(tmp_path / "in/export.csv", BAD)

    first, second = sync(desk), sync(desk)

    note = (tmp_path / "in/export.csv.note.txt").read_text()
    assert "row 3: 创建" in note
    assert (first.exit_code, second.exit_code) == (1, 0)
    assert ids(desk) == ["qianniu/coordination/5001"]


def test_a_mended_one_is_tried_again(desk: Desk, tmp_path: Path) -> None:
    drop(tmp_path / "in/export.csv", BAD)
    sync(desk)
    drop(tmp_path / "in/export.csv", BAD.replace("昨天", "2026-11-20 10:00:00"), -HOUR)

    assert sync(desk).exit_code == 0
    assert names(tmp_path / "in") == {"map.toml", "done/export.csv"}
    assert len(ids(desk)) == 2


def test_two_files_of_one_name_are_both_kept(desk: Desk, tmp_path: Path) -> None:
    drop(tmp_path / "in/export.csv", GOOD)
    sync(desk)
    drop(tmp_path / "in/export.csv", GOOD.replace("5001", "5003"))
    sync(desk)

    assert len(names(tmp_path / "in/done")) == 2


def test_a_file_that_is_being_written_waits(desk: Desk, tmp_path: Path) -> None:
    path = drop(tmp_path / "in/export.csv", GOOD)
    at = desk.now().timestamp() - 2
    os.utime(path, (at, at))

    sync(desk)

    assert "export.csv" in names(tmp_path / "in")
    assert ids(desk) == []


def test_a_file_that_takes_the_place_of_the_one_that_is_read_is_read_next(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, newer = tmp_path / "in/export.csv", GOOD.replace("5001", "5003")
    drop(path, GOOD)
    commit = Cases.commit

    def swap(cases: Cases, batch: Batch) -> Counts:
        if any(payload.remote_id == "5001" for payload in batch.payloads):
            drop(tmp_path / "new", newer).replace(path)
        return commit(cases, batch)

    monkeypatch.setattr(Cases, "commit", swap)
    sync(desk)
    assert path.read_text() == newer

    sync(desk)
    assert ids(desk) == ["qianniu/coordination/5001", "qianniu/coordination/5003"]


def test_an_older_file_that_is_put_in_place_of_a_bad_one_is_tried(
    desk: Desk, tmp_path: Path
) -> None:
    drop(tmp_path / "in/export.csv", BAD)
    sync(desk)
    drop(tmp_path / "good", GOOD.replace("5001", "5003"), HOUR).replace(tmp_path / "in/export.csv")

    assert sync(desk).exit_code == 0
    assert "qianniu/coordination/5003" in ids(desk)


def test_one_bad_file_stops_no_other(desk: Desk, tmp_path: Path) -> None:
    drop(tmp_path / "in/a.csv", "")
    drop(tmp_path / "in/b.csv", GOOD)

    run = sync(desk)

    assert "a.csv was left" in run.error
    assert ids(desk) == ["qianniu/coordination/5001"]


def test_a_folder_inside_has_a_map_of_its_own(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "in/refunds").mkdir()
    drop(tmp_path / "in/refunds/map.toml", '[columns]\nid = "退款"\n')
    drop(tmp_path / "in/refunds/map.toml", 'stream = "refund"\n[columns]\nid = "退款"\n')
    drop(tmp_path / "in/refunds/r.csv", "退款\n7001\n")

    sync(desk)

    assert "qianniu/refund/7001" in desk.store.cases.ids("qianniu")


@pytest.mark.parametrize("missing", ["map.toml", "."])
def test_without_a_map_or_a_folder_the_setting_is_wrong(
    missing: str, desk: Desk, tmp_path: Path
) -> None:
    drop(tmp_path / "in/export.csv", GOOD)
    if missing == ".":
        (tmp_path / "in").rename(tmp_path / "elsewhere")
    else:
        (tmp_path / "in/map.toml").unlink()

    run = sync(desk)

    assert run.exit_code == 2
    assert "inbox" in run.error or "--propose" in run.error
