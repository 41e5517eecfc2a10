"""Send one action once, or tell a person.

The protocol is described in docs/sending.md; the numbers here are its steps.  A generator that
yields what it wants next, so that it can be stopped, killed and resumed between any two steps:
`ReadCase` and `WriteCall` are done by the driver, `Pause` is a place where time may pass.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ..clock import Clock
from ..contract import Ability
from ..errors import Gone, GongdanError
from ..fields import Status
from ..fold import keys_of
from ..store import Outbox, Work
from ..ticket import Action, Case, File, Message, Who
from ..verdict import verdict
from ..wire import Call, Found
from .likeness import Look, folded, look

LEASE = timedelta(seconds=120)
READ_AGAIN = timedelta(seconds=10)
STALE_AFTER_S = 5.0  # between deciding and writing
FIRST_LOOK = timedelta(seconds=3)
LOOK_EVERY = timedelta(seconds=120)
LOOK_LATE_EVERY = timedelta(minutes=10)  # once a person was told
UNSEEN_AFTER = timedelta(seconds=60)
MARGIN = timedelta(minutes=5)  # a late commit plus visibility
UNKNOWN_AGE = timedelta(minutes=10)  # looked for that long where no signature age is known
MAX_ATTEMPTS = 3
TELL_AFTER = 40
LONGEST_BACKOFF = timedelta(seconds=60)


class ReadCase(Struct, frozen=True):
    """Wanted: the case as the platform shows it now."""

    ticket: str


class WriteCall(Struct, frozen=True):
    """Wanted: this one request, signed with the stamp; sent back: the id of what it made, or ""."""

    call: Call
    stamp: datetime


class Pause(Struct, frozen=True):
    """A step is stored; anything may happen before the next."""


class Fresh(Struct, frozen=True):
    """A case just read, the platform's time of reading, and its payload."""

    case: Case
    now: datetime
    raw: bytes = b""

    @property
    def thread(self) -> tuple[Message, ...]:
        """Its messages, as the platform ordered them."""
        thread = self.case.ticket.thread
        return thread if isinstance(thread, tuple) else ()

    @property
    def round(self) -> int:
        """How many times it was sent back."""
        return self.case.ticket.round if isinstance(self.case.ticket.round, int) else 0


Want: TypeAlias = ReadCase | WriteCall | Pause
Steps: TypeAlias = Generator[Want, Any, None]


