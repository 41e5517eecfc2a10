"""The map of a file: which column is which field of a ticket, written once by whoever has the file.

    stream = "coordination"
    [columns]                     # field = "the header in the file"
    id = "工单编号"
    status = "状态"
    [status]                      # what the file calls it = how it stands
    "待处理" = "pending"
    [time]                        # may be left out
    zone = "Asia/Shanghai"
    format = "%Y/%m/%d %H:%M"     # left out: 2026-11-22 10:00:00 and its like

What a row comes to is kept with the row itself, so that reading it again needs no map.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from ..config.mistakes import instead, told, unknown
from ..config.tomlfile import document_of, quoted, table, text_of
from ..errors import BadField, ConfigError, Refused
from ..fields import Fields, Status, to_time
from ..ticket import Ticket
from .sheets import Line

MARK = "gongdan_file"  # a payload that has this came from a file, whatever its stream
TEXTS = ("status", "kind_text", "title", "text", "product", "buyer", "buyer_id", "channel",
         "outcome", "link")  # fmt: skip
TIMES = ("updated", "created", "ordered", "promised", "expected_done", "ship_by", "deadline",
         "closed")  # fmt: skip
LISTS = ("order_ids", "contacts")
FIELDS = ("id", *TEXTS, *TIMES, *LISTS, "amount_yuan")
HEADER_WITHIN = 20  # rows: above it there may be a title
_BETWEEN = re.compile(r"[,，;；、|\s]+")
_ROUNDED = re.compile(r"\d(\.\d+)?[Ee]\+\d+")
_LONG = re.compile(r"\d{6,}")
Cells: TypeAlias = Mapping[str, str]

# What a header may be called, for `proposed` only: a person looks at it before it is used.
_CALLED: Mapping[str, tuple[str, ...]] = {
    "id": ("工单编号", "工单号", "工单id", "任务编号", "单号", "编号", "id"),
    "status": ("状态", "status"),
    "created": ("创建时间", "生成时间", "发起时间", "created"),
    "updated": ("更新时间", "修改时间", "最后处理时间", "updated"),
    "deadline": ("截止", "到期", "最晚", "deadline"),
    "closed": ("完结时间", "完成时间", "关闭时间"),
    "order_ids": ("订单",),
    "kind_text": ("工单类型", "问题类型", "类型", "场景"),
    "title": ("标题", "主题"),
    "text": ("问题描述", "描述", "内容", "诉求"),
    "product": ("商品", "宝贝"),
    "buyer": ("买家", "会员", "客户"),
    "contacts": ("联系方式", "电话", "手机"),
    "amount_yuan": ("金额",),
    "outcome": ("处理结果", "结果"),
}

_STANDS = (("待处理", "pending"), ("未处理", "pending"), ("完结", "closed"), ("关闭", "closed"))


class Times(Struct, frozen=True, forbid_unknown_fields=True):
    """How a file writes times; *format* as `strptime` has it, "" for the usual ones."""

    zone: str = "Asia/Shanghai"
    format: str = ""


class Map(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which column is which field; see the head of this module."""

    columns: Mapping[str, str]
    stream: str = ""
    status: Mapping[str, Status] = {}
    time: Times = Times()


def read_map(path: Path) -> Map:
    """Read a map.

    Raises:
        ConfigError: it is no TOML, or something in it is wrong; the message names it and the fix.
    """
    document = document_of(path, text_of(path))
    for name in document:
        if name not in Map.__struct_fields__:
            raise unknown(name, "top level", path, Map.__struct_fields__)
    try:
        found = msgspec.convert(document, Map)
        ZoneInfo(found.time.zone)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {told(error)}") from error
    except (KeyError, ValueError, OSError):
        raise ConfigError(f"{path}: [time] zone: there is no such time zone") from None
    for name in found.columns:
        if name not in FIELDS:
            raise unknown(name, "[columns]", path, FIELDS)
    if "id" not in found.columns:
        raise ConfigError(f'{path}: [columns] lacks id: add id = "the header of the case number"')
    if "status" in found.columns and not found.status:
        raise ConfigError(f'{path}: [status] is empty: add "待处理" = "pending" and its like')
    return found


