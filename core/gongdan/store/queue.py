"""What people look at: the queue, one ticket, the shops."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias, cast
from unicodedata import normalize

import msgspec
from sqlite_utils import Database

from ..errors import NotFound
from ..events.happening import Nearing
from ..fields import Status
from ..ticket import Message, Ticket, Who
from ..views import QueueFilter, QueueRow
from .columns import Index
from .filters import FEW, MANY, NEXT, where_of
from .guard import Guard, Row, Value, rows
from .lanes import IS_TWIN
from .moments import from_ms, ms_or_none, to_ms
from .sorting import order_of
from .told import has_often, is_frequent

Waits: TypeAlias = tuple[tuple[datetime, datetime | None], ...]
Appraise: TypeAlias = Callable[[str, Ticket, datetime, Waits], Index]
REINDEXED_AT_ONCE = 1000  # a transaction; others wait for it
_LAST_MS = 2**63 - 1
_TICKET = msgspec.json.Decoder(Ticket)
COLUMNS = (
    "t.n, t.id, t.platform, t.shop, t.stream, t.status, t.turn, t.category, t.urgency, t.due_ms,"
    " t.due_source, t.holder, t.tags, t.priority, t.created_ms, t.updated_ms, t.last_ms,"
    " t.last_who, t.last_text, t.doc,"
    " (SELECT tags FROM classes c WHERE c.n = t.n) AS found_tags,"
    " coalesce(d.why <> 'again', 0) AS owed,"
    " (SELECT count(*) FROM tasks k WHERE k.n = t.n AND k.done_ms IS NULL) AS todos,"
    " (SELECT at_ms FROM follows f WHERE f.n = t.n) AS follow_ms,"
    " (SELECT state FROM outbox o WHERE o.n = t.n AND (state IN"
    "  ('queued', 'sending', 'sent', 'unknown', 'draft')"
    "  OR state = 'by_hand' AND o.updated_ms >= coalesce(t.last_ms, 0))"
    "  ORDER BY state IN ('draft', 'by_hand'), seq DESC LIMIT 1) AS sending,"
    f" {IS_TWIN} AS twin"
)
# The queue in its order, part by part, so that an index over open tickets gives the first page
# without sorting the rest.  Late, and no answer is taken any more: for the record only, hence last.
_PARTS = (
    "t.answerable = 1 AND t.due_ms < ?",
    "t.due_ms >= ?",
    "t.due_ms IS NULL",
    "t.answerable = 0 AND t.due_ms < ?",
)
_FOLLOWED = "(t.n IN (SELECT n FROM follows WHERE at_ms <= ?))"
# So many documents have the words that they are looked for otherwise: to find all tickets, and to
# fill the first page.
LISTED, LISTED_FIRST = 2000, 20_000
_URGENT = "due"  # the order of the parts
FROM = " FROM tickets t LEFT JOIN debts d ON d.n = t.n"


class Queue:
    """Tickets as people look for them."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def rows(self, which: QueueFilter, now: datetime) -> list[QueueRow]:
        """Return tickets: late but answerable first, then by deadline, priority, age.

        Before all of them come those to be followed up by now, closed ones too where neither lane
        nor status is asked for.  Late ones that the platform takes no answer for come last.  With
        a sort, all in its order instead.
        """
        if which.sort not in ("", _URGENT):
            return self._sorted(which, *where_of(which, now, found=self._found(which)))
        how = self._found(which, first=True)
        found: list[Row] = []
        for part in (_FOLLOWED, *_PARTS):
            closed = part is _FOLLOWED and not which.lane
            where, values = where_of(which, now, closed=closed, found=how)
            if part is not _FOLLOWED:
                part = f"{part} AND NOT {_FOLLOWED}"
            left = which.limit - len(found)
            if left > 0:
                found += self._guard.rows(
                    f"SELECT {COLUMNS}{FROM} WHERE {where} AND {part}"
                    f" ORDER BY {order_of(_URGENT)} LIMIT ?",
                    (*values, *[to_ms(now)] * part.count("?"), left),
                )
        return [row_of(row) for row in found]

    def _found(self, which: QueueFilter, *, first: bool = False) -> str:
        """Return how words are best looked for, *first*: if the first tickets are enough."""
        if not which.words:
            return FEW
        if any(is_frequent(self._guard, word) for word in which.words):
            return NEXT
        if first:
            return NEXT if has_often(self._guard, which.words, LISTED_FIRST) else FEW
        return MANY if has_often(self._guard, which.words, LISTED) else FEW

    def _sorted(self, which: QueueFilter, where: str, values: list[Value]) -> list[QueueRow]:
        """Return tickets in another order: sorted by number only, and looked up then."""
        order = order_of(which.sort)
        found = self._guard.rows(
            f"SELECT {COLUMNS}{FROM} WHERE t.n IN (SELECT t.n FROM tickets t WHERE {where}"
            f" ORDER BY {order} LIMIT ?) ORDER BY {order}",
            (*values, which.limit),
        )
        return [row_of(row) for row in found]

    def count(self, which: QueueFilter, now: datetime) -> int:
        """Return how many tickets a filter lets through."""
        where, values = where_of(which, now, found=self._found(which))
        row = self._guard.one(f"SELECT count(*) AS many{FROM} WHERE {where}", values)
        return int(cast(int, row["many"])) if row else 0

    def find(self, ref: str) -> str:
        """Return the id of the one ticket whose id is *ref* or ends in it.

        Blanks around it do not count, and wide digits (１２) are digits.

        Raises:
            NotFound: there is none, or there are several; the message lists some.
        """
        if self._guard.one("SELECT n FROM tickets WHERE id = ?", (ref,)):
            return ref
        meant = normalize("NFKC", ref).strip()
        ending = meant.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found = self._guard.rows(
            "SELECT id FROM tickets WHERE id LIKE ? ESCAPE '\\' ORDER BY open DESC, id LIMIT 6",
            (f"%{ending}",),
        )
        if not (meant and meant.isprintable() and found):  # LIKE ends at a NUL
            raise NotFound(f"no ticket's id ends in {ref!r}; 'gongdan queue' lists them")
        if len(found) > 1:
            names = ", ".join(str(row["id"]) for row in found[:5])
            raise NotFound(f"several tickets end in {ref!r}: {names}; give more of the id")
        return str(found[0]["id"])

    def one(self, ticket_id: str) -> tuple[QueueRow, Ticket, str, datetime | None, datetime | None]:
        """Return a ticket: its queue row, all that is known, remote id, first seen, last seen."""
        row = self._guard.one(
            f"SELECT {COLUMNS}, t.remote_id, t.first_ms, t.seen_ms{FROM} WHERE t.id = ?",
            (ticket_id,),
        )
        if row is None:
            raise NotFound(f"no ticket {ticket_id!r}; 'gongdan queue' lists them")
        ticket = _TICKET.decode(cast(bytes, row["doc"]))
        remote_id = str(row["remote_id"])
        return row_of(row), ticket, remote_id, from_ms(row["first_ms"]), from_ms(row["seen_ms"])

    def thread(self, ticket_id: str) -> tuple[Message, ...]:
        """Return a ticket's messages, oldest first."""
        return tuple(
            Message(
                Who(str(row["who"])),
                str(row["text"]),
                cast(datetime, from_ms(row["at_ms"])),
                str(row["remote_id"]),
                tuple(json.loads(str(row["files"]))),
            )
            for row in self._guard.rows(
                "SELECT m.* FROM messages m JOIN tickets t ON t.n = m.n WHERE t.id = ?"
                " ORDER BY m.at_ms, m.rowid",
                (ticket_id,),
            )
        )

    def said(self, ticket_id: str) -> list[tuple[str, datetime | None, int, int, Ticket]]:
        """Return what each payload said of a ticket: kind, when it was so, run, page, and what."""
        return [
            (
                str(row["kind"]),
                from_ms(row["updated_ms"]),
                cast(int, row["run"]),
                cast(int, row["page"]),
                _TICKET.decode(cast(bytes, row["said"])),
            )
            for row in self._guard.rows(
                "SELECT p.* FROM payloads p JOIN tickets t ON t.n = p.n WHERE t.id = ?"
                " ORDER BY p.updated_ms, p.kind <> 'file', p.kind DESC",
                (ticket_id,),
            )
        ]

    def next_due(self, now: datetime) -> dict[str, datetime]:
        """Return, by shop, the next deadline that is the merchant's and not over for a day."""
        return {
            str(row["shop"]): cast(datetime, from_ms(row["ms"]))
            for row in self._guard.rows(
                "SELECT shop, min(due_ms) AS ms FROM tickets"
                " WHERE open = 1 AND turn = 'merchant' AND due_ms >= ? GROUP BY shop",
                (to_ms(now - timedelta(days=1)),),
            )
        }

    def nearing(self, since: datetime, until: datetime | None) -> list[Nearing]:
        """Return open tickets that are the merchant's turn and due in that span.

        Args:
            since: of a shop with many late tickets most were due before it.
            until: None: however late it is.
        """
        return [
            Nearing(
                str(row["id"]),
                from_ms(row["created_ms"]),
                cast(datetime, from_ms(row["due_ms"])),
                cast(int, row["round"] or 0),
            )
            for row in self._guard.rows(
                "SELECT id, created_ms, due_ms, doc ->> '$.round' AS round FROM tickets"
                " WHERE open = 1 AND turn = 'merchant' AND due_ms BETWEEN ? AND ? ORDER BY due_ms",
                (to_ms(since), _LAST_MS if until is None else to_ms(until)),
            )
        ]

    def reindex(self, shop: str, version: str, index: Appraise) -> int:
        """Compute anew when open tickets are due that were indexed by other rules.

        A closed ticket keeps the deadline it was closed under.

        Returns:
            how many were stale.
        """
        done = 0
        while True:
            stale = self._guard.rows(
                "SELECT n, stream, first_ms, doc FROM tickets"
                " WHERE open = 1 AND shop = ? AND rules <> ? LIMIT ?",
                (shop, version, REINDEXED_AT_ONCE),
            )
            if not stale:
                return done
            with self._guard.write() as db:
                for row in stale:
                    ticket = _TICKET.decode(cast(bytes, row["doc"]))
                    received = cast(datetime, from_ms(row["first_ms"]))
                    waits = waits_of(db, cast(int, row["n"]))
                    found = index(str(row["stream"]), ticket, received, waits)
                    db.execute(
                        "UPDATE tickets SET due_ms = ?, due_source = ?, rules = ? WHERE n = ?",
                        (ms_or_none(found.due), found.source, version, cast(int, row["n"])),
                    )
            done += len(stale)

    def waits(self, ticket_id: str) -> Waits:
        """Return when a case waited for the platform, oldest first; end None: it still does."""
        row = self._guard.one("SELECT n FROM tickets WHERE id = ?", (ticket_id,))
        return waits_of(self._guard.db, cast(int, row["n"])) if row else ()

    def figures(self, shop: str) -> tuple[int, int, int, int]:
        """Return how many of a shop are open, not over, of unknown fate, and in quarantine."""
        row = self._guard.one(
            "SELECT (SELECT count(*) FROM tickets WHERE open = 1 AND shop = ?1) AS open,"
            " (SELECT count(*) FROM outbox o JOIN tickets t ON t.n = o.n WHERE t.shop = ?1"
            "  AND o.state IN ('queued', 'sending', 'sent', 'unknown')) AS queued,"
            " (SELECT count(*) FROM outbox o JOIN tickets t ON t.n = o.n WHERE t.shop = ?1"
            "  AND o.state = 'unknown' AND o.state IN ('queued', 'sending', 'sent', 'unknown'))"
            "  AS unknown,"
            " (SELECT count(*) FROM quarantine WHERE shop = ?1) AS quarantined",
            (shop,),
        )
        assert row is not None
        opened, queued, unknown, quarantined = (cast(int, row[name]) for name in row)
        return opened, queued, unknown, quarantined


