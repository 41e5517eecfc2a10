"""A number in a file beside the store, by which a store that was copied or restored is noticed.

What such a store says of its outbox is older than what was sent, so nothing in it may go by itself.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from msgspec import Struct


class Mark(Struct, frozen=True):
    """How many requests were begun from which file (its inode: a copy has another)."""

    count: int
    inode: int


class Counter:
    """The file `STORE-count`; its number never runs ahead of the store that it belongs to."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._path = store.with_name(f"{store.name}-count")

    def read(self) -> Mark | None:
        """Return what the file says; None if it is not there or no such file."""
        try:
            told = json.loads(self._path.read_bytes())
            return Mark(int(told["count"]), int(told["inode"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, count: int) -> None:
        """Note that the store has begun *count* requests; after that was committed."""
        mine = f"{os.getpid()}-{threading.get_ident()}"  # shops are read by several threads
        spare = self._path.with_name(f"{self._path.name}.{mine}")
        told = json.dumps({"count": count, "inode": self._inode}).encode()
        handle = os.open(spare, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        try:
            os.write(handle, told)
        finally:
            os.close(handle)
        spare.replace(self._path)

    def agrees(self, count: int, *, is_used: bool) -> bool:
        """Tell whether the store is the very one that the file was written for.

        The file may lag behind, where a process died between the two; ahead of the store it says
        that the store was set back.

        Args:
            count: how many requests the store says were begun.
            is_used: whether the store holds anything to be sent.
        """
        mark = self.read()
        if mark is None:
            return count == 0 or not is_used
        return mark.count <= count and mark.inode == self._inode

    @property
    def _inode(self) -> int:
        return os.stat(self._store).st_ino
