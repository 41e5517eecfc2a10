"""What a cron line ends with: every code, over a real store and the imitated platforms."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongdan.clock import Clock
from gongdan.config.settings import load
from gongdan.desk import Desk
from gongdan.sandbox import Fault
from gongdan.store import Store
from gongdan_cli import office
from tests.core.office import Office
from tests.core.store.test_backup import small_files

from .conftest import Run


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    found = Office(tmp_path, ["douyin"], tickets=2)
    monkeypatch.setattr(office, "open_desk", found.desk)
    return found


def wrong_secret(place: Office) -> None:
    place.path.with_name("secrets.toml").write_text('[douyin]\napp_secret = "wrong"\n')


def no_secret(place: Office) -> None:
    place.path.with_name("secrets.toml").write_text("")


def held(place: Office) -> None:
    store = Store(place.path.with_name("gongdan.db"))
    store.ledger.claim("shop douyin", place.clock.now())
    store.close()


def down(place: Office) -> None:
    place.network.down.add("douyin.sandbox")


def newer(place: Office) -> None:
    place.desk().close()
    with sqlite3.connect(place.path.with_name("gongdan.db")) as conn:
        conn.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                     " VALUES ('gongdan', 'm999_later', '2030-01-01')")  # fmt: skip
    conn.close()


def slip(place: Office) -> None:
    place.add("[gongdan]\nundo = 3")


@pytest.mark.parametrize(
    ("trouble", "code", "told"),
    [
        pytest.param(lambda _: None, 0, "", id="0 all done"),
        pytest.param(down, 1, "cannot connect", id="1 unreachable"),
        pytest.param(newer, 1, "written by a newer gongdan", id="1 a store of a later version"),
        pytest.param(slip, 2, "did you mean undo_s?", id="2 a slip in the settings"),
        pytest.param(no_secret, 2, "lacks app_secret", id="2 no secret"),
        pytest.param(wrong_secret, 3, "app_secret", id="3 a wrong secret"),
        pytest.param(held, 4, "", id="4 held by another run"),
    ],
)
def test_a_sync_ends_with(
    trouble: Callable[[Office], None], code: int, told: str, place: Office, run: Run
) -> None:
    trouble(place)

    result = run("sync")

    assert result.exit_code == code
    assert told in result.stderr
    assert bool(result.stderr) == bool(told)


def test_a_shop_that_is_held_is_named_where_others_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    place = Office(tmp_path, tickets=1)
    monkeypatch.setattr(office, "open_desk", place.desk)
    held(place)

    result = run("sync")

    assert result.exit_code == 0  # only where every shop is held is nothing done
    assert "douyin: held by process" in result.stdout


def test_rows_that_are_new_in_quarantine_end_with_1_once(place: Office, run: Run) -> None:
    place.sandbox.faults.arm(Fault(name="malformed-row", when=1.0, api="order.getServiceList"))

    first, second = run("sync", "--json"), run("sync", "--json")

    assert (first.exit_code, second.exit_code) == (1, 0)
    assert json.loads(first.stdout.splitlines()[-1])["quarantined"] > 0


def ids(place: Office) -> set[str]:
    with place.desk() as desk:
        return desk.store.cases.ids("douyin")


def test_a_full_disk_is_said_and_when_there_is_room_nothing_is_missing(
    place: Office, run: Run, tmp_path: Path
) -> None:
    whole = Office(tmp_path_of(tmp_path), ["douyin"], tickets=2)
    with whole.desk() as desk:
        desk.sync()
    place.desk().close()

    with small_files(place.path.with_name("gongdan.db").stat().st_size):
        full = run("sync")
    place.clock.advance(121)  # this process lives on with its claim; a cron line's would be gone
    after = run("sync")

    assert (full.exit_code, after.exit_code) == (1, 0)
    assert "nothing of this step was stored" in full.stderr
    assert ids(place) == ids(whole)


def tmp_path_of(tmp_path: Path) -> Path:
    (tmp_path / "whole").mkdir()
    return tmp_path / "whole"


@pytest.fixture
def nobody() -> Iterator[Path]:
    """Give a folder that a user without rights may enter, and be that user."""
    with tempfile.TemporaryDirectory() as name:
        folder, before = Path(name), os.geteuid()
        folder.chmod(0o755)
        yield folder
        if os.geteuid() != before:
            os.seteuid(before)


def test_a_store_that_may_not_be_written_is_said_and_stays(
    nobody: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Office(nobody, ["douyin"], tickets=2)
    monkeypatch.setattr(office, "open_desk", place.desk)
    run("sync")
    before = place.path.with_name("gongdan.db").read_bytes()
    for file in nobody.iterdir():
        file.chmod(0o444 if file.name != "secrets.toml" else 0o400)
    nobody.chmod(0o555)
    if os.geteuid() == 0:
        os.chown(nobody / "secrets.toml", 65534, 65534)
        os.seteuid(65534)

    result = run("sync")

    assert result.exit_code == 1
    assert "the file may not be written; check its owner and mode" in result.stderr
    assert place.path.with_name("gongdan.db").read_bytes() == before


class Off:
    """A clock that is wrong by so much."""

    def __init__(self, clock: Clock, by: timedelta) -> None:
        self._clock, self._by = clock, by
        self.monotonic, self.sleep = clock.monotonic, clock.sleep

    def now(self) -> datetime:
        return self._clock.now() + self._by


@pytest.mark.parametrize("minutes", [-11, -10, 10, 11])
def test_a_clock_that_is_wrong_by_ten_minutes_is_said_once_and_loses_nothing(
    minutes: int, place: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platforms take a signature for ten minutes; what is read goes by their time."""
    clock = Off(place.clock, timedelta(minutes=minutes))

    def wrong() -> Desk:
        return Desk(load(place.path, {}), place.plugins, network=place.network, clock=clock, seed=0)

    monkeypatch.setattr(office, "open_desk", wrong)

    first, again = run("sync", "--json"), run("sync")
    place.put({"id": "900451", "shop": "77977", "stream": "service"})
    place.clock.advance(600)
    third = run("sync", "--json")
    told = run("doctor")

    assert [result.exit_code for result in (first, again, third)] == [0, 0, 0]
    assert f"differs from this machine's by {-minutes * 60:+d} s" in first.stderr
    assert again.stderr == ""
    assert json.loads(third.stdout.splitlines()[-1])["new"] == 1
    (clock_found,) = [
        found for found in map(json.loads, told.stdout.splitlines()) if found["check"] == "clock"
    ]
    assert clock_found["problem"] == "skewed"  # another process asked, and it is kept
    assert abs(clock_found["facts"]["s"] + minutes * 60) <= 1  # a Date names whole seconds
