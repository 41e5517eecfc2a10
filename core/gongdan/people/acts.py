"""What people do with a ticket here: whose it is, whom they reached, how it ended, what they said.

Where the platform can do it as well, it is queued for it; where it cannot, it stays here.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from ..errors import BadArgument, Conflict, Refused, Unsupported
from ..events.happening import Happened
from ..sending.checks import NOT_CONTACTED
from ..store.local import LEASE
from ..views import Act, Draft, OutboxRow

if TYPE_CHECKING:
    from ..desk import Desk

WAYS = ("wangwang", "sms", "phone")
RESULTS = ("reached", "unreached")
OUTCOMES = ("resolved", "unresolved")


class Acted(Struct, frozen=True, kw_only=True):
    """What was done with a ticket: the act, and what is queued for the platform, if anything."""

    ticket: str
    act: Act
    rows: tuple[OutboxRow, ...] = ()


def me(desk: Desk) -> str:
    """Return who is at the desk: $GONGDAN_USER, else the name of the account."""
    said = desk.config.variables.get("GONGDAN_USER")
    return (said.reveal().strip() if said else "") or getpass.getuser()


class Acts:
    """Acts at a desk.  With *dry_run* they are checked, and nothing is stored."""

    def __init__(self, desk: Desk, *, dry_run: bool = False) -> None:
        self._desk = desk
        self._dry_run = dry_run

    def claim(self, ref: str, *, take: bool = False) -> Acted:
        """Take a ticket; it is free again when nothing was done with it for LEASE.

        Raises:
            Conflict: it is somebody else's; *take* takes it over.
        """
        until = self._desk.now() + LEASE
        return self._hold(ref, me(self._desk), "claim", until=until, take=take)

    def release(self, ref: str, *, take: bool = False) -> Acted:
        """Give a ticket back.

        Raises:
            Conflict: it is somebody else's; *take* frees it all the same.
        """
        return self._hold(ref, "", "release", take=take)

    def assign(self, ref: str, name: str) -> Acted:
        """Make a ticket somebody's, until somebody says otherwise."""
        return self._hold(ref, _word(name, "whose it is to be"), "assign", take=True)

    def transfer(self, ref: str, to: str, reason: str) -> Acted:
        """Hand a ticket over, with the reason (R39); the deadline stays as it is (R40).

        Raises:
            BadArgument: no reason, or no name.
        """
        to, reason = _word(to, "to whom"), _word(reason, "a reason")
        draft = Draft(ticket=ref, kind="transfer", text=reason, fields={"to": to})
        rows = self._there(draft)
        done = self._hold(ref, to, "transfer", why=reason, take=True)
        return Acted(ticket=done.ticket, act=done.act, rows=rows)

    def contact(
        self, ref: str, by: str, result: str, *, note: str = "", at: datetime | None = None
    ) -> Acted:
        """Note that the buyer was contacted, how, when, and whether they were reached (R72, R96).

        Raises:
            BadArgument: the time is not yet, or the way or the result is none.
        """
        now = self._desk.now()
        if by not in WAYS or result not in RESULTS:
            raise BadArgument(f"contact by {', '.join(WAYS)}; the result is {' or '.join(RESULTS)}")
        if at is not None and at > now:
            raise BadArgument(f"{ref}: that contact has not been yet; give the time it was")
        data = {"by": by, "result": result, "at": (at or now).isoformat()}
        return self._note(ref, "contact", why=note, data=data)

    def promise(
        self, ref: str, at: datetime, *, kind: str = "promise", rows: Sequence[OutboxRow] = ()
    ) -> Acted:
        """Note that the buyer was promised a word by then (R54).

        Args:
            kind: "expected": it was the end of it that was promised (R55).
            rows: of the reply that says so; a promise that never went is none.

        Raises:
            BadArgument: that time is over.
        """
        check_promise(self._desk, at)
        data = {"at": at.isoformat(), "actions": " ".join(str(row.id) for row in rows)}
        return self._note(ref, kind, data={name: value for name, value in data.items() if value})

    def finish(
        self, ref: str, outcome: str, *, reason: str = "", cause: str = "",
        fields: Mapping[str, str] | None = None,
    ) -> Acted:  # fmt: skip
        """Note how a ticket ended: outcome, why it is not resolved (R71), root cause (R120).

        Args:
            fields: what the platform wants beside, where it takes the end of a ticket.

        Raises:
            BadArgument: unresolved, and no reason; or no such outcome.
        """
        if outcome not in OUTCOMES:
            raise BadArgument(f"the outcome is {' or '.join(OUTCOMES)}")
        if outcome == "unresolved":
            _word(reason, "a reason: truly, why it is not resolved")
        said = {"outcome": outcome, "reason": reason.strip(), "cause": cause.strip()}
        there = {**(fields or {}), **said}
        rows = self._there(Draft(ticket=ref, kind="finish", text=reason.strip(), fields=there))
        data = {name: value for name, value in said.items() if value and name != "reason"}
        with self._desk.store.together():
            done = self._note(ref, "finish", why=reason.strip(), data=data)
            if not self._dry_run:
                told = {"what": "finish", "who": done.act.who, "why": done.act.why, **data}
                event = Happened(kind="done", ticket=done.ticket, data=told)
                self._desk.store.events.add([event], done.act.at)
        return Acted(ticket=done.ticket, act=done.act, rows=rows)

    def _there(self, draft: Draft) -> tuple[OutboxRow, ...]:
        """Queue an act for the platform, where it can do it."""
        ticket_id = self._desk.store.queue.find(draft.ticket)
        try:
            self._desk.run_of(ticket_id.split("/", 1)[0]).ability(ticket_id, draft.kind)
        except Unsupported:
            return ()
        return tuple(self._desk.draft(draft, dry_run=self._dry_run))

    def _hold(
        self, ref: str, holder: str, what: str, *, why: str = "", take: bool = False,
        until: datetime | None = None,
    ) -> Acted:  # fmt: skip
        desk, ticket_id = self._desk, self._desk.store.queue.find(ref)
        held = desk.store.local.held_by(ticket_id, desk.now())
        if self._dry_run:
            if held not in ("", me(desk)) and not take:
                raise Conflict(f"{ticket_id} is {held}'s; --take takes it over")
            data = {"to": holder} if holder else {}
            act = Act(at=desk.now(), who=me(desk), what=what, why=why, data=data)
        else:
            act = desk.store.local.hold(
                ticket_id, holder, me(desk), desk.now(), what=what, why=why, take=take, until=until
            )
        return Acted(ticket=ticket_id, act=act)

    def _note(
        self, ref: str, what: str, *, why: str = "", data: dict[str, str] | None = None
    ) -> Acted:
        desk, ticket_id = self._desk, self._desk.store.queue.find(ref)
        if self._dry_run:
            act = Act(at=desk.now(), who=me(desk), what=what, why=why, data=data or {})
        else:
            act = desk.store.local.add(ticket_id, what, me(desk), desk.now(), why=why, data=data)
        return Acted(ticket=ticket_id, act=act)


def note_draft(desk: Desk, ticket_id: str, kind: str, made: Sequence[int]) -> None:
    """Note who queued an action; those that people do here are noted anyway."""
    if kind in ("transfer", "finish"):
        return
    data = {"actions": " ".join(str(row_id) for row_id in made)}
    desk.store.local.add(ticket_id, kind, me(desk), desk.now(), data=data)


def check_promise(desk: Desk, at: datetime) -> None:
    """Refuse a promise of a time that is over.

    Raises:
        BadArgument: it is.
    """
    if at <= desk.now():
        raise BadArgument(
            "the promised time is over; give one to come: 18:00, 2026-11-23T09:00, 2h"
        )


def must_have_contacted(desk: Desk, ticket_id: str) -> None:
    """Refuse an answer while the buyer was not contacted since the case was made (R72, R73).

    Raises:
        Refused: nobody did, or nobody noted it.
    """
    if not desk.store.local.was_contacted(ticket_id):
        raise Refused(f"{ticket_id}: {NOT_CONTACTED}")


def _word(text: str, what: str) -> str:
    if not text.strip():
        raise BadArgument(f"say {what}")
    return text.strip()
