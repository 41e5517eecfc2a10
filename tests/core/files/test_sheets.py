"""Files as people bring them: any encoding, half of one, made by a spreadsheet."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped] # it has no stubs
import pytest

from gongdan import Refused
from gongdan.files.sheets import LONGEST_CELL, Line, open_sheet

NOON = datetime.fromisoformat("2026-11-22T12:00")  # without a zone, as a workbook has it
TABLE = "编号,标题\r\n1,物流不动\r\n2,补发\r\n"


def read(path: Path) -> tuple[list[Line], str]:
    with open_sheet(path) as sheet:
        return list(sheet.lines()), sheet.cut


def written(folder: Path, data: bytes) -> Path:
    path = folder / "export.csv"
    path.write_bytes(data)
    return path


def book(folder: Path, rows: list[list[Any]]) -> Path:
    path = folder / "export.xlsx"
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_an_encoding_is_found(encoding: str, tmp_path: Path) -> None:
    lines, cut = read(written(tmp_path, TABLE.encode(encoding)))

    assert [line.cells for line in lines] == [("编号", "标题"), ("1", "物流不动"), ("2", "补发")]
    assert cut == ""


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_delimiter_is_found(mark: str, tmp_path: Path) -> None:
    lines, _ = read(written(tmp_path, TABLE.replace(",", mark).encode()))

    assert lines[1].cells == ("1", "物流不动")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"", "empty", id="nothing in it"),
        pytest.param(b"\xff\xff\x00\x80abc", "UTF-8 or GBK", id="no text"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx", id="old excel"),
        pytest.param(b"PK\x03\x04half", "not a whole .xlsx", id="half a workbook"),
    ],
)
def test_what_is_no_file_of_rows_is_refused(data: bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=told):
        read(written(tmp_path, data))


def test_half_a_workbook_of_real_size_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, [["编号"], ["1"]])
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(Refused, match="fetch it again"):
        read(path)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        pytest.param(b"a,b\n1,x\n2", "in the middle of row 3", id="in a row"),
        pytest.param(b'a,b\n1,x\n2,"half of', "quotation marks of row 3", id="in quotes"),
        pytest.param("a,b\n1,x\n2,补".encode()[:-1], "middle of", id="in a character"),
        pytest.param("a,b\n1,x\n2,补".encode("gbk")[:-1], "middle of", id="in a GBK character"),
    ],
)
def test_of_a_half_written_file_the_whole_rows_are_read(
    data: bytes, where: str, tmp_path: Path
) -> None:
    lines, cut = read(written(tmp_path, data))

    assert [line.cells for line in lines] == [("a", "b"), ("1", "x")]
    assert where in cut


def test_a_last_row_without_an_end_of_line_is_whole(tmp_path: Path) -> None:
    lines, cut = read(written(tmp_path, b"a,b\n1,x\n2,y"))

    assert (lines[-1].cells, cut) == (("2", "y"), "")


def test_an_unclosed_quotation_mark_costs_its_row_and_not_the_file(tmp_path: Path) -> None:
    swallowed = "x" * (LONGEST_CELL + 1)

    lines, _ = read(written(tmp_path, f'a,b\n1,"{swallowed}\n2,y\n'.encode()))

    assert "no CSV" in lines[1].trouble
    assert lines[-1].cells == ("2", "y")


def test_a_cell_may_have_several_lines_and_counts_as_one_row(tmp_path: Path) -> None:
    lines, _ = read(written(tmp_path, b'a,b\n1,"x\ny"\n2,z\n'))

    assert [(line.number, line.cells) for line in lines[1:]] == [
        (2, ("1", "x\ny")),
        (3, ("2", "z")),
    ]


def test_a_formula_is_text(tmp_path: Path) -> None:
    lines, _ = read(written(tmp_path, b"a,b\n1,\"=cmd|'/c calc'!A1\"\n"))

    assert lines[1].cells[1] == "=cmd|'/c calc'!A1"


def test_a_workbook_gives_the_text_that_a_person_sees(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        [
            ["编号", "创建", "金额", "备注", "完结"],
            [12, NOON, 12.5, None, True],
        ],
    )

    lines, _ = read(path)

    assert lines[1].cells == ("12", "2026-11-22 12:00:00", "12.5", "", "true")


def test_a_formula_of_a_workbook_is_not_computed(tmp_path: Path) -> None:
    lines, _ = read(book(tmp_path, [["编号", "备注"], ["1", "=1+1"]]))

    assert lines[1].cells == ("1", "")  # nobody has computed it yet, and nobody will here


def test_a_long_number_of_a_workbook_is_marked(tmp_path: Path) -> None:
    lines, _ = read(book(tmp_path, [["编号"], [2603001000000000123], [260300]]))

    assert [line.inexact for line in lines[1:]] == [{0}, frozenset()]


def test_of_merged_cells_only_the_first_has_something(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    made = openpyxl.Workbook()
    for row in (["编号", "商品"], ["1", "鞋"], ["", "袜"]):
        made.active.append(row)
    made.active.merge_cells("A2:A3")
    made.save(path)

    lines, _ = read(path)

    assert [line.cells for line in lines[1:]] == [("1", "鞋"), ("", "袜")]


def test_a_workbook_that_lies_about_its_size_is_read_whole(tmp_path: Path) -> None:
    """Programs that write row by row put A1 for the size, since they do not know it yet."""
    path = book(tmp_path, [["编号", "状态"], ["1", "待处理"], ["2", "待处理"]])
    parts = contents(path)
    size = b'<dimension ref="A1:B3"'
    assert size in parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        size, b'<dimension ref="A1"'
    )
    rewrite(path, parts)

    lines, _ = read(path)

    assert [line.cells for line in lines] == [("编号", "状态"), ("1", "待处理"), ("2", "待处理")]


def test_a_workbook_with_wrong_bytes_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, [["编号", "状态"]])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        found = packed.getinfo("xl/worksheets/sheet1.xml")
    start = found.header_offset + 30 + len(found.filename)
    data[start : start + 20] = b"\xff" * 20
    path.write_bytes(data)

    with pytest.raises(Refused, match="not a whole"):
        read(path)


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def rewrite(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
