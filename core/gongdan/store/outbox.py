"""What people want sent, and its fate.  Every step compares the row's fence and state.

    draft ─ queued ─ sending ─ sent ─ confirmed
              │         └─ unknown ─ (confirmed, queued again, or a person decides)
              └─ cancelled, refused, answered_by_other, by_hand

A row's fence grows with every claim, so that a process that slept cannot decide any more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from ..errors import Conflict, NotFound
from ..ticket import File, Message, Who
from ..views import OutboxRow
from .counter import Counter
from .enclosures import Enclosures, enclose
from .guard import Guard, Row, Value, rows
from .meta import count, put
from .moments import from_ms, to_ms
from .steps import (
    CLOSED_OUTCOMES,
    COPIED,
    HOLD,
    LEASE,
    LEASE_MOST_MS,
    LOOK_MOST_MS,
    OPEN,
    SELECT,
    UNDER_WAY,
    WAITING,
    Attempt,
    Work,
    columns_of,
    hold_rest,
    is_followed,
    is_leased,
    is_ready,
    note,
    number_of,
    step,
    view_of,
    work_of,
)

__all__ = ["LEASE", "Attempt", "Outbox", "Work"]

_BEGUN = "attempts begun"
_CLOSED = ", ".join(f"'{outcome}'" for outcome in CLOSED_OUTCOMES)


class Outbox:
    """Actions and their fate; `enclosures` are their files."""

    def __init__(self, guard: Guard, counter: Counter) -> None:
        self._guard = guard
        self._counter = counter
        self.enclosures = Enclosures(guard)

    # what people do

    def queue(
        self, ticket_id: str, *, kind: str, parts: Sequence[str], not_before: datetime,
        now: datetime, files: Sequence[File] = (), fields: Mapping[str, str] | None = None,
        basis: Sequence[str] = (), state: str = "queued", why: str = "", alone: bool = False,
    ) -> list[int]:  # fmt: skip
        """Store one row a part, in order; the files go with the first.

        Raises:
            Conflict: *alone*, and something of the ticket is drafted or under way.
        """
        made: list[int] = []
        with self._guard.write(lasting=True) as db:
            n = number_of(db, ticket_id)
            if alone and db.execute(f"{UNDER_WAY} AND o.n = ?", (n,)).fetchone():
                raise Conflict(f"{ticket_id}: something is drafted or under way already")
            last = next(rows(db, "SELECT max(seq) AS seq FROM outbox WHERE n = ?", (n,)))["seq"]
            start = cast(int, last or 0)
            for index, text in enumerate(parts, start=1):
                cursor = db.execute(
                    "INSERT INTO outbox (n, seq, key, kind, text, fields, state, why,"
                    " not_before_ms, basis, created_ms, updated_ms, part_of)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (n, start + index, f"{ticket_id}#{start + index}@{to_ms(now)}", kind, text,
                     json.dumps(dict(fields or {})), state, why, to_ms(not_before),
                     json.dumps(list(basis)), to_ms(now), to_ms(now), made[0] if made else None),
                )  # fmt: skip
                made.append(int(cursor.lastrowid or 0))
            if len(made) > 1:
                db.execute("UPDATE outbox SET part_of = id WHERE id = ?", (made[0],))
            for seq, file in enumerate(files):
                enclose(db, made[0], seq, file)
        return made

    def seen(self, ticket_id: str) -> dict[str, Message]:
        """Return the messages that a person can see of a ticket, by key, oldest first."""
        found = self._guard.rows(
            "SELECT m.key, m.who, m.text, m.at_ms FROM messages m JOIN tickets t ON t.n = m.n"
            " WHERE t.id = ? ORDER BY m.at_ms, m.rowid",
            (ticket_id,),
        )
        return {
            str(row["key"]): Message(
                Who(str(row["who"])), str(row["text"]), cast(datetime, from_ms(row["at_ms"]))
            )
            for row in found
        }

    def cancel(self, row_id: int, now: datetime) -> OutboxRow:
        """Take a row back while certainly nothing of it was sent; parts behind it are held.

        Raises:
            Conflict: too late.
        """
        with self._guard.write(lasting=True) as db:
            done = db.execute(
                "UPDATE outbox SET state = 'cancelled', updated_ms = ?, fence = fence + 1,"
                " lease_ms = 0 WHERE id = ? AND state IN ('queued', 'draft')"
                " AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.outbox = outbox.id"
                f"  AND coalesce(a.outcome, '') NOT IN ({_CLOSED}))",
                (to_ms(now), row_id),
            )
            if done.rowcount == 1:
                hold_rest(db, row_id)
        row = self.row(row_id)
        if done.rowcount != 1:
            late = (
                "was cancelled before" if row.state == "cancelled" else f"is {row.state}: too late"
            )
            raise Conflict(f"action {row_id} {late}")
        return row

    def decide(
        self, row: OutboxRow, state: str, now: datetime, **changes: datetime | int | str | None
    ) -> OutboxRow:
        """Do what a person decided of a row, if it is still as the person saw it.

        Whoever is at work on it loses it.

        Raises:
            Conflict: it moved meanwhile, or another row owns the message.
        """
        columns = {"lease_ms": 0, "updated_ms": to_ms(now), **columns_of(changes)}
        sets = ", ".join(f"{name} = ?" for name in columns)
        try:
            with self._guard.write(lasting=True) as db:
                done = db.execute(
                    f"UPDATE outbox SET state = ?, fence = fence + 1, {sets}"
                    " WHERE id = ? AND state = ? AND hold = ?",
                    (state, *columns.values(), row.id, row.state, int(row.hold)),
                )
                if done.rowcount == 1 and state != "queued" and state != "confirmed":
                    hold_rest(db, row.id)
        except sqlite3.IntegrityError as error:
            raise Conflict(f"action {row.id}: that message belongs to another action") from error
        if done.rowcount != 1:
            raise Conflict(f"action {row.id} has moved meanwhile; look at 'gongdan outbox'")
        return self.row(row.id)

    def row(self, row_id: int) -> OutboxRow:
        """Return one row.

        Raises:
            NotFound: there is none.
        """
        found = self._guard.one(f"{SELECT} WHERE o.id = ?", (row_id,))
        if found is None:
            raise NotFound(f"no action {row_id}; 'gongdan outbox --all' lists them")
        return view_of(found)

    def rows(self, *, ticket_id: str = "", everything: bool = False) -> list[OutboxRow]:
        """Return rows: unknown and held ones on top, those that wait, the others, newest first."""
        where = "1" if everything or ticket_id else f"o.id IN ({WAITING})"
        found = self._guard.rows(
            f"{SELECT} WHERE {where} AND ? IN ('', t.id) ORDER BY o.state <> 'unknown', NOT o.hold,"
            " o.state NOT IN ('queued', 'sending', 'sent'), o.id DESC LIMIT 500",
            (ticket_id,),
        )
        return [view_of(row) for row in found]

    def work(self, row_id: int) -> Work:
        """Return a row with all that is known of it, without claiming it."""
        self.row(row_id)
        found = self._guard.one(f"{SELECT} WHERE o.id = ?", (row_id,))
        assert found is not None
        return work_of(self._guard.db, found)

    # who works on what

    def hold_if_copied(self) -> int:
        """Let everything queued wait for a person if this store is a copy; return how much."""
        begun, is_own = self._is_own()
        if is_own:
            if begun and self._counter.read() is None:
                self._counter.write(begun)
            return 0
        with self._guard.write() as db:
            held = db.execute(HOLD, (COPIED,)).rowcount
        self._counter.write(begun)
        return int(held)

    def _is_own(self) -> tuple[int, bool]:
        """Return how many requests were begun, and whether the file beside the store agrees."""
        found = self._guard.one(
            "SELECT (SELECT value FROM meta WHERE key = ?) AS begun,"
            " EXISTS (SELECT 1 FROM outbox) AS used",
            (_BEGUN,),
        )
        assert found is not None
        begun = int(str(found["begun"] or 0))
        return begun, self._counter.agrees(begun, is_used=bool(found["used"]))

    def due(self, shop: str, now: datetime) -> list[str]:
        """Return the tickets of a shop with something to send or to look for, oldest first."""
        found = self._guard.rows(
            "SELECT t.id, min(o.id) AS first FROM outbox o JOIN tickets t ON t.n = o.n"
            f" WHERE t.shop = ?1 AND o.state IN {OPEN}"
            f" AND NOT o.lease_ms BETWEEN ?2 + 1 AND ?2 + {LEASE_MOST_MS} AND ("
            "  o.state = 'queued' AND o.hold = 0 AND o.not_before_ms <= ?2"
            "  OR o.state = 'sending' OR o.state IN ('sent', 'unknown') AND"
            f"  o.look_ms IS NOT NULL AND NOT o.look_ms BETWEEN ?2 + 1 AND ?2 + {LOOK_MOST_MS})"
            " GROUP BY t.id ORDER BY first",
            (shop, to_ms(now)),
        )
        return [str(row["id"]) for row in found]

    def awaits(self, ticket_id: str) -> bool:
        """Whether a ticket has something that is looked for."""
        found = self._guard.one(
            "SELECT 1 FROM outbox o JOIN tickets t ON t.n = o.n"
            " WHERE t.id = ? AND o.state IN ('sent', 'unknown') LIMIT 1",
            (ticket_id,),
        )
        return found is not None

    def claim(self, ticket_id: str, now: datetime, *, early: bool = False) -> Work | None:
        """Take a ticket's first unfinished row for LEASE, if nobody has it.

        A row that waits for the one before it is not taken; one that was accepted and reported
        unseen stands in nobody's way.  An expired `sending` becomes `unknown`: the process that
        sent it may have died after the request left.

        Args:
            early: take one that is to be looked for before its time; none that is to be sent.
        """
        with self._guard.write() as db:
            n = number_of(db, ticket_id)
            chosen: Row | None = None
            for row in rows(db, f"{SELECT} WHERE o.n = ? AND o.state IN {OPEN} ORDER BY seq", (n,)):
                if is_leased(row, now):
                    return None
                if row["state"] == "sent" and row["hold"]:
                    if is_ready(row, now, early) and not is_followed(db, row):
                        chosen = chosen or row
                    continue
                chosen = row if is_ready(row, now, early) else chosen
                break
            if chosen is None:
                return None
            state = "unknown" if chosen["state"] == "sending" else str(chosen["state"])
            fence = cast(int, chosen["fence"]) + 1
            db.execute(
                "UPDATE outbox SET fence = ?, lease_ms = ?, state = ? WHERE id = ?",
                (fence, to_ms(now + LEASE), state, cast(int, chosen["id"])),
            )
            return work_of(db, {**chosen, "fence": fence, "state": state})

    def release(self, work: Work) -> None:
        """Give a claim back, whatever became of the row."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE outbox SET lease_ms = 0 WHERE id = ? AND fence = ?", (work.id, work.fence)
            )

    # what was done

    def set_base(
        self, work: Work, base: Sequence[str], base_at: datetime, round_: int, before: bytes
    ) -> bool:
        """Keep what the thread held just before the first attempt, and the payload that told.

        Returns:
            False if another process has the row.
        """
        columns: dict[str, Value] = {
            "base": json.dumps(list(base)), "base_ms": to_ms(base_at), "base_round": round_,
            "before": before,
        }  # fmt: skip
        with self._guard.write() as db:
            return step(db, work, work.state, columns)

    def begin(self, work: Work, stamp: datetime, now: datetime) -> int:
        """Store, before any byte leaves, that a request is about to; 0 if another has the row."""
        with self._guard.write(lasting=True) as db:
            changes: dict[str, Value] = {
                "updated_ms": to_ms(now), "look_ms": to_ms(now), "missed_ms": None, "why": "",
            }  # fmt: skip
            if not step(db, work, "sending", changes):
                return 0
            number = len(work.attempts) + 1
            db.execute(
                "INSERT INTO attempts (outbox, number, fence, stamp_ms, at_ms)"
                " VALUES (?, ?, ?, ?, ?)",
                (work.id, number, work.fence, to_ms(stamp), to_ms(now)),
            )
            begun = count(db, _BEGUN) + 1
            put(db, _BEGUN, str(begun))
        self._counter.write(begun)
        return number

    def succeed(
        self, work: Work, number: int, receipt: str, *, at: datetime, now: datetime
    ) -> None:
        """Note that the platform took it at its time *at*: this counts whatever the fence says."""
        with self._guard.write() as db:
            note(db, work, number, "sent", "")
            db.execute(
                "UPDATE outbox SET state = 'sent', hold = 0, sent_ms = ?, receipt = ?,"
                " look_ms = ?, horizon_ms = NULL, missed_ms = NULL, why = '', lease_ms = 0,"
                " updated_ms = ? WHERE id = ? AND state IN ('sending', 'unknown', 'queued')",
                (to_ms(at), receipt, to_ms(now), to_ms(now), work.id),
            )
            db.execute(
                "UPDATE outbox SET why = 'given up here, but the platform took it after all'"
                " WHERE id = ? AND state IN ('cancelled', 'by_hand')",
                (work.id,),
            )

    def record(
        self, work: Work, number: int, outcome: str, code: str, state: str, now: datetime,
        **changes: datetime | int | str | None,
    ) -> bool:  # fmt: skip
        """Note an attempt's outcome (not_done, refused, already, unknown) and take the step.

        The outcome is a fact whatever the fence says; the step needs the fence.
        """
        with self._guard.write() as db:
            note(db, work, number, outcome, code)
            columns = {"lease_ms": 0, "updated_ms": to_ms(now), **columns_of(changes)}
            return step(db, work, state, columns)

    def move(
        self, work: Work, state: str, now: datetime, **changes: datetime | int | str | None
    ) -> bool:
        """Take a legal step and give the claim back; False if somebody else has it by now.

        Args:
            work: as it was claimed.
            state: where it goes.
            now: this machine's time.
            changes: `not_before`, `look`, `horizon`, `missed` (times), or columns.
        """
        columns = {"lease_ms": 0, "updated_ms": to_ms(now), **columns_of(changes)}
        try:
            with self._guard.write() as db:
                return step(db, work, state, columns)
        except sqlite3.IntegrityError:  # another row has that message
            return False

    def tell(self, row_id: int, their_text: str) -> None:
        """Keep what somebody else wrote, to be shown beside ours."""
        with self._guard.write() as db:
            db.execute("UPDATE outbox SET their_text = ? WHERE id = ?", (their_text, row_id))

    def owned(self, ticket_id: str) -> set[str]:
        """Return the keys of messages that rows of a ticket are known to be."""
        found = self._guard.rows(
            "SELECT o.message FROM outbox o JOIN tickets t ON t.n = o.n"
            " WHERE t.id = ? AND o.message IS NOT NULL",
            (ticket_id,),
        )
        return {str(row["message"]) for row in found}

    def lately_owned(self, ticket_id: str, since: datetime) -> set[str]:
        """Return the keys of messages that rows of a ticket were found to be since then."""
        found = self._guard.rows(
            "SELECT o.message FROM outbox o JOIN tickets t ON t.n = o.n"
            " WHERE t.id = ? AND o.message IS NOT NULL AND o.updated_ms >= ?",
            (ticket_id, to_ms(since)),
        )
        return {str(row["message"]) for row in found}

    def untold_before(self, work: Work) -> datetime | None:
        """Return the newest stamp of an earlier row's attempt whose process never told."""
        found = self._guard.one(
            "SELECT max(a.stamp_ms) AS ms FROM attempts a JOIN outbox o ON o.id = a.outbox"
            " WHERE a.outcome IS NULL AND o.seq < ?"
            " AND o.n = (SELECT n FROM outbox WHERE id = ?)",
            (work.seq, work.id),
        )
        return from_ms(found["ms"]) if found else None
