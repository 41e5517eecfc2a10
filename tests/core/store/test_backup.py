"""A backup while others write, and the way back."""

from __future__ import annotations

import contextlib
import resource
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan import Busy, Secret, StoreError, Token
from gongdan.store import Store
from gongdan.store.backup import backup, restore
from gongdan.testing.clock import START
from tests.core.office import Office, ours, put

STAMP = "20261122T000000Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a store with ten tickets, a login, and a reply that waits."""
    path = tmp_path / "gongdan.db"
    store = Store(path)
    for number in range(10):
        ticket = put(store, str(number), ours(START), START)
    store.outbox.queue(ticket, kind="reply", parts=["x"], not_before=START, now=START)
    store.keys.save_token("douyin", Token(access=Secret("canary-0451"), refresh=Secret("R1")))
    store.close()
    return path


@contextlib.contextmanager
def small_files(most: int) -> Iterator[None]:
    """Let the kernel refuse to make any file longer than so many bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_copy_is_whole_and_its_owners_only(path: Path, tmp_path: Path) -> None:
    told = backup(path, tmp_path / "b.db")

    assert (told.tickets, told.outbox, told.schema[:2]) == (10, 1, "m0")
    assert (tmp_path / "b.db").stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.db", "gongdan.db"]


def test_a_copy_holds_no_login_unless_it_is_asked_for(path: Path, tmp_path: Path) -> None:
    assert not backup(path, tmp_path / "b.db").tokens
    assert backup(path, tmp_path / "c.db", tokens=True).tokens

    assert b"canary-0451" not in (tmp_path / "b.db").read_bytes()
    assert b"canary-0451" in (tmp_path / "c.db").read_bytes()


def test_a_copy_made_while_others_write_is_of_one_moment(path: Path, tmp_path: Path) -> None:
    """Every write adds a ticket and a message; a copy never has one without the other."""
    stop, written = threading.Event(), threading.Event()

    def write() -> None:
        conn = sqlite3.connect(path, timeout=60, isolation_level=None)
        number = 0
        while not stop.is_set():
            number += 1
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("INSERT INTO meta VALUES (?, 'a')", (f"one {number}",))
            conn.execute("INSERT INTO meta VALUES (?, 'b')", (f"two {number}",))
            conn.execute("COMMIT")
            written.set()
        conn.close()

    writer = threading.Thread(target=write)
    writer.start()
    written.wait(10)
    for _ in range(5):
        backup(path, tmp_path / "b.db")
        with sqlite3.connect(tmp_path / "b.db") as copy:
            sums = dict(copy.execute("SELECT value, count(*) FROM meta GROUP BY value").fetchall())
        copy.close()
        assert sums["a"] == sums["b"] > 0
    stop.set()
    writer.join()


@pytest.mark.parametrize("name", ["gongdan.db", "notes.txt"])
def test_what_is_no_backup_is_never_overwritten(name: str, path: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    before = (tmp_path / name).read_bytes()

    with pytest.raises(StoreError, match="is no backup; choose another name"):
        backup(path, tmp_path / name)

    assert (tmp_path / name).read_bytes() == before


def test_a_backup_that_does_not_fit_leaves_the_old_one(path: Path, tmp_path: Path) -> None:
    old = tmp_path / "b.db"
    backup(path, old)
    before = old.read_bytes()

    with small_files(200_000), pytest.raises(StoreError, match=r"b\.db"):
        backup(path, old)

    assert old.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.db", "gongdan.db"]


def test_what_comes_back_is_what_was_and_what_was_there_is_kept(path: Path, tmp_path: Path) -> None:
    backup(path, tmp_path / "b.db")
    store = Store(path)
    put(store, "later", ours(START), START)
    store.close()

    told = restore(tmp_path / "b.db", path, force=True, stamp=STAMP)

    restored, aside = Store(path), Store(Path(told.aside))
    assert (len(restored.cases.ids("douyin")), len(aside.cases.ids("douyin"))) == (10, 11)
    restored.close()
    aside.close()


def test_the_logins_of_the_store_that_was_there_stay(path: Path, tmp_path: Path) -> None:
    backup(path, tmp_path / "b.db", tokens=True)
    store = Store(path)
    store.keys.save_token("douyin", Token(access=Secret("newer"), refresh=Secret("R2")))
    store.close()

    restore(tmp_path / "b.db", path, force=True, stamp=STAMP)

    store = Store(path)
    token = store.keys.token("douyin")
    assert token is not None
    assert token.access.reveal() == "newer"
    store.close()


def test_nothing_queued_goes_out_by_itself_after_a_restore(tmp_path: Path) -> None:
    office = Office(tmp_path, ["douyin"], tickets=2)
    with office.desk() as desk:
        desk.sync()
        ticket = put(desk.store, "1", ours(START), START)
        desk.store.outbox.queue(ticket, kind="reply", parts=["x"], not_before=START, now=START)
    backup(tmp_path / "gongdan.db", tmp_path / "b.db")
    restore(tmp_path / "b.db", tmp_path / "gongdan.db", force=True, stamp=STAMP)

    with office.desk() as desk:
        office.clock.advance(3600)
        desk.push()
        (row,) = desk.outbox()

    assert (row.state, row.hold) == ("queued", True)
    assert "restored" in row.why


def test_an_empty_place_needs_no_force(path: Path, tmp_path: Path) -> None:
    backup(path, tmp_path / "b.db")
    (tmp_path / "new").mkdir()

    told = restore(tmp_path / "b.db", tmp_path / "new/gongdan.db", force=False, stamp=STAMP)

    assert (told.tickets, told.aside) == (10, "")


def newer(path: Path) -> None:
    conn = sqlite3.connect(path)
    conn.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                 " VALUES ('gongdan', 'm999_later', '2030-01-01')")  # fmt: skip
    conn.commit()
    conn.close()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 5 * 16384])


def text(path: Path) -> None:
    path.write_text("no database" * 1000)


def other(path: Path) -> None:
    path.unlink()
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE t (x)")
    conn.commit()
    conn.close()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        pytest.param(newer, "newer gongdan (m999_later); upgrade gongdan", id="a newer version"),
        pytest.param(cut, "is damaged", id="cut short"),
        pytest.param(text, "is no gongdan store", id="no database"),
        pytest.param(other, "is no store of gongdan", id="another program's"),
        pytest.param(Path.unlink, "no such file", id="not there"),
    ],
)
def test_a_backup_that_is_no_good_changes_nothing(
    harm: Callable[[Path], None], told: str, path: Path, tmp_path: Path
) -> None:
    backup(path, tmp_path / "b.db")
    harm(tmp_path / "b.db")
    before = path.read_bytes()

    with pytest.raises(StoreError) as error:
        restore(tmp_path / "b.db", path, force=True, stamp=STAMP)

    assert told in str(error.value)
    assert path.read_bytes() == before
    assert {file.name for file in tmp_path.iterdir()} <= {"b.db", "gongdan.db"}


def test_a_store_is_never_overwritten_unasked(path: Path, tmp_path: Path) -> None:
    backup(path, tmp_path / "b.db")

    with pytest.raises(StoreError, match="--force puts it aside"):
        restore(tmp_path / "b.db", path, force=False, stamp=STAMP)


def test_a_store_that_somebody_works_with_stays(path: Path, tmp_path: Path) -> None:
    backup(path, tmp_path / "b.db")
    store = Store(path)
    store.ledger.claim("shop main", START, timedelta(seconds=120))

    with pytest.raises(Busy, match=r"process \d+ on .* works on shop main; end it"):
        restore(tmp_path / "b.db", path, force=True, stamp=STAMP)

    store.ledger.claim("shop other", START)  # it can go on
    store.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.db", "gongdan.db"]


def test_a_damaged_store_is_put_aside(path: Path, tmp_path: Path) -> None:
    backup(path, tmp_path / "b.db")
    text(path)

    told = restore(tmp_path / "b.db", path, force=True, stamp=STAMP)

    assert told.tickets == 10
    assert Path(told.aside).read_text().startswith("no database")
