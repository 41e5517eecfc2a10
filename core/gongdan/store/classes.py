"""What tickets are about: what the rules said and what a person corrected.  No sync writes this."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec
from msgspec import Struct

from ..queue.beside import Classed, Reason
from ..ticket import Ticket
from .guard import Guard, Row, marks
from .meta import put
from .steps import number_of

SAID_CHARS = 2000  # of the buyer's newest messages
_VERSION = "classes version"
_CLASS = (
    "UPDATE tickets SET category = ?1, urgency = ?2, priority = CASE WHEN priority"
    " = coalesce((SELECT priority FROM classes WHERE n = ?4), 0) THEN ?3 ELSE priority END"
    " WHERE n = ?4"
)
_WHY = (
    "INSERT INTO classes (n, tags, priority, reasons) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (n) DO UPDATE SET tags = excluded.tags, priority = excluded.priority,"
    " reasons = excluded.reasons"
)
_NAMED = "WHERE t.id = ?1 AND t.n IN (SELECT n FROM unclassed)"
# By the index of the open ones: those that wait may be a million closed ones of a first import.
_OPEN = (
    "WHERE t.open = 1 AND EXISTS (SELECT 1 FROM unclassed)"
    " AND EXISTS (SELECT 1 FROM unclassed u WHERE u.n = t.n) ORDER BY t.due_ms"
)
_CLOSED = "WHERE t.open = 0 AND t.n IN (SELECT n FROM unclassed)"
_TICKET = msgspec.json.Decoder(Ticket)
_REASONS = msgspec.json.Decoder(tuple[Reason, ...])


class Unclassed(Struct, frozen=True, kw_only=True):
    """A ticket that the rules have not looked at since it changed.

    Attributes:
        said: what the buyer wrote, newest first.
        fixed: what a person corrected, by field.
        changed_ms: when it changed; what is found is kept only while that is so.
    """

    n: int
    platform: str
    shop: str
    stream: str
    ticket: Ticket
    said: str
    fixed: Mapping[str, str]
    changed_ms: int


class Classes:
    """What tickets are about."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def doubt(self, version: str) -> bool:
        """List every open ticket as to be looked at, if the rules are not those of last time.

        A closed one keeps what it was closed under.
        """
        row = self._guard.one("SELECT value FROM meta WHERE key = ?", (_VERSION,))
        if row is not None and row["value"] == version:
            return False
        with self._guard.write() as db:
            db.execute("INSERT OR IGNORE INTO unclassed SELECT n FROM tickets WHERE open = 1")
            put(db, _VERSION, version)
        return True

    def unclassed(
        self, *, is_open: bool = True, limit: int = 1, ticket_id: str = ""
    ) -> list[Unclassed]:
        """Return tickets to be looked at: open ones, due first, or closed, or the one named."""
        rest = _NAMED if ticket_id else _OPEN if is_open else _CLOSED
        found = self._guard.rows(
            "SELECT t.n, t.platform, t.shop, t.stream, t.doc, t.changed_ms,"
            " coalesce(c.fixed, '{}') AS fixed, (SELECT group_concat(m.text, char(10)) FROM"
            "  (SELECT text FROM messages WHERE n = t.n AND who = 'buyer' ORDER BY at_ms DESC"
            "   LIMIT 10) m) AS said"
            f" FROM tickets t LEFT JOIN classes c ON c.n = t.n {rest} LIMIT ?2",
            (ticket_id, limit),
        )
        return [_unclassed(row) for row in found]

    def keep(self, found: Sequence[tuple[Unclassed, Classed]]) -> int:
        """Keep what was found of tickets that have not changed meanwhile; return of how many."""
        with self._guard.write() as db:
            numbers = [each.n for each, _ in found]
            sql = f"SELECT n, changed_ms FROM tickets WHERE n IN ({marks(len(numbers))})"
            same = dict(db.conn.execute(sql, numbers))
            kept = [(each.n, said) for each, said in found if same.get(each.n) == each.changed_ms]
            db.conn.executemany(
                _CLASS, [(said.category, said.urgency, said.priority, n) for n, said in kept]
            )
            db.conn.executemany(
                _WHY,
                [
                    (
                        n,
                        ",".join(said.tags),
                        said.priority,
                        msgspec.json.encode(said.reasons).decode(),
                    )
                    for n, said in kept
                ],
            )
            db.conn.executemany("DELETE FROM unclassed WHERE n = ?", [(n,) for n, _ in kept])
        return len(kept)

    def fix(self, ticket_id: str, corrections: Mapping[str, str]) -> None:
        """Keep what a person says of a ticket, by field; "" gives a field back to the rules."""
        with self._guard.write() as db:
            n = number_of(db, ticket_id)
            found = db.execute("SELECT fixed FROM classes WHERE n = ?", (n,)).fetchone()
            fixed = {**json.loads(found[0] if found else "{}"), **corrections}
            told = json.dumps({k: v for k, v in fixed.items() if v}, ensure_ascii=False)
            db.execute(
                "INSERT INTO classes (n, fixed) VALUES (?, ?)"
                " ON CONFLICT (n) DO UPDATE SET fixed = excluded.fixed",
                (n, told),
            )
            db.execute("INSERT OR IGNORE INTO unclassed VALUES (?)", (n,))

    def fixed(self, ticket_id: str) -> dict[str, str]:
        """Return what a person corrected of a ticket, by field."""
        row = self._guard.one(
            "SELECT fixed FROM classes WHERE n = (SELECT n FROM tickets WHERE id = ?)",
            (ticket_id,),
        )
        return dict(json.loads(str(row["fixed"]))) if row else {}

    def of(self, ticket_id: str) -> Classed | None:
        """Return what a ticket is about and why; None before the rules have looked at it."""
        row = self._guard.one(
            "SELECT t.category, t.urgency, c.tags, c.priority, c.reasons FROM classes c"
            " JOIN tickets t ON t.n = c.n WHERE t.id = ?",
            (ticket_id,),
        )
        if row is None:
            return None
        return Classed(
            category=str(row["category"]), urgency=str(row["urgency"]),
            tags=tuple(filter(None, str(row["tags"]).split(","))),
            priority=cast(int, row["priority"]),
            reasons=_REASONS.decode(str(row["reasons"])),
        )  # fmt: skip


def _unclassed(row: Row) -> Unclassed:
    return Unclassed(
        n=cast(int, row["n"]), platform=str(row["platform"]), shop=str(row["shop"]),
        stream=str(row["stream"]), ticket=_TICKET.decode(cast(bytes, row["doc"])),
        said=str(row["said"] or "")[:SAID_CHARS], fixed=json.loads(str(row["fixed"])),
        changed_ms=cast(int, row["changed_ms"]),
    )  # fmt: skip
