"""No network while plugins are loaded: what is imported must not call anybody."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_ALONE = threading.RLock()
_DOORS: tuple[tuple[Any, str], ...] = (
    (socket, "getaddrinfo"),
    (socket.socket, "connect"),
    (socket.socket, "connect_ex"),
)


@contextmanager
def offline() -> Iterator[list[str]]:
    """Let this thread reach nobody inside the block; other threads go on.

    Yields:
        what was tried, also where the error was swallowed: "connect", "getaddrinfo".
    """
    tried: list[str] = []
    me = threading.get_ident()
    with _ALONE:
        held = [(own, name, vars(own).get(name), getattr(own, name)) for own, name in _DOORS]
        for owner, name, _, door in held:
            setattr(owner, name, _closed(name, door, me, tried))
        try:
            yield tried
        finally:
            for owner, name, own, _ in held:
                if own is None:  # it was its base's
                    delattr(owner, name)
                else:
                    setattr(owner, name, own)


def _closed(name: str, door: Callable[..., Any], me: int, tried: list[str]) -> Callable[..., Any]:
    def refuse(*arguments: Any, **options: Any) -> Any:
        if threading.get_ident() != me:
            return door(*arguments, **options)
        tried.append(name)
        raise OSError("no network while plugins are loaded")

    return refuse
