"""The steps that a claimed row can take, each one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from ..clock import Clock
from ..store import Outbox, Work
from ..store.moments import told
from .likeness import Look, folded
from .trust import SelfCheck
from .wants import (
    BACK_OFF,
    FIRST_LOOK,
    LONGEST_BACK_OFF,
    LONGEST_PAUSE,
    LOOK_EVERY,
    LOOK_LATE_EVERY,
    MARGIN,
    READ_AGAIN,
    TELL_AFTER,
    UNKNOWN_AGE,
    Fresh,
)


class Terms(Struct, frozen=True):
    """What a stream allows.

    Attributes:
        age: how old a signature the platform takes; None: not known.
        reads_back: whether what was written can be looked up.
    """

    age: timedelta | None = None
    reads_back: bool = True

    @property
    def horizon(self) -> timedelta:
        """How long after its stamp a request may still turn out to have been done."""
        return (self.age or UNKNOWN_AGE) + MARGIN

    @property
    def latest(self) -> timedelta:
        """How long after its stamp a request may still arrive and be seen, paused as it may be."""
        return (self.age or LONGEST_PAUSE) + MARGIN


class Moves:
    """A claimed row, and what becomes of it.  Every move gives the claim back."""

    def __init__(
        self, work: Work, outbox: Outbox, clock: Clock, terms: Terms, check: SelfCheck
    ) -> None:
        self.work = work
        self.terms = terms
        self._outbox = outbox
        self._clock = clock
        self._check = check

    @property
    def now(self) -> datetime:
        """This machine's time."""
        return self._clock.now()

    @property
    def stamp(self) -> datetime | None:
        """The newest stamp that the platform may have seen."""
        return max((attempt.stamp for attempt in self.work.tried), default=None)

    def passed(self, fresh: Fresh) -> timedelta:
        """Return how long ago that was, by the platform's clock."""
        return fresh.now - (self.stamp or fresh.now)

    def later(self, wait: timedelta, why: str) -> None:
        """Let a queued row wait."""
        self._move("queued", not_before=self.now + wait, why=why)

    def hold(self, why: str, their_text: str = "") -> None:
        """Let a queued row wait for a person."""
        self._move("queued", hold=1, why=why, their_text=their_text)

    def refuse(self, why: str) -> None:
        """End a row that will not go; where a copy may be there a person is asked instead."""
        if self.work.has_open_attempt:
            self.ask(why)
        else:
            self._move("refused", why=why)

    def again(self, why: str, number: int, code: str) -> None:
        """10: certainly not done: later, and later still, and after many tries told."""
        tries = self.work.tries + 1
        wait = min(BACK_OFF * tries, LONGEST_BACK_OFF)
        if self.work.has_open_attempt:
            at = self.now + wait
            self._record(number, "not_done", code, "unknown", look=at, tries=tries, why="")
            return
        told = f"not sent in {tries} tries: {why}" if tries >= TELL_AFTER else why
        self._record(
            number, "not_done", code, "queued", not_before=self.now + wait, tries=tries, why=told
        )

    def refused(self, why: str, number: int, code: str) -> None:
        """11: the platform said no for good."""
        if self.work.has_open_attempt:
            self.lost(number, "refused", code, None)
        else:
            self._record(number, "refused", code, "refused", why=why)

    def answered(self, number: int, code: str) -> None:
        """12: somebody else was faster."""
        if self.work.has_open_attempt:
            self.lost(number, "already", code, None)
        else:
            why = "somebody else had answered already"
            self._record(number, "already", code, "answered_by_other", why=why)

    def lost(self, number: int, outcome: str, code: str, fresh: Fresh | None) -> None:
        """13: listed at once; looked up until the horizon."""
        if not self.terms.reads_back:
            why = "nobody knows whether it arrived, and the platform does not show it"
            self._record(number, outcome, code, "unknown", look=None, hold=1, why=why)
            return
        horizon = self.now + self.terms.horizon
        why = self._urgency(fresh.now + self.terms.horizon) if fresh else ""
        self._record(
            number, outcome, code, "unknown", look=self.now + FIRST_LOOK, horizon=horizon, why=why
        )

    def untold(self, number: int, outcome: str, code: str, why: str) -> None:
        """13, of what is never done twice: a person decides, at once; looks go on."""
        if outcome == "not_done" and not self.work.has_open_attempt:
            self._record(number, outcome, code, "queued", hold=1, why=why)
            return
        look = self.now + FIRST_LOOK if self.terms.reads_back else None
        self._record(number, outcome, code, "unknown", look=look, hold=1, why=why)

    def confirm(self, found: Look, fresh: Fresh) -> None:
        """14: it is there."""
        work = self.work
        same = not found.key or folded(found.text) == folded(work.text)
        since = work.sent_at or self.stamp
        if since is not None:
            sure = work.sent_at is not None
            self._check.seen(since, fresh.now, work.missed_at, sure=sure)
        self._move(
            "confirmed", message=found.key or None, why="" if same else "altered",
            their_text="" if same else found.text, look=None,
        )  # fmt: skip

    def accepted(self) -> None:
        """14: the platform took what it shows nowhere; there is nothing to wait for."""
        self._move("confirmed", why="accepted; the platform does not show it", look=None)

    def ask(self, why: str, their_text: str = "") -> None:
        """15: a person decides; looks go on, and settle it if it appears."""
        look = self.now + LOOK_LATE_EVERY if self.terms.reads_back else None
        self._move("unknown", look=look, hold=1, why=why, their_text=their_text)

    def unseen(self, why: str) -> None:
        """15: accepted and not seen: told, never sent again, in nobody's way any more."""
        look = self.now + LOOK_LATE_EVERY if self.terms.reads_back else None
        self._move("sent", look=look, hold=1, why=why)

    def look_again(self, fresh: Fresh) -> None:
        """14: at 3, 6, 12 … s after the stamp, then every 120 s, the last time at the horizon."""
        work, passed = self.work, self.passed(fresh)
        left = self.terms.horizon - passed
        wait = min(max(passed, FIRST_LOOK), LOOK_EVERY)
        if work.hold:
            wait = LOOK_LATE_EVERY
        elif left > timedelta(0):
            wait = min(wait, max(left, timedelta(seconds=1)))
        urgency = self._urgency(fresh.now + left) if work.state == "unknown" else ""
        self._move(
            work.state, look=self.now + wait, horizon=self.now + left, missed=fresh.now,
            why=work.why or urgency,
        )  # fmt: skip

    def read_again(self) -> None:
        """4: what could not be read is read again."""
        work = self.work
        self._move(work.state, look=self.now + READ_AGAIN, why=work.why)

    def send_again(self) -> None:
        """15: certainly not there; or the platform knows a request again by its key."""
        self._move("queued", not_before=self.now, why="not there; sent again", look=None)

    def _urgency(self, known_at: datetime) -> str:
        """Why a person is told before it is known: its deadline comes first."""
        due = self.work.due
        if due is None or due >= known_at:
            return ""
        return f"the ticket is due at {told(due)}, before it is known whether it went"

    def _move(self, state: str, *, why: str, **changes: datetime | int | str | None) -> None:
        self._outbox.move(self.work, state, self.now, why=why, **changes)

    def _record(
        self, number: int, outcome: str, code: str, state: str,
        **changes: datetime | int | str | None,
    ) -> None:  # fmt: skip
        self._outbox.record(self.work, number, outcome, code, state, self.now, **changes)