class Header(Struct, frozen=True):
    """Where each field is: its place in a row, and all names of the header row."""

    number: int
    places: Mapping[str, int]
    names: tuple[str, ...]


def header_of(line: Line, how: Map) -> Header | None:
    """Return the header if *line* is it: it has the case number's column."""
    names = tuple(_bare(cell) for cell in line.cells)
    if _bare(how.columns["id"]) not in names:
        return None
    places = {
        field: names.index(_bare(name))
        for field, name in how.columns.items()
        if _bare(name) in names
    }
    return Header(line.number, places, tuple(cell for cell in line.cells))


def missing(header: Header, how: Map) -> list[str]:
    """Return the columns of the map that the file does not have, each with what it may be now."""
    free = [name for place, name in enumerate(header.names)
            if name and place not in header.places.values()]  # fmt: skip
    return [
        f"no column {how.columns[field]!r} for {field}; {instead(how.columns[field], free)}"
        if free else f"no column {how.columns[field]!r} for {field}"
        for field in how.columns
        if field not in header.places
    ]  # fmt: skip


def no_header(name: str, how: Map, seen: Sequence[str]) -> Refused:
    """Return the error of a file in which no row has the case number's column."""
    there = _unnumbered("、".join(cell for cell in seen if cell))  # it may be no header at all
    return Refused(
        f"{name}: no column {how.columns['id']!r} in its first {HEADER_WITHIN} rows;"
        f" its first row has: {there[:300] or 'nothing'}; mend [columns] id in the map"
    )


def id_of(line: Line, header: Header, how: Map) -> str:
    """Return the number of a row's case.

    Raises:
        BadField: there is none, or it is not whole any more.
    """
    if line.trouble:
        raise BadField(line.trouble)
    place = header.places["id"]
    cell = line.cells[place] if place < len(line.cells) else ""
    return _id(cell, how.columns["id"], is_cut=place in line.inexact)


def said_of(line: Line, header: Header, how: Map) -> dict[str, object]:
    """Return what a row says, by field: texts, times in ISO with zone, lists, fen.

    Raises:
        BadField: a cell cannot be read; the message names the column, never what is in it.
    """
    if len(line.cells) > len(header.names) and any(line.cells[len(header.names) :]):
        raise BadField(f"{len(line.cells)} cells, the header has {len(header.names)}")
    said: dict[str, object] = {}
    for field, place in header.places.items():
        cell = line.cells[place] if place < len(line.cells) else ""
        column = how.columns[field]
        if cell and field != "id":
            said |= _field(field, cell, column, how, is_cut=place in line.inexact)
    return said


def _field(field: str, cell: str, column: str, how: Map, *, is_cut: bool) -> dict[str, object]:
    if field == "status":
        return {"status": how.status.get(cell, Status.UNKNOWN).value, "status_text": cell}
    if field in TIMES:
        found = _time(cell, column, how.time)
        return {field: found} if found else {}
    if field == "amount_yuan":
        return {"amount_fen": _fen(cell, column)}
    if field == "order_ids":
        return {field: [_id(part, column, is_cut=is_cut) for part in _BETWEEN.split(cell) if part]}
    if field == "contacts":
        return {field: [masked(part) for part in _BETWEEN.split(cell) if part]}
    return {field: masked(cell) if field == "buyer" else cell}


def _id(cell: str, column: str, *, is_cut: bool) -> str:
    """Return a number of a case or an order.

    A spreadsheet keeps 15 digits of a number and makes the others 0, or writes 1.2E+17.
    """
    text = cell.strip("\t'\"= ")  # how exports keep a spreadsheet from making it a number
    if not text:
        raise BadField(f"{column}: nothing in it (in merged cells only the first has it)")
    if is_cut or _ROUNDED.fullmatch(text):
        raise BadField(f"{column}: a spreadsheet has cut its last digits; export it as text")
    return text


