"""The store: one SQLite file, and the only place with SQL in it."""

from __future__ import annotations

from .batch import Batch, Counts, Payload, Reject
from .cases import Cases
from .columns import Index
from .guard import Guard
from .keys import Keys
from .ledger import Claim, Ledger
from .meta import Meta
from .outbox import Attempt, Outbox, Work
from .queue import Queue
from .store import Store

__all__ = [
    "Attempt",
    "Batch",
    "Cases",
    "Claim",
    "Counts",
    "Guard",
    "Index",
    "Keys",
    "Ledger",
    "Meta",
    "Outbox",
    "Payload",
    "Queue",
    "Reject",
    "Store",
    "Work",
]
