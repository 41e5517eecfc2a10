"""What makes requests, as the rest of core sees it; `http` is the one that has sockets."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from ..wire import Request

if TYPE_CHECKING:
    from .http import Http

TOTAL_S = 30.0


class Answer(Struct, frozen=True):
    """What came back: *headers* by lower-case name, *body* with its content-encoding undone."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:  # a body holds buyers' data
        return f"Answer({self.status}, {len(self.body)} bytes)"


class Download(Request, frozen=True, kw_only=True):
    """A GET of an address that somebody else has chosen: of a public host only.

    It goes by TLS on port 443, to no address of this machine or its network, whatever the host's
    name means at that moment, through no proxy, and no further than `most_bytes`.
    """

    most_bytes: int


class Network(Protocol):
    """What makes requests: `Http`, or a sandbox in this process."""

    def send(self, request: Request, *, fresh: bool = False, total_s: float = TOTAL_S) -> Answer:
        """Make one request, once, and return what came, whatever its status.

        Args:
            request: what to send.
            fresh: on a connection of its own, as a write goes.
            total_s: seconds for all of it.

        Raises:
            NotSent: no connection, so that nothing can have happened.
            Transient: a time-out, a reset, a body cut off: it may have happened.
            ConfigError: no such address, or a header that HTTP does not allow; nothing left.
            ProtocolError: more than MAX_BYTES, or an encoding that cannot be undone.
            Refused: a `Download` from no public host; nothing left.
        """
        ...


class Late:
    """`Http`, from the first request on: most commands make none, and httpx is slow to import."""

    def __init__(self) -> None:
        self._http: Http | None = None
        self._lock = threading.Lock()

    def send(self, request: Request, *, fresh: bool = False, total_s: float = TOTAL_S) -> Answer:
        """Make one request; see `Network.send`."""
        with self._lock:
            if self._http is None:
                from .http import Http

                self._http = Http()
        return self._http.send(request, fresh=fresh, total_s=total_s)

    def close(self) -> None:
        """Close every connection there is."""
        if self._http is not None:
            self._http.close()
