"""A delivery on a bench: a real store, a platform that says what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gongdan import Ability, Call, Case, Fields, GongdanError, Message, Ticket, Who
from gongdan.sending.decide import Decide
from gongdan.sending.deliver import Delivery
from gongdan.sending.moves import Terms
from gongdan.sending.trust import SelfCheck
from gongdan.sending.wants import Fresh, Pause, Probe, ReadCase, Upload, WriteCall, Written
from gongdan.store import Batch, Payload, Store, Work
from gongdan.ticket import File
from gongdan.views import OutboxRow

from ...conftest import ManualClock

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TICKET = "main/case/1"
AGE = timedelta(minutes=10)
REPLY = Ability(to_call=lambda action, _case: Call("reply", {"text": action.text}), max_chars=100)


class Bench:
    """One ticket of a platform, and its outbox.

    Attributes:
        thread: what a read shows.
        answers: what becomes of each write, in order: an id, or an error.
        writes: the requests that were made.
    """

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.clock = clock
        self.store = Store(folder / "gongdan.db")
        self.ability = REPLY
        self.terms = Terms(AGE)
        self.check = SelfCheck(self.store.meta, "main", "case")
        self.thread: list[Message] = []
        self.says: dict[str, Any] = {}
        self.answers: list[str | GongdanError] = []
        self.unreadable: GongdanError | None = None
        self.writes: list[WriteCall] = []
        self.probe: bool | None = True
        self.between: Callable[[object], None] = lambda _want: None
        self._said: dict[str, Any] = {}
        self.land()

    def land(self, **said: Any) -> None:
        """Store the ticket as a sync has it; what was said of it before still holds."""
        self._said |= said
        payload = Payload(kind="row", remote_id="1", updated=self.clock.now(), raw=b"{}",
                          digest=str(self._said).encode(), said=Ticket(**self._said))  # fmt: skip
        self.store.cases.commit(Batch(platform="acme", shop="main", stream="case", run=1,
                                      at=self.clock.now(), payloads=[payload]))  # fmt: skip

    def queue(self, *texts: str, files: Sequence[File] = (), fields: Any = None) -> list[int]:
        """Queue what a person wrote who sees the thread as it is."""
        self._show()
        now = self.clock.now()
        return self.store.outbox.queue(
            TICKET, kind="reply", parts=texts or ("您好",), not_before=now, now=now, files=files,
            fields=fields, basis=list(self.store.outbox.seen(TICKET)),
        )  # fmt: skip

    def _show(self) -> None:
        """Let the store have the thread, as after a read of the case."""
        self.land(thread=tuple(self.thread))

    def say(self, text: str, who: Who = Who.MERCHANT, id_: str = "") -> None:
        """Let somebody say something now."""
        self.thread.append(Message(who, text, self.clock.now(), id_))

    def row(self, row_id: int) -> OutboxRow:
        return self.store.outbox.row(row_id)

    def deliver(self) -> OutboxRow | None:
        """Work on what is due of the ticket once; return the row, None if nothing is due."""
        work = self.store.outbox.claim(TICKET, self.clock.now())
        if work is None:
            return None
        steps = self._delivery(work).steps()
        try:
            answer: object = None
            while True:
                want = steps.send(answer) if not isinstance(answer, GongdanError) else (
                    steps.throw(answer))  # fmt: skip
                self.between(want)
                answer = self._do(want)
        except StopIteration:
            pass
        finally:
            self.store.outbox.release(work)
        return self.row(work.id)

    def _delivery(self, work: Work) -> Delivery:
        return Delivery(
            work, self.ability, self.store.outbox, self.clock,
            files=self.store.outbox.enclosures.of(work.id), terms=self.terms, check=self.check,
            recase=lambda raw: Case("1", Ticket(title=raw.decode()), Fields({}), Fields({})),
            contacted=self.store.local.was_contacted,
        )  # fmt: skip

    def link(self) -> None:
        """Come upon the thread, as a sync does."""
        work = self.store.outbox.claim(TICKET, self.clock.now(), early=True)
        assert work is not None
        self._delivery(work).link(self._fresh())
        self.store.outbox.release(work)

    def after(self, seconds: float) -> OutboxRow | None:
        """Let time pass, and work on what is due then."""
        self.clock.advance(seconds)
        return self.deliver()

    def look_until_settled(self, seconds: float = 1200) -> OutboxRow:
        """Work on what is due, second by second, for so long; return the first row."""
        for _ in range(int(seconds)):
            self.after(1)
        return self.row(1)

    def _do(self, want: object) -> object:
        if isinstance(want, ReadCase):
            return self.unreadable or self._fresh()
        if isinstance(want, WriteCall):
            self.writes.append(want)
            said = self.answers.pop(0)
            return said if isinstance(said, GongdanError) else Written(said, self.clock.now())
        if isinstance(want, Upload):
            return File(want.file.name, want.file.mime, want.file.data, "https://p/1.png")
        if isinstance(want, Probe):
            return self.probe
        assert isinstance(want, Pause)
        return None

    def _fresh(self) -> Fresh:
        ticket = Ticket(thread=tuple(self.thread), **self.says)
        return Fresh(Case("1", ticket, Fields({}), Fields({})), self.clock.now(), b"now")

    def act(self, answer: str, row: int = 1, **more: Any) -> OutboxRow:
        """Decide as a person who sees the thread as it is."""
        self._show()
        return Decide(self.store, self.clock.now()).settle(row, answer, **more)
