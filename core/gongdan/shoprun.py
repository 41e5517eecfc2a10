"""One run of one shop: send what is due, then read.  Does what the generators want."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from .calls.session import Session
from .clock import Clock
from .contract import Ability, Stream
from .driven import Around, Driven, Steps
from .due import Due
from .errors import Busy, GongdanError, ProtocolError, Stopped
from .fields import Fields
from .plugins.asking import detail_of, given, page_of, wants
from .plugins.registry import AnyConnector
from .reading.details import land_detail
from .reading.rows import Keyed, understand
from .reading.stream import Reader
from .reading.wants import Have, Land, Noted, Now, ReadDetail, ReadPage, Say
from .sending.post import Post
from .sending.probe import is_refused
from .sending.wants import Fresh, Probe, ReadCase, Seek, Upload, WriteCall, Written
from .store import Batch, Claim, Payload, Reject, Store
from .store.columns import Index
from .store.ledger import LEASE
from .ticket import Case, Ticket
from .upkeep.drifting import tell_drift
from .views import RunRow
from .wire import Call, Found, Ref

log = logging.getLogger("gongdan")
Progress = Callable[[RunRow], None]


class ShopRun:
    """One run of one shop, by what it may use.

    Args:
        session: the shop's way to the network.
        due: the shop's deadlines.
        lease: after which a run that gives no sign is taken for dead.
        first: where a stream that was never read begins.
        progress: told of every page.
    """

    def __init__(
        self, connector: AnyConnector, session: Session[Any], store: Store, clock: Clock, *,
        due: Due, first: datetime, lease: timedelta = LEASE, progress: Progress | None = None,
    ) -> None:  # fmt: skip
        self._connector = connector
        self._session = session
        self._store = store
        self._clock = clock
        self._due = due
        self._first = first
        self._lease = lease
        self._progress = progress or (lambda _: None)
        self._zone = ZoneInfo(connector.zone)
        self._claim: Claim | None = None
        self._whole: Driven | None = None
        self._renewed = clock.now()
        self._good = "ok"
        self.around = Around()
        self.run = RunRow(id=0, shop=session.alias, platform=connector.platform)
        self._post = Post(
            connector,
            store,
            clock,
            session.alias,
            settings=session.settings,
            recase=self._recase,
            moved=self._moved,
        )

    def begin_at(self, first: datetime) -> None:
        """Let streams that were never read begin there."""
        self._first = first

    def read_and_send(self) -> RunRow:
        """Send what is due, then read every stream; what fails in one leaves the others."""
        self.go_on()
        return self.run

    def go_on(self, enough: Callable[[], bool] = lambda: False) -> bool:
        """Do all of that (True), or as much as is *enough* (False); called again, it goes on."""
        if self._whole is None:
            self._whole = Driven(self.steps(), self.do)
        return self._whole.go(enough)

    @property
    def work(self) -> int:
        """How much was done so far: requests, and rows that came."""
        run = self.run
        return run.pages + run.details + run.new + run.changed + run.unchanged

    def bring(self, work: Callable[[], Steps]) -> RunRow:
        """Do what somebody brings, under the shop's claim: nothing is sent, nothing is read."""
        self._good = "imported"  # not "ok": the platform was not heard
        Driven(self.steps(work), self.do).go()
        return self.run

    def blank(self, stream: Stream) -> Batch:
        """Return what everything that lands of a stream has in common, once the run has begun."""
        return Batch(
            platform=self._connector.platform, shop=self._session.alias, stream=stream.name,
            run=self.run.id, at=self._session.now(), owes=stream.read_detail is not None,
            appraise=self._appraise(stream), claim=self._claim, to_picture=stream.to_picture,
        )  # fmt: skip

    def steps(self, work: Callable[[], Steps] | None = None) -> Steps:
        """Yield what the run wants, one thing after the other; `do` does each."""
        shop = self._session.alias
        try:
            self._claim, self.run = self._store.ledger.begin(
                shop, self._connector.platform, self._clock.now(), self._lease
            )
        except Busy as error:
            held = str(error).partition("held by ")[2]
            self.run = replace(
                self.run, outcome="busy", held_by=held, exit_code=error.exit_code, error=str(error)
            )
            return
        self._progress(self.run)
        try:
            yield from (work or self._work)()
        except GongdanError as error:
            self._fail(error)
        except Exception as error:
            self._fail(error)
            self._finish(self._claim)
            raise
        self._finish(self._claim)

    def _work(self) -> Steps:
        for part in self.around.first:
            yield from part()
        try:
            yield from self.deliveries()
        except GongdanError as error:
            self._fail(error, "sending")
        for name, part in [*self.around.before, *self._streams(), *self.around.after]:
            try:
                yield from part()
            except (Stopped, Busy):
                raise
            except GongdanError as error:
                self._fail(error, name)

    def _streams(self) -> Iterator[tuple[str, Callable[[], Steps]]]:
        for stream in self._connector.streams:
            if stream.to_events is None and self.wants(stream):
                yield stream.name, self._reader(stream).read

    def wants(self, stream: Stream) -> bool:
        """Whether the shop's settings ask for a stream."""
        return wants(stream, self._session.settings)

    def _reader(self, stream: Stream) -> Reader:
        assert self._claim is not None
        return Reader(
            stream, platform=self._connector.platform, shop=self._session.alias, zone=self._zone,
            run=self.run.id, cases=self._store.cases, claim=self._claim, first=self._first,
            appraise=self._appraise(stream),
        )  # fmt: skip

    def do(self, want: object) -> object:  # noqa: C901 # a line or two for each want
        """Do one thing that was wanted, and return what came of it."""
        match want:
            case ReadPage(stream, ask):
                self._hold_on()  # an answer may take as long as a lease
                page = page_of(stream, self._session, ask)
                self._count(pages=1)
                return page
            case ReadDetail(stream, remote_id, row):
                self._hold_on()
                detail = detail_of(stream, self._session, Ref(remote_id, self._fields(row)))
                self._count(details=1)
                return detail
            case Have(ask):
                self._hold_on()
                return ask(self._session)
            case Land(batch):
                self._land(batch)
            case Now():
                return self._session.now()
            case Say(kind, text):
                self._say(kind, text)
            case Noted(stream, drift):
                platform, now = self._connector.platform, self._clock.now()
                for text in tell_drift(self._store, platform, stream.name, drift, now):
                    self._say("drift", text)
            case ReadCase(ticket):
                return self._read_case(ticket)
            case WriteCall(call, stamp):
                return self._write(call, stamp)
            case Upload(file):
                return self._session.upload(file)
            case Seek(seek, action, about):
                return given(Found, f"seek of {action.kind!r}", seek, self._session, action, about)
            case Probe(ticket, stamp):
                return self._probe(ticket, stamp)
        return None

    def _say(self, kind: str, text: str) -> None:
        log.warning("%s: %s: %s", self._session.alias, kind, text)
        self.run = replace(self.run, notes=(*self.run.notes, f"{kind}: {text}")[-20:])

    def _appraise(self, stream: Stream) -> Callable[[Ticket], Index]:
        received = self._clock.now()
        return lambda ticket: self._due.index(stream.name, ticket, received)

    def _fields(self, row: bytes) -> Fields:
        return Fields.of(row, zone=self._zone) if row else Fields({}, zone=self._zone)

    def _land(self, batch: Batch) -> None:
        came = self._store.cases.commit(batch)
        for payload in batch.payloads:
            if payload.kind == "detail" and isinstance(payload.said.thread, tuple):
                case = Case(payload.remote_id, payload.said, self._fields(b""), self._fields(b""))
                ticket_id = f"{batch.shop}/{batch.stream}/{payload.remote_id}"
                self._post.link(ticket_id, Fresh(case, batch.at, payload.raw))
        self._count(new=came.new, changed=came.changed, unchanged=came.unchanged,
                    quarantined=came.quarantined)  # fmt: skip
        self._beat()

    def _beat(self) -> None:
        """Tell how far this run is."""
        self._progress(self.run)
        self._hold_on()

    def _hold_on(self) -> None:
        """Renew the claim; every third of a lease is often enough.

        Raises:
            Busy: another run has taken the shop over while this one stood still.
        """
        now = self._clock.now()
        if now - self._renewed > self._lease / 3 and self._claim is not None:
            self._renewed = now
            if not self._store.ledger.renew(self._claim, now, self._lease):
                raise Busy(f"{self._claim.name} was taken over by another run")
            self._store.ledger.beat(self.run, now)

    def _count(self, **more: int) -> None:
        sums = {name: getattr(self.run, name) + value for name, value in more.items()}
        self.run = replace(self.run, requests=self._session.requests, **sums)

    # sending

    def send(self) -> list[int]:
        """Send what is due, and look for what is not certain; return the rows that were at work."""
        Driven(self.deliveries(), self.do).go()
        return self._post.touched

    def deliveries(self) -> Steps:
        """Yield what it takes to work off the outbox of this shop."""
        return self._post.deliveries()

    def _moved(self, row_id: int, before: str) -> None:
        after = self._store.outbox.row(row_id).state
        if before == "queued" and after in ("sent", "confirmed"):
            self._count(sent=1)
        elif after in ("refused", "unknown", "answered_by_other") and after != before:
            self._count(failed=1)

    def ability(self, ticket_id: str, kind: str) -> tuple[Stream, Ability]:
        """Return the stream of a ticket, and what describes an action of this kind.

        Raises:
            Unsupported: it takes none such; the message says which streams do.
        """
        return self._post.ability(ticket_id, kind)

    def stream(self, ticket_id: str) -> Stream:
        """Return the stream that a ticket belongs to."""
        return self._post.stream(ticket_id)

    def _read_case(self, ticket_id: str) -> Fresh:
        """Read a case whole, keep what it says, and return it."""
        stream = self.stream(ticket_id)
        remote_id = ticket_id.split("/", 2)[2]
        row = self._store.cases.raw(ticket_id, "row")
        if stream.read_detail is None:
            known, empty = self._store.queue.one(ticket_id)[1], self._fields(b"")
            return Fresh(self._case(remote_id, known, row, empty), self._session.now())
        detail = detail_of(stream, self._session, Ref(remote_id, self._fields(row)))
        now = self._session.now()
        blank = Batch(
            platform=self._connector.platform, shop=self._session.alias, stream=stream.name,
            run=self.run.id, at=now,
            appraise=self._appraise(stream), owes=True, to_picture=stream.to_picture,
        )  # fmt: skip
        batch, complaint = land_detail(stream, blank, remote_id, row, detail, self._zone, now)
        self._store.cases.commit(replace(batch, settles=not complaint))
        if batch.rejects:
            raise batch_error(ticket_id, batch.rejects[0].reason)
        raw = batch.payloads[0].raw
        return Fresh(self._recase(stream, ticket_id)(raw), now, raw)

    def _recase(self, stream: Stream, ticket_id: str) -> Callable[[bytes], Case]:
        def case_of(raw: bytes) -> Case:
            detail = self._fields(raw)
            remote_id = ticket_id.split("/", 2)[2]
            said = understand(stream, "detail", Keyed(remote_id, None, raw, detail))
            if isinstance(said, Reject):
                raise batch_error(ticket_id, said.reason)
            row = self._store.cases.raw(ticket_id, "row")
            assert isinstance(said, Payload)
            return self._case(remote_id, said.said, row, detail)

        return case_of

    def _case(self, remote_id: str, ticket: Ticket, row: bytes, detail: Fields) -> Case:
        session = self._session
        return Case(
            remote_id, ticket, self._fields(row), detail, session.remote_id, session.settings
        )

    def _probe(self, ticket_id: str, stamp: datetime) -> bool | None:
        row = self._fields(self._store.cases.raw(ticket_id, "row"))
        ref = Ref(ticket_id.split("/", 2)[2], row)
        return is_refused(self._session, self.stream(ticket_id), ref, stamp)

    def _write(self, call: Call, stamp: datetime) -> Written:
        try:
            reply = self._session.write(call, stamp)
        except GongdanError:
            raise
        except Exception as error:  # the connector stumbled over the answer: who knows
            told = f"{call.op}: the connector failed on the answer: {type(error).__name__}"
            raise ProtocolError(told) from error
        self._count()
        receipt = ""
        if call.receipt:
            with contextlib.suppress(GongdanError):  # it was taken; the thread will show it
                receipt = reply.body.id(call.receipt)
        return Written(receipt, self._session.now())

    # the end

    def _fail(self, error: Exception, where: str = "") -> None:
        """Keep the first error for the summary, and the worst code for the exit."""
        text = str(error) if isinstance(error, GongdanError) else f"{type(error).__name__}"
        code = 0 if isinstance(error, Stopped) else getattr(error, "exit_code", 1)
        worst = next((c for c in (2, 3, 1, 4) if c in (code, self.run.exit_code)), 0)
        text = f"{where}: {text}" if where and where not in text else text
        hint = getattr(error, "hint_zh", "")
        self.run = replace(
            self.run,
            outcome="stopped" if isinstance(error, Stopped) else "failed",
            error=self.run.error or text,
            exit_code=worst,
            hint_zh=self.run.hint_zh or hint,
            hint_en=self.run.hint_en or getattr(error, "hint_en", ""),
        )

    def _finish(self, claim: Claim) -> None:
        now = self._clock.now()
        outcome = self.run.outcome
        if outcome == "running":
            gaps = any(note.startswith("gap:") for note in self.run.notes)
            is_whole = not (self.run.quarantined or self.run.failed or gaps)
            outcome = self._good if is_whole else "partial"
        code = self.run.exit_code or int(outcome == "partial")
        self.run = replace(
            self.run, outcome=outcome, exit_code=code, finished=now,
            requests=self._session.requests, failing_since=self._failing_since(outcome),
        )  # fmt: skip
        self._store.ledger.end(claim, self.run, now)
        log.info("%s: %s", self.run.shop, outcome, extra={"facts": self.run.facts()})
        self._progress(self.run)

    def _failing_since(self, outcome: str) -> datetime | None:
        """Say once that a shop fails and once that it works again, however many runs it takes."""
        since, run = self.run.failing_since, self.run
        if outcome == "stopped" or self._good != "ok":
            return since
        if outcome == "failed":
            if since is None:
                log.warning("%s: cannot be synced: %s", run.shop, run.error)
            return since or run.started
        if since is not None:
            log.warning("%s: works again; failed since %s", run.shop, f"{since:%Y-%m-%d %H:%M} UTC")
        return None


def batch_error(ticket_id: str, reason: str) -> GongdanError:
    """Return the error of a detail that could not be understood; it waits in quarantine."""
    return GongdanError(f"{ticket_id}: the case cannot be understood: {reason}")
