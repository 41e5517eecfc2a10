"""A filter as SQL over `tickets t`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..views import QueueFilter
from .guard import Value, marks
from .lanes import CLOSED_TOO, condition
from .moments import ms_or_none
from .told import matched, told

ALL = "1 = 1"
# Three ways to look for words; the answer is the same.  Of few tickets: list them.
FEW = (
    "t.n IN (SELECT f.n FROM search s JOIN search_docs f ON f.id = s.rowid WHERE s.search MATCH ?)"
)
# Of many: list documents, which the index gives in order, and ask of each ticket if it is there.
MANY = (
    "(SELECT id FROM search_docs f WHERE f.n = t.n)"
    " IN (SELECT rowid FROM search WHERE search MATCH ?)"
)
# Of so many that one of the next tickets has them: ask of one after the other, in their order.
NEXT = "EXISTS (SELECT 1 FROM search_docs f WHERE f.n = t.n AND {})"

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
        asked, more_values = told(which.words) if found is NEXT else ("", [matched(which.words)])
        parts.append(found.format(asked))
        values.extend(more_values)
    return " AND ".join(parts) or ALL, values


def numbers_of(which: QueueFilter) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Yield SQL that lists the numbers of tickets by an index, and its values.

    Each lets through what one part of a filter does, and may let through more.
    """
    if which.holder:
        yield "SELECT n FROM tickets WHERE holder = ? AND holder <> ''", (which.holder,)
    if which.tag:
        like = "tags <> '' AND ',' || tags || ',' LIKE '%,' || ? || ',%'"
        both = f"SELECT n FROM tickets WHERE {like} UNION SELECT n FROM classes WHERE {like}"
        yield both, (which.tag, which.tag)
    if which.priority is not None and which.priority > 0:
        yield "SELECT n FROM tickets WHERE priority >= ? AND priority > 0", (which.priority,)


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
