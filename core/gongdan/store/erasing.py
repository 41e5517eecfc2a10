"""Taking a buyer's data out of tickets, so that what figures need stays and nothing comes back.

The ticket's row stays, and of each payload its digest and when it was so: a reading that brings the
same again is "unchanged" and lands nothing.  Only what the platform newly says of the case does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

import msgspec
from sqlite_utils import Database

from ..ticket import Ticket
from .guard import Guard, Row, marks, rows
from .moments import to_ms
from .steps import OPEN

# What stays of a ticket: no word that a buyer wrote, and nothing that leads to one.
KEPT_FIELDS = frozenset({
    "status", "status_text", "kind_text", "category", "urgency", "origin", "channel", "turn",
    "product", "amount_fen", "created", "updated", "ordered", "promised", "expected_done",
    "ship_by", "buyer_term", "closed", "deadline", "target", "answerable", "evidence_required",
    "revocable", "no_fault", "breach_cost", "outcome", "fault", "gone", "round",
})  # fmt: skip
KEPT_OF_ACTS = frozenset({"to", "from", "by", "result", "at", "outcome", "cause", "actions"})

_UNREAD_ID = "quarantine.shop || '/' || quarantine.stream || '/' || quarantine.remote_id"

# By table; `:n` is the ticket's number, `:id` its id.
STATEMENTS: Mapping[str, str] = {
    "tickets": "UPDATE tickets SET words = '', last_text = '', doc = :doc WHERE n = :n",
    "payloads": "UPDATE payloads SET raw = x'', said = x'7b7d' WHERE n = :n",
    "messages": "UPDATE messages SET text = '', files = '[]' WHERE n = :n",
    "pictures": "DELETE FROM pictures WHERE n = :n",  # the files go after it, by `sweep`
    "outbox_files": "DELETE FROM outbox_files WHERE outbox IN (SELECT id FROM outbox WHERE n = :n)",
    "outbox": "UPDATE outbox SET text = '', fields = '{}', why = '', their_text = '',"
    " before = NULL WHERE n = :n",
    "quarantine": f"DELETE FROM quarantine WHERE {_UNREAD_ID} = :id",
    "debts": "DELETE FROM debts WHERE n = :n",
    "events": "UPDATE events SET data = '{}' WHERE ticket = :id",
    "alerts": "UPDATE alerts SET data = '{}' WHERE ticket = :id",
    "classes": "UPDATE classes SET reasons = '[]' WHERE n = :n",
    "unclassed": "DELETE FROM unclassed WHERE n = :n",
    "tasks": "UPDATE tasks SET what = '', result = '' WHERE n = :n",
    "follows": "DELETE FROM follows WHERE n = :n",
    "steps_done": "UPDATE steps_done SET finding = '' WHERE n = :n",
    "orders": "DELETE FROM orders WHERE shop = :shop AND order_id IN"
    " (SELECT value FROM json_each(:orders))",
}
# The search takes out by itself what a ticket says no more; `settle` rewrites it without the gaps.
SEARCHED = frozenset({
    "links", "search", "search_config", "search_data", "search_docs", "search_idx",
    "search_waiting",
})  # fmt: skip
# Tables with nothing of a buyer in them; `acts` is seen to row by row.
UNTOUCHED = frozenset({
    "_sqlite_migrations", "sqlite_sequence", "acts", "arrivals", "attempts", "budgets", "claims",
    "cursors", "erased", "gaps", "holds", "imports", "meta", "robots", "runs", "taken", "tokens",
    "waits",
})  # fmt: skip

MERGE_PAGES = 500  # a transaction; of 8 KB each
_BUSY = (
    "(t.open = 1 OR EXISTS (SELECT 1 FROM outbox o WHERE o.n = t.n"
    f" AND o.state IN {(*OPEN, 'draft')})"
    " OR EXISTS (SELECT 1 FROM tasks k WHERE k.n = t.n AND k.done_ms IS NULL)"
    " OR EXISTS (SELECT 1 FROM follows f WHERE f.n = t.n))"
)
_SEEN = "max(coalesce(t.updated_ms, t.changed_ms), coalesce(t.last_ms, 0))"


class Erasing:
    """What is to be erased, and the erasing."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def of_buyer(self, buyer: str) -> list[str]:
        """Return the ids of the tickets of a buyer, by open id or by the name as it is shown."""
        found = self._guard.rows(
            "SELECT id FROM tickets WHERE ? IN (json_extract(CAST(doc AS TEXT), '$.buyer_id'),"
            " json_extract(CAST(doc AS TEXT), '$.buyer')) ORDER BY n",
            (buyer,),
        )
        return [str(row["id"]) for row in found]

    def of_buyer_unread(self, buyer: str) -> list[str]:
        """Return the rows in quarantine that hold a buyer's open id or name, as ids with a kind.

        By content, for nobody could read whose they are: the id or the name alone, as UTF-8 or as
        JSON escapes it.  A masked name is many people's, so the open ids of its tickets count.
        """
        names = {buyer, *self._open_ids(buyer)}
        looks = [_alone(name) for name in names if len(name) > 1 and "*" not in name]
        busy = f"EXISTS (SELECT 1 FROM tickets t WHERE t.id = {_UNREAD_ID} AND {_BUSY})"
        sql = f"SELECT {_UNREAD_ID} || ' ' || kind AS row, raw FROM quarantine WHERE NOT {busy}"
        return [
            str(row["row"])
            for row in (self._guard.each(sql) if looks else ())
            if any(look.search(cast(bytes, row["raw"])) for look in looks)
        ]

    def _open_ids(self, buyer: str) -> list[str]:
        found = self._guard.rows(
            "SELECT DISTINCT doc ->> '$.buyer_id' AS name FROM tickets"
            " WHERE doc ->> '$.buyer' = ? AND doc ->> '$.buyer_id' <> ''",
            (buyer,),
        )
        return [str(row["name"]) for row in found]

    def drop_unread(self, names: Sequence[str]) -> None:
        """Delete rows in quarantine, as `of_buyer_unread` names them."""
        self._guard.db.conn.execute("PRAGMA secure_delete = ON")
        with self._guard.write() as db:
            db.conn.executemany(
                f"DELETE FROM quarantine WHERE {_UNREAD_ID} || ' ' || kind = ?",
                [(name,) for name in names],
            )

    def closed_before(self, moment: datetime, limit: int) -> list[str]:
        """Return tickets that nothing is to be done about since, oldest first."""
        found = self._guard.rows(
            f"SELECT t.id FROM tickets t WHERE {_SEEN} < ? AND NOT {_BUSY}"
            " AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.n = t.n AND e.at_ms >= t.changed_ms)"
            " ORDER BY t.n LIMIT ?",
            (to_ms(moment), limit),
        )
        return [str(row["id"]) for row in found]

    def is_busy(self, ticket_id: str) -> bool:
        """Tell whether a ticket is open, or something of it is unsent or to be done."""
        row = self._guard.one(f"SELECT {_BUSY} AS busy FROM tickets t WHERE t.id = ?", (ticket_id,))
        return row is not None and bool(row["busy"])

    def erase(self, ids: Sequence[str], why: str, who: str, now: datetime) -> int:
        """Take what is a buyer's out of these tickets; those that became busy meanwhile stay.

        Returns:
            of how many.
        """
        self._guard.db.conn.execute("PRAGMA secure_delete = ON")  # freed pages are overwritten
        with self._guard.write() as db:
            sql = (
                "SELECT t.n, t.id, t.shop, t.doc FROM tickets t"
                f" WHERE t.id IN ({marks(len(ids))}) AND NOT {_BUSY}"
            )
            found = list(rows(db, sql, ids))
            for row in found:
                _erase(db, row, why, who, to_ms(now))
        return len(found)

    def strip(self, moment: datetime) -> int:
        """Forget the bytes that platforms sent of tickets that were over before *moment*.

        What was understood of them stays; only `renormalise` can do nothing for them any more.
        """
        self._guard.db.conn.execute("PRAGMA secure_delete = ON")
        with self._guard.write() as db:
            done = db.execute(
                "UPDATE payloads SET raw = x'' WHERE length(raw) > 0 AND n IN"
                f" (SELECT t.n FROM tickets t WHERE {_SEEN} < ? AND NOT {_BUSY})",
                (to_ms(moment),),
            )
            return int(done.rowcount)

    def strippable(self, moment: datetime) -> int:
        """Return how many payloads `strip` would empty."""
        row = self._guard.one(
            "SELECT count(*) AS many FROM payloads p JOIN tickets t ON t.n = p.n"
            f" WHERE length(p.raw) > 0 AND {_SEEN} < ? AND NOT {_BUSY}",
            (to_ms(moment),),
        )
        return cast(int, row["many"]) if row else 0

    def settle(self) -> None:
        """Write what is left anew where something erased may be left behind it.

        The search index keeps words of documents that are gone until its parts are merged; this is
        done some at a time, so that syncs get their turn.  The journal is folded into the file.
        """
        command = "INSERT INTO search (search, rank) VALUES ('merge', ?)"
        size = -MERGE_PAGES  # below zero: begin to merge all there is
        merged = True
        while merged:
            with self._guard.write() as db:
                before = db.conn.total_changes
                db.execute(command, (size,))
                merged = db.conn.total_changes - before > 1  # its own row counts as one
            size = MERGE_PAGES
        self._guard.rows("PRAGMA wal_checkpoint(TRUNCATE)")


