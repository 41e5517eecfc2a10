"""The rows of the outbox: what they hold, and which state may follow which."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from msgspec import Struct
from sqlite_utils import Database

from ..errors import NotFound
from ..views import OutboxRow
from .guard import Row, Value, rows
from .moments import from_ms, to_ms

# From a state to those that may follow it.
STEPS: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"queued", "cancelled", "by_hand"}),
    "queued": frozenset(
        {"queued", "sending", "sent", "confirmed", "cancelled", "refused", "answered_by_other",
         "by_hand", "unknown"}
    ),
    "sending": frozenset({"sent", "unknown", "queued", "refused", "answered_by_other"}),
    "sent": frozenset({"sent", "confirmed", "by_hand", "cancelled"}),
    "unknown": frozenset({"unknown", "sent", "confirmed", "queued", "by_hand", "cancelled"}),
    "confirmed": frozenset(),
    "refused": frozenset(),
    "cancelled": frozenset(),
    "answered_by_other": frozenset(),
    "by_hand": frozenset(),
}  # fmt: skip
OPEN = ("queued", "sending", "sent", "unknown")
COPIED = "the store was copied or restored: look on the platform whether it was sent before"
HOLD = (
    "UPDATE outbox SET hold = 1, why = ?, fence = fence + 1, lease_ms = 0"
    " WHERE state = 'queued' AND hold = 0"
)
WAITING = (  # by the two indexes that there are
    f"SELECT id FROM outbox WHERE state IN {OPEN}"
    " UNION ALL SELECT id FROM outbox WHERE state = 'draft'"
)
UNDER_WAY = f"SELECT 1 FROM outbox o WHERE o.state IN {(*OPEN, 'draft')}"
FINAL = tuple(state for state, after in STEPS.items() if not after)
# Certainly did nothing.  None: nobody told yet; "unknown": it was told that nobody knows.
CLOSED_OUTCOMES = ("not_done", "refused", "already")
LEASE = timedelta(seconds=120)
# A lease or a look further off than any can be: somebody has set the clock back.
LEASE_MOST_MS = 121_000
LOOK_MOST_MS = 900_000
_TIMES = ("not_before", "look", "horizon", "missed")


class Attempt(Struct, frozen=True):
    """One request; `outcome` None: its process has not told, and may not have sent it yet."""

    number: int
    stamp: datetime
    outcome: str | None

    @property
    def is_open(self) -> bool:
        """Whether it may still turn out to have been done."""
        return self.outcome not in CLOSED_OUTCOMES


class Work(Struct, frozen=True, kw_only=True):
    """A row as its claimer has it; the fence is the claimer's.

    Attributes:
        hold: it waits for a person: never sent by itself.  Of `sent`: reported unseen.
        basis: message keys that the person saw when queueing.
        base: message keys just before the first attempt, base_at when that was there.
        tries: how often in a row it certainly was not done.
        sent_at, missed_at: platform time of its success, and of the last look that did not find it.
        due: the ticket's deadline.
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
    tries: int
    receipt: str
    sent_at: datetime | None
    missed_at: datetime | None
    due: datetime | None
    fence: int
    attempts: tuple[Attempt, ...]

    @property
    def has_open_attempt(self) -> bool:
        """Whether a copy of it may be there."""
        return any(attempt.is_open for attempt in self.attempts)

    @property
    def tried(self) -> tuple[Attempt, ...]:
        """The attempts that the platform may have seen."""
        return tuple(attempt for attempt in self.attempts if attempt.outcome != "not_done")


SELECT = (
    "SELECT o.*, t.id AS ticket, t.due_ms,"
    " (SELECT count(*) FROM attempts a WHERE a.outbox = o.id) AS attempts"
    " FROM outbox o JOIN tickets t ON t.n = o.n"
)


def step(db: Database, work: Work, state: str, changes: Mapping[str, Value]) -> bool:
    """Take a legal step if the row is still the claimer's; False if it is not.

    After a part that will not go, the parts behind it wait for a person.
    """
    if state != work.state and state not in STEPS[work.state]:
        raise AssertionError(f"no step leads from {work.state} to {state}")
    names = ["state", *changes]
    done = db.execute(
        f"UPDATE outbox SET {', '.join(f'{name} = ?' for name in names)}"
        " WHERE id = ? AND fence = ? AND state = ?",
        (state, *changes.values(), work.id, work.fence, work.state),
    )
    if done.rowcount == 1 and state in ("refused", "answered_by_other"):
        hold_rest(db, work.id)
    return bool(done.rowcount == 1)


