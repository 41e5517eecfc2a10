"""Read one stream of one shop: its windows, then the details that are owed.

A generator that does nothing itself (see `lists`); `drive` in `gongdan.sync` does what it wants.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias, cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from ..contract import ByTime, ByToken, Stream
from ..errors import (
    AccessDenied,
    AuthExpired,
    Busy,
    Gone,
    GongdanError,
    ProtocolError,
    Stopped,
    TokenForgotten,
    TooLarge,
)
from ..store import Batch, Cases, Payload, Reject
from ..store.ledger import Claim
from ..wire import Ask, Detail, Page
from .lists import Came, Got, Misdeclared, Window, read_by_key, read_slowly
from .rows import Keyed, dated, detail_row, keyed, understand

DOUBT = timedelta(seconds=20)  # well within the shortest settle that makes sense
NEAR_DEADLINE = timedelta(minutes=15)
SLOW_FOR = timedelta(days=1)  # a stream found to be misdeclared is read slowly, then tried again
YOUNG = timedelta(seconds=60)  # as ByTime.settle, for other streams
DETAILS_AT_ONCE = 50
GIVE_UP_AFTER = 5  # failures in a row: the platform is down, the rest would fail as well
LONGEST_POSTPONE = timedelta(hours=1)
ACCEPT_OLD_AFTER = 3  # readings of a detail that stays older than its row
FATAL = (AuthExpired, AccessDenied, Busy, Stopped)


class ReadPage(Struct, frozen=True):
    """Wanted: one page of a list."""

    stream: Stream
    ask: Ask


class ReadDetail(Struct, frozen=True):
    """Wanted: a whole case by id; `row` is its newest list row, b"" if it was never listed."""

    stream: Stream
    remote_id: str
    row: bytes


class Land(Struct, frozen=True):
    """Wanted: this in the store."""

    batch: Batch


class Now(Struct, frozen=True):
    """Wanted: the platform's time."""


class Say(Struct, frozen=True):
    """Wanted: a person to know."""

    kind: str
    text: str


Want: TypeAlias = ReadPage | ReadDetail | Land | Now | Say
Steps: TypeAlias = Generator[Want, Any, None]


class Position(Struct, frozen=True, omit_defaults=True):
    """Where the reading of a stream stands, beside its cursor.

    Attributes:
        window: the one that is being read.
        span_s: how wide windows are now, where the platform asked for less.
        slow_until: narrowing is off until then: the list is not as declared.
        token: of a ByToken list.
    """

    window: Window | None = None
    span_s: float | None = None
    slow_until: datetime | None = None
    token: str = ""


class _Doubted(Exception):
    """When a page was read is not known."""