def _alone(name: str) -> re.Pattern[bytes]:
    """Return what finds a name that is no part of a longer word, however JSON has it."""
    escaped = json.dumps(name)[1:-1]
    loud = re.sub(r"\\u\w{4}", lambda found: "\\u" + found[0][2:].upper(), escaped)
    texts = {name, escaped, loud, json.dumps(name, ensure_ascii=False)[1:-1]}
    forms = {form.encode() for text in texts for form in (text, text.replace("/", "\\/"))}
    words = b"|".join(re.escape(form) for form in sorted(forms))
    return re.compile(rb"(?<![0-9A-Za-z\x80-\xff])(?:%b)(?![0-9A-Za-z\x80-\xff]|\\u)" % words)


def _erase(db: Database, row: Row, why: str, who: str, at_ms: int) -> None:
    told = json.loads(cast(bytes, row["doc"]))
    kept = {name: value for name, value in told.items() if name in KEPT_FIELDS}
    msgspec.convert(kept, Ticket, strict=False)  # what stays is still a ticket
    n = cast(int, row["n"])
    values = {
        "n": n, "id": str(row["id"]), "shop": str(row["shop"]),
        "doc": msgspec.json.encode(kept), "orders": json.dumps(told.get("order_ids") or []),
    }  # fmt: skip
    db.execute(  # never before its last change, whatever our clock says: prune looks behind that
        "INSERT OR REPLACE INTO erased SELECT n, max(changed_ms, ?), ?, ? FROM tickets WHERE n = ?",
        (at_ms, why, who, n),
    )
    for sql in STATEMENTS.values():
        db.conn.execute(sql, values)
    for act in list(rows(db, "SELECT id, data FROM acts WHERE n = ?", (n,))):
        data = json.loads(str(act["data"]))
        said = {name: value for name, value in data.items() if name in KEPT_OF_ACTS}
        db.execute(
            "UPDATE acts SET why = '', data = ? WHERE id = ?",
            (json.dumps(said, ensure_ascii=False), cast(int, act["id"])),
        )
