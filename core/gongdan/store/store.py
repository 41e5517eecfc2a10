"""One store, by its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .alerts import Alerts
from .arrivals import Arrivals
from .cases import Cases
from .classes import Classes
from .counter import Counter
from .drafts import Drafts
from .erasing import Erasing
from .events import Events
from .exports import Exports
from .figures import Figures
from .guard import Guard
from .imports import Imports
from .keys import Keys
from .ledger import Ledger
from .links import Links
from .local import Local
from .meta import Meta
from .news import News
from .notices import Notices
from .orders import Orders
from .outbox import Outbox
from .payloads import Payloads
from .pictures import Pictures
from .queue import Queue
from .search import Search
from .state import State
from .todos import Todos


class Store:
    """Everything that is kept, in one file, shared by every process on the machine.

    Attributes:
        arrivals: what platforms pushed.
        classes: what tickets are about, by rules and by people.
        cases: tickets, payloads, threads, cursors, quarantine.
        queue: what people look at.
        outbox: what is to be sent.
        ledger: claims and runs.
        keys: tokens and budgets.
        payloads: what the platforms sent, and the quarantine.
        pictures: of threads, whose addresses end.
        meta: what is known of the store itself and of the platforms' ways.
        events: what happened and is still to be told.
        imports: files that were taken in.
        local: what people here did with tickets.
        orders: facts of orders, and which are still to be read.
        drafts: what a draft may be proposed for.
        todos: sub-tasks, follow-ups, and what was done of playbooks.
        news: what came of it and is still to be told.
        erasing: what is to be erased of buyers.
        notices: what is worth an alert.
        alerts: what robots are to be told.
        exports: many tickets, in pieces.
        figures: counts.
        state: how the store itself is.
        search: finds tickets by words.
        links: finds tickets that belong together.

    Raises:
        StoreError: the file cannot be used as it is.
    """

    def __init__(
        self, path: Path, *, pid: int = 0, alive: Callable[[int], bool] | None = None
    ) -> None:
        self._guard = Guard(path)
        self.arrivals = Arrivals(self._guard)
        self.cases = Cases(self._guard, self.arrivals)
        self.classes = Classes(self._guard)
        self.queue = Queue(self._guard)
        self.outbox = Outbox(self._guard, Counter(path))
        self.ledger = Ledger(self._guard, me=pid, alive=alive)
        self.keys = Keys(self._guard, self.ledger)
        self.events = Events(self._guard)
        self.meta = Meta(self._guard)
        self.payloads = Payloads(self._guard)
        self.pictures = Pictures(self._guard, path)
        self.imports = Imports(self._guard)
        self.local = Local(self._guard)
        self.orders = Orders(self._guard)
        self.drafts = Drafts(self._guard)
        self.todos = Todos(self._guard)
        self.news = News(self._guard)
        self.erasing = Erasing(self._guard)
        self.notices = Notices(self._guard)
        self.alerts = Alerts(self._guard)
        self.exports = Exports(self._guard)
        self.figures = Figures(self._guard)
        self.state = State(self._guard, path)
        self.search = Search(self._guard)
        self.links = Links(self._guard)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all that is written inside land in one transaction, or nothing of it."""
        with self._guard.write(lasting=True):
            yield

    def close(self) -> None:
        """Close every connection."""
        self._guard.close()
