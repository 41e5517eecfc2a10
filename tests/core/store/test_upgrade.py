"""A store that an older version wrote, opened by this one: every schema there ever was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from gongdan.store.guard import PAGE_BYTES, known_migrations
from gongdan.store.schema import migrations
from gongdan.testing.clock import START
from gongdan.views import QueueFilter
from tests.core.office import Office

pytestmark = pytest.mark.usefixtures("migrated_stores")
NAMES = known_migrations()


def older(path: Path, newest: int) -> None:
    """Make a store as it was after its first *newest* migrations, empty."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    conn.execute("PRAGMA journal_mode = WAL")
    then = Migrations("gongdan")
    then._migrations = migrations._migrations[:newest]
    then.apply(Database(conn, execute_plugins=False))
    conn.close()


def fill(old: Path, new: Path) -> None:
    """Put into a store of an older schema what it could hold of a newer one."""
    conn = sqlite3.connect(old, isolation_level=None)
    conn.execute("ATTACH ? AS new", (str(new),))
    tables = conn.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        " AND name NOT LIKE '_sqlite%' AND name NOT LIKE 'search%' AND name <> 'unclassed'"
    ).fetchall()
    for (name,) in tables:
        columns = ", ".join(
            row[1] for row in conn.execute(f"PRAGMA main.table_info({name})").fetchall()
        )
        conn.execute(
            f"INSERT OR REPLACE INTO main.{name} ({columns}) SELECT {columns} FROM new.{name}"
        )
    has = "SELECT 1 FROM main.sqlite_master WHERE name = 'search_waiting'"
    if conn.execute(has).fetchone():  # what lands waits for the search, and is not copied above
        conn.execute("INSERT OR IGNORE INTO main.search_waiting SELECT n FROM main.tickets")
    conn.close()
    for ending in ("-wal", "-shm"):
        new.with_name(new.name + ending).unlink(missing_ok=True)


@pytest.mark.parametrize("newest", [1, 3, len(NAMES) - 1], ids=lambda count: NAMES[count - 1])
def test_what_an_older_version_wrote_is_all_there_and_reading_goes_on(
    newest: int, tmp_path: Path
) -> None:
    office = Office(tmp_path, ["douyin"], tickets=3)
    store = tmp_path / "gongdan.db"
    with office.desk() as desk:
        desk.sync()
        (first, *_) = desk.queue(QueueFilter())
        desk.store.outbox.queue(
            first.id, kind="reply", parts=["您好"], not_before=START, now=START, state="refused"
        )
        desk.store.local.add(first.id, "contact", "小李", START, why="电话")
        before = desk.queue(QueueFilter(limit=100)), desk.ticket(first.id)
    older(tmp_path / "old.db", newest)
    fill(tmp_path / "old.db", store)
    (tmp_path / "old.db").replace(store)

    with office.desk() as desk:
        after = desk.queue(QueueFilter(limit=100)), desk.ticket(first.id)
        again = desk.sync()
        found = desk.store.search.find(QueueFilter(words=(first.id.split("/")[2],)), START)[1]
        schema = desk.store.state.file().schema

    assert [row.id for row in after[0]] == [row.id for row in before[0]]
    assert (after[1].ticket, after[1].thread) == (before[1].ticket, before[1].thread)
    assert [row.state for row in after[1].actions] == ["refused"]
    assert after[1].history == (before[1].history if newest > 1 else ())
    assert (again.exit_code, again.new, again.changed) == (0, 0, 0)
    assert found == 1
    assert schema == max(NAMES)


def test_every_migration_that_ever_was_is_still_there() -> None:
    """A store remembers names; who renames or drops one makes it a newer version's."""
    assert NAMES[:3] == ["m001_tickets_runs_outbox", "m002_acts_and_holds", "m003_waits"]
    assert len(set(NAMES)) == len(NAMES)
