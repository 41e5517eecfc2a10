"""What a person can decide of an action that waits: the three answers, and "done by hand"."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from ..errors import Conflict, NotFound, Refused
from ..store import Store, Work
from ..store.moments import told
from ..ticket import Message, Who
from ..views import OutboxRow

Answer = Literal["this-one", "send-again", "drop", "by-hand"]
ANSWERS: tuple[Answer, ...] = ("this-one", "send-again", "drop", "by-hand")


class Decide:
    """Decisions over the outbox of a store; each takes a row from whoever is at work on it."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store = store
        self._outbox = store.outbox
        self._now = now

    def candidates(self, row_id: int) -> dict[str, Message]:
        """Return the messages that may be this action, by key: the merchant's, new, no row's."""
        work = self._outbox.work(row_id)
        known = {*(work.basis if work.base is None else work.base)}
        known |= self._outbox.owned(work.ticket)
        return {
            key: message
            for key, message in self._outbox.seen(work.ticket).items()
            if message.who is Who.MERCHANT and key not in known
        }

    def answers(self, row_id: int) -> tuple[Answer, ...]:
        """Return what a person may decide of a row now: some of ANSWERS, or none."""
        row = self._outbox.row(row_id)
        if row.state == "draft":
            return ("drop", "by-hand")
        if not _waits(row):
            return ()
        impossible = {"send-again"} if row.state == "sent" else set()
        if not self.candidates(row_id):
            impossible.add("this-one")
        return tuple(answer for answer in ANSWERS if answer not in impossible)

    def settle(self, row_id: int, answer: str, *, key: str = "", sure: bool = False) -> OutboxRow:
        """Do what a person decided of a row.

        Args:
            answer: one of ANSWERS.
            key: of "this-one": which of `candidates`; may be left out where there is only one.
            sure: of "send-again": also while an earlier request may still arrive.

        Raises:
            NotFound: no such row, or no such message.
            Conflict: there is nothing to decide, or it moved meanwhile.
            Refused: it may still arrive; *sure* sends it all the same.
        """
        if answer not in ANSWERS:
            raise NotFound(f"no answer {answer!r}; there are: {', '.join(ANSWERS)}")
        row, work = self._outbox.row(row_id), self._outbox.work(row_id)
        if row.state == "sending":
            raise Conflict(f"action {row_id} is being sent; look again in two minutes")
        if row.state == "draft" and answer in ("by-hand", "drop"):
            state = "by_hand" if answer == "by-hand" else "cancelled"
            return self._decide(row, state, why=f"a person said: {answer}")
        if not _waits(row):
            raise Conflict(f"action {row_id} is {row.state}: there is nothing to decide")
        if answer == "this-one":
            return self._this_one(row, work, key)
        if answer == "send-again":
            return self._send_again(row, work, sure)
        state = "cancelled" if answer == "drop" else "by_hand"
        return self._decide(row, state, why=f"a person said: {answer}")

    def _this_one(self, row: OutboxRow, work: Work, key: str) -> OutboxRow:
        there = self.candidates(row.id)
        if not key and len(there) == 1:
            key = next(iter(there))
        if not there:
            raise NotFound(
                f"action {row.id}: no message on the platform may be it; 'gongdan sync' reads the"
                " thread again"
            )
        if key not in there:
            known = ", ".join(there)
            raise NotFound(f"action {row.id}: which message? name one with --key: {known}")
        is_ours = work.has_open_attempt or row.state == "sent"
        state = "confirmed" if is_ours else "answered_by_other"
        return self._decide(row, state, message=key, their_text=there[key].text,
                            why="a person said: this-one")  # fmt: skip

    def _send_again(self, row: OutboxRow, work: Work, sure: bool) -> OutboxRow:
        if row.state == "sent":
            raise Conflict(f"action {row.id}: the platform accepted it; write a new one instead")
        until = row.look_until
        if work.has_open_attempt and not sure and until is not None and until > self._now:
            raise Refused(
                f"action {row.id} may still arrive until {told(until, '%H:%M')}, and would be there"
                " twice; wait, or say that you are sure"
            )
        seen = json.dumps(list(self._outbox.seen(work.ticket)))
        return self._decide(row, "queued", base=None, base_ms=None, basis=seen, tries=0,
                            not_before=self._now, horizon=None, their_text="", why="")  # fmt: skip

    def _decide(
        self, row: OutboxRow, state: str, **changes: datetime | int | str | None
    ) -> OutboxRow:
        return self._outbox.decide(row, state, self._now, hold=0, look=None, **changes)


def _waits(row: OutboxRow) -> bool:
    """Tell whether a row that is no draft waits for what a person decides."""
    return row.state in ("unknown", "queued") or (row.state == "sent" and row.hold)