class Reader:
    """One stream of one shop in one run.

    Args:
        first: where a stream that was never read begins.
        appraise: when a ticket is due, and who says so.
    """

    def __init__(
        self, stream: Stream, *, platform: str, shop: str, zone: ZoneInfo, run: int,
        cases: Cases, claim: Claim, first: datetime, appraise: Any,
    ) -> None:  # fmt: skip
        self._stream = stream
        self._zone = zone
        self._cases = cases
        self._first = first
        self._shop = shop
        self._blank = Batch(
            platform=platform, shop=shop, stream=stream.name, run=run, at=first,
            owes=stream.read_detail is not None, appraise=appraise, claim=claim,
        )  # fmt: skip
        self._page = 0
        self._at = first
        self._goal: datetime | None = None  # up to where this pass reads: when it began
        self._doubted = False

    def read(self) -> Steps:
        """Read what is new, then what is owed."""
        reading = self._stream.reading
        if isinstance(reading, ByTime):
            yield from self._windows(reading)
        elif isinstance(reading, ByToken):
            yield from self._tokens(reading)
        if self._stream.read_detail is not None:
            yield from self._details()

    # windows

    def _windows(self, reading: ByTime) -> Steps:
        until, position = self._position()
        self._at = yield Now()
        goal = self._at
        start = self._first if until is None else until - reading.overlap
        while True:
            held = position
            window = position.window or _next(reading, position, start, goal)
            if _is_slow(position, self._at):
                window = replace(window, by_key=False)
            position = replace(position, window=window)
            try:
                position = yield from self._window(reading, position, until)
            except _Doubted:
                position, self._at = held, (yield Now())
                goal = self._at
                continue
            except Misdeclared as error:
                yield Say("stream-misdeclared", f"{self._stream.name}: {error}; read the slow way")
                position = _slowed(position, self._at + SLOW_FOR)
                yield self._land(position)
                continue
            except TooLarge as error:
                position = _halved(reading, position, error)
                yield self._land(position)
                continue
            done = cast(Window, position.window)
            position = _wider(reading, replace(position, window=None))
            yield self._land(position, until=done.until)
            self._at = yield Now()
            goal = self._goal or goal
            if done.end >= goal - reading.settle:
                return
            # Rows may have come since into what an earlier run has read of this window.
            started = done.asof if done.asof and done.asof < goal else None
            start = min(done.until, started - reading.overlap) if started else done.until

    def _position(self) -> tuple[datetime | None, Position]:
        until, saved = self._cases.cursor(self._shop, self._stream.name)
        try:
            return until, msgspec.json.decode(saved, type=Position) if saved else Position()
        except msgspec.MsgspecError as error:
            raise ProtocolError(
                f"{self._shop}/{self._stream.name}: the position of the reading is damaged;"
                f" run 'gongdan sync --shop {self._shop} --full'"
            ) from error

    def _window(
        self, reading: ByTime, position: Position, cursor: datetime | None
    ) -> Generator[Want, Any, Position]:
        window = cast(Window, position.window)
        read = read_by_key if window.by_key and reading.order != "none" else read_slowly
        steps = read(reading, window)
        answer: Came | None = None
        while True:
            try:
                want = steps.send(answer) if answer is not None else next(steps)
            except StopIteration:
                return position
            answer = None
            if isinstance(want, Ask):
                page = yield ReadPage(self._stream, want)
                answer = self._came(page)
                if self._goal is None:
                    self._goal = yield from self._asked_at()
                    _check_cursor(self._shop, self._stream.name, cursor, self._goal)
                position = _begun(position, self._goal, self._goal - reading.settle)
            elif isinstance(want, Got):
                begun = cast(Window, position.window)
                now = replace(want.window, until=begun.until, asof=begun.asof)
                position = replace(position, window=now)
                yield self._land(position, want.rows)

    def _asked_at(self) -> Generator[Want, Any, datetime]:
        """Return the platform's time when the first page was asked for, or sooner.

        Before its first answer only our own clock tells.  Where that was wrong, or this process was
        stopped meanwhile, the page may be of any time, and is asked for again.
        """
        before, self._at = self._at, (yield Now())
        if abs(self._at - before) > DOUBT and not self._doubted:
            self._doubted = True
            raise _Doubted
        self._at = min(before, self._at)
        return self._at

    def _came(self, page: Page) -> Came:
        self._page += 1
        rows = [keyed(self._stream, raw, self._zone) for raw in page.rows]
        more = page.more if isinstance(page.more, bool) else None
        return Came(rows, more, page.total if isinstance(page.total, int) else None)

    def _land(
        self, position: Position, rows: Sequence[Keyed] = (), until: datetime | None = None
    ) -> Land:
        payloads, rejects, _ = self._understood(rows)
        return Land(
            replace(
                self._blank, at=self._at, payloads=payloads, rejects=rejects, page=self._page,
                position=msgspec.json.encode(position).decode(), until=until,
            )
        )  # fmt: skip

    def _understood(self, rows: Sequence[Keyed]) -> tuple[list[Payload], list[Reject], list[str]]:
        payloads, rejects, notes = [], [], []
        for row in rows:
            said, new = understand(self._stream, "row", row)
            notes.extend(new)
            if isinstance(said, Payload):
                payloads.append(said)
            else:
                rejects.append(said)
        return payloads, rejects, notes

    # lists with a token

    def _tokens(self, reading: ByToken) -> Steps:
        until, position = self._position()
        start = self._first if until is None else until - reading.overlap
        seen: set[str] = set()
        while True:
            self._at = yield Now()
            ask = Ask(start, self._at, 1, reading.page_size, position.token)
            try:
                page = yield ReadPage(self._stream, ask)
            except TokenForgotten as error:
                if not position.token:
                    raise
                yield Say("token-forgotten", f"{self._stream.name}: {error}; begun again")
                position = replace(position, token="")
                continue
            came = self._came(page)
            position = replace(position, token=page.token or position.token)
            more = came.more if came.more is not None else bool(came.rows)
            is_last = not more or not page.token or page.token in seen
            yield self._land(position, came.rows, until=ask.end if is_last else None)
            if is_last:
                return
            seen.add(page.token)

    # details

    def _details(self) -> Steps:
        name = self._stream.name
        self._at = yield Now()
        yield from self._doubtful()
        self._cases.owe_stale(self._shop, name, self._at, self._stream.recheck, NEAR_DEADLINE)
        failures = 0
        while owed := self._cases.owed(self._shop, name, self._at, DETAILS_AT_ONCE):
            for remote_id, row in owed:
                try:
                    detail = yield ReadDetail(self._stream, remote_id, row)
                except FATAL:
                    raise
                except GongdanError as error:
                    self._postpone(remote_id, str(error))
                    failures += not isinstance(error, Gone)
                    yield Say("detail-failed", f"{name}/{remote_id}: {error}")
                    if failures >= GIVE_UP_AFTER:
                        raise
                    continue
                failures = 0
                yield from self._take(remote_id, row, detail)

    def _doubtful(self) -> Steps:
        """Read by id what no row told: the row may be malformed, and the case not."""
        name, run = self._stream.name, self._blank.run
        for remote_id in self._cases.doubtful(self._shop, name, run, self._at, LONGEST_POSTPONE):
            self._cases.tried(self._shop, name, remote_id, self._at)
            try:
                detail = yield ReadDetail(self._stream, remote_id, b"")
            except FATAL:
                raise
            except GongdanError as error:
                yield Say("detail-failed", f"{name}/{remote_id}: {error}")
            else:
                yield from self._take(remote_id, b"", detail)

    def _take(self, remote_id: str, row: bytes, detail: Detail) -> Steps:
        self._at = yield Now()
        batch, complaint = land_detail(
            self._stream, self._blank, remote_id, row, detail, self._zone, self._at
        )
        tries = self._cases.tries(f"{self._shop}/{self._stream.name}/{remote_id}")
        if complaint and (batch.rejects or tries < ACCEPT_OLD_AFTER):
            self._postpone(remote_id, complaint)
            batch = replace(batch, settles=False)
        yield Land(replace(batch, page=self._page))

    def _postpone(self, remote_id: str, why: str) -> None:
        ticket_id = f"{self._shop}/{self._stream.name}/{remote_id}"
        wait = timedelta(minutes=1) * 2 ** min(self._cases.tries(ticket_id), 6)
        self._cases.postpone(ticket_id, self._at + min(wait, LONGEST_POSTPONE), why)


