"""Bugs to plant, one at a time: the simulation must find each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

BUGS: dict[str, Callable[[], contextlib.AbstractContextManager[None]]] = {}


@contextlib.contextmanager
def planted(name: str) -> Iterator[None]:
    """Plant a bug of BUGS; "" plants none."""
    if not name:
        yield
        return
    with BUGS[name]():
        yield
