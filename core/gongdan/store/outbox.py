"""What people want sent, and its fate.  Every step compares the row's fence and state.

    draft ─ queued ─ sending ─ sent ─ confirmed
              │         └─ unknown ─ (confirmed, queued again, or a person decides)
              └─ cancelled, refused, answered_by_other, by_hand

A row's fence grows with every claim, so that a process that slept cannot decide any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct
from sqlite_utils import Database

from ..errors import Conflict, NotFound
from ..ticket import File
from ..views import OutboxRow
from .guard import Guard, Row, Value, rows
from .moments import from_ms, to_ms

# From a state to those that may follow it.
STEPS: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"queued", "cancelled", "by_hand"}),
    "queued": frozenset(
        {"queued", "sending", "cancelled", "refused", "answered_by_other", "by_hand", "unknown"}
    ),
    "sending": frozenset({"sent", "unknown", "queued", "refused", "answered_by_other"}),
    "sent": frozenset({"sent", "confirmed", "by_hand", "cancelled"}),
    "unknown": frozenset(
        {"unknown", "sent", "confirmed", "queued", "by_hand", "cancelled", "refused"}
    ),
    "confirmed": frozenset(),
    "refused": frozenset(),
    "cancelled": frozenset(),
    "answered_by_other": frozenset(),
    "by_hand": frozenset(),
}
OPEN = ("queued", "sending", "sent", "unknown")
FINAL = tuple(state for state, after in STEPS.items() if not after)


class Attempt(Struct, frozen=True):
    """One request that was made; `outcome` None: nobody knows yet, it is open."""

    number: int
    stamp: datetime
    outcome: str | None

    @property
    def is_open(self) -> bool:
        """Whether it may still turn out to have been done."""
        return self.outcome not in ("not_done", "refused", "already")


class Work(Struct, frozen=True, kw_only=True):
    """A row as its claimer has it; the fence is the claimer's.

    Attributes:
        basis: message keys that the person saw when queueing.
        base: message keys just before the first attempt, base_at when that was there.
        tries: how often in a row it certainly was not done.
    """

    id: int
    ticket: str
    seq: int
    key: str
    kind: str
    text: str
    fields: Mapping[str, str]
    state: str
    hold: bool
    why: str
    basis: tuple[str, ...]
    base: tuple[str, ...] | None
    base_at: datetime | None
    base_round: int
    before: bytes
    looks: int
    tries: int
    receipt: str
    sent_at: datetime | None
    fence: int
    attempts: tuple[Attempt, ...]

    @property
    def has_open_attempt(self) -> bool:
        """Whether a copy of it may be there."""
        return any(attempt.is_open for attempt in self.attempts)


class Outbox:
    """Actions and their fate."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def queue(
        self,
        ticket_id: str,
        *,
        kind: str,
        parts: Sequence[str],
        files: Sequence[File] = (),
        fields: Mapping[str, str] | None = None,
        basis: Sequence[str] = (),
        not_before: datetime,
        now: datetime,
        state: str = "queued",
    ) -> list[int]:
        """Store one row a part, in order; the files go with the first."""
        made = []
        with self._guard.write() as db:
            n = _number(db, ticket_id)
            last = next(rows(db, "SELECT max(seq) AS seq FROM outbox WHERE n = ?", (n,)))["seq"]
            start = cast(int, last or 0)
            for index, text in enumerate(parts, start=1):
                cursor = db.execute(
                    "INSERT INTO outbox (n, seq, key, kind, text, fields, state, not_before_ms,"
                    " basis, created_ms, updated_ms)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (n, start + index, f"{ticket_id}#{start + index}", kind, text,
                     json.dumps(dict(fields or {})), state, to_ms(not_before),
                     json.dumps(list(basis)), to_ms(now), to_ms(now)),
                )  # fmt: skip
                made.append(int(cursor.lastrowid or 0))
            for seq, file in enumerate(files):
                db.execute(
                    "INSERT INTO outbox_files (outbox, seq, name, mime, data)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (made[0], seq, file.name, file.mime, file.data),
                )
        return made

    def files(self, row_id: int) -> tuple[File, ...]:
        """Return the files of a row."""
        return tuple(
            File(str(row["name"]), str(row["mime"]), cast(bytes, row["data"]), str(row["url"]))
            for row in self._guard.rows(
                "SELECT name, mime, data, url FROM outbox_files WHERE outbox = ? ORDER BY seq",
                (row_id,),
            )
        )

    def due(self, shop: str, now: datetime) -> list[str]:
        """Return the tickets of a shop with something to send or to look for, oldest first."""
        found = self._guard.rows(
            "SELECT t.id, min(o.id) AS first FROM outbox o JOIN tickets t ON t.n = o.n"
            " WHERE t.shop = ?1 AND o.lease_ms <= ?2 AND ("
            "  o.state = 'queued' AND o.hold = 0 AND o.not_before_ms <= ?2"
            "  OR o.state = 'sending'"
            "  OR o.state IN ('sent', 'unknown') AND o.look_ms IS NOT NULL AND o.look_ms <= ?2)"
            " GROUP BY t.id ORDER BY first",
            (shop, to_ms(now)),
        )
        return [str(row["id"]) for row in found]

    def claim(self, ticket_id: str, now: datetime, lease_until: datetime) -> Work | None:
        """Take a ticket's first unfinished row, if nobody has it.

        An expired `sending` becomes `unknown`: the process that sent it may have died after the
        request left.  A row that waits for the one before it is not taken; a `sent` one whose
        looks are over (`look_ms` is NULL) no longer stands in the way.
        """
        with self._guard.write() as db:
            n = _number(db, ticket_id)
            for row in rows(
                db, f"{_SELECT} WHERE o.n = ? AND o.state IN {OPEN} ORDER BY seq", (n,)
            ):
                if row["state"] == "sent" and row["look_ms"] is None:
                    continue
                if cast(int, row["lease_ms"]) > to_ms(now):
                    return None
                waits = row["state"] == "queued" and cast(int, row["not_before_ms"]) > to_ms(now)
                looks = row["look_ms"]
                early = row["state"] in ("sent", "unknown") and (
                    looks is None or cast(int, looks) > to_ms(now)
                )
                if row["hold"] or waits or early:
                    return None
                state = "unknown" if row["state"] == "sending" else str(row["state"])
                fence = cast(int, row["fence"]) + 1
                db.execute(
                    "UPDATE outbox SET fence = ?, lease_ms = ?, state = ? WHERE id = ?",
                    (fence, to_ms(lease_until), state, cast(int, row["id"])),
                )
                return _work(db, {**row, "fence": fence, "state": state})
        return None

    def set_base(
        self, work: Work, base: Sequence[str], base_at: datetime, round_: int, before: bytes
    ) -> None:
        """Keep what the thread held just before the first attempt, and the payload that told.

        Raises:
            Conflict: another process has the row.
        """
        columns: dict[str, Value] = {
            "base": json.dumps(list(base)), "base_ms": to_ms(base_at), "base_round": round_,
            "before": before,
        }  # fmt: skip
        with self._guard.write() as db:
            _step(db, work, work.state, columns)

    def begin(self, work: Work, stamp: datetime, now: datetime) -> int:
        """Store, before any byte leaves, that a request is about to; return its number."""
        with self._guard.write() as db:
            _step(db, work, "sending", {"updated_ms": to_ms(now), "look_ms": to_ms(now)})
            number = len(work.attempts) + 1
            db.execute(
                "INSERT INTO attempts (outbox, number, fence, stamp_ms, at_ms)"
                " VALUES (?, ?, ?, ?, ?)",
                (work.id, number, work.fence, to_ms(stamp), to_ms(now)),
            )
            return number

    def succeed(self, work: Work, number: int, receipt: str, now: datetime) -> None:
        """Note that the platform took it: this counts whatever the fence says."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE attempts SET outcome = 'sent' WHERE outbox = ? AND number = ?",
                (work.id, number),
            )
            db.execute(
                "UPDATE outbox SET state = 'sent', sent_ms = ?, receipt = ?, looks = 0,"
                " look_ms = ?, why = '', lease_ms = 0, updated_ms = ?"
                " WHERE id = ? AND state IN ('sending', 'unknown', 'queued')",
                (to_ms(now), receipt, to_ms(now), to_ms(now), work.id),
            )

    def fail(self, work: Work, number: int, outcome: str | None, code: str) -> None:
        """Note an attempt's outcome: not_done, refused, already; None: nobody knows."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE attempts SET outcome = ?, code = ? WHERE outbox = ? AND number = ?",
                (outcome, code[:200], work.id, number),
            )

    def move(
        self, work: Work, state: str, now: datetime, **changes: datetime | int | str | None
    ) -> bool:
        """Take a legal step and give the claim back; False if somebody else has it by now.

        Args:
            work: as it was claimed.
            state: where it goes.
            now: this machine's time.
            changes: `not_before`, `look`, `horizon` (times of this machine), or columns.
        """
        columns: dict[str, Value] = {"lease_ms": 0, "updated_ms": to_ms(now)}
        for name, value in changes.items():
            timed = name in ("not_before", "look", "horizon")
            column = f"{name}_ms" if timed else name
            columns[column] = to_ms(value) if isinstance(value, datetime) else value
        try:
            with self._guard.write() as db:
                _step(db, work, state, columns)
        except Conflict:
            return False
        return True

    def release(self, work: Work) -> None:
        """Give a claim back, whatever became of the row."""
        with self._guard.write() as db:
            db.execute(
                "UPDATE outbox SET lease_ms = 0 WHERE id = ? AND fence = ?", (work.id, work.fence)
            )

    def owned(self, ticket_id: str) -> set[str]:
        """Return the keys of messages that rows of a ticket are known to be."""
        return {
            str(row["message"])
            for row in self._guard.rows(
                "SELECT o.message FROM outbox o JOIN tickets t ON t.n = o.n"
                " WHERE t.id = ? AND o.message IS NOT NULL",
                (ticket_id,),
            )
        }

    def cancel(self, row_id: int, now: datetime) -> OutboxRow:
        """Take a row back before anything of it was sent.

        Raises:
            Conflict: too late.
        """
        with self._guard.write() as db:
            done = db.execute(
                "UPDATE outbox SET state = 'cancelled', updated_ms = ?, fence = fence + 1"
                " WHERE id = ? AND state IN ('queued', 'draft')"
                " AND NOT EXISTS (SELECT 1 FROM attempts WHERE outbox = outbox.id)",
                (to_ms(now), row_id),
            )
        row = self.row(row_id)
        if done.rowcount != 1:
            raise Conflict(f"too late to cancel {row_id}: it is {row.state}")
        return row

    def row(self, row_id: int) -> OutboxRow:
        """Return one row.

        Raises:
            NotFound: there is none.
        """
        found = self._guard.one(f"{_SELECT} WHERE o.id = ?", (row_id,))
        if found is None:
            raise NotFound(f"no action {row_id}; 'gongdan outbox --all' lists them")
        return _row(found)

    def rows(self, *, ticket_id: str = "", everything: bool = False) -> list[OutboxRow]:
        """Return rows: unknown ones on top, those that wait, then the others, newest first."""
        where = "1" if everything or ticket_id else f"o.state IN {(*OPEN, 'draft')}"
        found = self._guard.rows(
            f"{_SELECT} WHERE {where} AND ? IN ('', t.id)"
            " ORDER BY o.state <> 'unknown', o.state NOT IN ('queued', 'sending', 'sent'),"
            " o.id DESC LIMIT 500",
            (ticket_id,),
        )
        return [_row(row) for row in found]


