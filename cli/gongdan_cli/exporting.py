"""What stands in an exported file, column by column, and how far the writing is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from . import output
from .books import Cell, Sheet, book, whole
from .words.table import Words

if TYPE_CHECKING:
    from gongdan.files.exporting import Export, Line
    from gongdan.views import QueueRow

T = TypeVar("T")
Column = tuple[str, Callable[["QueueRow", Words], Cell]]
COLUMNS: tuple[Column, ...] = (
    ("ticket", lambda row, _: row.id),
    ("platform", lambda row, words: words.value("platform", row.platform)),
    ("shop", lambda row, _: row.shop),
    ("stream", lambda row, words: words.value("stream", row.stream)),
    ("kind", lambda row, _: row.kind_text),
    ("category", lambda row, words: words.value("category", row.category)),
    ("urgency", lambda row, words: words.value("urgency", row.urgency)),
    ("status", lambda row, words: words.value("status", row.status.value)),
    ("status_there", lambda row, _: row.status_text),
    ("turn", lambda row, words: words.value("who", row.turn.value) if row.turn else ""),
    ("due", lambda row, _: row.due),
    ("source", lambda row, words: words.value("source", row.due_source)),
    ("created", lambda row, _: row.created),
    ("updated", lambda row, _: row.updated),
    ("order", lambda row, _: " ".join(row.order_ids)),
    ("product", lambda row, _: row.product),
    ("amount", lambda row, _: None if row.amount_fen is None else row.amount_fen / 100),
    ("buyer", lambda row, _: row.buyer),
    ("holder", lambda row, _: row.holder),
    ("tags", lambda row, _: " ".join(row.tags)),
    ("priority", lambda row, _: row.priority),
    ("sending", lambda row, words: words.value("state", row.sending) if row.sending else ""),
    ("breach", lambda row, _: row.breach_cost),
    ("no_fault", lambda row, words: words("bool.true") if row.no_fault else ""),
    ("title", lambda row, _: row.title),
    ("last_at", lambda row, _: row.last_at),
    ("last_who", lambda row, words: words.value("who", row.last_who.value) if row.last_who else ""),
    ("last_text", lambda row, _: row.last_text),
)
MESSAGES = ("ticket", "at", "who", "text", "files")


def write(export: Export, path: Path, words: Words, *, messages: bool) -> int:
    """Write tickets to a file, with *messages* their threads too; return how many.

    Raises:
        ConfigError: the file cannot be written; the one that was there is as it was.
    """
    count = 0
    with book(path) as file:
        heads = [words.value("out", name) for name, _ in COLUMNS]
        tickets = file.sheet(words.value("out", "tickets"), heads)
        said = [words.value("out", name) for name in MESSAGES]
        threads = file.sheet(words.value("out", "messages"), said) if messages else None
        for line in progress(export.lines(messages=messages), len(export), words):
            tickets.row([cell(line.row, words) for _, cell in COLUMNS])
            if threads is not None:
                _write_thread(threads, line, words)
            count += 1
    return count


def write_lessons(export: Export, path: Path, words: Words) -> int:
    """Write closed tickets with their answers, one JSON object a line; return how many.

    Raises:
        ConfigError: the file cannot be written; the one that was there is as it was.
    """
    import msgspec

    count = 0
    with whole(path) as beside, beside.open("wb") as file:
        for lesson in progress(export.lessons(), len(export), words):
            file.write(msgspec.json.encode(lesson) + b"\n")
            count += 1
    return count


def progress(things: Iterable[T], total: int, words: Words) -> Iterator[T]:
    """Yield them on, and show on stderr how far it is where a person watches."""
    if not sys.stderr.isatty():
        yield from things
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(30), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield from bar.track(things, total=total, description=words.value("out", "tickets"))


def told(count: int, path: Path, words: Words, *, masked: bool) -> None:
    """Say on stderr what was written."""
    output.tell(words("out.done" if masked else "out.open", count=count, path=str(path)))


def _write_thread(sheet: Sheet, line: Line, words: Words) -> None:
    for message in line.thread:
        who = words.value("who", message.who.value)
        sheet.row([line.row.id, message.at, who, message.text, " ".join(message.files)])