def row_of(row: Row) -> QueueRow:
    """Return a row of COLUMNS as people see it."""
    ticket = _TICKET.decode(cast(bytes, row["doc"]))
    turn, last_who = str(row["turn"]), str(row["last_who"])
    title = _text(ticket.title) or _text(ticket.text)
    return QueueRow(
        id=str(row["id"]),
        platform=str(row["platform"]),
        shop=str(row["shop"]),
        stream=str(row["stream"]),
        status=Status(str(row["status"])),
        status_text=_text(ticket.status_text),
        turn=Who(turn) if turn else None,
        origin=ticket.origin.value if isinstance(ticket.origin, Who) else "",
        kind_text=_text(ticket.kind_text),
        category=str(row["category"]),
        urgency=str(row["urgency"]),
        title=title,
        last_who=Who(last_who) if last_who else None,
        last_text=str(row["last_text"]),
        last_at=from_ms(row["last_ms"]),
        due=from_ms(row["due_ms"]),
        due_source=str(row["due_source"]),
        created=from_ms(row["created_ms"]),
        updated=from_ms(row["updated_ms"]),
        order_ids=ticket.order_ids if isinstance(ticket.order_ids, tuple) else (),
        product=_text(ticket.product),
        amount_fen=ticket.amount_fen if isinstance(ticket.amount_fen, int) else None,
        buyer=_text(ticket.buyer),
        holder=str(row["holder"]),
        tags=_tags(str(row["tags"]), str(row["found_tags"] or "")),
        priority=cast(int, row["priority"]),
        sending=str(row["sending"] or ""),
        answerable=ticket.answerable is not False,
        no_fault=ticket.no_fault is True,
        todos=cast(int, row["todos"]),
        follow=from_ms(row["follow_ms"]),
        breach_cost=_text(ticket.breach_cost),
        detail_owed=bool(row["owed"]),
        duplicate=bool(row["twin"]),
    )


def _tags(own: str, found: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in f"{own},{found}".split(",") if tag))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def waits_of(db: Database, n: int) -> Waits:
    """Return when a case waited for the platform, inside a transaction or out of it."""
    found = rows(db, "SELECT start_ms, end_ms FROM waits WHERE n = ? ORDER BY start_ms", (n,))
    return tuple(
        (cast(datetime, from_ms(row["start_ms"])), from_ms(row["end_ms"])) for row in found
    )
