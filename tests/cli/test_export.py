"""`gongdan export`: files that Excel opens safely, whole or not at all, buyers' data hidden."""

from __future__ import annotations

import csv
import errno
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped] # it has no stubs
import pytest

from gongdan import ConfigError, Message, Status, Who
from gongdan.files import exporting
from gongdan.files.masking import mask_name, mask_text
from gongdan.views import QueueFilter
from gongdan_cli import books, office
from gongdan_cli.exporting import COLUMNS
from tests.core.alerts.shops import Shops, add

from .conftest import Run

HOUR = timedelta(hours=1)
PHONE, ADDRESS = "13912345678", "杭州市西湖区文三路 100 号 2 单元 301 室"


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shops:
    """Two open tickets, one closed and answered; the platform's words are not all kind."""
    shops = Shops(tmp_path, "", {})
    monkeypatch.setattr(office, "open_desk", shops.desk)
    with shops.desk() as desk:
        now = desk.now()
        said = (
            Message(Who.BUYER, f"寄到{ADDRESS}，电话{PHONE}", now),
            Message(Who.MERCHANT, "您好，已补发，运费险可报销。", now + HOUR),
        )
        add(
            desk, "main", "1", now + 2 * HOUR, buyer="王小明", title='=HYPERLINK("http://x","看")',
            order_ids=("4781234567890123456",), amount_fen=12990, thread=said,
            product="https://evil.example/a", kind_text="少件",
        )  # fmt: skip
        add(desk, "main", "2", now + HOUR, title="+8613912345678 来电")
        add(
            desk, "main", "3", now - HOUR, status=Status.CLOSED, turn=None, title="发票怎么开",
            buyer="李四", thread=said,
        )  # fmt: skip
    return shops


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet(path: Path, name: str = "tickets") -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(path)
    head, *rows = book[name].iter_rows()
    names = [cell.value for cell in head]
    return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in rows]


@pytest.mark.usefixtures("shops")
def test_csv_is_what_excel_opens_safely(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"

    result = run("export", str(path))

    assert result.exit_code == 0
    assert "2 tickets" in result.stderr
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    second, first = table(path)
    assert (first["ticket"], second["ticket"]) == ("main/service/1", "main/service/2")
    assert first["due"] == "2026-11-21 11:00:00"  # Beijing's
    assert first["title"].startswith("'=HYPERLINK")
    assert second["title"] == "139****5678 来电"
    assert first["orders"] == "\t4781234567890123456"
    assert first["amount (yuan)"] == "129.9"


@pytest.mark.usefixtures("shops")
def test_xlsx_holds_texts_numbers_and_times_and_no_formula(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"

    assert run("export", str(path), "--messages", "--all").exit_code == 0

    rows = {row["ticket"]: row for row in sheet(path)}
    first = rows["main/service/1"]
    assert first["title"] == '=HYPERLINK("http://x","看")'
    assert {cell.data_type for row in openpyxl.load_workbook(path)["tickets"] for cell in row} == {
        "s", "n", "d",
    }  # fmt: skip
    assert first["orders"] == "4781234567890123456"
    assert first["due"] == datetime(2026, 11, 21, 11, 0)  # noqa: DTZ001 # a spreadsheet has no zones
    assert (first["amount (yuan)"], len(rows)) == (129.9, 3)
    assert [row["who"] for row in sheet(path, "messages")].count("us") == 2


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_nothing_of_a_buyer_is_in_a_file_unless_a_person_says_so(
    run: Run, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    run("export", str(path), "--all", "--messages")
    hidden = content(tmp_path, name)

    refused = run("export", str(path), "--unmasked")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    run("export", str(path), "--all", "--messages", "--unmasked", "--yes")

    assert "王**" in hidden
    assert "139****5678" in hidden
    for secret in ("小明", PHONE, "文三路"):
        assert secret not in hidden
        assert secret in content(tmp_path, name)
    assert path.stat().st_mode & 0o077 == 0


def content(folder: Path, name: str) -> str:
    if name.endswith(".csv"):
        files = sorted(folder.glob("*.csv"))
        return "".join(path.read_text("utf-8-sig") for path in files)
    book = openpyxl.load_workbook(folder / name)
    return "\n".join(str(cell.value) for one in book for row in one.iter_rows() for cell in row)


def test_the_order_is_the_queues_and_filters_are_its_too(
    run: Run, shops: Shops, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    with shops.desk() as desk:
        for number, hours in enumerate((-3, 5, -1, 0.5), start=10):
            due = desk.now() + hours * HOUR
            add(desk, "main", str(number), due, answerable=number != 10)
        queue = [row.id for row in desk.queue(QueueFilter())]

    run("export", str(path))
    assert [row["ticket"] for row in table(path)] == queue
    run("export", str(path), "-n", "2")
    assert [row["ticket"] for row in table(path)] == queue[:2]
    run("export", str(path), "--status", "closed")
    assert [row["ticket"] for row in table(path)] == ["main/service/3"]
    run("export", str(path), "来电")
    assert [row["ticket"] for row in table(path)] == ["main/service/2"]


def test_knowledge_is_what_was_asked_and_answered(run: Run, shops: Shops, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    with shops.desk() as desk:
        from gongdan.people.acts import Acts

        Acts(desk).finish("main/service/3", "resolved", cause=f"仓库漏发 {PHONE}")

    result = run("export", "--knowledge", str(path))

    assert result.exit_code == 0
    (lesson,) = map(json.loads, path.read_text("utf-8").splitlines())
    assert lesson["id"] == "main/service/3"
    assert lesson["question"].startswith("发票怎么开\n***，电话139****5678")
    assert lesson["answer"] == "您好，已补发，运费险可报销。"
    assert (lesson["outcome"], lesson["cause"]) == ("resolved", "仓库漏发 139****5678")
    assert PHONE not in path.read_text("utf-8")


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("out.pdf", "name it .csv or .xlsx"),
        ("none/out.csv", "cannot be written (No such file or directory)"),
        ("none/out.xlsx", "cannot be written (No such file or directory)"),
    ],
)
def test_a_place_that_cannot_be_written_is_one_line(
    run: Run, tmp_path: Path, name: str, told: str
) -> None:
    result = run("export", str(tmp_path / name))

    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), MemoryError()])
