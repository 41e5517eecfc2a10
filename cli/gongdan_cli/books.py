"""Files that a spreadsheet opens, written row by row: CSV and XLSX.

A file is written beside its place and put there when it is whole, so that nobody finds half of it
and one that is open elsewhere stays as it was.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from gongdan.errors import ConfigError

from .screens.clean import clean, safe_formula
from .screens.times import BEIJING

Cell: TypeAlias = str | int | float | datetime | None
MOST_ROWS = 1_048_575  # of a sheet under its header; what is more goes into another one
MOST_CHARS = 32_767  # of a cell of XLSX
_LONG = 12  # digits from which a spreadsheet would round a number, or write it as 4.8E+18


class Sheet(Protocol):
    """One table in a file."""

    def row(self, cells: Sequence[Cell]) -> None:
        """Write one more row."""
        ...


class Book(Protocol):
    """One file, or two where its form has no sheets."""

    def sheet(self, name: str, head: Sequence[str]) -> Sheet:
        """Begin a table."""
        ...


@contextmanager
def book(path: Path) -> Iterator[Book]:
    """Write what is whole at the end of the block into `path`, by the ending of its name.

    Raises:
        ConfigError: the ending is neither .csv nor .xlsx, XlsxWriter is not installed, or the file
            cannot be written; the one that was there is as it was.
    """
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise ConfigError(f"{path}: name it .csv or .xlsx")
    with ExitStack() as stack:
        yield _Csv(path, stack) if ending == ".csv" else _Xlsx(path, stack)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a file beside *path* to write into; put it there at the end, or leave nothing.

    Raises:
        ConfigError: it cannot be written; the message says why.
    """
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.")
        os.close(handle)
        yield Path(name)
        os.replace(name, path.resolve())
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written ({error.strerror or type(error).__name__}); nothing was"
            " changed. Is it open in another program, or the disk full? Close it, or name another"
        ) from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


class _Csv:
    """UTF-8 with a BOM, without which Excel takes it for something else."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._path = path
        self._stack = stack
        self._count = 0

    def sheet(self, name: str, head: Sequence[str]) -> Sheet:
        path = self._path
        if self._count:
            path = path.with_name(f"{path.stem}-{name}{path.suffix}")
        self._count += 1
        beside = self._stack.enter_context(whole(path))
        file = self._stack.enter_context(beside.open("w", encoding="utf-8-sig", newline=""))
        sheet = _CsvSheet(csv.writer(file))
        sheet.row(head)
        return sheet


class _CsvSheet:
    def __init__(self, writer: Any) -> None:  # the type of csv.writer has no public name
        self._writer = writer

    def row(self, cells: Sequence[Cell]) -> None:
        self._writer.writerow([_csv_cell(cell) for cell in cells])


def _csv_cell(cell: Cell) -> Cell:
    if not cell:
        return cell
    if isinstance(cell, datetime):
        return f"{cell.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, str):
        # Digits with a tab before them stay as they are in Excel, as in the platforms' own exports.
        is_long = cell.isdecimal() and len(cell) >= _LONG
        return f"\t{cell}" if is_long else safe_formula(clean(cell, lines=True))
    return cell


class _Xlsx:
    """A workbook of which no more than a row is in memory."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        try:
            import xlsxwriter  # type: ignore[import-untyped] # it has no types
        except ImportError:
            raise ConfigError(
                f"{path}: .xlsx needs XlsxWriter: pip install 'gongdan[xlsx]'; or name it .csv"
            ) from None
        beside = stack.enter_context(whole(path))
        parent = path.resolve().parent
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=parent, prefix=".gongdan-"))
        options = {"constant_memory": True, "tmpdir": folder}
        self._book = stack.enter_context(_workbook(xlsxwriter.Workbook(str(beside), options)))
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._bold = self._book.add_format({"bold": True})

    def sheet(self, name: str, head: Sequence[str]) -> Sheet:
        return _XlsxSheet(self._book, name, head, self._time, self._bold)


@contextmanager
def _workbook(book: Any) -> Iterator[Any]:  # XlsxWriter has no types
    """Close a workbook, which writes it; what then goes wrong with the disk is an OSError."""
    from xlsxwriter.exceptions import (  # type: ignore[import-untyped] # it has no types
        FileCreateError,
        FileSizeError,
    )

    try:
        yield book
    except BaseException:
        with suppress(Exception):
            book.close()  # its files go; what it writes is thrown away
        raise
    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] if isinstance(error.args[0], OSError) else OSError(str(error)) from None
    except FileSizeError:
        raise OSError("larger than .xlsx takes; name it .csv") from None


class _XlsxSheet:
    """One table, which goes on in another sheet when it is full."""

    def __init__(self, book: Any, name: str, head: Sequence[str], time: Any, bold: Any) -> None:
        self._book, self._name, self._head = book, name, head
        self._time, self._bold = time, bold
        self._part = 0
        self._begin()

    def _begin(self) -> None:
        self._part += 1
        title = self._name if self._part == 1 else f"{self._name} {self._part}"
        self._sheet = self._book.add_worksheet(title)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(self._head) - 1, 18)
        for column, text in enumerate(self._head):
            self._sheet.write_string(0, column, text, self._bold)
        self._at = 0

    def row(self, cells: Sequence[Cell]) -> None:
        if self._at == MOST_ROWS:
            self._begin()
        self._at += 1
        for column, cell in enumerate(cells):
            if cell == "":
                continue
            if isinstance(cell, str):  # never a formula, a number or a link
                text = clean(cell, lines=True)[:MOST_CHARS]
                self._sheet.write_string(self._at, column, text)
            elif isinstance(cell, datetime):
                local = cell.astimezone(BEIJING).replace(tzinfo=None, microsecond=0)
                self._sheet.write_datetime(self._at, column, local, self._time)
            elif cell is not None:
                self._sheet.write_number(self._at, column, cell)
