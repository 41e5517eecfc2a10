"""A filter as SQL over `tickets t`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..errors import NotFound
from ..grams import phrase
from ..views import QueueFilter
from .guard import Value, marks
from .lanes import CLOSED_TOO, condition
from .moments import ms_or_none

ALL = "1 = 1"
# Three ways to look for words; the answer is the same.  Of few tickets: list them.
FEW = (
    "t.n IN (SELECT f.n FROM search s JOIN search_docs f ON f.id = s.rowid WHERE s.search MATCH ?)"
)
# Of many: list documents, which the index gives in order, and ask of each ticket if it is there.
_DOC = "(SELECT id FROM search_docs f WHERE f.n = t.n)"
MANY = f"{_DOC} IN (SELECT rowid FROM search WHERE search MATCH ?)"
# Of so many that one of the next tickets has them: ask of one after the other, in their order.
NEXT = f"EXISTS (SELECT 1 FROM search s WHERE s.rowid = {_DOC} AND s.search MATCH ?)"

_TAGGED = (
    "',' || t.tags || ',' || coalesce((SELECT tags FROM classes c WHERE c.n = t.n), '') || ','"
    " LIKE '%,' || ? || ',%'"
)

_PLACES = frozenset({"shop", "platform", "stream"})


def where_of(
    which: QueueFilter,
    now: datetime,
    *,
    words: bool = True,
    places: bool = True,
    closed: bool = False,
    found: str = FEW,
) -> tuple[str, list[Value]]:
    """Return the condition that lets a filter's tickets through, and its values.

    Args:
        which: tickets.
        now: for lanes.
        words: False: the caller looks for them itself; so with places: shop, platform, stream.
        closed: closed ones too, where no status is named.
        found: how words are looked for: FEW, MANY or NEXT.

    Raises:
        NotFound: there is no such lane, or nothing to look for in a word.
    """
    parts: list[str] = []
    values: list[Value] = []
    for column, wanted in _listed(which):
        if wanted and (places or column not in _PLACES):
            parts.append(f"t.{column} IN ({marks(len(wanted))})")
            values.extend(wanted)
    if not which.statuses and not closed and which.lane not in CLOSED_TOO:
        parts.append("t.open = 1")
    for sql, value in _bounds(which):
        if value is not None:
            parts.append(sql)
            values.append(value)
    if which.lane:
        sql, more = condition(which.lane, now, which.me)
        parts.append(f"({sql})")
        values.extend(more)
    if words and which.words:
        parts.append(found)
        values.append(match_of(which.words))
    return " AND ".join(parts) or ALL, values


def match_of(words: Sequence[str]) -> str:
    """Return the FTS5 query that asks for every one of *words*.

    Raises:
        NotFound: there is nothing to look for in one of them.
    """
    for word in words:
        if not phrase(word):
            raise NotFound(f"nothing to look for in {word!r}: give letters, digits or hanzi")
    return " AND ".join(phrase(word) for word in words)


def _listed(which: QueueFilter) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    return (
        ("shop", which.shops),
        ("platform", which.platforms),
        ("stream", which.streams),
        ("status", tuple(status.value for status in which.statuses)),
        ("category", which.categories),
        ("urgency", which.urgencies),
    )


def _bounds(which: QueueFilter) -> tuple[tuple[str, Value], ...]:
    """Return conditions with one value each; None: not asked for."""
    return (
        ("t.holder = ?", which.holder or None),
        (_TAGGED, which.tag or None),
        ("t.priority >= ?", which.priority),
        ("t.due_ms >= ?", ms_or_none(which.due_after)),
        ("t.due_ms < ?", ms_or_none(which.due_before)),
        ("t.created_ms >= ?", ms_or_none(which.created_after)),
        ("t.created_ms < ?", ms_or_none(which.created_before)),
        ("coalesce(t.doc ->> '$.evidence_required', 0) = ?", which.evidence),
        ("coalesce(t.doc ->> '$.no_fault', 0) = ?", which.no_fault),
    )