class Delivery:
    """One claimed row on its way.

    Args:
        reads_back: whether the thread (or `find`) can show what was written.
        age: how old a signature the platform takes; None: not known.
        recase: a stored payload as the case that it showed.
        resends: False where looking has been seen to come too late to trust.
    """

    def __init__(
        self, work: Work, ability: Ability, outbox: Outbox, clock: Clock, *,
        files: tuple[File, ...], age: timedelta | None, reads_back: bool,
        recase: Callable[[bytes], Case], resends: bool = True,
    ) -> None:  # fmt: skip
        self._work = work
        self._ability = ability
        self._outbox = outbox
        self._clock = clock
        self._age = age
        self._reads_back = reads_back
        self._recase = recase
        self._resends = resends and reads_back
        self._action = Action(work.key, work.kind, work.text, files, work.fields)

    @property
    def _now(self) -> datetime:
        return self._clock.now()

    def steps(self) -> Steps:
        """Do what is next for the row: send it, or look for it."""
        try:
            fresh: Fresh = yield ReadCase(self._work.ticket)
        except GongdanError as error:
            self._unread(error)
            return
        if self._work.state == "queued":
            yield from self._send(fresh)
        else:
            self._look(fresh)

    def _unread(self, error: GongdanError) -> None:
        """4: free the row; but a case that is not there takes no answer."""
        if isinstance(error, Gone) and self._work.state == "queued" and not self._is_open:
            self._move("refused", why=str(error))
            return
        later = self._now + READ_AGAIN
        if self._work.state == "queued":
            self._move("queued", not_before=later, why=str(error))
        else:
            self._move(self._work.state, look=later, why=self._work.why)

    @property
    def _is_open(self) -> bool:
        return self._work.has_open_attempt

    # sending

    def _send(self, fresh: Fresh) -> Steps:
        work = self._work
        if self._is_open:  # 5: a resend
            found = self._find(fresh)
            if found.match:
                self._confirm(found.match)
                return
            if found.others or fresh.round > work.base_round:
                self._tell("somebody has answered meanwhile", found)
                return
        else:
            why = why_not(self._ability, self._action, fresh.case)
            if why:
                self._move("refused", why=why)
                return
            twin = self._twin(fresh)
            if twin:
                self._move("queued", hold=1, why="already there", their_text=twin)
                return
            self._outbox.set_base(work, keys_of(fresh.thread), fresh.now, fresh.round, fresh.raw)
        try:
            call = self._ability.to_call(self._action, fresh.case)
        except Exception as error:
            self._move("refused", why=f"to_call failed: {type(error).__name__}")
            return
        yield Pause()
        number = self._outbox.begin(work, fresh.now, self._now)  # 6
        self._work = replace(work, state="sending")
        began = (self._clock.monotonic(), self._now)
        yield Pause()
        if self._is_late(began):  # 7
            self._outbox.fail(work, number, "not_done", "too late to write")
            self._again()
            return
        try:
            receipt: str = yield WriteCall(call, fresh.now)  # 8
        except GongdanError as error:
            self._settle(number, error, fresh)
            return
        self._outbox.succeed(work, number, receipt, self._now)  # 9

    def _twin(self, fresh: Fresh) -> str:
        """5: our very words from the merchant's side, posted since the person looked."""
        owned = self._outbox.owned(self._work.ticket)
        wanted = folded(self._work.text)
        for key, message in zip(keys_of(fresh.thread), fresh.thread, strict=True):
            if key in self._work.basis or key in owned or message.who is not Who.MERCHANT:
                continue
            if wanted and folded(message.text) == wanted:
                return message.text
        return ""

    def _is_late(self, began: tuple[float, datetime]) -> bool:
        passed = self._clock.monotonic() - began[0]
        return bool(max(passed, abs((self._now - began[1]).total_seconds())) > STALE_AFTER_S)

    def _settle(self, number: int, error: GongdanError, fresh: Fresh) -> None:
        """10 to 13: what an error says of the write."""
        outcome = verdict(error)
        self._outbox.fail(self._work, number, None if outcome == "unknown" else outcome, error.code)
        if outcome == "unknown" or self._is_open:
            self._unknown()
        elif outcome == "not_done":
            self._again(str(error))
        elif outcome == "refused":
            self._move("refused", why=error.hint_zh or str(error))
        else:
            theirs = [m.text for m in fresh.thread if m.who is Who.MERCHANT]
            self._move(
                "answered_by_other",
                why="somebody else had answered already",
                their_text=theirs[-1] if theirs else "",
            )

    def _again(self, why: str = "") -> None:
        """10: certainly not done; later, and later still, and after many tries told."""
        if self._is_open:
            self._unknown()
            return
        tries = self._work.tries + 1
        wait = min(timedelta(seconds=5) * tries, LONGEST_BACKOFF)
        told = f"not sent in {tries} tries: {why}" if tries >= TELL_AFTER else why
        self._move("queued", not_before=self._now + wait, tries=tries, why=told)

    def _unknown(self) -> None:
        """13: listed at once; looked up until the horizon."""
        why = "" if self._reads_back else "the platform shows no thread to look it up in"
        look_at = self._now + FIRST_LOOK if self._reads_back else None
        self._move("unknown", look=look_at, horizon=self._now + self._horizon, looks=0, why=why)

    @property
    def _horizon(self) -> timedelta:
        return (self._age or UNKNOWN_AGE) + MARGIN

    # looking

    def _find(self, fresh: Fresh) -> Look:
        work = self._work
        return look(
            fresh.thread, work.text, base=set(work.base or ()), base_at=work.base_at or fresh.now,
            owned=self._outbox.owned(work.ticket), receipt=work.receipt,
        )  # fmt: skip

    def _look(self, fresh: Fresh) -> None:
        """14 and 15."""
        work = self._work
        if self._ability.find is not None:
            self._look_by_ability(fresh)
            return
        found = self._find(fresh)
        if found.match:
            self._confirm(found.match)
            return
        stamp = max((attempt.stamp for attempt in work.attempts), default=fresh.now)
        passed = fresh.now - stamp
        if work.state == "sent":
            if not work.receipt and passed >= UNSEEN_AFTER and len(found.others) == 1:
                self._confirm(found.others[0][0], why="altered", their_text=found.others[0][1])
                return
            if passed >= self._horizon:
                self._move("sent", look=None, why="accepted, but not seen in the thread")
                return
        elif passed >= self._horizon:
            self._at_horizon(fresh, found)
            return
        self._look_again()

    def _at_horizon(self, fresh: Fresh, found: Look) -> None:
        work = self._work
        opened = sum(attempt.is_open for attempt in work.attempts)
        if found.others:
            self._tell("a message that is not ours word for word came meanwhile", found)
        elif fresh.round > work.base_round:
            self._tell("a new round began meanwhile", found)
        elif self._age is None:
            self._tell("the platform states no age of signatures, so a late one may still land")
        elif not self._resends:
            self._tell("sending again is switched off for this stream")
        elif opened >= MAX_ATTEMPTS:
            self._tell(f"sent {opened} times, and never seen")
        else:
            self._move("queued", not_before=self._now, why="certainly not there; sent again")

    def _look_by_ability(self, fresh: Fresh) -> None:
        assert self._ability.find is not None
        before = self._recase(self._work.before) if self._work.before else fresh.case
        found = self._ability.find(self._action, before, fresh.case)
        if found is Found.YES:
            self._move("confirmed")
        elif found is Found.OTHER:
            self._tell("done, but not as we said it")
        else:
            self._look_again()

    def _look_again(self) -> None:
        looks = self._work.looks + 1
        wait = min(FIRST_LOOK * 2 ** min(looks, 10), LOOK_EVERY)
        if self._work.why:
            wait = LOOK_LATE_EVERY
        self._move(self._work.state, look=self._now + wait, looks=looks, why=self._work.why)

    def _tell(self, why: str, found: Look | None = None) -> None:
        """A person decides; looks go on, and settle it if it appears."""
        their = found.others[-1][1] if found and found.others else ""
        self._move("unknown", look=self._now + LOOK_LATE_EVERY, why=why, their_text=their)

    def _confirm(self, key: str, why: str = "", their_text: str = "") -> None:
        self._move("confirmed", message=key, why=why, their_text=their_text)

    def _move(self, state: str, *, why: str = "", **changes: datetime | int | str | None) -> None:
        changes.setdefault("look", None)
        self._outbox.move(self._work, state, self._now, why=why, **changes)


def why_not(ability: Ability, action: Action, case: Case) -> str:
    """Return why a case does not take an action now, or ""."""
    ticket = case.ticket
    if ticket.gone is True:
        return "the platform says the case is gone"
    if ticket.status is Status.CLOSED:
        return "the case is closed on the platform"
    if ticket.answerable is False:
        return "the platform takes no answer to it now"
    return ability.check(action, case) if ability.check else ""
