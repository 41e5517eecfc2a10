"""Every request that reached a sandbox."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

KEPT = 100_000  # entries; a sandbox may run for days


class Entry(Struct, frozen=True):
    """One request that reached the sandbox.

    Attributes:
        time: when it was answered, aware UTC.
        platform: whose imitation.
        shop: the platform's id of it, "" if the request does not tell.
        api: the platform's own name of the request.
        writing: whether it would change a case.
        outcome: "ok", the platform's error code, or the fault that ended it.
        status: of HTTP; 0 where there was no answer.
    """

    time: datetime
    platform: str
    shop: str
    api: str
    writing: bool
    outcome: str
    status: int


class Traffic:
    """The newest `KEPT` requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        """Append one entry."""
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
