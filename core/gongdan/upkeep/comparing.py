"""Compare a window of a list here and there, by id: nothing is changed on either side."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from ..contract import ByTime, Stream
from ..errors import Unsupported
from ..plugins.asking import page_of, wants
from ..reading.lists import Came, Got, Window, came_of, read_slowly, wanted
from ..reading.rows import Keyed
from ..wire import Ask

if TYPE_CHECKING:
    from ..desk import Desk


class Compared(Struct, frozen=True, kw_only=True):
    """What a window of one stream came to, ids of tickets.

    Attributes:
        missing: there, and not here.
        extra: here in that span, and not there: deleted, or updated since.
        stale: here as they were before.
        quarantined: there, and here only as a row that could not be understood.
    """

    shop: str
    stream: str
    start: datetime
    end: datetime
    there: int = 0
    here: int = 0
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everything that is there is here, as it is there."""
        return not (self.missing or self.stale)


def verify(desk: Desk, alias: str, start: datetime, end: datetime) -> list[Compared]:
    """Compare every list of a shop that can be asked by update time.

    Args:
        desk: what to work with.
        alias: of the shop.
        start: of the span of update time, aware.
        end: of it; what moves while it is read is told as stale or extra.
    """
    found, settings = [], desk.settings(alias)
    for stream in desk.connector(alias).streams:
        reading = stream.reading
        if not isinstance(reading, ByTime) or stream.read_page is None:
            continue
        if wants(stream, settings):
            found.append(_compare(desk, alias, stream, reading, start, end))
    return found


def _compare(
    desk: Desk, alias: str, stream: Stream, reading: ByTime, start: datetime, end: datetime
) -> Compared:
    there = {
        row.id: row
        for row in _rows(desk, alias, stream, reading, start, end)
        if row.updated is None or start <= row.updated < end
    }
    here = desk.store.payloads.updated_within(alias, stream.name, start, end)
    held = {row.remote_id for row in desk.store.payloads.quarantined(alias, stream.name)}
    missing: list[str] = []
    stale: list[str] = []
    for remote_id, row in there.items():
        known = here.get(remote_id) or desk.store.cases.row_time(
            f"{alias}/{stream.name}/{remote_id}"
        )
        if known is None and remote_id not in held:
            missing.append(remote_id)
        elif known is not None and row.updated is not None and known < row.updated:
            stale.append(remote_id)
    return Compared(
        shop=alias, stream=stream.name, start=start, end=end, there=len(there), here=len(here),
        missing=tuple(missing), stale=tuple(stale), extra=tuple(sorted(set(here) - set(there))),
        quarantined=tuple(sorted(held & set(there))),
    )  # fmt: skip


def _rows(
    desk: Desk, alias: str, stream: Stream, reading: ByTime, start: datetime, end: datetime
) -> list[Keyed]:
    """Read a span by page numbers, in slices that the platform allows, until nothing new."""
    if stream.read_page is None:
        raise Unsupported(f"{alias}/{stream.name}: has no list")
    session, zone = desk.session(alias), ZoneInfo(desk.connector(alias).zone)
    rows: list[Keyed] = []
    while start < end:
        stop = min(start + reading.max_span, end)
        steps = read_slowly(reading, Window(start, stop, stop, start, stop, by_key=False))
        answer: Came | None = None
        while (want := wanted(steps, answer)) is not None:
            answer = None
            if isinstance(want, Got):
                rows.extend(want.rows)
            elif isinstance(want, Ask):
                answer = came_of(stream, page_of(stream, session, want), zone)
        start = stop
    return rows
