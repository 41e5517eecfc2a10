"""Turn what came into what can be stored, row by row: a bad one costs only itself."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import UNSET, Raw, Struct

from ..contract import Stream
from ..errors import BadField
from ..fields import Fields, decode_loosely, to_time
from ..files.columns import MARK, ticket_of
from ..fold import Kind
from ..plugins.asking import place_of
from ..plugins.wellformed import flaw_of
from ..store.batch import Payload, Reject
from ..ticket import Ticket
from ..wire import Detail

_ADDRESS = re.compile(rb'"https?:[^"]*"')  # as JSON has it, the slashes escaped or not


class Keyed(Struct, frozen=True):
    """One list row with its name and its place in the order, whether it can be understood or not.

    `fields` is None where the bytes are no object.
    """

    id: str
    updated: datetime | None
    raw: bytes
    fields: Fields | None
    trouble: str = ""

    @property
    def key(self) -> tuple[str, datetime | None]:
        """What tells a row from another, and from itself at another time."""
        return self.id, self.updated


def keyed(stream: Stream, raw: Raw, zone: ZoneInfo) -> Keyed:
    """Name a row; one that has no name is named by its bytes."""
    data = bytes(raw)
    try:
        fields = Fields.of(data, zone=zone)
    except BadField as error:
        return Keyed(_nameless(data), None, data, None, str(error))
    if MARK in fields.value:
        return file_row(data, fields)
    trouble = "a lone surrogate in it" if not fields.exact and _is_cracked(data) else ""
    try:
        updated = _when(fields.get(stream.updated), zone) if stream.updated else None
    except (ValueError, ArithmeticError, OSError):
        updated = None
        trouble = trouble or f"$.{stream.updated}: expected time"
    try:
        return Keyed(fields.id(stream.id), updated, data, fields, trouble)
    except BadField as error:
        return Keyed(_nameless(data), updated, data, fields, str(error))


def file_row(data: bytes, fields: Fields) -> Keyed:
    """Name a row that a map has read; one without a number is named by its place in the file."""
    place = fields.part(MARK)
    remote_id = fields.text("id") or f"?{place.text('file')}:{place.text('row')}"
    return Keyed(remote_id, place.when("as_of"), data, fields, fields.text("trouble") or "")


def _when(value: object, zone: ZoneInfo) -> datetime | None:
    """Return a time; None where there is none, which costs the row its place, not its meaning."""
    if value is None or value is UNSET or (isinstance(value, str) and not value.strip()):
        return None
    return to_time(value, zone)


def understand(stream: Stream, kind: Kind, row: Keyed) -> Payload | Reject:
    """Return what a payload says, or why it could not be understood.

    The reason never holds a value: it may be a buyer's.  What was new in it is in the notes of its
    fields.
    """
    of_file = row.fields is not None and MARK in row.fields.value
    digest = _digest(row, (MARK,) if of_file else stream.volatile, stream.to_picture)
    read = ticket_of if of_file else stream.to_ticket
    if row.trouble or row.fields is None or read is None:
        return _reject(kind, row, digest, row.trouble or "nothing reads it")
    try:
        said = read(row.fields)
        if not isinstance(said, Ticket):
            raise BadField(f"to_ticket returns {type(said).__name__}, not a Ticket")
        if flaw := flaw_of(said):
            raise BadField(f"to_ticket: {flaw}")
    except BadField as error:
        return _reject(kind, row, digest, str(error))
    except Exception as error:
        return _reject(kind, row, digest, place_of(error))
    return Payload(
        kind=kind, remote_id=row.id, updated=row.updated, raw=row.raw, digest=digest, said=said
    )


def detail_row(
    remote_id: str, detail: Detail, zone: ZoneInfo, row_updated: datetime | None
) -> Keyed:
    """Return a detail as one document under the name it was asked by.

    When the case was so: where the detail says it, else where a row has it, else as of the row.
    """
    data = compose(detail)
    try:
        fields = Fields.of(data, zone=zone)
    except BadField as error:
        return Keyed(remote_id, row_updated, data, None, str(error))
    trouble = "a lone surrogate in it" if not fields.exact and _is_cracked(data) else ""
    return Keyed(remote_id, row_updated, data, fields, trouble)


def dated(payload: Payload, fields: Fields | None, stream: Stream) -> Payload:
    """Return a detail dated as it says itself."""
    updated = payload.said.updated
    if not isinstance(updated, datetime) and fields is not None and stream.updated:
        try:
            found = fields.time(stream.updated)
        except BadField:
            found = None
        updated = found
    if not isinstance(updated, datetime):
        return payload
    return Payload(
        kind=payload.kind, remote_id=payload.remote_id, updated=updated, raw=payload.raw,
        digest=payload.digest, said=payload.said,
    )  # fmt: skip


def compose(detail: Detail) -> bytes:
    """Return a detail as one JSON document, its parts byte for byte."""
    if isinstance(detail, Raw):
        return bytes(detail)
    parts = []
    for name, part in detail.items():
        value = bytes(part) if isinstance(part, Raw) else _list(part)
        parts.append(json.dumps(name).encode() + b":" + value)
    return b"{" + b",".join(parts) + b"}"


def _list(parts: Sequence[Raw]) -> bytes:
    return b"[" + b",".join(bytes(part) for part in parts) + b"]"


def _reject(kind: Kind, row: Keyed, digest: bytes, reason: str) -> Reject:
    return Reject(
        kind=kind, remote_id=row.id, updated=row.updated, raw=row.raw, digest=digest, reason=reason
    )


def reject(kind: Kind, row: Keyed, reason: str) -> Reject:
    """Return a payload that nobody could understand, for the quarantine."""
    return _reject(kind, row, _digest(row, ()), reason)


def _nameless(data: bytes) -> str:
    return "?" + hashlib.blake2b(data, digest_size=8).hexdigest()


def _is_cracked(data: bytes) -> bool:
    """Tell whether the text holds half a character, as a cut emoji leaves it."""
    if b"\\ud" not in data and b"\\uD" not in data:
        try:
            data.decode()
        except UnicodeDecodeError:
            return True
        return False
    try:
        json.dumps(decode_loosely(data), ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return True
    return False


def _digest(
    row: Keyed, volatile: Sequence[str], to_picture: Callable[[str], str] | None = None
) -> bytes:
    """Return a digest of what counts as a change; another signature of an address is none."""
    data = row.raw
    if volatile and row.fields is not None:
        data = json.dumps(_without(row.fields.value, volatile), default=str).encode()
    if to_picture is not None and b'"http' in data:
        data = _ADDRESS.sub(lambda found: _named(found[0], to_picture), data)
    return hashlib.blake2b(data, digest_size=16).digest()


def _named(address: bytes, to_picture: Callable[[str], str]) -> bytes:
    try:
        name = to_picture(json.loads(address))
    except Exception:  # a plugin's mistake, and it is told where the case lands
        return address
    return json.dumps(name).encode() if name and isinstance(name, str) else address


def _without(value: Mapping[str, object], paths: Sequence[str]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for name, part in value.items():
        if name in paths:
            continue
        inner = [path.partition(".")[2] for path in paths if path.startswith(f"{name}.")]
        kept[name] = _without(part, inner) if inner and isinstance(part, dict) else part
    return kept
