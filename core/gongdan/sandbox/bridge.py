"""Call a sandbox app in this process: no socket, no thread, no event loop."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from .gateway import DROP, App, Event


class Dropped(Exception):
    """The connection ended before the whole answer was there."""


class Response(Struct, frozen=True):
    """A whole answer.

    Attributes:
        status: of HTTP.
        headers: names in lower case.
        body: its bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    app: App,
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Response:
    """Make one request and return the answer, all in the calling thread.

    Args:
        url: absolute, or a path; the query string as it would be on the wire.

    Raises:
        Dropped: the sandbox dropped the connection, before the answer or within it.
        RuntimeError: the app waited for something that only an event loop can give.
    """
    return _Exchange(method, url, headers or {}, body).run(app)


class _Exchange:
    """The two ends of one request, neither of which ever waits."""

    def __init__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        parts = urlsplit(url)
        self._scope: Event = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method.upper(),
            "scheme": parts.scheme or "http",
            "path": unquote(parts.path) or "/",
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode("utf-8"),
            "root_path": "",
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in headers.items()
            ],
            "client": ("127.0.0.1", 0),
            "server": (parts.hostname or "sandbox", parts.port or 80),
            "extensions": {DROP: self._drop},
        }
        self._request: Event | None = {"type": "http.request", "body": body, "more_body": False}
        self._status = 0
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._whole = False
        self._dropped = False

    def run(self, app: App) -> Response:
        waiting = app(self._scope, self._receive, self._send).__await__()
        try:
            next(waiting)
        except StopIteration:
            pass
        else:
            raise RuntimeError("the app waited for an event loop; the bridge has none")
        if self._dropped or not self._whole:
            raise Dropped("the connection was dropped before the whole answer was there")
        return Response(self._status, self._headers, b"".join(self._body))

    async def _receive(self) -> Event:
        event, self._request = self._request, None
        return event or {"type": "http.disconnect"}

    async def _send(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            self._status = event["status"]
            self._headers = {
                n.decode("latin-1").lower(): v.decode("latin-1") for n, v in event["headers"]
            }
        else:
            self._body.append(event.get("body", b""))
            self._whole = not event.get("more_body")

    def _drop(self, _hard: bool) -> None:
        self._dropped = True
