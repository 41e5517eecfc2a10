"""What a ticket says, as columns, and the statements that write them."""

from __future__ import annotations

import enum
from datetime import datetime

from msgspec import Struct

from ..fold import is_open, turn_of
from ..ticket import Ticket
from .guard import Value
from .many import Insert
from .moments import ms_or_none

OWE = Insert(
    "INSERT INTO debts",
    ("n", "why", "not_before_ms"),
    "ON CONFLICT (n) DO UPDATE SET why = excluded.why, not_before_ms = 0, tries = 0",
)
CHANGED_NOW = ("changed", 0)  # why a reading is owed, and since when
SAID = (
    "status", "open", "answerable", "turn", "due_ms", "due_source", "rules", "created_ms",
    "updated_ms", "words", "doc",
)  # fmt: skip
WAIT = Insert("INSERT OR IGNORE INTO search_waiting", ("n",))
FACTS = (*SAID, "changed_ms", "seen_ms")
NEW = Insert(
    "INSERT INTO tickets",
    (*FACTS, "n", "id", "platform", "shop", "stream", "remote_id", "first_run", "changed_run",
     "first_ms", "category", "urgency"),
)  # fmt: skip
CHANGED = (
    f"UPDATE tickets SET {', '.join(f'{name} = ?' for name in FACTS)}, changed_run = ? WHERE n = ?"
)
PART = Insert(
    "INSERT INTO payloads",
    ("n", "kind", "updated_ms", "digest", "raw", "said", "run", "page"),
    "ON CONFLICT (n, kind) DO UPDATE SET updated_ms = excluded.updated_ms,"
    " digest = excluded.digest, raw = excluded.raw, said = excluded.said, run = excluded.run,"
    " page = excluded.page",
)


class Index(Struct, frozen=True):
    """When a ticket is due and who says so, as the queue sorts by it."""

    due: datetime | None = None
    source: str = ""
    rules: str = ""


def facts_of(ticket: Ticket, index: Index, doc: bytes) -> tuple[Value, ...]:
    """Return what a ticket says, as the columns `SAID`; *doc* is all of it."""
    orders = ticket.order_ids if isinstance(ticket.order_ids, tuple) else ()
    told = (ticket.title, ticket.text, ticket.buyer, ticket.product, ticket.kind_text, *orders)
    return (
        _word(ticket.status) or "unknown",
        int(is_open(ticket)),
        int(ticket.answerable is not False),
        _word(turn_of(ticket)),
        ms_or_none(index.due),
        index.source,
        index.rules,
        ms_or_none(ticket.created),
        ms_or_none(ticket.updated),
        " ".join([part for part in told if isinstance(part, str)]),
        doc,
    )


def classes_of(ticket: Ticket) -> tuple[str, str]:
    """Return category and urgency as the platform says; once landed, `classes` writes them."""
    return _word(ticket.category), _word(ticket.urgency)


def _word(value: object) -> str:
    return str(value._value_) if isinstance(value, enum.Enum) else ""  # `value` costs four times it
