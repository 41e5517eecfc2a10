"""Pictures of threads, kept because their addresses end: rows in the store, bytes beside it.

A file is named by the digest of its bytes, so that it is written once and never changed.  A file
and the row that names it come in one transaction; one that no row names is taken away by `sweep`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection, OperationalError
from typing import cast

from msgspec import Struct
from sqlite_utils import Database

from ..pictures.picture import Picture
from ..ticket import Message
from .guard import Guard
from .moments import from_ms, to_ms

ENDING = "-pictures"  # of the folder beside a store
_NEVER_MS = 2**62
MOST_TRIES = 6  # of one picture, whatever its addresses
_LEFT_BEHIND_S = 3600  # a file that was being written then is of a process that died
# An address that is new may be tried at once, but no oftener in all than any other.  What was
# erased and is only said again stays away.
_NOTE = (
    "INSERT INTO pictures (n, name, url, shop)"
    " SELECT ?1, ?2, ?3, (SELECT shop FROM tickets WHERE n = ?1)"
    " WHERE ?4 OR NOT EXISTS (SELECT 1 FROM erased WHERE n = ?1)"
    " ON CONFLICT (n, name) DO UPDATE SET url = excluded.url, not_before_ms = 0"
    f" WHERE file = '' AND url <> excluded.url AND tries < {MOST_TRIES}"
)


class Wanted(Struct, frozen=True, kw_only=True):
    """A picture that is to be fetched; `tries` failed before."""

    id: int
    ticket: str
    stream: str
    remote_id: str
    url: str
    tries: int
    is_open: bool


def note(
    db: Database, n: int, thread: Sequence[Message], to_picture: Callable[[str], str], *,
    is_news: bool,
) -> None:  # fmt: skip
    """Note the pictures of a thread, inside the transaction that brings it.

    Two of one thread that share a name are told apart by their whole addresses.
    """
    found = [(url, _name(url, to_picture)) for message in thread for url in message.files]
    addresses: dict[str, set[str]] = {}
    for url, name in found:
        addresses.setdefault(name, set()).add(url)
    wanted = [
        (n, name if len(addresses[name]) == 1 else url, url, is_news) for url, name in found if name
    ]
    if wanted:
        db.conn.executemany(_NOTE, wanted)


def _name(url: str, to_picture: Callable[[str], str]) -> str:
    try:
        name = to_picture(url)
    except Exception:  # a plugin's mistake costs the picture, never the case
        return ""
    return name if isinstance(name, str) else ""


def folder_of(store: Path) -> Path:
    """Return the folder of the pictures of a store."""
    return store.with_name(f"{store.name}{ENDING}")


def carry(conn: Connection, target: Path, *sources: Path) -> set[str]:
    """Bring the pictures that a store names into its folder, from where they are found.

    What is there already is left.  One that is nowhere was taken away meanwhile, or its backup is
    not whole; it costs no more than itself.

    Returns:
        the files that the store names and that are there now.
    """
    try:
        named = {str(row[0]) for row in conn.execute("SELECT file FROM pictures WHERE file <> ''")}
    except OperationalError:  # of before there were any
        named = set()
    if named:
        target.mkdir(mode=0o700, exist_ok=True)
    for name in named:
        found = (source / name for source in sources if (source / name).exists())
        if not (target / name).exists() and (origin := next(found, None)) is not None:
            with contextlib.suppress(FileNotFoundError):
                data = origin.read_bytes()
                write_whole(target / f".{name}", data)
                (target / f".{name}").replace(target / name)
    return {name for name in named if (target / name).exists()}


def trim(folder: Path, named: Collection[str]) -> None:
    """Take from a folder of pictures what is not named."""
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.name not in named and file.is_file():
            file.unlink()


class Pictures:
    """What pictures are wanted, and those that are kept."""

    def __init__(self, guard: Guard, store: Path) -> None:
        self._guard = guard
        self._folder = folder_of(store)

    def waiting(self, shop: str, now: datetime, limit: int) -> list[Wanted]:
        """Return pictures to be fetched: of open tickets first, and the newest."""
        found = self._guard.rows(
            "SELECT p.id, p.url, p.tries, t.id AS ticket, t.stream, t.remote_id, t.open"
            " FROM pictures p INDEXED BY pictures_waiting JOIN tickets t ON t.n = p.n"
            " WHERE p.file = '' AND p.shop = ? AND p.not_before_ms <= ?"
            " ORDER BY t.open DESC, p.id DESC LIMIT ?",
            (shop, to_ms(now), limit),
        )
        return [
            Wanted(
                id=cast(int, row["id"]), url=str(row["url"]), tries=cast(int, row["tries"]),
                ticket=str(row["ticket"]), stream=str(row["stream"]),
                remote_id=str(row["remote_id"]), is_open=bool(row["open"]),
            )
            for row in found
        ]  # fmt: skip

    def keep(self, wanted: int, data: bytes, ending: str, now: datetime) -> None:
        """Keep the bytes of a picture, its owner's only.

        Raises:
            OSError: there is no room, or the folder cannot be written.
        """
        digest = hashlib.blake2b(data, digest_size=20).hexdigest()
        file = f"{digest}.{ending}"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        spare = self._folder / f".{file}.{os.getpid()}.{wanted}"
        try:
            write_whole(spare, data)
            with self._guard.write() as db:
                spare.replace(self._folder / file)
                db.execute(
                    "UPDATE pictures SET file = ?, size = ?, at_ms = ?, error = '' WHERE id = ?",
                    (file, len(data), to_ms(now), wanted),
                )
        finally:
            spare.unlink(missing_ok=True)

    def fail(self, wanted: int, error: str, until: datetime | None) -> None:
        """Keep why a picture could not be fetched, and until when it is left; None: for ever."""
        before = _NEVER_MS if until is None else to_ms(until)
        with self._guard.write() as db:
            db.execute(
                "UPDATE pictures SET tries = tries + 1, error = ?, not_before_ms = ? WHERE id = ?",
                (error[:200], before, wanted),
            )

    def of(
        self, ticket_id: str, thread: Iterable[Message], to_picture: Callable[[str], str] | None
    ) -> list[Picture]:
        """Return the pictures of a ticket, each once, in the order of its thread."""
        found = self._guard.rows(
            "SELECT p.* FROM pictures p JOIN tickets t ON t.n = p.n WHERE t.id = ?", (ticket_id,)
        )
        by_name = {str(row["name"]): row for row in found}
        told: dict[str, Picture] = {}
        for url in (url for message in thread for url in message.files):
            row = by_name.get(url) or by_name.get(_name(url, to_picture) if to_picture else "")
            if row is None:
                continue
            file = str(row["file"])
            told[url] = Picture(
                url=url, path=self._folder / file if file else None,
                size_bytes=cast(int, row["size"]), at=from_ms(row["at_ms"]),
                error=str(row["error"]), over=row["not_before_ms"] == _NEVER_MS,
            )  # fmt: skip
        return list(told.values())

    def sweep(self, now: datetime) -> int:
        """Take away the files that no row names; return how many."""
        if not self._folder.is_dir():
            return 0
        with self._guard.write() as db:  # nobody adds a file meanwhile
            kept = {row[0] for row in db.conn.execute("SELECT DISTINCT file FROM pictures")}
            loose = [file for file in self._folder.iterdir() if file.name not in kept]
            return sum(_take_away(file, now) for file in loose)


def _take_away(file: Path, now: datetime) -> bool:
    with contextlib.suppress(FileNotFoundError):
        being_written = file.name.startswith(".")
        if not being_written or now.timestamp() - file.stat().st_mtime > _LEFT_BEHIND_S:
            file.unlink()
            return True
    return False


def write_whole(path: Path, data: bytes) -> None:
    """Write a new file, its owner's only, so that it survives a power cut."""
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
