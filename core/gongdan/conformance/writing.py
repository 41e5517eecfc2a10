"""C54 to C59, C74: whether what a person wants sent is sent once, and only if it still fits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ..contract import Stream
from ..errors import GongdanError
from ..ticket import Who
from ..views import OutboxRow
from .check import NotApplicable, check, expect
from .stage import UNDO_S, Stage
from .subject import Subject

_TEXT = "您好，已为您核实并补发，请留意物流信息。"
_OVER = ("confirmed", "refused", "answered_by_other")
_OTHER = "您好，我是另一位客服，已经联系仓库。"
_MINUTES = 40  # by then every fate is decided or a person's


class Answer:
    """One answer that is on its way, and what is seen of it."""

    def __init__(self, stage: Stage, stream: Stream, case_id: str, row: OutboxRow) -> None:
        self.stage = stage
        self.stream = stream
        self.case_id = case_id
        self._row = row

    @property
    def row(self) -> OutboxRow:
        """What is known of it."""
        return self.stage.desk.store.outbox.row(self._row.id)

    @property
    def times(self) -> int:
        """How often it stands on the platform."""
        case = self.stage.case(self.stream, self.case_id)
        return sum(_TEXT in one.text for one in case.newest.messages)

    @property
    def requests(self) -> int:
        """How many writing requests have reached the platform."""
        return sum(entry.writing for entry in self.stage.log)

    def work(self, minutes: int = _MINUTES) -> None:
        """Push, by the minute at first, until its fate is decided or so much time has passed."""
        passed = 0
        while passed < minutes:
            self.stage.desk.push()
            if self.row.state in _OVER:
                return
            step = 1 if passed < 5 else 4
            self.stage.clock.advance(60 * step)
            passed += step

    @property
    def told(self) -> str:
        """Where it stands, for a person."""
        row = self.row
        return f"{row.state}{', held' if row.hold else ''}: {row.why or 'no reason'}"


@check(
    "C54", "bronze", "sends an answer once",
    "The main thing that a connector with replies is for.",
)  # fmt: skip
def sends_once(subject: Subject) -> None:
    for stream in _answering(subject):
        with _answer(subject, stream) as answer:
            answer.work(3)
            expect(answer.times == 1, "the answer on the platform, once", f"{answer.times} times")
            expect(answer.requests == 1, "one writing request", answer.requests)
            expect(answer.row.state == "confirmed", "confirmed, for it was seen there", answer.told)


@check(
    "C55", "bronze", "sends nothing twice when the platform's answer is lost",
    "The request went through and the time-out says otherwise: a blind retry doubles the reply.",
)  # fmt: skip
def survives_lost_answers(subject: Subject) -> None:
    for stream in _answering(subject):
        for fault, least in (("lost-response", 1), ("hidden-write", 1), ("http-500", 0)):
            with _answer(subject, stream) as answer:
                answer.stage.arm(fault, when=1, api=_write_api(subject, stream))
                answer.work()
                expect(least <= answer.times <= 1, f"the answer once, after `{fault}`",
                       f"{answer.times} times")  # fmt: skip
                if answer.times == 0:
                    expect(answer.row.state != "confirmed", "not confirmed", answer.told)


@check(
    "C57", "silver", "knows its own answer again",
    "An answer that is not recognised comes back as somebody else's, and the next one is held.",
)  # fmt: skip
def knows_its_own(subject: Subject) -> None:
    for stream in _answering(subject):
        with _answer(subject, stream) as answer:
            answer.work(3)
            answer.stage.sync()
            thread = answer.stage.tickets(stream)[answer.case_id].thread
            ours = [one for one in thread if _TEXT in one.text]
            if not thread:
                continue
            expect(len(ours) == 1, "one message with our words", len(ours))
            expect(ours[0].who is Who.MERCHANT, "by the merchant", ours[0].who.value)
            expect(answer.row.state == "confirmed", "linked to what was sent", answer.told)


@check(
    "C58", "silver", "holds an answer when somebody else was faster",
    "Two answers that contradict each other are worse than a late one.",
)  # fmt: skip
def holds_what_is_stale(subject: Subject) -> None:
    seen = 0
    for stream in _answering(subject):
        for words, reads in ((_OTHER, True), (_TEXT, False)):
            with _answer(subject, stream, undo=True) as answer:
                stage = answer.stage
                stage.clock.advance(5)
                if not stage.say(stream, answer.case_id, "merchant", words):
                    continue
                seen += 1
                before = answer.times
                stage.clock.advance(120)
                if reads:
                    stage.sync()
                    stage.desk.tell()
                stage.clock.advance(UNDO_S)
                answer.work(3)
                expect(answer.times == before, "no second answer", f"{answer.times - before} more")
                expect(answer.row.state in ("answered_by_other", "queued"), "held", answer.told)
                expect(not answer.requests, "no writing request", answer.requests)
    if not seen:
        raise NotApplicable("nobody else can answer in the sandbox")


@check(
    "C59", "silver", "takes no for an answer",
    "A reply with a forbidden word that is sent again every minute ends in a ban.",
)  # fmt: skip
def takes_no(subject: Subject) -> None:
    seen = 0
    for stream in _answering(subject):
        with _answer(subject, stream) as answer:
            answer.stage.arm("refused")
            answer.work(8)
            if not answer.stage.struck:
                continue
            seen += 1
            expect(answer.row.state == "refused", "refused, with the platform's reason",
                   answer.told)  # fmt: skip
            expect(answer.requests == 1, "one writing request", answer.requests)
    if not seen:
        raise NotApplicable("the sandbox refuses nothing")


@check(
    "C74", "bronze", "finds by asking what an action has made, and nothing before",
    "Found too early, nothing is ever sent; never found, it is sent again.",
)  # fmt: skip
def finds_what_it_made(subject: Subject) -> None:
    seen = 0
    for stream in subject.streams:
        for kind in [one.kind for one in stream.abilities if one.seek is not None]:
            with subject.stage(stream, tickets=4) as stage:
                stage.good_sync()
                row = _first(stage, stream, kind)
                if row is None:
                    continue
                seen += 1
                made = Answer(stage, stream, row.ticket.rpartition("/")[2], row)
                made.work(3)
                expect(made.requests == 1, f"one request of {kind!r}", made.requests)
                expect(made.row.state == "confirmed", "confirmed, for it is there", made.told)
    if not seen:
        raise NotApplicable("no action seeks, or each wants more than words")


def _first(stage: Stage, stream: Stream, kind: str) -> OutboxRow | None:
    """Queue an action of words alone for the first case that takes it; None if none does."""
    for case_id in sorted(stage.tickets(stream)):
        with suppress(GongdanError):
            return stage.draft(stream, case_id, kind, _TEXT)
    return None


def _answering(subject: Subject) -> list[Stream]:
    found = [
        stream
        for stream in subject.streams
        if any(one.kind == "reply" and not one.min_files for one in stream.abilities)
    ]
    if not found:
        raise NotApplicable("no stream takes a reply")
    return found


@contextmanager
def _answer(subject: Subject, stream: Stream, *, undo: bool = False) -> Iterator[Answer]:
    """Queue an answer to the first case that takes one."""
    with subject.stage(stream, tickets=12) as stage:
        case_id = stage.put(stream, ago_s=900)
        stage.say(stream, case_id, "buyer", "请问什么时候发货？")
        stage.clock.advance(90)
        stage.good_sync()
        last: object = "no case"
        for candidate in (case_id, *sorted(stage.tickets(stream).keys() - {case_id})):
            try:
                row = stage.draft(stream, candidate, "reply", _TEXT, undo=undo)
            except GongdanError as error:
                last = error
                continue
            yield Answer(stage, stream, candidate, row)
            return
        expect(False, f"a case of {stream.name} in the sandbox that takes a reply", last)


def _write_api(subject: Subject, stream: Stream) -> str:
    """Return what the sandbox calls the request of a reply."""
    with _answer(subject, stream) as answer:
        answer.work(1)
        return next((entry.api for entry in answer.stage.log if entry.writing), "")
