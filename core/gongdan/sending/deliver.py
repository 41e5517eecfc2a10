"""Send one action once, or tell a person.

The protocol is described in docs/sending.md; the numbers here are its steps.  A generator that
yields what it wants next, so that it can be stopped, killed and resumed between any two steps;
see `wants`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from msgspec.structs import replace

from ..calls.verdict import verdict
from ..clock import Clock
from ..contract import Ability
from ..errors import AccessDenied, AuthExpired, Gone, GongdanError, Refused, Stopped
from ..fold import keys_of
from ..plugins.asking import given
from ..store import Outbox, Work
from ..ticket import Action, Case, File, Who
from ..wire import Call, Found
from .checks import NOT_CONTACTED, why_not
from .likeness import Look, concluded, folded, look
from .moves import Moves, Terms
from .trust import PROBE_BEYOND, SelfCheck
from .wants import (
    MARGIN,
    MAX_ATTEMPTS,
    READ_AGAIN,
    STALE_AFTER_S,
    UNSEEN_AFTER,
    Fresh,
    Pause,
    Probe,
    ReadCase,
    Seek,
    Upload,
    Want,
    WriteCall,
    Written,
)

Steps: TypeAlias = Generator[Want, Any, None]
# What no other row of the shop will fare better with; the run ends and says it.
_OF_THE_SHOP = (AuthExpired, AccessDenied, Stopped)
OVERTAKEN = "somebody answered on the platform meanwhile: look, then 'gongdan settle'"
_MONEY = "it moves money, which the machine never does twice"


class Delivery:
    """One claimed row on its way.

    Args:
        files: of the row.
        terms: what the stream allows.
        contacted: whether the buyer is known to have been since the case was made.
        check: whether sending again is safe there.
        recase: a stored payload as the case that it showed.
    """

    def __init__(
        self, work: Work, ability: Ability, outbox: Outbox, clock: Clock, *,
        files: tuple[File, ...], terms: Terms, check: SelfCheck, recase: Callable[[bytes], Case],
        contacted: Callable[[str], bool],
    ) -> None:  # fmt: skip
        self._work = work
        self._ability = ability
        self._outbox = outbox
        self._clock = clock
        self._terms = terms
        self._check = check
        self._recase = recase
        self._contacted = contacted
        self._action = Action(work.key, work.kind, work.text, files, work.fields)
        self._moves = Moves(work, outbox, clock, terms, check)
        self._seen = Found.NO  # of an ability that seeks

    def steps(self) -> Steps:
        """Do what is next for the row: send it, or look for it.

        Raises:
            AuthExpired, AccessDenied, Stopped: nothing of this shop will go now.
        """
        if self._work.state != "queued" and not self._terms.reads_back:
            self._give_up_looking()
            return
        if self._work.state == "queued" and not (yield from self._uploaded()):
            return
        try:
            fresh: Fresh = yield ReadCase(self._work.ticket)
        except GongdanError as error:
            self._unread(error)
            return
        if not (yield from self._sought(fresh)):
            return
        yield from self._probe(fresh)
        if self._work.state == "queued":
            yield from self._send(fresh)
        else:
            self._look(fresh)

    def link(self, fresh: Fresh) -> None:
        """Confirm a row whose message a sync came upon; conclude nothing from its absence."""
        found = self._find(fresh)
        if found.is_there:
            self._moves.confirm(found, fresh)

    # reading

    def _give_up_looking(self) -> None:
        if self._work.state == "sent":
            self._moves.unseen("accepted; the platform does not show it")
        else:
            self._moves.ask("nobody knows whether it arrived, and the platform does not show it")

    def _uploaded(self) -> Generator[Want, Any, bool]:
        """Have every picture on the platform before anything is decided; it may be done again."""
        if not self._ability.upload:
            return True
        files = list(self._action.files)
        for seq, file in enumerate(files):
            if file.url:
                continue
            try:
                files[seq] = yield Upload(file)
            except GongdanError as error:
                if isinstance(error, Refused) and self._work.state == "queued":
                    self._moves.refuse(str(error))  # that picture will never do
                else:
                    self._unread(error)
                return False
            self._outbox.enclosures.keep_url(self._work.id, seq, files[seq].url)
        self._action = replace(self._action, files=tuple(files))
        return True

    def _sought(self, fresh: Fresh) -> Generator[Want, Any, bool]:
        """4: ask for what the case does not show; False if the row was freed, for nobody knows."""
        if self._ability.seek is None:
            return True
        try:
            self._seen = yield Seek(self._ability.seek, self._action, fresh.case)
        except GongdanError as error:
            self._unread(error)
            return False
        return True

    def _unread(self, error: GongdanError) -> None:
        """4: free the row; but a case that is not there takes no answer."""
        if isinstance(error, Stopped):
            raise error
        if self._work.state != "queued":
            self._moves.read_again()
        elif isinstance(error, Gone):
            self._moves.refuse(str(error))
        else:
            self._moves.later(READ_AGAIN, str(error))
        if isinstance(error, _OF_THE_SHOP):
            raise error

    def _probe(self, fresh: Fresh) -> Steps:
        """Try once a day whether the platform refuses an old signature: all rests on that."""
        age = self._terms.age
        if age is None or not self._check.wants_probe(fresh.now):
            return
        try:
            refused: bool | None = yield Probe(self._work.ticket, fresh.now - age - PROBE_BEYOND)
        except GongdanError:
            refused = None
        self._check.probed(fresh.now, refused)

    # sending

    def _send(self, fresh: Fresh) -> Steps:
        if self._must_wait(fresh):
            return
        is_resend = self._work.has_open_attempt and self._work.base is not None
        call = self._resent(fresh) if is_resend else self._first(fresh)
        if call is None:
            return
        yield Pause()
        number = self._outbox.begin(self._work, fresh.now, self._clock.now())  # 6
        if not number:
            return  # another process has the row by now
        self._moves.work = self._work = replace(self._work, state="sending")
        began = (self._clock.monotonic(), self._clock.now())
        yield Pause()
        if self._is_late(began):  # 7
            self._moves.again("too late to write", number, "")
            return
        yield from self._write(call, number, fresh)

    def _must_wait(self, fresh: Fresh) -> bool:
        """3 and 4: whether the read is stale, or an earlier row's request may still come in."""
        seen = self._outbox.lately_owned(self._work.ticket, self._clock.now() - MARGIN)
        if seen - set(keys_of(fresh.thread)):  # 4: a replica that lags is no base
            self._moves.later(READ_AGAIN, "the platform shows an older state than before")
            return True
        untold = self._outbox.untold_before(self._work)
        if untold is None or fresh.now - untold >= self._terms.horizon:
            return False
        left = self._terms.horizon - (fresh.now - untold)
        self._moves.later(left, "an earlier action's request may still arrive")
        return True

    def _first(self, fresh: Fresh) -> Call | None:
        """5: no attempt is open, or a person wants it sent again."""
        if self._seen is not Found.NO:
            self._found_before(fresh)
            return None
        why = self._why_not(fresh)
        if why:
            self._moves.refuse(why)
            return None
        if self._work.text.strip() and (others := self._others(fresh)):
            same = [text for text in others if folded(text) == folded(self._work.text)]
            if same or self._work.kind == "reply":
                why = "already there" if same else OVERTAKEN
                self._moves.hold(why, their_text=(same or others)[-1])
                return None
        call = self._call(fresh)
        base = keys_of(fresh.thread)
        if call and self._outbox.set_base(self._work, base, fresh.now, fresh.round, fresh.raw):
            return call
        return None

    def _found_before(self, fresh: Fresh) -> None:
        found = self._find(fresh)
        if found.is_there:
            self._moves.confirm(found, fresh)
        else:
            self._moves.hold("it cannot be seen whether it was done")

    def _resent(self, fresh: Fresh) -> Call | None:
        """5: an attempt is open: what came since forbids another."""
        found = self._find(fresh)
        if found.is_there:
            self._moves.confirm(found, fresh)
        elif not self._told(fresh, found):
            return self._call(fresh)
        return None

    def _why_not(self, fresh: Fresh) -> str:
        if self._ability.contact and not self._contacted(self._work.ticket):
            return NOT_CONTACTED
        try:
            return given(str, "check", why_not, self._ability, self._action, fresh.case)
        except GongdanError as error:
            return f"the connector's {error}"

    def _call(self, fresh: Fresh) -> Call | None:
        try:
            return given(Call, "to_call", self._ability.to_call, self._action, fresh.case)
        except GongdanError as error:
            self._moves.refuse(f"the connector's {error}")
            return None

    def _others(self, fresh: Fresh) -> list[str]:
        """5: what somebody else posted from the merchant's side since the person looked (R66)."""
        known = {*self._work.basis, *self._outbox.owned(self._work.ticket)}
        return [
            message.text
            for key, message in zip(keys_of(fresh.thread), fresh.thread, strict=True)
            if message.who is Who.MERCHANT and key not in known
        ]

    def _is_late(self, began: tuple[float, datetime]) -> bool:
        passed = self._clock.monotonic() - began[0]
        by_wall = abs((self._clock.now() - began[1]).total_seconds())
        return bool(max(passed, by_wall) > STALE_AFTER_S)

    def _write(self, call: Call, number: int, fresh: Fresh) -> Steps:
        try:
            written: Written = yield WriteCall(call, fresh.now)  # 8
        except GongdanError as error:
            yield from self._settle(number, error, fresh)
            return
        self._outbox.succeed(  # 9
            self._work, number, written.receipt, at=written.at, now=self._clock.now()
        )

    def _settle(self, number: int, error: GongdanError, fresh: Fresh) -> Steps:
        """10 to 13: what an error says of the write."""
        outcome = verdict(error)
        if self._ability.money and outcome in ("not_done", "unknown"):
            self._moves.untold(number, outcome, error.code, f"{_MONEY}: {error}")
        elif outcome == "not_done":
            self._moves.again(str(error), number, error.code)
        elif outcome == "refused":
            self._moves.refused(_why(error), number, error.code)
        elif outcome == "already":
            self._moves.answered(number, error.code)
            if not self._work.has_open_attempt:
                yield from self._quote(fresh)
        else:
            self._moves.lost(number, "unknown", error.code, fresh)

    def _quote(self, before: Fresh) -> Steps:
        """12: keep what the other one said, to be shown beside ours."""
        try:
            after: Fresh = yield ReadCase(self._work.ticket)
        except GongdanError:
            return
        known = {*keys_of(before.thread), *self._outbox.owned(self._work.ticket)}
        news = [
            message.text
            for key, message in zip(keys_of(after.thread), after.thread, strict=True)
            if key not in known and message.who is Who.MERCHANT
        ]
        if news:
            self._outbox.tell(self._work.id, news[-1])

    # looking

    def _find(self, fresh: Fresh) -> Look:
        work = self._work
        if self._ability.seek is not None:
            return concluded(self._seen)
        if self._ability.find is not None:
            return self._find_by_ability(self._ability.find, fresh)
        return look(
            fresh.thread, work.text, base=set(work.base or ()), base_at=work.base_at or fresh.now,
            owned=self._outbox.owned(work.ticket), receipt=work.receipt,
        )  # fmt: skip

    def _find_by_ability(self, find: Callable[[Action, Case, Case], Found], fresh: Fresh) -> Look:
        try:
            before = self._recase(self._work.before)
            found = given(Found, "find", find, self._action, before, fresh.case)
        except GongdanError:
            found = Found.UNSURE  # a plugin that fails says nothing
        return concluded(found)

    def _look(self, fresh: Fresh) -> None:
        """14 and 15."""
        found, passed = self._find(fresh), self._moves.passed(fresh)
        if found.is_there:
            self._moves.confirm(found, fresh)
        elif self._work.hold:
            self._moves.look_again(fresh)
        elif self._ability.money and self._work.state == "unknown":
            self._told(fresh, found)
        elif not self._work.has_open_attempt:  # its process told after it was given up
            self._moves.send_again()
        elif self._work.state == "sent":
            self._look_for_sent(fresh, found, passed)
        elif passed < self._terms.horizon and not (found.is_hidden or self._is_known_again(fresh)):
            self._moves.look_again(fresh)
        elif not self._told(fresh, found):
            self._moves.send_again()

    def _is_known_again(self, fresh: Fresh) -> bool:
        """15: whether the platform would take another request for the first, however late."""
        age = self._ability.key_age
        first = min((attempt.stamp for attempt in self._work.tried), default=fresh.now)
        return age is not None and fresh.now + self._terms.latest - first <= age

    def _look_for_sent(self, fresh: Fresh, found: Look, passed: timedelta) -> None:
        if not self._work.receipt and passed >= UNSEEN_AFTER and len(found.others) == 1:
            key, text = found.others[0]
            self._moves.confirm(Look(True, key, text), fresh)
        elif found.is_hidden:
            self._moves.accepted()
        elif passed >= self._terms.horizon:
            self._moves.unseen("accepted, but not seen in the thread")
        else:
            self._moves.look_again(fresh)

    def _told(self, fresh: Fresh, found: Look) -> bool:
        """15: whether a person must decide, and was told why."""
        why, tried = "", len(self._work.tried)
        if found.others:
            why = "a message that is not ours word for word came meanwhile"
        elif found.is_unsure:
            why = "it cannot be seen whether it was done"
        elif fresh.round > self._work.base_round:
            why = "a new round began meanwhile"
        elif self._ability.money:
            why = _MONEY
        elif tried < MAX_ATTEMPTS and self._is_known_again(fresh):
            why = ""
        elif self._terms.age is None:
            why = "the platform states no age of signatures, so a late one may still land"
        elif self._check.trust.off:
            why = f"sending again is off for this stream: {self._check.trust.off}"
        elif tried >= MAX_ATTEMPTS:
            why = f"sent {tried} times, and never seen"
        if why:
            self._moves.ask(why, their_text=found.others[-1][1] if found.others else "")
        return bool(why)


def _why(error: GongdanError) -> str:
    """Return what to do about a refusal, in both languages, and the platform's own words."""
    todo = " / ".join(filter(None, (error.hint_zh, error.hint_en)))
    return f"{todo}: {error.said or error}" if todo else str(error)
