"""Read again what was kept: rebuild tickets after a mapping was mended, retry the quarantine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import UNSET, Raw, Struct

from ..contract import Stream
from ..fold import Kind, Said, fold
from ..pushes.news import News
from ..reading.details import land_detail
from ..reading.rows import Keyed, dated, keyed, understand
from ..reading.wants import Land
from ..store import Batch, Payload, Reject
from ..store.payloads import Held, Quarantined
from ..ticket import Ticket

if TYPE_CHECKING:
    from ..desk import Desk


class Difference(Struct, frozen=True, kw_only=True):
    """What a better mapping says otherwise of one ticket: field, was, is."""

    ticket: str
    fields: tuple[tuple[str, object, object], ...]
    error: str = ""


class Retried(Struct, frozen=True, kw_only=True):
    """What became of one row of the quarantine; *reason* is why it stays there, or ""."""

    ticket: str
    kind: str
    reason: str = ""


def renormalise(
    desk: Desk, aliases: Sequence[str], *, apply: bool, stream: str = ""
) -> Iterator[Difference]:
    """Yield what the plugins of today say otherwise of the tickets that are kept.

    Args:
        desk: what to work with.
        aliases: of shops.
        apply: put it in place of what was said; else only tell.
        stream: only this one; "" all.
    """
    for alias in aliases:
        connector = desk.connector(alias)
        zone = ZoneInfo(connector.zone)
        for part in connector.streams:
            if stream not in ("", part.name):
                continue
            for held in desk.store.payloads.held(alias, part.name):
                found = _reread(desk, alias, part, held, zone, apply=apply)
                if found is not None:
                    yield found


def _reread(
    desk: Desk, alias: str, stream: Stream, held: Held, zone: ZoneInfo, *, apply: bool
) -> Difference | None:
    said: list[tuple[Kind, Payload]] = []
    for kept in held.payloads:
        payload = _payload(stream, kept.kind, held.remote_id, kept.raw, zone, kept.updated)
        if isinstance(payload, Reject):
            return Difference(ticket=held.id, fields=(), error=f"{kept.kind}: {payload.reason}")
        said.append((kept.kind, payload))
    ticket = fold(Said(kind, payload.updated, payload.said) for kind, payload in said)
    fields = tuple(_fields(held.ticket, ticket))
    if not fields:
        return None
    if apply:
        index = desk.due(alias).index(stream.name, ticket, held.first_seen)
        desk.store.payloads.rewrite(held, [(k, p.said) for k, p in said], ticket, index)
    return Difference(ticket=held.id, fields=fields)


def _payload(
    stream: Stream, kind: Kind, remote_id: str, raw: bytes, zone: ZoneInfo, updated: datetime | None
) -> Payload | Reject:
    row = keyed(stream, Raw(raw), zone)
    if kind == "detail":
        row = Keyed(remote_id, updated, raw, row.fields, "" if row.fields else row.trouble)
    said = understand(stream, kind, row)
    return dated(said, row.fields, stream) if isinstance(said, Payload) else said


def _fields(was: Ticket, now: Ticket) -> Iterator[tuple[str, object, object]]:
    for name in Ticket.__struct_fields__:
        before, after = getattr(was, name), getattr(now, name)
        if before != after and name != "thread":
            yield name, None if before is UNSET else before, None if after is UNSET else after


def retry_quarantine(desk: Desk, aliases: Sequence[str]) -> Iterator[Retried]:
    """Yield what became of every row that could not be understood, read by today's plugins."""
    for alias in aliases:
        connector = desk.connector(alias)
        streams = {stream.name: stream for stream in connector.streams}
        for row in desk.store.payloads.quarantined(alias):
            ticket_id = f"{alias}/{row.stream}/{row.remote_id}"
            stream = streams.get(row.stream)
            reason = (
                _land(desk, alias, stream, row) if stream else "the plugin has no such stream now"
            )
            yield Retried(ticket=ticket_id, kind=row.kind, reason=reason)


def _land(desk: Desk, alias: str, stream: Stream, row: Quarantined) -> str:
    """Land a row that is understood now; return why not, or ""."""
    connector = desk.connector(alias)
    zone = ZoneInfo(connector.zone)
    due = desk.due(alias)
    now = desk.now()
    blank = Batch(
        platform=connector.platform, shop=alias, stream=stream.name, run=row.run, at=now,
        owes=stream.read_detail is not None, whole=stream.whole,
        appraise=lambda ticket: due.index(stream.name, ticket, row.first),
        to_picture=stream.to_picture,
    )  # fmt: skip
    if stream.to_events is not None:
        return _heard(desk, blank, stream, row)
    if row.kind == "detail":
        batch, _ = land_detail(stream, blank, row.remote_id, b"", Raw(row.raw), zone, now)
    else:
        said = understand(stream, row.kind, keyed(stream, Raw(row.raw), zone))
        kept = [said] if isinstance(said, Payload) else []
        batch = Batch(
            platform=blank.platform, shop=alias, stream=stream.name, run=row.run, at=now,
            owes=blank.owes, whole=blank.whole, appraise=blank.appraise, payloads=kept,
            rejects=[said] if isinstance(said, Reject) else [],
        )  # fmt: skip
    desk.store.cases.commit(batch)
    if batch.rejects:
        return batch.rejects[0].reason
    desk.store.payloads.drop(row)  # by the name it had there, if it has a better one now
    return ""


def _heard(desk: Desk, blank: Batch, stream: Stream, row: Quarantined) -> str:
    """Take a message in that is understood now; return why not, or ""."""
    for want in News(desk, row.shop).take(stream, [Raw(row.raw)], blank):
        if isinstance(want, Land):
            desk.store.cases.commit(want.batch)
            if want.batch.stream == stream.name:
                return want.batch.rejects[0].reason
    desk.store.payloads.drop(row)
    return ""
