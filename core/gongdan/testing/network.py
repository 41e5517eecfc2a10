"""The network in this process: every host is a sandbox's app, called through the bridge."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from ..calls.network import TOTAL_S, Answer
from ..errors import NotSent, Transient
from ..sandbox import App, Dropped, Sandbox, call
from ..ticket import File
from ..wire import Request

_FORM = "application/x-www-form-urlencoded;charset=utf-8"
_BOUNDARY = "gongdan-testing-7f3b1c"


class SandboxNetwork:
    """A `gongdan.http.Network` that opens no socket.

    Attributes:
        sent: every request that was made, refused ones too, oldest first.
        down: hosts whose connections are refused; hosts nobody serves are refused anyway.
    """

    def __init__(self, apps: Mapping[str, App]) -> None:
        """Make a network of *apps* by host."""
        self._apps = dict(apps)
        self.sent: list[Request] = []
        self.down: set[str] = set()

    @classmethod
    def of(cls, sandbox: Sandbox) -> SandboxNetwork:
        """Return the network of a sandbox: each platform at `http://PLATFORM.sandbox`."""
        return cls({host_of(platform): app for platform, app in sandbox.gateways.items()})

    def send(self, request: Request, *, fresh: bool = False, total_s: float = TOTAL_S) -> Answer:
        """Make one request; see `Network.send`.

        Raises:
            NotSent: nobody listens there.
            Transient: the connection was dropped before the whole answer was there.
        """
        del fresh, total_s  # nothing is kept open, and nothing takes time
        self.sent.append(request)
        host = urlsplit(request.url).hostname or ""
        app = self._apps.get(host)
        if app is None or host in self.down:
            raise NotSent(f"cannot connect to {host}: connection refused")
        headers, body = encoded(request)
        try:
            came = call(app, request.method, _address(request), headers, body)
        except Dropped:
            raise Transient(f"{host}: the connection broke") from None
        return Answer(came.status, came.headers, came.body)


def host_of(platform: str) -> str:
    """Return the host that `SandboxNetwork.of` serves a platform at."""
    return f"{platform.replace('_', '-')}.sandbox"


def encoded(request: Request) -> tuple[dict[str, str], bytes]:
    """Return headers and body as `gongdan.http` would send them."""
    headers = dict(request.headers)
    if request.files:
        headers["Content-Type"] = f"multipart/form-data; boundary={_BOUNDARY}"
        return headers, _multipart(request.form, request.files)
    if request.form:
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = _FORM
        return headers, urlencode(request.form).encode()
    return headers, request.body


def _address(request: Request) -> str:
    if not request.query:
        return request.url
    query = urlencode(request.query, quote_via=quote, safe="")
    return f"{request.url}{'&' if '?' in request.url else '?'}{query}"


def _multipart(form: Mapping[str, str], files: Mapping[str, File]) -> bytes:
    parts = [(f'name="{_quoted(name)}"', "", value.encode()) for name, value in form.items()]
    parts += [
        (f'name="{_quoted(name)}"; filename="{_quoted(file.name)}"', file.mime, file.data)
        for name, file in files.items()
    ]
    lines = []
    for named, kind, data in parts:
        told = f"\r\nContent-Type: {kind}" if kind else ""
        head = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {named}{told}\r\n\r\n"
        lines.append(head.encode() + data + b"\r\n")
    return b"".join(lines) + f"--{_BOUNDARY}--\r\n".encode()


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
