"""Put together what several payloads say of one case.

A detail is whole, a list row is thin.  The older lies under the newer, so that an older detail's
deadline shows through a newer row that does not speak of it; at one time the detail is on top.
What came in a file is as whole as the file; at one time the platform's own word is above it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec
from msgspec import UNSET, Struct

from .fields import Status
from .ticket import Message, Ticket, Who

Kind = Literal["row", "detail", "file"]
_RANKS: Mapping[Kind, int] = {"file": 0, "row": 1, "detail": 2}
_DAWN = datetime.min.replace(tzinfo=UTC)
_NAMES = tuple(name for name in Ticket.__struct_fields__ if name != "thread")

TURNS = {
    Status.PENDING: Who.MERCHANT,
    Status.WAITING_PLATFORM: Who.PLATFORM,
    Status.WAITING_BUYER: Who.BUYER,
    Status.ANSWERED: Who.BUYER,
    Status.UNKNOWN: Who.MERCHANT,
}


class Said(Struct, frozen=True):
    """What one payload said, and when the case was so."""

    kind: Kind
    updated: datetime | None
    ticket: Ticket


def fold(parts: Iterable[Said]) -> Ticket:
    """Return one ticket of what was said, oldest first; what nobody spoke of stays UNSET.

    When it was updated is what the newest payload says, or what its place in the list says.
    """
    ordered = sorted(parts, key=lambda said: (said.updated or _DAWN, _RANKS[said.kind]))
    if len(ordered) == 1:
        return alone(ordered[0].ticket, ordered[0].updated)
    known: dict[str, object] = {}
    for said in ordered:
        if said.updated is not None:
            known["updated"] = said.updated
        for name in _NAMES:
            value = getattr(said.ticket, name)
            if value is not UNSET:
                known[name] = value
    return msgspec.structs.replace(Ticket(), **known)


def alone(ticket: Ticket, updated: datetime | None) -> Ticket:
    """Return what one payload says by itself: dated, and without its thread."""
    if ticket.updated is UNSET and updated is not None:
        return msgspec.structs.replace(ticket, thread=UNSET, updated=updated)
    return ticket if ticket.thread is UNSET else msgspec.structs.replace(ticket, thread=UNSET)


def turn_of(ticket: Ticket) -> Who | None:
    """Return whose turn it is: as the platform says, else as the status implies."""
    if isinstance(ticket.turn, Who):
        return ticket.turn
    return TURNS.get(ticket.status) if isinstance(ticket.status, Status) else Who.MERCHANT


def is_open(ticket: Ticket) -> bool:
    """Tell whether a case still wants something of somebody."""
    return ticket.status is not Status.CLOSED and ticket.gone is not True


def keys_of(thread: Sequence[Message]) -> list[str]:
    """Return a key for each message: the platform's id, else who, when, what and how often.

    Two messages alike in all of these get keys of their own, so that the multiset is kept.
    """
    seen: Counter[str] = Counter()
    keys = []
    for message in thread:
        if message.id:
            keys.append(f"id:{message.id}")
            continue
        words = f"{message.who.value}\n{message.at.isoformat()}\n{message.text}"
        digest = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=12).hexdigest()
        seen[digest] += 1
        keys.append(f"{digest}:{seen[digest]}")
    return keys
