"""Rows of a file that a person brought: CSV in whatever encoding, or XLSX; one at a time.

Nothing in a cell is ever computed: what looks like a formula is text.  A million rows take as much
memory as ten.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from ..errors import Refused, Unsupported

_CHUNK = 1 << 20
_ENCODINGS = ("utf-8", "gb18030")  # gb18030 reads all that is GBK or GB2312
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
LONGEST_CELL = 131_072  # as the csv module has it; what is longer is an unclosed quotation mark


class Line(Struct, frozen=True):
    """One row of a file.

    Attributes:
        number: as a spreadsheet counts, from 1.
        cells: as text; "" is an empty one.  Times of a spreadsheet are `YYYY-MM-DD HH:MM:SS`.
        inexact: places of cells whose number a spreadsheet may have cut to 15 digits.
        trouble: why it could not be read, or "".
    """

    number: int
    cells: tuple[str, ...]
    inexact: frozenset[int] = frozenset()
    trouble: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it."""
        return not self.trouble and not any(self.cells)


class Sheet:
    """A file as rows.

    Attributes:
        name: of the file, without its folder.
        digest: of all its bytes.
        changed: when it was written last, in seconds since 1970.
        cut: where it ends in the middle of something, in words; known when all is read.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.name = path.name
        self.cut = ""
        self._path, self._file = path, file
        stat = os.fstat(file.fileno())
        self._stamp = stamp_of(stat)
        self.changed = stat.st_mtime
        self._size = stat.st_size
        head = file.read(8)
        if not head:
            raise Refused(f"{path}: the file is empty")
        if head.startswith(_OLD_EXCEL):
            raise Refused(f"{path}: an old or a locked Excel file; save it as .xlsx or .csv")
        self._is_book = head.startswith(_ZIP)
        self.digest, self._encoding = self._survey(head)

    @property
    def share(self) -> float:
        """How much of a CSV file is read by now, 0 to 1; of a workbook it is not known, 0."""
        if self._is_book or self._file.closed:
            return float(self._file.closed)
        return min(1.0, self._file.tell() / self._size)

    def is_stale(self) -> bool:
        """Tell whether the file is another by now, or has other bytes, than when it was opened."""
        try:
            return stamp_of(self._path.stat()) != self._stamp
        except OSError:
            return True

    def whole(self) -> bytes:
        """Return all its bytes."""
        self._file.seek(0)
        return self._file.read()

    def lines(self) -> Iterator[Line]:
        """Yield the rows in order.

        Raises:
            Refused: it is neither a workbook nor text.
            Unsupported: a workbook, and the library that reads them is not installed.
        """
        self._file.seek(0)
        yield from self._book() if self._is_book else self._text()

    def _survey(self, head: bytes) -> tuple[bytes, str]:
        """Read all of it once: its digest, and the encoding that it can be."""
        self._file.seek(0)
        digest = hashlib.blake2b(digest_size=16)
        bom = next((name for mark, name in _BOMS.items() if head.startswith(mark)), "")
        left = [] if self._is_book else [bom] if bom else list(_ENCODINGS)
        decoders = {name: codecs.getincrementaldecoder(name)() for name in left}
        while chunk := self._file.read(_CHUNK):
            digest.update(chunk)
            for name in tuple(decoders):
                try:
                    decoders[name].decode(chunk)
                except UnicodeDecodeError:
                    del decoders[name]
            if not decoders and not self._is_book:
                raise Refused(f"{self._path}: no text in UTF-8 or GBK, and no .xlsx")
        encoding = next(iter(decoders), "")
        if encoding and decoders[encoding].getstate()[0]:
            self.cut = "in the middle of a character"
        return digest.digest(), encoding

    # CSV

    def _text(self) -> Iterator[Line]:
        errors = "ignore" if self.cut else "strict"
        text = io.TextIOWrapper(self._file, self._encoding, errors=errors, newline="")
        try:
            yield from self._rows(text)
        finally:
            text.detach()  # the file is closed where it was opened

    def _rows(self, text: io.TextIOWrapper) -> Iterator[Line]:
        held: list[str] = []  # the lines of the row in hand

        def lines() -> Iterator[str]:
            while line := text.readline():
                held.append(line)
                yield line

        delimiter = max(",\t;", key=text.readline().count)
        text.seek(0)
        rows = csv.reader(lines(), delimiter=delimiter, strict=True)
        width = number = 0
        while True:
            number += 1
            held.clear()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                if "unexpected end" in str(error):
                    self.cut = f"inside the quotation marks of row {number}"
                    return
                yield Line(number, ("".join(held)[:LONGEST_CELL],), trouble=f"no CSV: {error}")
                continue
            is_whole = not held or held[-1].endswith(("\n", "\r"))
            if not is_whole and (self.cut or len(cells) < width):
                self.cut = f"in the middle of row {number}"
                return
            width = width or len(cells)
            yield Line(number, tuple(cell.strip() for cell in cells))

    # XLSX

    def _book(self) -> Iterator[Line]:
        try:
            import openpyxl  # type: ignore[import-untyped] # it has no stubs
        except ImportError:
            raise Unsupported(
                f"{self._path}: to read .xlsx run pip install 'gongdan[xlsx]', or save it as .csv"
            ) from None
        try:
            book = openpyxl.load_workbook(self._file, read_only=True, data_only=True)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # many programs write A1 there, whatever it holds
                rows = sheet.iter_rows(values_only=True)
                for number, cells in enumerate(rows, start=1):
                    inexact = frozenset(i for i, cell in enumerate(cells) if _is_cut(cell))
                    yield Line(number, tuple(_words(cell) for cell in cells), inexact)
            finally:
                book.close()
        except Exception as error:  # a damaged one breaks in zipfile, zlib, the XML or the library
            raise Refused(f"{self._path}: not a whole .xlsx file; fetch it again") from error


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """Open a file.

    Raises:
        Refused: it cannot be read, is empty, or is neither text nor a workbook.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error
    with file:
        yield Sheet(path, file)


def stamp_of(stat: os.stat_result) -> tuple[int, ...]:
    """Return what tells a file from one that took its place, or was written to."""
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def _words(cell: Any) -> str:
    """Return a cell of a workbook as text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e21:
        return str(int(cell))
    return str(cell).strip()


def _is_cut(cell: Any) -> bool:
    """Whether a spreadsheet may have put zeros for the end of a long number."""
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**15
