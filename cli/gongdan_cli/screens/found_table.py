"""What a search found, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..words.table import Words
from . import times
from .grid import Column, grid
from .queue_table import MORE, WIDE, countdown_style, endings, kind, orders, place, status, turn

if TYPE_CHECKING:
    from gongdan.views import Found, Hit

_CAP = 1000  # the core counts one more


def heading(found: Found, words: Words) -> str:
    """Return how many were found and how many of them are shown."""
    if not found.hits:
        return words("search.none")
    many = f"{_CAP:,}+" if found.many > _CAP else f"{found.many:,}"
    shown = len(found.hits)
    key = "search.all" if shown == found.many else "search.some"
    return words(key, many=many, shown=shown)


def render_found(hits: Sequence[Hit], now: datetime, width: int, words: Words, colour: bool) -> str:
    """Return the table of *hits* in their order, no line wider than *width* cells."""
    return grid(hits, _columns(hits, now, width, words), width, colour=colour, gap=1)


def _columns(hits: Sequence[Hit], now: datetime, width: int, words: Words) -> list[Column[Hit]]:
    short = endings([hit.id for hit in hits])
    wide = width >= WIDE
    return [
        Column(words("col.ticket"), lambda hit: short[hit.id], 24),
        Column(words("col.created"), lambda hit: times.day(hit.created, now), 11),
        Column(words("col.status"), lambda hit: status(hit, words, wide), 10),
        Column(
            words("col.left"),
            lambda hit: _left(hit, now),
            8,
            MORE,
            right=True,
            style=lambda hit: countdown_style(hit.due, now),
        ),
        Column(
            words("col.shop"), lambda hit: place(hit, words, wide), 28 if wide else 14, gives=True
        ),
        Column(words("col.kind"), lambda hit: kind(hit, words), 20 if wide else 8, gives=True),
        Column(words("col.turn"), lambda hit: turn(hit, words), 8, MORE),
        Column(words("col.order"), orders, 22, MORE, gives=True, tail=True),
        Column(words("col.buyer"), lambda hit: hit.buyer, 12, MORE, gives=True),
        Column(words("col.holder"), lambda hit: hit.holder, 10, MORE, gives=True),
        Column(words("col.excerpt"), lambda hit: hit.excerpt),
    ]


def _left(hit: Hit, now: datetime) -> str:
    """Return the time that remains of what is open."""
    return "" if hit.status.value == "closed" else times.left(hit.due, now)