_SELECT = (
    "SELECT o.*, t.id AS ticket,"
    " (SELECT count(*) FROM attempts a WHERE a.outbox = o.id) AS attempts"
    " FROM outbox o JOIN tickets t ON t.n = o.n"
)


def _step(db: Database, work: Work, state: str, changes: Mapping[str, Value]) -> None:
    if state != work.state and state not in STEPS[work.state]:
        raise AssertionError(f"no step leads from {work.state} to {state}")
    names = ["state", *changes]
    done = db.execute(
        f"UPDATE outbox SET {', '.join(f'{name} = ?' for name in names)}"
        " WHERE id = ? AND fence = ? AND state = ?",
        (state, *changes.values(), work.id, work.fence, work.state),
    )
    if done.rowcount != 1:
        raise Conflict(f"action {work.id} was taken over by another process")


def _number(db: Database, ticket_id: str) -> int:
    found = next(rows(db, "SELECT n FROM tickets WHERE id = ?", (ticket_id,)), None)
    if found is None:
        raise NotFound(f"no ticket {ticket_id!r}")
    return cast(int, found["n"])


def _work(db: Database, row: Row) -> Work:
    attempts = tuple(
        Attempt(
            cast(int, found["number"]),
            cast(datetime, from_ms(found["stamp_ms"])),
            cast("str | None", found["outcome"]),
        )
        for found in rows(
            db,
            "SELECT number, stamp_ms, outcome FROM attempts WHERE outbox = ? ORDER BY number",
            (cast(int, row["id"]),),
        )
    )
    base = row["base"]
    return Work(
        id=cast(int, row["id"]), ticket=str(row["ticket"]), seq=cast(int, row["seq"]),
        key=str(row["key"]), kind=str(row["kind"]), text=str(row["text"]),
        fields=json.loads(str(row["fields"])), state=str(row["state"]), hold=bool(row["hold"]),
        why=str(row["why"]), basis=tuple(json.loads(str(row["basis"]))),
        base=None if base is None else tuple(json.loads(str(base))),
        base_at=from_ms(row["base_ms"]), base_round=cast(int, row["base_round"] or 0),
        before=cast(bytes, row["before"] or b""),
        looks=cast(int, row["looks"]), tries=cast(int, row["tries"]),
        receipt=str(row["receipt"]), sent_at=from_ms(row["sent_ms"]),
        fence=cast(int, row["fence"]), attempts=attempts,
    )  # fmt: skip


def _row(row: Row) -> OutboxRow:
    return OutboxRow(
        id=cast(int, row["id"]),
        ticket=str(row["ticket"]),
        kind=str(row["kind"]),
        text=str(row["text"]),
        state=str(row["state"]),
        why=str(row["why"]),
        their_text=str(row["their_text"]),
        not_before=from_ms(row["not_before_ms"]),
        look_until=from_ms(row["horizon_ms"]) if row["state"] == "unknown" else None,
        attempts=cast(int, row["attempts"]),
        created=from_ms(row["created_ms"]),
        updated=from_ms(row["updated_ms"]),
    )
