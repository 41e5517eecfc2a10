"""One store, by its parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .cases import Cases
from .events import Events
from .guard import Guard
from .keys import Keys
from .ledger import Ledger
from .outbox import Outbox
from .payloads import Payloads
from .queue import Queue


class Store:
    """Everything that is kept, in one file, shared by every process on the machine.

    Attributes:
        cases: tickets, payloads, threads, cursors, quarantine.
        queue: what people look at.
        outbox: what is to be sent.
        ledger: claims and runs.
        keys: tokens and budgets.
        payloads: what the platforms sent, and the quarantine.
        events: what happened and is still to be told.

    Raises:
        StoreError: the file cannot be used as it is.
    """

    def __init__(
        self, path: Path, *, pid: int = 0, alive: Callable[[int], bool] | None = None
    ) -> None:
        self._guard = Guard(path)
        self.cases = Cases(self._guard)
        self.queue = Queue(self._guard)
        self.outbox = Outbox(self._guard)
        self.ledger = Ledger(self._guard, me=pid, alive=alive)
        self.keys = Keys(self._guard)
        self.events = Events(self._guard)
        self.payloads = Payloads(self._guard)

    def close(self) -> None:
        """Close every connection."""
        self._guard.close()
