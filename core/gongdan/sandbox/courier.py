"""Delivers what imitated platforms push, as they do: again where it was not taken."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterable
from urllib.parse import urlsplit

from .world import Outgoing, World

TRIES = 3
_ANSWERS_WITHIN_S = 5.0
_LOOK_EVERY_S = 0.05


class Courier:
    """A thread that takes what worlds have outgoing and posts it.

    A push that fails is tried TRIES times and then forgotten, as the platforms do in the end.
    """

    def __init__(self, worlds: Iterable[World]) -> None:
        self._worlds = list(worlds)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gongdan-courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is not delivered is not."""
        self._ended.set()
        self._thread.join(_ANSWERS_WITHIN_S)

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            for world in self._worlds:
                while world.outgoing and not self._ended.is_set():
                    self._deliver(world.outgoing.popleft())

    def _deliver(self, push: Outgoing) -> None:
        for _ in range(TRIES):
            if post(push) or self._ended.wait(_LOOK_EVERY_S):
                return


def post(push: Outgoing) -> bool:
    """Post once; return whether it was taken (HTTP 200)."""
    parts = urlsplit(push.url)
    to = http.client.HTTPConnection(parts.netloc, timeout=_ANSWERS_WITHIN_S)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        to.request("POST", path or "/", push.body, dict(push.headers))
        answer = to.getresponse()
        answer.read()
        return answer.status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        to.close()
