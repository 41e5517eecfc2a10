"""One file, many processes, and what may be wrong with the file."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from gongdan import StoreError
from gongdan.store import Guard, Store

pytestmark = pytest.mark.usefixtures("migrated_stores")
WRITES = 150


def in_processes(work: Callable[[Path, int], None], path: Path, count: int = 4) -> None:
    """Do *work* in several processes at once; all must end well."""
    context = multiprocessing.get_context("fork")
    running = [context.Process(target=work, args=(path, n)) for n in range(count)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0] * count


def open_and_close(path: Path, _number: int) -> None:
    Store(path).close()


def count_up(path: Path, number: int) -> None:
    guard = Guard(path)
    for _ in range(WRITES):
        with guard.write() as db:
            key = "count"
            had = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            value = int(had[0]) + 1 if had else 1
            db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, str(value)))
    guard.close()
    del number


def filled(path: Path) -> Guard:
    """Return a store that has no room for another page."""
    guard = Guard(path)
    pages = guard.db.execute("PRAGMA page_count").fetchone()[0]
    guard.db.execute(f"PRAGMA max_page_count = {pages}")
    return guard


def test_migrates_once_from_four_processes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "gongdan.db"

    in_processes(open_and_close, path)

    applied = sqlite3.connect(path).execute("SELECT name FROM _sqlite_migrations").fetchall()
    assert len(applied) == len(set(applied)) >= 1


def test_loses_no_write_of_four_processes(tmp_path: Path) -> None:
    path = tmp_path / "gongdan.db"

    in_processes(count_up, path)

    guard = Guard(path)
    assert guard.one("SELECT value FROM meta WHERE key = 'count'") == {"value": str(4 * WRITES)}
    guard.close()


def test_is_readable_by_its_owner_only_and_writes_ahead(tmp_path: Path) -> None:
    path = tmp_path / "gongdan.db"

    guard = Guard(path)
    with guard.write() as db:
        db.execute("INSERT INTO meta VALUES ('a', 'b')")

    assert guard.one("PRAGMA journal_mode") == {"journal_mode": "wal"}
    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
    guard.close()


def test_leaves_a_store_of_a_newer_version_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "gongdan.db"
    Store(path).close()
    db = sqlite3.connect(path)
    db.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('gongdan', 'm999_of_tomorrow', '2030-01-01')"
    )
    db.commit()
    db.close()
    before = path.read_bytes()

    with pytest.raises(StoreError, match=r"newer gongdan \(m999_of_tomorrow\)"):
        Store(path)

    assert path.read_bytes() == before


def test_says_that_a_file_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "gongdan.db"
    path.write_bytes(b"this is a letter, not a database\n" * 100)

    with pytest.raises(StoreError, match="is no gongdan store"):
        Store(path)


def test_says_that_the_folder_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory"):
        Store(tmp_path / "nowhere" / "gongdan.db")


def test_stores_nothing_of_a_step_when_the_disk_is_full(tmp_path: Path) -> None:
    guard = filled(tmp_path / "gongdan.db")

    with pytest.raises(StoreError, match="disk is full"), guard.write() as db:
        db.conn.executemany("INSERT INTO meta VALUES (?, ?)", [("a", "small"), ("b", "x" * 10**6)])

    assert guard.rows("SELECT * FROM meta") == []
    with guard.write() as db:
        db.execute("INSERT INTO meta VALUES ('third', 'small')")
    assert guard.rows("SELECT key FROM meta") == [{"key": "third"}]
    guard.close()


def test_says_that_a_store_may_not_be_written(tmp_path: Path) -> None:
    guard = Guard(tmp_path / "gongdan.db")
    guard.db.execute("PRAGMA query_only = 1")

    with pytest.raises(StoreError, match="may not be written"), guard.write() as db:
        db.execute("INSERT INTO meta VALUES ('a', 'b')")

    assert guard.rows("SELECT * FROM meta") == []
    guard.close()


def test_rolls_back_when_the_commit_itself_fails(tmp_path: Path) -> None:
    guard = Guard(tmp_path / "gongdan.db")
    guard.db.execute("CREATE TABLE parent (n INTEGER PRIMARY KEY)")
    guard.db.execute(
        "CREATE TABLE child (n INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)"
    )
    guard.db.execute("PRAGMA foreign_keys = 1")

    with pytest.raises(sqlite3.IntegrityError), guard.write() as db:
        db.execute("INSERT INTO child VALUES (1)")

    with guard.write() as db:  # not stuck inside the transaction that failed
        db.execute("INSERT INTO meta VALUES ('a', 'b')")
    guard.close()


def test_refuses_to_be_used_after_it_was_closed(tmp_path: Path) -> None:
    store = Store(tmp_path / "gongdan.db")
    store.close()

    with pytest.raises(StoreError, match="closed"):
        store.ledger.runs()
