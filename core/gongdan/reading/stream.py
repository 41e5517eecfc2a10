"""Read one stream of one shop: its windows, then the details that are owed.

A generator that does nothing itself (see `lists`); `gongdan.shoprun` does what it wants.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from ..contract import ByTime, ByToken, Stream
from ..errors import (
    GongdanError,
    ProtocolError,
    Refused,
    TokenForgotten,
    TooLarge,
    Transient,
)
from ..store import Batch, Cases, Payload, Reject
from ..store.ledger import Claim
from ..wire import Ask, Page
from .details import Details
from .drift import Drift
from .lists import Came, Got, Misdeclared, Window, came_of, read_by_key, read_slowly, wanted
from .position import (
    Position,
    Unhalvable,
    begun,
    check_cursor,
    failed,
    halved,
    is_slow,
    next_window,
    slowed,
    wider,
)
from .rows import Keyed, understand
from .wants import Land, Noted, Now, ReadPage, Say, Steps, Want

DOUBT = timedelta(seconds=20)  # well within the shortest settle that makes sense
SLOW_FOR = timedelta(days=1)  # a stream found to be misdeclared is read slowly, then tried again
# What may be the fault of one window, and not of the platform as a whole.
MAY_PASS = (Transient, ProtocolError, Refused)
GIVE_WAY_AFTER = 5  # runs in which a window failed the same way
SWEEP_EVERY = timedelta(days=1)


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
            owes=stream.read_detail is not None, whole=stream.whole, appraise=appraise,
            claim=claim, to_picture=stream.to_picture,
        )  # fmt: skip
        self._page = 0
        self._at = first
        self._goal: datetime | None = None  # up to where this pass reads: when it began
        self._doubted = False
        self._drift = Drift()
        self._beyond = first  # the end of the last gap

    def read(self) -> Steps:
        """Read what is new, then what is owed."""
        reading = self._stream.reading
        if isinstance(reading, ByTime):
            yield from self._windows(reading)
            yield from self._sweep(reading)
        elif isinstance(reading, ByToken):
            yield from self._tokens(reading)
        if self._stream.read_detail is not None:
            blank = replace(self._blank, page=self._page)
            yield from Details(self._stream, self._cases, blank, self._zone, self._drift).read()
        yield Noted(self._stream, self._drift)

    # windows

    def _windows(self, reading: ByTime) -> Steps:
        until, position = self._position()
        self._at = yield Now()
        goal = self._at
        start = self._first if until is None else until - reading.overlap
        while True:
            held = position
            window = position.window or next_window(reading, position, start, goal)
            if is_slow(position, self._at):
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
                position = slowed(position, self._at + SLOW_FOR)
                yield self._land(position)
                continue
            except TooLarge as error:
                position = yield from self._narrowed(reading, position, error)
                start = position.window.start if position.window else self._beyond
                continue
            except MAY_PASS as error:
                position = yield from self._failed(reading, position, error)
                start = position.window.start if position.window else self._beyond
                continue
            done = cast(Window, position.window)
            position = replace(wider(reading, position), window=None)
            yield self._land(position, until=done.until)
            self._at = yield Now()
            goal = self._goal or goal
            if done.end >= goal - reading.settle:
                return
            # Rows may have come since into what an earlier run has read of this window.
            started = done.asof if done.asof and done.asof < goal else None
            start = min(done.until, started - reading.overlap) if started else done.until

    def _failed(
        self, reading: ByTime, position: Position, error: GongdanError
    ) -> Generator[Want, Any, Position]:
        """Count a window that fails while the list answers elsewhere; narrow one that always does.

        Raises:
            GongdanError: the list answers nowhere, or this is not the fifth run yet.
        """
        probe = Ask(self._at - reading.tick, self._at, reading.first_page, 1)
        try:
            yield ReadPage(self._stream, probe)
        except MAY_PASS:
            raise error from None
        position = failed(position, error)
        yield self._land(position)
        if position.failures < GIVE_WAY_AFTER:
            raise error
        return (yield from self._narrowed(reading, position, error))

    def _narrowed(
        self, reading: ByTime, position: Position, error: GongdanError
    ) -> Generator[Want, Any, Position]:
        """Return the first half of a window; of the narrowest, what lies beyond it.

        What cannot be read is a gap: kept, shown, and tried daily.
        """
        try:
            position = halved(reading, position, error)
        except Unhalvable as final:
            window = cast(Window, position.window)
            name = self._stream.name
            is_new = self._cases.add_gap(
                self._shop, name, window.start, window.end, str(final), self._at
            )
            if is_new:
                yield Say("gap", f"{name}: {window.start:%Y-%m-%d %H:%M:%S} UTC: {final}")
            self._beyond = window.end
            position = replace(position, window=None)
            yield self._land(position, until=min(window.end, window.until))
            return position
        yield self._land(position)
        return position

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
        while (want := wanted(steps, answer)) is not None:
            answer = None
            if isinstance(want, Ask):
                page = yield ReadPage(self._stream, want)
                answer = self._came(page)
                if self._goal is None:
                    self._goal = yield from self._asked_at()
                    check_cursor(self._shop, self._stream.name, cursor, self._goal)
                position = begun(position, self._goal, self._goal - reading.settle)
            elif isinstance(want, Got):
                held = cast(Window, position.window)
                now = replace(want.window, until=held.until, asof=held.asof)
                position = replace(position, window=now)
                yield self._land(position, want.rows)
        return position

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
        return came_of(self._stream, page, self._zone)

    def _land(
        self, position: Position, rows: Sequence[Keyed] = (), until: datetime | None = None
    ) -> Land:
        payloads, rejects = self._understood(rows)
        return Land(
            replace(
                self._blank, at=self._at, payloads=payloads, rejects=rejects, page=self._page,
                position=msgspec.json.encode(position).decode(), until=until,
            )
        )  # fmt: skip

    def _understood(self, rows: Sequence[Keyed]) -> tuple[list[Payload], list[Reject]]:
        payloads, rejects = [], []
        for row in rows:
            said = understand(self._stream, "row", row)
            self._drift.take("row", row.fields)
            if isinstance(said, Payload):
                payloads.append(said)
            else:
                rejects.append(said)
        return payloads, rejects

    # what was missed all the same

    def _sweep(self, reading: ByTime) -> Steps:
        """Once a day, read again what is some days old: by creation, where it can be asked so.

        What was listed later than the overlap is found here, and so is what a list that filters on
        creation never shows by update time.  Gaps are tried again first.
        """
        _, position = self._position()
        if position.swept is None:  # all of it has just been read
            yield self._land(replace(position, swept=self._at))
            return
        if self._at - position.swept < SWEEP_EVERY:
            return
        yield from self._gaps(reading)
        start = position.sweeping or self._at - reading.sweep
        span = reading.max_span
        while start < self._at:
            end = min(start + span, self._at)
            try:
                yield from self._slice(reading, position, start, end)
            except TooLarge:
                span /= 2
                if span < reading.tick:
                    raise
                continue
            start = end
            position = replace(position, sweeping=start)
            yield self._land(position)
        yield self._land(replace(position, swept=self._at, sweeping=None))

    def _gaps(self, reading: ByTime) -> Steps:
        for start, end in self._cases.gaps(self._shop, self._stream.name):
            try:
                yield from self._slice(reading, self._position()[1], start, end, by="update")
            except (TooLarge, *MAY_PASS):
                continue
            self._cases.close_gap(self._shop, self._stream.name, start)

    def _slice(
        self, reading: ByTime, position: Position, start: datetime, end: datetime,
        by: Literal["update", "create"] | None = None,
    ) -> Steps:  # fmt: skip
        """Read a span the slow way, beside the windows: the position stays where it is."""
        by = by or ("create" if reading.by_creation else "update")
        steps = read_slowly(reading, Window(start, end, end, start, end, by_key=False))
        answer: Came | None = None
        while (want := wanted(steps, answer)) is not None:
            answer = None
            if isinstance(want, Ask):
                answer = self._came((yield ReadPage(self._stream, replace(want, by=by))))
            elif isinstance(want, Got):
                yield self._land(position, want.rows)

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
