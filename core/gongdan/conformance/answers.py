"""C14, C15, C36 to C42, C71, C72: what becomes of the requests that are made."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from ..calls.verdict import row_of
from ..contract import Stream
from ..errors import (
    AccessDenied,
    AuthExpired,
    GongdanError,
    ProtocolError,
    RateLimited,
    Refused,
    Unreadable,
)
from ..wire import Means
from .check import Failed, NotApplicable, check, expect
from .probe import watched
from .stage import ALIAS, Stage
from .subject import Subject

_ACCESS = (AuthExpired, AccessDenied)
# What a platform says, and the errors that it may become.
_CLASSES: Mapping[str, tuple[type[GongdanError], ...]] = {
    "rate-limit": (RateLimited,),
    "ban": (RateLimited, AccessDenied, Refused),  # some bans are for what was said
    "revoked": _ACCESS,
    "no-permission": _ACCESS,
    "wrong-ip": _ACCESS,
}
_NO_SUCH_CODE = "conform-no-such-code"
_SURE = {means for means in Means if means not in (Means.RETRY, Means.SHRINK, Means.RESTART)}


@check(
    "C14", "bronze", "tells apart what a person must mend: network, login, permission",
    "`gongdan shop check` that says `failed` sends a person to look in four places.",
)  # fmt: skip
def tells_apart(subject: Subject) -> None:
    states: dict[str, str] = {}
    for fault in ("", "revoked", "no-permission", "down"):
        with subject.stage(tickets=1) as stage:
            if fault == "down":
                stage.network.down.update(_hosts(stage))
            elif fault:
                stage.arm(fault)
            health = stage.desk.check(ALIAS)
            if not stage.line.exchanges:
                raise NotApplicable("no list can be asked without taking what it gives")
            if not fault:
                expect(health.state == "ok", "`ok` where all is well", health.text)
            if fault == "down" or stage.struck:
                states[fault or "well"] = health.state
    same = len(states) - len(set(states.values()))
    expect(not same, "another state for each", ", ".join(f"{k}: {v}" for k, v in states.items()))
    expect(states["down"] == "unreachable", "`unreachable` without a network", states["down"])
    expect("failed" not in states.values(), "a state that says what to mend", states)


@check(
    "C15", "silver", "signs with the platform's time, and anew for every attempt",
    "A request signed once and sent again is stale; one signed by a clock that is off is refused.",
)  # fmt: skip
def signs_afresh(subject: Subject) -> None:
    if subject.connector.encode is None:
        raise NotApplicable("the core encodes its requests")
    with subject.stage(tickets=3) as stage:
        stage.world.clock.advance(240)
        _signed(stage, "a platform's clock four minutes ahead")
        stage.clock.advance(3 * 3600)
        _signed(stage, "three hours later")
        stage.arm("http-500", when=1, count=2)
        _signed(stage, "a second and third attempt")


def _signed(stage: Stage, when: str) -> None:
    run = stage.sync()
    expect(run.outcome == "ok", f"requests that are taken: {when}", run.error)


@check(
    "C36", "bronze", "knows an error when it is answered with one",
    "An error in a good status reads as an empty page: the shop seems to have no tickets.",
)  # fmt: skip
def knows_errors(subject: Subject) -> None:
    seen = 0
    for stream in subject.streams:
        with subject.stage(stream, tickets=1) as stage:
            stage.ask(stream, stage.session)  # so that it is logged in
            for fault, kinds in _CLASSES.items():
                stage.again(fault)
                error = _error(stage, stream)
                if not stage.struck:
                    continue
                seen += 1
                names = " or ".join(kind.__name__ for kind in kinds)
                expect(isinstance(error, kinds), f"{names} of an answer `{stage.struck[0]}`",
                       f"{type(error).__name__}: {error}" if error else "a page")  # fmt: skip
    if not seen:
        raise NotApplicable("the sandbox refuses nothing")


@check(
    "C38", "bronze", "asks once where it is refused, and goes on with the rest",
    "One permission that an app lacks must not stop what it may read, nor be asked for again.",
)  # fmt: skip
def goes_on(subject: Subject) -> None:
    streams = subject.streams
    with subject.stage(tickets=1) as stage:
        stage.ask(streams[0], stage.session)
        api = stage.log[-1].api
        before = len(stage.log)
        stage.arm("no-permission", api=api)
        error = _error(stage, streams[0])
        if not stage.struck:
            raise NotApplicable("the sandbox refuses nothing")
        asked = sum(entry.api == api for entry in stage.log[before:])
        expect(asked == 1, "one request where the permission is missing", asked)
        others = streams[1:]
        for stream in others:
            stage.put(stream)
        run = stage.sync()
        expect(run.exit_code == 3, "an error, and a run that ends with exit code 3",
               f"{error or 'a page'}, and {run.exit_code}")  # fmt: skip
        for stream in others:
            there, known = len(stage.cases(stream)), len(stage.tickets(stream))
            expect(there == known, f"all {there} cases of {stream.name}", known)


@check(
    "C41", "bronze", "fails loudly when it is answered with a page of HTML",
    "A gateway's error page that reads as an empty list is a shop without tickets, exit code 0.",
)  # fmt: skip
def knows_html(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            stage.put(stream)
            stage.ask(stream, stage.session)
            stage.arm("html")
            error = _error(stage, stream)
            expect(isinstance(error, Unreadable), "Unreadable", error or "a page")
            run = stage.sync()
            expect(run.outcome == "failed", "a sync that fails", run.outcome)


@check(
    "C42", "bronze", "speaks through the core, and only to the hosts of its settings",
    "Its own HTTP client has no time limit, no proxy, no pace, and no place in the log.",
)  # fmt: skip
def speaks_through_the_core(subject: Subject) -> None:
    with subject.stage() as stage, watched() as seen:
        for stream in subject.streams:
            stage.put(stream)
        run = stage.sync()
        done = [one for one in seen if not one.startswith("opens")]
        expect(not done, "no socket and no process beside the core's", ", ".join(done))
        known = _hosts(stage)
        strange = {urlsplit(request.url).hostname or "?" for request, _ in stage.line.exchanges}
        strange -= known
        expect(not strange, f"requests to {', '.join(sorted(known))}", ", ".join(sorted(strange)))
        expect(run.outcome == "ok", "a sync that ends ok", run.error)


@check(
    "C71", "bronze", "changes no case while it reads",
    "What `shop.call` sends is sent again after a time-out; a write must never be.",
)  # fmt: skip
def only_reads(subject: Subject) -> None:
    with subject.stage(tickets=4) as stage:
        for stream in subject.streams:
            stage.put(stream)
        before = {stream.name: _versions(stage, stream) for stream in subject.streams}
        stage.good_sync()
        stage.desk.check(ALIAS)
        wrote = [entry.api for entry in stage.log if entry.writing]
        expect(not wrote, "no writing request without an action", ", ".join(wrote[:3]))
        for stream in subject.streams:
            same = before[stream.name] == _versions(stage, stream)
            expect(same, f"the cases of {stream.name} as they were", "a case has changed")


@check(
    "C72", "silver", "has a row for every error that it is shown, and none for those it is not",
    "A code in no row stops a read; a row that catches all makes a verdict of what nobody knows.",
)  # fmt: skip
def lists_its_errors(subject: Subject) -> None:
    connector = subject.connector
    row = row_of(_NO_SUCH_CODE, "x", connector.errors, can_log_in=False)
    if row is not None and row.means in _SURE:
        raise Failed("no row that is sure of a code that nobody has seen",
                     f"row {row.code!r} says {row.means.name}")  # fmt: skip
    unknown: dict[str, str] = {}
    for stream in subject.streams:
        with subject.stage(stream, tickets=1) as stage:
            for fault in (*_CLASSES, "token-expired", "http-500"):
                stage.again(fault)
                error = _error(stage, stream)
                if isinstance(error, ProtocolError) and error.code and error.means is None:
                    unknown[error.code] = fault
    expect(not unknown, "codes that are in the error table", ", ".join(unknown))


def _error(stage: Stage, stream: Stream) -> GongdanError | None:
    """Return the error that a page of a list becomes; None if it is a page."""
    try:
        stage.ask(stream, stage.session)
    except GongdanError as error:
        return error
    return None


def _versions(stage: Stage, stream: Stream) -> dict[str, int]:
    return {case.id: len(case.versions) for case in stage.cases(stream)}


def _hosts(stage: Stage) -> set[str]:
    return {
        urlsplit(value).hostname or ""
        for value in stage.given.values()
        if isinstance(value, str) and "://" in value
    }
