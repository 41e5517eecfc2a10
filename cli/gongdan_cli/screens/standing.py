"""Why a row stands where it stands in the queue, in one sentence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ..words.table import Words
from . import times

if TYPE_CHECKING:
    from gongdan.views import QueueRow


def standing(row: QueueRow, now: datetime, sort: str, words: Words) -> str:
    """Return what put a row into its place: of the sort what it was compared by, then the rest."""
    told = [_by(row, now, sort, words), _due(row, now, words)]
    if row.follow is not None and row.follow <= now and sort == "due":
        told.insert(0, words("why.follow"))
    if row.priority and sort != "priority":
        told.append(words("why.priority", priority=row.priority))
    return words("why.and").join(part for part in told if part)


def _by(row: QueueRow, now: datetime, sort: str, words: Words) -> str:
    if sort == "priority":
        return words("why.priority", priority=row.priority)
    if sort in ("oldest", "newest"):
        return words("why.made", at=times.day(row.created, now))
    if sort == "changed":
        return words("why.changed", at=times.day(row.last_at or row.updated, now))
    if sort == "shop":
        return row.shop
    if sort == "order":
        return ", ".join(row.order_ids[:1]) or words("why.no_order")
    return ""


def _due(row: QueueRow, now: datetime, words: Words) -> str:
    """Return which part of the queue a row is in, as the core parts it."""
    if row.due is None:
        return words("why.none")
    source = words.value("source", row.due_source)
    if row.due >= now:
        return words("why.due_in", left=times.span(row.due - now), source=source)
    key = "why.late" if row.answerable else "why.over"
    return words(key, left=times.span(now - row.due), source=source)