def hold_rest(db: Database, row_id: int) -> None:
    """Let the later parts of the same text wait for a person."""
    db.execute(
        "UPDATE outbox SET hold = 1, why = 'a part before it was not sent'"
        " WHERE state = 'queued' AND part_of = (SELECT part_of FROM outbox WHERE id = ?1)"
        " AND seq > (SELECT seq FROM outbox WHERE id = ?1)",
        (row_id,),
    )


def work_of(db: Database, row: Row) -> Work:
    """Return a claimed row with its attempts."""
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
        before=cast(bytes, row["before"] or b""), tries=cast(int, row["tries"]),
        receipt=str(row["receipt"]), sent_at=from_ms(row["sent_ms"]),
        missed_at=from_ms(row["missed_ms"]), due=from_ms(row["due_ms"]),
        fence=cast(int, row["fence"]), attempts=attempts,
    )  # fmt: skip


def view_of(row: Row) -> OutboxRow:
    """Return a row as people see it."""
    return OutboxRow(
        id=cast(int, row["id"]),
        ticket=str(row["ticket"]),
        kind=str(row["kind"]),
        text=str(row["text"]),
        state=str(row["state"]),
        hold=bool(row["hold"]),
        why=str(row["why"]),
        their_text=str(row["their_text"]),
        not_before=from_ms(row["not_before_ms"]),
        look_until=from_ms(row["horizon_ms"]) if row["state"] == "unknown" else None,
        attempts=cast(int, row["attempts"]),
        created=from_ms(row["created_ms"]),
        updated=from_ms(row["updated_ms"]),
    )


def is_leased(row: Row, now: datetime) -> bool:
    """Whether somebody is at work on a row."""
    left = cast(int, row["lease_ms"]) - to_ms(now)
    return 0 < left <= LEASE_MOST_MS


def is_ready(row: Row, now: datetime, early: bool) -> bool:
    """Whether something is to be done for a row that nobody has."""
    state, at = row["state"], to_ms(now)
    if state == "queued":
        return not early and not row["hold"] and cast(int, row["not_before_ms"]) <= at
    if state == "sending":
        return not early
    look = row["look_ms"]
    return look is not None and (early or not at < cast(int, look) <= at + LOOK_MOST_MS)


def columns_of(changes: Mapping[str, datetime | int | str | None]) -> dict[str, Value]:
    """Return changes as the columns they are; times of names in `_TIMES` as milliseconds."""
    columns: dict[str, Value] = {}
    for name, value in changes.items():
        column = f"{name}_ms" if name in _TIMES else name
        columns[column] = to_ms(value) if isinstance(value, datetime) else value
    return columns


def is_followed(db: Database, row: Row) -> bool:
    """Whether a later row has begun, so that a new message may be that one's; then forget it."""
    later = next(
        rows(
            db,
            "SELECT 1 FROM outbox WHERE n = ? AND seq > ? AND base IS NOT NULL LIMIT 1",
            (cast(int, row["n"]), cast(int, row["seq"])),
        ),
        None,
    )
    if later is not None:
        db.execute("UPDATE outbox SET look_ms = NULL WHERE id = ?", (cast(int, row["id"]),))
    return later is not None


def note(db: Database, work: Work, number: int, outcome: str, code: str) -> None:
    """Keep what became of an attempt."""
    db.execute(
        "UPDATE attempts SET outcome = ?, code = ? WHERE outbox = ? AND number = ?",
        (outcome, code[:200], work.id, number),
    )


def number_of(db: Database, ticket_id: str) -> int:
    """Return a ticket's row number."""
    found = next(rows(db, "SELECT n FROM tickets WHERE id = ?", (ticket_id,)), None)
    if found is None:
        raise NotFound(f"no ticket {ticket_id!r}")
    return cast(int, found["n"])
