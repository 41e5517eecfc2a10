"""Who reads next: many shops, few threads, and a large shop that keeps no small one waiting.

A run does a turn's work and then stands back while others wait.  Whoever has not begun comes
first, in the order given; then whoever has done least.  A run that has stood back for long goes
next whatever it has done, since its claim on the shop must not lapse.  Where many have stood back
the next goes on to its end, for each holds memory.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")
TURN = 500  # requests made and rows landed: some five pages, or all that is new in most shops
MOST_BACK = 32  # each holds on to a page or two, about 1 MB


class Turns(Generic[T]):
    """What is to be done, handed out to threads bit by bit.

    Args:
        waiting: in the order in which they begin.
        patience: after which one that stands back goes next.
        now: of our own clock.
    """

    def __init__(
        self, waiting: Iterable[T], *, patience: timedelta, now: Callable[[], datetime]
    ) -> None:
        self._waiting = deque(waiting)
        self._back: list[tuple[int, int, datetime, T]] = []  # by work done, then by who came first
        self._count = itertools.count()
        self._patience = patience
        self._now = now
        self._lock = threading.Lock()

    def take(self) -> T | None:
        """Return who goes next; None where nobody waits."""
        with self._lock:
            if (late := self._longest()) is not None:
                return late
            if self._waiting:
                return self._waiting.popleft()
            return heapq.heappop(self._back)[-1] if self._back else None

    def stand_back(self, one: T, work: int) -> None:
        """Let others go first that have done less than *work*."""
        with self._lock:
            heapq.heappush(self._back, (work, next(self._count), self._now(), one))

    def anybody_waits(self) -> bool:
        """Tell whether standing back would let somebody else go."""
        return bool(self._waiting or self._back) and len(self._back) < MOST_BACK

    def _longest(self) -> T | None:
        if not self._back:
            return None
        longest = min(self._back, key=lambda entry: entry[2])
        if self._now() - longest[2] < self._patience:
            return None
        self._back.remove(longest)
        heapq.heapify(self._back)
        return longest[-1]
