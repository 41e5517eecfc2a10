"""What lands in one transaction, and what it came to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from ..fold import Kind
from ..ticket import Ticket
from .columns import Index
from .ledger import Claim


class Payload(Struct, frozen=True, kw_only=True):
    """One payload that was understood; `digest` is of what counts as a change."""

    kind: Kind
    remote_id: str
    updated: datetime | None
    raw: bytes
    digest: bytes
    said: Ticket


class Reject(Struct, frozen=True, kw_only=True):
    """One payload that was not; `reason` holds no value of it."""

    kind: Kind
    remote_id: str
    updated: datetime | None
    raw: bytes
    digest: bytes
    reason: str


class Batch(Struct, frozen=True, kw_only=True):
    """What lands in one transaction.

    Attributes:
        at: the platform's time of reading.
        position: where the reading stands now, JSON; None leaves it.
        until: how far the stream is known to be complete; None leaves it.
        owes: whether a changed row owes a reading of its detail, and one that is malformed.
        whole: a changed row owes none: it says all that there is.
        claim: what gives the right to store it; another's by now is `Busy`.
        settles: whether a detail pays that; False where it is older than the row it was read for.
        again: when the case is to be read once more, for what is this young may still change
            without its update time telling.
        to_picture: of the stream, where addresses in threads end.
    """

    platform: str
    shop: str
    stream: str
    run: int
    at: datetime
    payloads: Sequence[Payload] = ()
    rejects: Sequence[Reject] = ()
    page: int = 0
    position: str | None = None
    until: datetime | None = None
    owes: bool = False
    whole: bool = False
    settles: bool = True
    again: datetime | None = None
    appraise: Callable[[Ticket], Index] = lambda _: Index()
    claim: Claim | None = None
    to_picture: Callable[[str], str] | None = None


class Counts(Struct, frozen=True):
    """What a batch came to; a ticket counts once a run as new or changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    events: tuple[tuple[str, str], ...] = ()
