"""The tickets that belong to one, as `show` lists them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..words.table import Words
from . import times
from .grid import Column, grid
from .queue_table import countdown_style, kind

if TYPE_CHECKING:
    from gongdan.views import Linked


def linked_lines(
    linked: Sequence[Linked], now: datetime, width: int, words: Words, colour: bool
) -> list[str]:
    """Return a line a ticket: what links it, where it stands, when it is due; no header."""
    columns: list[Column[Linked]] = [
        Column("", lambda each: f"  {each.row.id}", 48, gives=True),
        Column("", lambda each: words.value("status", each.row.status.value), 10),
        Column("", lambda each: kind(each.row, words), 12, gives=True),
        Column("", lambda each: times.day(each.row.created, now), 11),
        Column(
            "",
            lambda each: "" if each.row.status.value == "closed" else times.left(each.row.due, now),
            8,
            right=True,
            style=lambda each: countdown_style(each.row.due, now),
        ),
        Column("", lambda each: _why(each, words)),
    ]
    return grid(linked, columns, width, colour=colour, gap=1).split("\n")[1:] if linked else []


def _why(each: Linked, words: Words) -> str:
    if each.orders:
        return words("show.same_order", order=", ".join(each.orders))
    return words("show.same_buyer")
