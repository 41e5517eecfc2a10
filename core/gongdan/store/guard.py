"""The one door to the database: a connection a thread, one write at a time.

sqlite-utils' own `atomic()` begins a deferred transaction, which fails as soon as two processes
read and then write; here every write begins immediate.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from sqlite_utils import Database

from ..errors import StoreError
from . import told
from .schema import migrations

BUSY_S = 60.0  # a migration or a long page of another process takes a few seconds at most
PAGE_BYTES = 16384  # rows over 2 KB waste pages of 4 KB
Value = str | int | float | bytes | None
Row = dict[str, object]


class Guard:
    """Connections to one file; made on first use, one for each thread.

    Raises:
        StoreError: the file cannot be opened or written, is no store, or is from a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mine = threading.local()
        self._turn = threading.RLock()
        self._all: list[Database] = []
        self._closed = False
        with translated(path):
            self._create()

    def _create(self) -> None:
        if not self._path.exists():
            new_file(self._path)
        db = self.db
        with self.write():
            applied, known = _applied(db), set(known_migrations())
            if newer := sorted(applied - known):
                raise StoreError(
                    f"{self._path}: written by a newer gongdan ({', '.join(newer)}); "
                    "upgrade gongdan, nothing was changed"
                )
            if applied != known:  # asked here: `apply` takes a millisecond to find nothing to do
                migrations.apply(db)

    @property
    def db(self) -> Database:
        """This thread's connection."""
        found = getattr(self._mine, "db", None)
        if found is None:
            found = self._mine.db = self._connect()
        return cast(Database, found)

    def _connect(self) -> Database:
        if self._closed:
            raise StoreError(f"{self._path}: the store was closed")
        conn = sqlite3.connect(
            self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        conn.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        with self._turn:
            # Two connections that switch a new file to WAL at once: one is refused in spite of
            # the busy time-out.
            for attempt in range(5):
                try:
                    conn.execute("PRAGMA journal_mode = WAL")
                    break
                except sqlite3.OperationalError:
                    if attempt == 4:
                        raise
                    conn.execute("BEGIN IMMEDIATE")  # waits for the other
                    conn.execute("COMMIT")
        told.add_to(conn)
        db = Database(conn, execute_plugins=False)
        with self._turn:
            self._all.append(db)
        return db

    @contextlib.contextmanager
    def write(self, *, lasting: bool = False) -> Iterator[Database]:
        """Open the one transaction that may write; all of it lands, or nothing.

        Inside of another of this thread it is a part of that one.

        Args:
            lasting: the disk has it before this ends, so that a power cut takes nothing back.
                What was read is read again; what a person said, or is about to leave, is not.
        """
        with self._turn, translated(self._path):
            db = self.db
            if db.conn.in_transaction:
                yield db
                return
            db.conn.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
            db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.conn.execute("COMMIT")  # may fail for want of space, and is then rolled back
            except BaseException:
                if db.conn.in_transaction:
                    db.conn.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return what a query finds."""
        with translated(self._path):
            return list(rows(self.db, sql, values))

    def each(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Row]:
        """Yield what a query finds, one by one; it holds a read transaction until the end."""
        with translated(self._path):
            yield from rows(self.db, sql, values)

    def scratch(self, sql: str, values: Mapping[str, Value] | Sequence[Value] = ()) -> None:
        """Do something with temporary tables, which are this connection's own: no write."""
        with translated(self._path):
            self.db.conn.execute(sql, values)

    def one(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """Return the first row a query finds, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def close(self) -> None:
        """Close every connection; another use raises StoreError."""
        with self._turn:
            self._closed = True
            for db in self._all:
                db.close()
            self._all.clear()
            self._mine = threading.local()


def rows(db: Database, sql: str, values: Sequence[Value] = ()) -> Iterator[Row]:
    """Yield what a query finds, inside a transaction or out of it."""
    cursor = db.conn.execute(sql, values)  # sqlite-utils' own reads every statement first
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def marks(count: int) -> str:
    """Return `?, ?, ?` for an IN (...)."""
    return ", ".join("?" * count)


def new_file(path: Path) -> None:
    """Make an empty file that only its owner reads; the tests put a store that is ready there."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _applied(db: Database) -> set[str]:
    name = migrations.migrations_table
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchall():
        return set()
    sql = f"SELECT name FROM {name} WHERE migration_set = ?"
    return {str(done) for (done,) in db.execute(sql, (migrations.name,))}


def known_migrations() -> list[str]:
    return [migration.name for migration in migrations._migrations]


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Say in our words what SQLite says in its own."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise StoreError(f"{path}: {_advice(str(error))}") from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error


def _advice(words: str) -> str:
    for part, advice in (
        ("full", "the disk is full; nothing of this step was stored: free some space"),
        ("disk I/O", "the disk refuses (a quota, a fault?); nothing of this step was stored"),
        ("readonly", "the file may not be written; check its owner and mode"),
        ("locked", "another program has held the file for too long; try again"),
        ("unable to open", "cannot be opened; check the folder and its mode"),
        (
            "not a database",
            "is no gongdan store: move it away, or put a backup in its place with"
            " 'gongdan restore FILE --force'",
        ),
        ("malformed", "is damaged: put a backup there with 'gongdan restore FILE --force'"),
    ):
        if part in words:
            return advice
    return words
