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

NEAR_DEADLINE = timedelta(minutes=15)
SLOW_FOR = timedelta(days=1)  # a stream found to be misdeclared is read slowly, then tried again
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
        until, saved = self._cases.cursor(self._shop, self._stream.name)
        position = msgspec.json.decode(saved, type=Position) if saved else Position()
        self._at = yield Now()
        _check_cursor(self._shop, self._stream.name, until, self._at)
        start = self._first if until is None else until - reading.overlap
        while True:
            window = position.window or _next(reading, position, start, self._at)
            if window is None:
                return
            slow = position.slow_until is not None and position.slow_until > self._at
            position = replace(position, window=replace(window, by_key=window.by_key and not slow))
            try:
                position = yield from self._window(reading, position)
            except Misdeclared as error:
                yield Say("stream-misdeclared", f"{self._stream.name}: {error}; read the slow way")
                position = replace(position, slow_until=self._at + SLOW_FOR)
                continue
            except TooLarge as error:
                position = _halved(reading, position, error)
                yield self._land(position)
                continue
            done = cast(Window, position.window)
            position = _wider(reading, replace(position, window=None))
            yield self._land(position, until=done.until)
            start = done.until
            self._at = yield Now()
            if done.end >= self._at - reading.settle:
                return

    def _window(self, reading: ByTime, position: Position) -> Generator[Want, Any, Position]:
        window = cast(Window, position.window)
        read = read_by_key if window.by_key and reading.order != "none" else read_slowly
        steps = read(reading, window)
        answer: Came | None = None
        is_first = True
        while True:
            try:
                want = steps.send(answer) if answer is not None else next(steps)
            except StopIteration:
                return position
            answer = None
            if isinstance(want, Ask):
                page = yield ReadPage(self._stream, want)
                answer = self._came(page)
                if is_first:  # only now is the platform's time known for certain
                    is_first, self._at = False, (yield Now())
                    settled = min(window.until, self._at - reading.settle)
                    position = _settled(position, settled)
            elif isinstance(want, Got):
                until = cast(Window, position.window).until
                position = replace(position, window=replace(want.window, until=until))
                yield self._land(position, want.rows)

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
        _, saved = self._cases.cursor(self._shop, self._stream.name)
        position = msgspec.json.decode(saved, type=Position) if saved else Position()
        seen: set[str] = set()
        while True:
            self._at = yield Now()
            ask = Ask(self._first, self._at, 1, reading.page_size, position.token)
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
            yield self._land(position, came.rows, until=self._at)
            if not page.token or page.token in seen or came.more is False or not came.rows:
                return
            seen.add(page.token)

    # details

    def _details(self) -> Steps:
        name = self._stream.name
        self._at = yield Now()
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
    is_old = listed is not None and said.updated is not None and said.updated < listed
    return (
        replace(blank, at=at, payloads=[said]),
        "the platform still shows an older state" if is_old else "",
    )


def _next(reading: ByTime, position: Position, start: datetime, now: datetime) -> Window | None:
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


def _settled(position: Position, settled: datetime) -> Position:
    window = cast(Window, position.window)
    return replace(position, window=replace(window, until=max(settled, window.start)))


def _halved(reading: ByTime, position: Position, error: TooLarge) -> Position:
    """Return the first half of the window, to be read from its beginning."""
    window = cast(Window, position.window)
    half = (window.end - window.start) / 2
    if half < reading.tick:
        raise ProtocolError(
            f"more in one second than the platform gives at once: {error}"
        ) from error
    end = window.start + half
    first = Window(window.start, end, min(end, window.until), window.start, end, window.by_key)
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
