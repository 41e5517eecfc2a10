"""C20 to C28: whether a list that moves while it is read loses anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from ..contract import ByTime, Stream
from ..wire import Ask
from .check import Failed, check, expect
from .reading import SMALL, few
from .stage import Stage
from .subject import Subject

_LATE_S = 45.0  # a row may be listed so late; any platform has replicas


@check(
    "C20", "silver", "reads more cases of one second than a page holds, or says that it cannot",
    "A campaign closes a thousand cases in one second, and a reader by time stands still there.",
)  # fmt: skip
def reads_a_busy_second(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream, connector=subject.shrunk(SMALL)) as stage:
            ids = [stage.put(stream, ago_s=1800) for _ in range(3 * SMALL + 1)]
            ids += stage.fill(stream, SMALL)
            run = stage.sync()
            missing = sorted(set(ids) - stage.tickets(stream).keys())
            expect(not missing or run.outcome != "ok",
                   f"all {len(ids)} cases of {stream.name}, or a run that is not ok",
                   f"{run.outcome}; missing: {few(missing)}")  # fmt: skip


@check(
    "C21", "silver", "loses nothing while rows move between its pages",
    "A row that is changed while page 1 is read moves to a page that was read, or never will be.",
)  # fmt: skip
def reads_while_pages_shift(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream, connector=subject.shrunk(SMALL)) as stage:
            stage.fill(stream, 4 * SMALL + 3, apart_s=600)
            left = iter(range(2 * SMALL))
            stage.line.after = partial(_shift, stage, stream, left)
            stage.sync()
            stage.line.after = lambda: None
            _settle(stage)
            _is_whole(stage, stream, "while rows moved between pages")


def _shift(stage: Stage, stream: Stream, left: Iterator[int]) -> None:
    """Change the case that was left alone longest: it goes to the other end of the list."""
    if next(left, None) is not None:
        oldest = min(stage.cases(stream), key=lambda case: case.newest.updated)
        stage.clock.advance(1)
        stage.touch(stream, oldest.id)


@check(
    "C22", "silver", "reads rows that are listed late",
    "Replicas lag. What is listed behind the position of a reader without overlap is never read.",
)  # fmt: skip
def reads_late_rows(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            stage.arm("late-rows", seconds=_LATE_S)
            for _ in range(4):
                for _ in range(3):
                    stage.put(stream, ago_s=0)
                stage.sync()
                stage.clock.advance(25)
            stage.calm()
            stage.clock.advance(_LATE_S)
            _settle(stage)
            _is_whole(stage, stream, f"listed up to {_LATE_S:.0f} s late")
        if isinstance(stream.reading, ByTime) and stream.reading.by_creation:
            _sweeps(subject, stream)


def _sweeps(subject: Subject, stream: Stream) -> None:
    """Check that a list which claims to go by creation does."""
    with subject.stage(stream) as stage:
        case_id = stage.put(stream, ago_s=8 * 3600)
        stage.touch(stream, case_id)
        session = stage.session
        now = session.now()
        reading = stream.reading
        assert isinstance(reading, ByTime)
        assert stream.read_page is not None
        ask = Ask(now - timedelta(hours=9), now - timedelta(hours=7), reading.first_page,
                  reading.page_size, by="create")  # fmt: skip
        found = any(case_id.encode() in bytes(row) for row in stream.read_page(session, ask).rows)
        wanted = f"a case of {stream.name} by the time it was created"
        expect(found, wanted, "it is not in the list")


@check(
    "C23", "silver", "rounds the span that it asks for outwards",
    "A start that is rounded up to the minute leaves out what came in between, for ever.",
)  # fmt: skip
def rounds_outwards(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            for step in range(12):
                stage.sync()
                stage.clock.advance(7 + 11 * step)
                stage.put(stream, ago_s=0)
                stage.clock.advance(390 + 53 * step)
            _settle(stage)
            _is_whole(stage, stream, "that came at odd seconds")


@check(
    "C27", "silver", "sees that an old case has changed",
    "A position that is the time of creation never comes back to a case.",
)  # fmt: skip
def sees_updates(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            case_id = stage.put(stream, ago_s=2 * 86_400)
            stage.good_sync()
            stage.clock.advance(1800)
            spoke = stage.say(stream, case_id, "buyer", "conform: any news?")
            if not spoke:
                stage.touch(stream, case_id)
            if not stream.updated:  # no list says so: it is asked by and by
                stage.clock.advance(stream.recheck.total_seconds())
            _settle(stage)
            _is_whole(stage, stream, "that changed after they were read")
            thread = [one.text for one in stage.tickets(stream)[case_id].thread]
            if spoke and stream.read_detail is not None and thread:
                expect("conform: any news?" in thread, "the new message", "it is not in the thread")


@check(
    "C28", "gold", "says that a case is gone when the platform says so, and never otherwise",
    "A reader that deletes what it did not see deletes a shop when a request fails.",
)  # fmt: skip
def is_gone_by_word_only(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            ids = stage.fill(stream, 3)
            stage.good_sync()
            for fault in ("http-500", "no-permission", "reset", "html"):
                stage.clock.advance(600)
                for case_id in ids:
                    stage.touch(stream, case_id)
                stage.calm()
                stage.arm(fault, when=3)
                stage.sync()
                gone = [
                    case_id
                    for case_id, view in stage.tickets(stream).items()
                    if view.ticket.gone is True
                ]
                expect(not gone, f"no case of {stream.name} gone because of `{fault}`", few(gone))
        _says_gone(subject, stream)


def _says_gone(subject: Subject, stream: Stream) -> None:
    """Check that a deletion is understood, where the sandbox can delete."""
    with subject.stage(stream) as stage:
        delete = getattr(stage.imitation, "delete", None)
        if delete is None:
            return
        case_id, kept = stage.fill(stream, 2)
        stage.good_sync()
        stage.clock.advance(600)
        with stage.sandbox.lock:
            delete(stream.name, case_id)
        _settle(stage)
        known = stage.tickets(stream)
        expect(known[case_id].ticket.gone is True, "a deleted case that is `gone`", "it is not")
        expect(known[kept].ticket.gone is not True, "another case as it was", "it is `gone`")


def _settle(stage: Stage) -> None:
    """Let time pass until nothing moves, and read twice."""
    for _ in range(2):
        stage.clock.advance(130)
        run = stage.sync()
    if run.outcome == "failed":
        raise Failed("a sync that goes through once all is calm", run.error)


def _is_whole(stage: Stage, stream: Stream, which: str) -> None:
    """Check that every case is known in its newest version."""
    known = stage.tickets(stream)
    cases = stage.cases(stream)
    missing = sorted(case.id for case in cases if case.id not in known)
    expect(not missing, f"all {len(cases)} cases of {stream.name} {which}",
           f"missing: {few(missing)}")  # fmt: skip
    stale = sorted(
        case.id
        for case in cases
        if (at := known[case.id].row.updated) is not None and at < case.newest.updated
    )
    expect(not stale, f"the newest version of the cases of {stream.name} {which}",
           f"an older one: {few(stale)}")  # fmt: skip
