"""A copy of the store while others write to it, and the way back.

A backup is one plain SQLite file, whole or not there.  What it says of the outbox is older than
what was sent since, so nothing that was queued in it goes out by itself.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from sqlite_utils import Database

from ..errors import Busy, StoreError
from .guard import known_migrations, translated
from .pictures import ENDING as PICTURES
from .pictures import carry, folder_of, trim
from .schema import migrations
from .steps import COPIED, HOLD

_COUNTED = ("tickets", "messages", "outbox")
_BESIDE = ("", "-wal", "-shm")
_ASIDE = (*_BESIDE, PICTURES)
_WAIT_S = 0.5  # who is in the middle of one statement; SQLite waits so long several times


class Copied(Struct, frozen=True, kw_only=True):
    """What was written and read back.

    Attributes:
        tickets, messages, outbox: rows of these tables in the copy.
        schema: its newest migration.
        tokens: whether the logins that platforms gave are in it.
        aside: of a restore: where the store that was there is now, or "".
        pictures: files that are beside it.
    """

    path: str
    size_bytes: int
    tickets: int
    messages: int
    outbox: int
    schema: str
    tokens: bool
    aside: str = ""
    pictures: int = 0


def backup(path: Path, target: Path, *, tokens: bool = False) -> Copied:
    """Copy the store to *target* as of one moment, and read the copy back before it gets its name.

    Readers and writers go on meanwhile.  The file is its owner's only.  Pictures go to the folder
    `TARGET-pictures`: those that are not there yet; what the copy does not name goes from it.

    Args:
        path: of the store.
        target: a new file, or an older backup, which is replaced.
        tokens: keep the logins that platforms gave; without them a shop logs in anew.

    Raises:
        StoreError: there is no store, *target* is something else, or there is no room.
    """
    if not path.exists():
        raise StoreError(f"{path}: there is no store to back up")
    if target.exists() and (target.samefile(path) or not _is_store(target)):
        raise StoreError(f"{target}: is there already and is no backup; choose another name")
    with translated(target), _spare(target) as spare:
        with _opened(path) as source, _opened(spare) as copy:
            with translated(path):
                source.execute("SELECT 1 FROM tickets LIMIT 0")
            source.backup(copy)  # in one step: of one moment, whoever writes
            copy.execute("PRAGMA journal_mode = DELETE")
            if not tokens:
                _forget_tokens(copy)
            told = _told(spare, copy)
            pictures = carry(copy, folder_of(target), folder_of(path))
        _settle(spare, target)
        trim(folder_of(target), pictures)
    return _named(told, target, pictures=len(pictures))


def restore(source: Path, path: Path, *, force: bool, stamp: str) -> Copied:
    """Put a backup in place of the store; what was there is kept beside it.

    The logins of the store that was there stay in force: they are newer than the backup's.

    Args:
        source: the backup; it is only read.
        path: of the store.
        force: though there is one; it goes to `PATH.before-STAMP`.
        stamp: of now, for that name.

    Raises:
        StoreError: *source* is damaged, no backup, or from a newer version; or there is a store
            and *force* is not given.  Nothing was changed.
        Busy: somebody works with the store.
    """
    if not source.exists():
        raise StoreError(f"{source}: no such file")
    aside = path.with_name(f"{path.name}.before-{stamp}")
    if path.exists() and not force:
        raise StoreError(f"{path}: there is a store already; --force puts it aside as {aside.name}")
    with translated(path), _spare(path) as spare:
        with translated(source), _opened(source, "ro") as origin:
            _told(source, origin)
            with _opened(spare) as copy:
                origin.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                copy.execute("UPDATE claims SET until_ms = 0")  # whoever held them is gone
                copy.execute(HOLD, (COPIED,))
        kept = path.exists()
        if kept:
            with _alone(path) as old:
                _keep_tokens(old, spare)
            for ending in _ASIDE:
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{path}{ending}").rename(f"{aside}{ending}")
        with _opened(spare) as copy:
            told = _told(spare, copy)
            pictures = carry(copy, folder_of(path), folder_of(source), folder_of(aside))
        _settle(spare, path)
    return _named(told, path, str(aside) if kept else "", len(pictures))


@contextlib.contextmanager
def _opened(path: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    conn = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=60.0, isolation_level=None
    )
    try:
        yield conn
    finally:
        conn.close()


@contextlib.contextmanager
def _spare(target: Path) -> Iterator[Path]:
    """Give an empty file beside *target*, its owner's only, gone unless it was renamed."""
    handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}.")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for ending in (*_BESIDE, "-journal"):
            Path(f"{name}{ending}").unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Give the store to nobody else; None where it is too damaged to be asked.

    Raises:
        Busy: a process has it open; the message says which, where one works on a shop.
    """
    conn = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
    try:
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")  # in WAL: refused while another is there
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("COMMIT")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield conn
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Busy(f"{path}: {_holder(path)}; end it, then restore again") from error
        raise
    except sqlite3.DatabaseError:
        yield None
    finally:
        conn.close()


def _holder(path: Path) -> str:
    sql = "SELECT name, pid, host FROM claims WHERE until_ms > 0 ORDER BY since_ms DESC LIMIT 1"
    with contextlib.suppress(sqlite3.Error), _opened(path, "ro") as conn:
        row = conn.execute(sql).fetchone()
        if row:
            return f"process {row[1]} on {row[2]} works on {row[0]}"
    return "another program has it open"


def _is_store(path: Path) -> bool:
    try:
        with _opened(path, "ro") as conn:
            return bool(conn.execute("SELECT 1 FROM tickets LIMIT 0").description)
    except sqlite3.Error:
        return False


def _forget_tokens(conn: sqlite3.Connection) -> None:
    conn.execute("PRAGMA secure_delete = ON")
    conn.execute("DELETE FROM tokens")


def _keep_tokens(old: sqlite3.Connection | None, spare: Path) -> None:
    if old is None:
        return
    rows = old.execute(
        "SELECT shop, access, refresh, owner, expires_ms, refresh_expires_ms FROM tokens"
    ).fetchall()
    with _opened(spare) as copy:
        copy.executemany("INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?, ?)", rows)


def _told(path: Path, conn: sqlite3.Connection) -> Copied:
    """Read a copy through and say what is in it.

    Raises:
        StoreError: it is damaged, no store of ours, or from a newer version.
    """
    found = conn.execute("PRAGMA integrity_check(1)").fetchone()
    if found[0] != "ok":
        raise StoreError(f"{path}: is damaged ({found[0]}); nothing was changed")
    try:
        sums = [conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _COUNTED]
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path}: is no store of gongdan; nothing was changed") from error
    applied = [one.name for one in migrations.applied(Database(conn, execute_plugins=False))]
    if newer := sorted(set(applied) - set(known_migrations())):
        raise StoreError(
            f"{path}: written by a newer gongdan ({', '.join(newer)}); upgrade gongdan, "
            "nothing was changed"
        )
    return Copied(
        path=str(path), size_bytes=path.stat().st_size, tickets=sums[0], messages=sums[1],
        outbox=sums[2], schema=max(applied, default=""),
        tokens=conn.execute("SELECT 1 FROM tokens").fetchone() is not None,
    )  # fmt: skip


def _settle(spare: Path, target: Path) -> None:
    """Give a finished file its name, so that it survives a power cut."""
    for place in (spare, None, target.absolute().parent):
        if place is None:
            spare.replace(target)
            continue
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _named(told: Copied, path: Path, aside: str = "", pictures: int = 0) -> Copied:
    return Copied(
        path=str(path), size_bytes=path.stat().st_size, tickets=told.tickets,
        messages=told.messages, outbox=told.outbox, schema=told.schema, tokens=told.tokens,
        aside=aside, pictures=pictures,
    )  # fmt: skip