def test_a_file_is_whole_or_as_it_was(tmp_path: Path, name: str, error: Exception) -> None:
    path = tmp_path / name
    path.write_text("yesterday's")

    with pytest.raises(ConfigError if isinstance(error, OSError) else MemoryError):
        fill(path, error)

    assert path.read_text() == "yesterday's"
    assert [one.name for one in tmp_path.iterdir()] == [name]


def fill(path: Path, error: Exception) -> None:
    with books.book(path) as book:
        book.sheet("tickets", ["a"]).row(["1"])
        raise error


def test_a_sheet_that_is_full_goes_on_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MOST_ROWS", 3)
    path = tmp_path / "out.xlsx"

    with books.book(path) as book:
        one = book.sheet("tickets", ["number"])
        for number in range(7):
            one.row([number])

    names = ["tickets", "tickets 2", "tickets 3"]
    found = [row["number"] for name in names for row in sheet(path, name)]
    assert found == list(range(7))


def test_tickets_are_read_piece_by_piece(shops: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, few are in memory: what goes meanwhile is not in the file."""
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    with shops.desk() as desk:
        for number in range(10, 20):
            add(desk, "main", str(number), desk.now() + number * HOUR)
        export = exporting.Export(desk, QueueFilter())
        lines = export.lines()
        next(lines)
        with desk.store._guard.write() as db:
            db.execute("DELETE FROM tickets WHERE id = 'main/service/19'")

        left = [line.row.id for line in lines]

    assert len(export) == 12
    assert len(left) == 10
    assert "main/service/19" not in left


def test_every_column_has_a_name_of_its_own() -> None:
    from gongdan_cli.words.table import Words

    for lang in ("zh", "en"):
        heads = [Words(lang).value("out", name) for name, _ in COLUMNS]
        assert len(set(heads)) == len(COLUMNS)
        assert not {name for name, _ in COLUMNS if "_" in name} & set(heads)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("电话13912345678谢谢", "电话139****5678谢谢"),
        ("手机号：139 1234 5678", "手机号：***"),
        ("加我１３９１２３４５６７８", "加我１３９****５６７８"),
        ("加我139.1234.5678", "加我139****5678"),
        ("加我1 3 9 1 2 3 4 5 6 7 8", "加我1 3 9****5 6 7 8"),
        ("加我139\u200b12345678", "加我139****5678"),
        ("0571-87654321", "0571****4321"),
        ("身份证110101199003071234", "身份证110101***"),
        ("a.b@qq.com", "***@***"),
        ("寄到浙江省杭州市西湖区文三路100号2单元301室，谢谢", "***，谢谢"),
        ("收货人：王小明，尽快", "收货人：***，尽快"),
        ("订单4781234567890123456已发", "订单4781234567890123456已发"),
        ("运单SF13912345678", "运单SF13912345678"),
        ("加vx13912345678", "加vx139****5678"),
        ("加VX13912345678", "加VX139****5678"),
        ("V13912345678QQ", "V139****5678QQ"),
        ("call13912345678ok", "call139****5678ok"),
        ("wx+8613912345678", "wx139****5678"),
        ("tel0571-87654321", "tel0571****4321"),
        ("电话-13912345678", "电话-139****5678"),
        ("单号A0000013912345678", "单号A0000013912345678"),
        ("单号a05718765432", "单号a05718765432"),
        ("uuid 0f-13912345678", "uuid 0f-13912345678"),
        ("加我一三九一二三四五六七八", "加我一三九****五六七八"),
        ("加我幺三九 壹贰叁肆 5六七8", "加我幺三九****5六七8"),
        ("加我1三9〇零○45六78", "加我1三9****5六78"),
        ("二选一13912345678", "二选一139****5678"),
        ("订单一4781234567890123456", "订单一4781234567890123456"),
        ("第一 3912345678 号", "第一 3912345678 号"),
        ("二零二六一三九一二三四五六七八", "二零二六一三九一二三四五六七八"),
        ("2026-11-20 12:00 补发 3 件", "2026-11-20 12:00 补发 3 件"),
    ],
)
def test_what_is_hidden_in_a_text(text: str, hidden: str) -> None:
    assert mask_text(text) == hidden


def test_a_long_text_without_any_of_it_is_read_once() -> None:
    """Ten cells of a file as long as they may be; by the square of that it takes ten minutes."""
    for char in ("a", "1", "-"):
        text = char * 131_072
        assert "***@" not in mask_text(text)


@pytest.mark.parametrize(
    ("name", "hidden"),
    [("王小明", "王**"), ("t**8", "t**8"), ("", ""), ("t*13912345678", "t*139****5678")],
)
def test_a_name_keeps_its_first_character(name: str, hidden: str) -> None:
    assert mask_name(name) == hidden
