"""C16 to C33: whether everything that is there is read."""

from __future__ import annotations

from ..contract import Stream
from .check import check, expect
from .stage import Stage
from .subject import Subject

SMALL = 5  # rows a page, where the declared size does not matter
_MOST = 200  # cases that are made to fill a page of the declared size


@check(
    "C16", "bronze", "reads every case once",
    "The commonest loss: a reader that stops at the first page, or counts pages from 0 for 1.",
)  # fmt: skip
def reads_all(subject: Subject) -> None:
    for stream in subject.streams:
        size = stream.reading.page_size if stream.reading else 1
        with subject.stage(stream, connector=subject.listing()) as stage:
            _reads(stage, stream, stage.fill(stream, min(size, _MOST) + 1))
        for count in (0, 1, SMALL, SMALL + 1, 4 * SMALL + 3):
            with subject.stage(stream, connector=subject.shrunk(SMALL)) as stage:
                _reads(stage, stream, stage.fill(stream, count, apart_s=1800))


def _reads(stage: Stage, stream: Stream, ids: list[str]) -> None:
    stage.good_sync()
    known = stage.tickets(stream)
    there = {case.id for case in stage.cases(stream)}
    missing, strange = sorted(there - known.keys()), sorted(known.keys() - there)
    expect(not missing, f"all {len(there)} cases of {stream.name}",
           f"{len(known)}; missing: {few(missing)}")  # fmt: skip
    expect(not strange, "no case but the platform's", few(strange))
    assert set(ids) <= there


@check(
    "C19", "bronze", "loses no case that shares its second with the last one read",
    "`>` for `>=` at the edge of a run loses whatever comes later in the same second.",
)  # fmt: skip
def reads_ties(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            first = [stage.put(stream, ago_s=0) for _ in range(2)]
            stage.good_sync()
            stage.clock.advance(20)
            late = stage.put(stream, ago_s=20)
            stage.good_sync()
            stage.clock.advance(200)
            stage.good_sync()
            missing = sorted({*first, late} - stage.tickets(stream).keys())
            expect(not missing, f"three cases of {stream.name} of one second, read in two runs",
                   f"missing: {few(missing)}")  # fmt: skip


@check(
    "C33", "bronze", "changes nothing when nothing has changed",
    "Ids made at random, or the time of reading in a field, make every sync look like news.",
)  # fmt: skip
def is_idempotent(subject: Subject) -> None:
    with subject.stage(connector=subject.shrunk(SMALL)) as stage:
        for stream in subject.streams:
            for place, case_id in enumerate(stage.fill(stream, SMALL + 2)):
                if place % 2:
                    stage.say(stream, case_id, "buyer", f"words {place}")
        stage.good_sync()
        before = {stream.name: stage.tickets(stream) for stream in subject.streams}
        stage.clock.advance(90)
        run = stage.good_sync()
        expect(not (run.new or run.changed), "a second sync that finds nothing new",
               f"{run.new} new, {run.changed} changed")  # fmt: skip
        for stream in subject.streams:
            for case_id, view in stage.tickets(stream).items():
                old = before[stream.name][case_id]
                same = (view.ticket, view.thread) == (old.ticket, old.thread)
                expect(same, "the same ticket after a second sync", f"{stream.name} {case_id}")


def few(ids: list[str]) -> str:
    """Return the first of some ids, and how many more there are."""
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