def _time(cell: str, column: str, how: Times) -> str:
    """Return a time in ISO with its zone, "" where the file says that there is none."""
    zone = ZoneInfo(how.zone)
    try:
        if how.format:
            exact = datetime.strptime(cell, how.format)  # noqa: DTZ007 # the zone is set below
            return (exact if exact.tzinfo else exact.replace(tzinfo=zone)).isoformat()
        moment = to_time(cell.replace("/", "-"), zone)  # 2026/11/22
        return moment.isoformat() if moment else ""
    except (ValueError, ArithmeticError, OSError):
        told = f"{column}: expected a time; say how it is written in [time] format"
        raise BadField(told) from None


def _fen(cell: str, column: str) -> int:
    try:
        found = Fields({"a": cell.strip("¥￥元 ").replace(",", "")}).yuan("a")
    except BadField:
        found = None
    if not isinstance(found, int):
        raise BadField(f"{column}: expected an amount in yuan")
    return found


def masked(text: str) -> str:
    """Return a name or a number with its middle hidden, unless that was done already."""
    if "*" in text:
        return text
    if _LONG.search(text):
        return _unnumbered(text)
    return f"{text[0]}**{text[-1]}" if len(text) > 2 else f"{text[0]}*"


def _unnumbered(text: str) -> str:
    return _LONG.sub(lambda found: f"{found[0][:3]}****{found[0][-2:]}", text)


def ticket_of(payload: Fields) -> Ticket:
    """Return what a row of a file says, as it was mapped when it was taken in."""
    if "said" not in payload:
        raise BadField(payload.text("trouble") or "nothing was read of it")
    said = payload.part("said")
    told: dict[str, object] = {}
    for name in said.keys():  # noqa: SIM118 # Fields is no mapping
        if name in TIMES:
            told[name] = said.time(name)
        elif name in LISTS:
            told[name] = said.strings(name)
        elif name == "amount_fen":
            told[name] = said.fen(name)
        elif name == "status":
            told[name] = Status(said.need(name))
        else:
            told[name] = said.text(name)
    return Ticket(**told)  # type: ignore[arg-type] # each read as its field is


def proposed(names: Sequence[str], stream: str, rows: Sequence[Line] = ()) -> str:
    """Return a map as TOML, guessed from a header row; a person mends it before it is used.

    Args:
        names: the cells of the header row.
        stream: that the file is of, "" if that is not known.
        rows: some of its first rows: what the status column says in them is listed.
    """
    found: dict[str, str] = {}
    for field, words in _CALLED.items():
        name = next(
            (name for word in words for name in names if word in name.lower()
             and name not in found.values()), "",
        )  # fmt: skip
        if name:
            found[field] = name
    left = [name for name in names if name and name not in found.values()]
    lines = [f"stream = {quoted(stream)}" if stream else '# stream = "coordination"', ""]
    lines += [table(["columns"], found).rstrip()]
    lines += [f"# not used: {name}" for name in left]
    lines += [] if "id" in found else ['# id = "…"   which column is the number of the case?']
    lines += [f"# fields: {', '.join(field for field in FIELDS if field not in found)}"]
    if "status" in found:
        place = list(names).index(found["status"])
        used = {row.cells[place] for row in rows if place < len(row.cells)} - {""}
        lines += ["", "[status]", f"# stands: {', '.join(status.value for status in Status)}"]
        lines += [_status_line(word) for word in sorted(used)[:20]]
    lines += ["", "[time]", 'zone = "Asia/Shanghai"']
    return "\n".join(lines) + "\n"


def _status_line(word: str) -> str:
    ends = next((value for part, value in _STANDS if part in word), "")
    return f"{quoted(word)} = {quoted(ends)}" if ends else f'# {quoted(word)} = "…"'


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()
