"""Takes in files of tickets: good rows land as a page does, bad ones wait in quarantine."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from ..config.mistakes import instead
from ..contract import Stream
from ..errors import (
    BadField,
    ConfigError,
    NotFound,
    PluginError,
    ProtocolError,
    Refused,
    Unsupported,
)
from ..fields import Fields, Status
from ..plugins.asking import given, listed
from ..reading.rows import Keyed, file_row, keyed, understand
from ..reading.wants import Land, Steps
from ..shoprun import ShopRun
from ..store import Payload, Reject
from ..ticket import Parcel
from ..views import RunRow
from .columns import (
    HEADER_WITHIN,
    MARK,
    Header,
    Map,
    header_of,
    id_of,
    missing,
    no_header,
    proposed,
    said_of,
)
from .sheets import Line, Sheet, open_sheet

if TYPE_CHECKING:
    from ..desk import Desk

AT_ONCE = 500  # rows a transaction
BAD_TOLD = 100  # bad rows that are listed; the others are counted, and wait in quarantine
NOTES_TOLD = 20


class BadRow(Struct, frozen=True):
    """A row that could not be read, by its number in the file, and why."""

    number: int
    reason: str


class Imported(Struct, frozen=True, kw_only=True):
    """What a file came to.

    Attributes:
        rows: that were in it, without empty ones and the header.
        new, changed, unchanged: of its good rows, by what they were here.
        bad: that could not be read; `problems` lists the first BAD_TOLD of them.
        notes: columns that are missing, words that the map does not have.
        cut: where the file ends in the middle of something, "" where it is whole.
        before: when the same file was taken in before; then nothing was done.
        error: why nothing of it was taken, "" otherwise.
    """

    file: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    problems: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
    cut: str = ""
    before: datetime | None = None
    error: str = ""


class _Tally:
    """What a file has come to so far."""

    def __init__(self, file: str, share: Callable[[], float]) -> None:
        self._file, self.share = file, share
        self.rows = self.new = self.changed = self.unchanged = self.bad = 0
        self.problems: list[BadRow] = []
        self.notes: dict[str, int] = {}  # in order, with how often

    def note(self, text: str) -> None:
        """Count what a person should know of a row; of endless kinds the first ones."""
        if text in self.notes or len(self.notes) < NOTES_TOLD:
            self.notes[text] = self.notes.get(text, 0) + 1

    def refuse(self, number: int, reason: str) -> None:
        """Count a bad row."""
        self.bad += 1
        if len(self.problems) < BAD_TOLD:
            self.problems.append(BadRow(number, reason))

    def add(self, was: RunRow, now: RunRow) -> None:
        """Count what landed between two states of a run."""
        self.new += now.new - was.new
        self.changed += now.changed - was.changed
        self.unchanged += now.unchanged - was.unchanged

    def result(self, cut: str = "") -> Imported:
        """Return it as it stands."""
        notes = [text if n == 1 else f"{text} ({n} rows)" for text, n in self.notes.items()]
        return Imported(
            file=self._file, rows=self.rows, new=self.new, changed=self.changed,
            unchanged=self.unchanged, bad=self.bad, problems=tuple(self.problems),
            notes=tuple(notes), cut=cut,
        )  # fmt: skip


class Intake:
    """Takes files in for one stream of one shop.

    Args:
        how: the map of the files; None: the plugin reads them (`Stream.read_file`).
        exported: when the files were written, aware UTC; None: as the file itself says.
        again: also what was taken in before.
        told: of every some hundred rows: what a file has come to, and how much of it is read.

    Raises:
        NotFound, ConfigError: no such shop or stream, or nothing says how its files are read.
    """

    def __init__(
        self, desk: Desk, alias: str, stream: str, how: Map | None, *,
        exported: datetime | None = None, again: bool = False,
        told: Callable[[Imported, float], None] | None = None,
    ) -> None:  # fmt: skip
        self._desk, self._alias, self._how = desk, alias, how
        self._exported, self._again = exported, again
        self._told = told or (lambda _done, _share: None)
        self._zone = ZoneInfo(desk.connector(alias).zone)
        self._stream = stream_of(desk, alias, stream or (how.stream if how else ""))
        if how is None and self._stream.read_file is None:
            raise ConfigError(
                f"{self._stream.name}: nothing says what the columns of its files are; give --map"
                " (gongdan import --propose FILE writes one to begin with)"
            )

    def check(self, paths: Sequence[Path]) -> list[Imported]:
        """Return what files would come to, every good row as new, and store nothing."""
        return [self._checked(path) for path in paths]

    def _checked(self, path: Path) -> Imported:
        try:
            with open_sheet(path) as sheet:
                tally = _Tally(path.name, lambda: sheet.share)
                for rows in self._rows(sheet, tally):
                    tally.new += len(self._read(rows, tally)[0])
                    self._told(tally.result(), tally.share())
                return tally.result(sheet.cut)
        except (Refused, Unsupported) as error:
            return Imported(file=path.name, error=str(error))

    def take(self, paths: Sequence[Path]) -> tuple[RunRow, list[Imported]]:
        """Take files in, in one run of the shop; return the run, and what each came to."""
        done: list[Imported] = []
        work = self._desk.run_of(self._alias)

        def steps() -> Steps:
            for path in paths:
                try:
                    yield from self.steps(work, path, done.append)
                except (Refused, Unsupported) as error:
                    done.append(Imported(file=path.name, error=str(error)))

        return work.bring(steps), done

    def steps(self, work: ShopRun, path: Path, done: Callable[[Imported], None]) -> Steps:
        """Yield what it takes to take one file in, and tell what it came to.

        Raises:
            Refused: it is no such file.
        """
        store, name = self._desk.store, self._stream.name
        with open_sheet(path) as sheet:
            how = msgspec.json.encode(self._how)
            key = store.imports.key(self._alias, name, sheet.digest, how)
            before = None if self._again else store.imports.taken(key)
            if before is not None:
                done(Imported(file=path.name, before=before))
                return
            tally = _Tally(path.name, lambda: sheet.share)
            store.imports.forget_nameless(self._alias, name, path.name)
            for rows in self._rows(sheet, tally):
                good, bad = self._read(rows, tally)
                was = work.run
                yield Land(replace(work.blank(self._stream), payloads=good, rejects=bad))
                tally.add(was, work.run)
                self._told(tally.result(), tally.share())
            cut, is_stale = sheet.cut, sheet.is_stale()
        if is_stale:
            tally.note("the file changed while it was read; take it in again")
        elif not (cut or tally.bad):
            store.imports.note(key, self._alias, name, path.name, self._desk.now())
        done(tally.result(cut))

    def _read(self, rows: Sequence[Keyed], tally: _Tally) -> tuple[list[Payload], list[Reject]]:
        good: list[Payload] = []
        bad: list[Reject] = []
        for row in rows:
            said = understand(self._stream, "file" if self._how else "row", row)
            tally.rows += 1
            if isinstance(said, Payload):
                good.append(said)
            else:
                number = row.fields.number(f"{MARK}.row") if row.fields else None
                tally.refuse(number if isinstance(number, int) else tally.rows, said.reason)
                bad.append(said)
        return good, bad

    def _rows(self, sheet: Sheet, tally: _Tally) -> Iterator[list[Keyed]]:
        """Yield the rows of a file, named, some hundred at a time."""
        rows = self._mapped(sheet, self._how, tally) if self._how else self._by_plugin(sheet)
        while some := list(itertools.islice(rows, AT_ONCE)):
            yield some

    def _by_plugin(self, sheet: Sheet) -> Iterator[Keyed]:
        """Yield the rows that the plugin finds in a file; what it cannot read is refused whole."""
        read = self._stream.read_file
        assert read is not None
        parcel = Parcel(sheet.name, {}, sheet.whole())
        where = f"{self._stream.name}: read_file"
        try:
            rows = given(list, where, lambda: list(read(parcel)))
            yield from [keyed(self._stream, raw, self._zone) for raw in listed(Raw, where, rows)]
        except (BadField, PluginError, ProtocolError) as error:
            raise Refused(f"{sheet.name}: {error}") from error

    def _mapped(self, sheet: Sheet, how: Map, tally: _Tally) -> Iterator[Keyed]:
        at = self._exported or min(datetime.fromtimestamp(sheet.changed, UTC), self._desk.now())
        lines = sheet.lines()
        header = _header(sheet.name, lines, how)
        for text in missing(header, how):
            tally.note(text)
        last = ""
        for line in lines:
            if line.is_blank:
                continue
            row = _row(sheet.name, line, header, how, at)
            if row.id == last:
                tally.note("a row has the number of the row above it; the last one counts")
            last = row.id
            if row.fields and row.fields.text("said.status") == Status.UNKNOWN.value:
                tally.note(f"[status] does not have {row.fields.text('said.status_text')!r}")
            yield row


def stream_of(desk: Desk, alias: str, name: str) -> Stream:
    """Return a stream of a shop's platform.

    Raises:
        NotFound: there is none of that name, or none is named; the message says which there are.
    """
    streams = {stream.name: stream for stream in desk.connector(alias).streams}
    if name in streams:
        return streams[name]
    platform = desk.shop(alias).platform
    told = f"{platform} has no stream {name!r}" if name else "say --stream"
    raise NotFound(f"{told}; {instead(name, streams)}")


def propose(path: Path, stream: str) -> str:
    """Return a map for a file, guessed from its header row, as TOML.

    Raises:
        Refused: it is no file of rows.
    """
    with open_sheet(path) as sheet:
        rows = [line for line in itertools.islice(sheet.lines(), 200) if not line.is_blank]
    widest = max((sum(map(bool, line.cells)) for line in rows[:HEADER_WITHIN]), default=0)
    header = next((line for line in rows if sum(map(bool, line.cells)) == widest), None)
    if header is None:
        raise Refused(f"{path}: there is no row in it")
    return proposed(header.cells, stream, rows[rows.index(header) + 1 :])


def _header(file: str, lines: Iterator[Line], how: Map) -> Header:
    """Return the header of a file; above it there may be a title."""
    first: Sequence[str] = ()
    for line in itertools.islice(lines, HEADER_WITHIN):
        if found := header_of(line, how):
            return found
        first = first or line.cells
    raise no_header(file, how, first)


def _row(file: str, line: Line, header: Header, how: Map, at: datetime) -> Keyed:
    """Return a row as it is kept: what the map made of it, and every cell as it came."""
    row: dict[str, object] = {MARK: {"file": file, "row": line.number, "as_of": at.isoformat()}}
    try:
        row["id"] = id_of(line, header, how)
        row["said"] = said = said_of(line, header, how)
        if "updated" in said:
            row[MARK] = {"file": file, "row": line.number, "as_of": said["updated"]}
    except BadField as error:
        row["trouble"] = str(error)
    row["cells"] = _cells(line, header)
    data = msgspec.json.encode(row)
    return file_row(data, Fields.of(data))


def _cells(line: Line, header: Header) -> dict[str, str]:
    """Return the cells by their headers; one without, or with another's, by its place too."""
    found: dict[str, str] = {}
    for place, cell in enumerate(line.cells):
        name = header.names[place] if place < len(header.names) else ""
        found[f"{name} ({place + 1})".strip() if name in found or not name else name] = cell
    return found