def land_detail(
    stream: Stream, blank: Batch, remote_id: str, row: bytes, detail: Detail, zone: ZoneInfo,
    at: datetime,
) -> tuple[Batch, str]:  # fmt: skip
    """Return a detail as a batch, and why it does not settle what is owed, or ""."""
    listed = keyed(stream, Raw(row), zone).updated if row else None
    came = detail_row(remote_id, detail, zone, listed)
    said, _ = understand(stream, "detail", came)
    if isinstance(said, Reject):
        return replace(blank, at=at, rejects=[said]), said.reason
    said = dated(said, came.fields, stream)
    newest = max((at for at in (listed, said.updated) if at is not None), default=None)
    settle = stream.reading.settle if isinstance(stream.reading, ByTime) else YOUNG
    again = newest + settle if newest is not None and newest + settle > at else None
    is_old = listed is not None and said.updated is not None and said.updated < listed
    return (
        replace(blank, at=at, payloads=[said], again=again),
        "the platform still shows an older state" if is_old else "",
    )


def _next(reading: ByTime, position: Position, start: datetime, now: datetime) -> Window:
    """Return the next window: as wide as may be, up to now; complete only up to what is settled."""
    span = timedelta(seconds=position.span_s) if position.span_s else reading.max_span
    settled = now - reading.settle
    end = start + span
    if end >= settled:
        end = max(now, start + reading.tick)
        until = max(settled, start)
    else:
        until = end
    return Window(start, end, until, start, end)


def _begun(position: Position, asof: datetime, settled: datetime) -> Position:
    """Return the position once the platform's time is known; a resumed window keeps what it has."""
    window = cast(Window, position.window)
    if window.asof is not None:
        return position
    until = max(min(window.until, settled), window.start)
    return replace(position, window=replace(window, until=until, asof=asof))


def _is_slow(position: Position, now: datetime) -> bool:
    return position.slow_until is not None and position.slow_until > now


def _slowed(position: Position, until: datetime) -> Position:
    """Return the position with its window to be read the slow way, from its beginning."""
    window = cast(Window, position.window)
    again = replace(window, by_key=False, low=window.start, high=window.end, seen=0)
    return replace(position, window=again, slow_until=until)


def _halved(reading: ByTime, position: Position, error: TooLarge) -> Position:
    """Return the first half of the window, to be read from its beginning."""
    window = cast(Window, position.window)
    half = (window.end - window.start) / 2
    if half < reading.tick:
        raise ProtocolError(
            f"more in one second than the platform gives at once: {error}"
        ) from error
    end = window.start + half
    first = replace(
        window, end=end, until=min(end, window.until), low=window.start, high=end, seen=0
    )
    return replace(position, window=first, span_s=half.total_seconds())


def _wider(reading: ByTime, position: Position) -> Position:
    """Let windows grow again after one that went well."""
    if position.span_s is None:
        return position
    doubled = position.span_s * 2
    return replace(position, span_s=doubled if doubled < reading.max_span.total_seconds() else None)


def _check_cursor(shop: str, stream: str, until: datetime | None, now: datetime) -> None:
    if until is not None and until > now + timedelta(hours=1):
        raise ProtocolError(
            f"{shop}/{stream}: the cursor stands at {until:%Y-%m-%d %H:%M}, in the future;"
            f" run 'gongdan sync --shop {shop} --full'"
        )
