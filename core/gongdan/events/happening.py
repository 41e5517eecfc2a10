"""What happened to a ticket, and what is about to: values that the store keeps and plugins hear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct


class Happened(Struct, frozen=True, kw_only=True):
    """One event.

    Attributes:
        kind: due_soon, late, promise_due, answered_elsewhere, done ...
        once: a key; a second event with it is none.
        silent: noted, so that it does not come again, and told to nobody.
    """

    kind: str
    ticket: str
    data: Mapping[str, str] = {}
    once: str | None = None
    silent: bool = False
    id: int = 0


class Nearing(Struct, frozen=True):
    """An open ticket with a deadline, whose turn is the merchant's."""

    ticket: str
    created: datetime | None
    due: datetime
    round: int
