"""The one door to the network: httpx stays in here.

Every request ends: connecting, each read and the whole have a bound.  Messages name the host and
the cause, never the query, a header or a byte of a body, for those carry signatures and tokens.
"""

from __future__ import annotations

import logging
import ssl
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import cast
from urllib.parse import quote, urlencode

import httpcore

from ..clock import Clock, SystemClock
from ..errors import ConfigError, GongdanError, NotSent, ProtocolError, Refused, Transient
from ..wire import Request
from .network import TOTAL_S, Answer, Download
from .outside import public_addresses

# A fifth of the start of every command would be httpx's own command line: rich and pygments.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # None: not to be imported
import httpx  # noqa: E402

CONNECT_S = 5.0
READ_S = 15.0
MAX_BYTES = 64 * 1024 * 1024  # no page of a ticket list comes near; a runaway answer would
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_FORM = "application/x-www-form-urlencoded;charset=utf-8"
# Raised before the request itself has left, so that nothing can have happened over there.
_BEFORE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Http:
    """The network.  One httpx client a thread, for a shared pool is scanned for every request.

    All share one SSLContext, without which a client costs 12 to 33 ms to make.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        for name in ("httpx", "httpcore"):  # they log whole URLs, secrets included
            logging.getLogger(name).setLevel(logging.WARNING)
        self._clock = clock or SystemClock()
        self._tls: ssl.SSLContext | None = None
        self._mine = threading.local()
        self._clients: list[httpx.Client] = []
        self._lock = threading.Lock()

    def send(self, request: Request, *, fresh: bool = False, total_s: float = TOTAL_S) -> Answer:
        """Make one request; see `Network.send`.  No redirect is followed, no cookie kept."""
        self._mine.deadline = self._clock.monotonic() + total_s
        if isinstance(request, Download):
            with self._make_client(public=True) as client:
                return self._exchange(client, request)
        if not fresh:
            return self._exchange(self._client(), request)
        with self._make_client() as client:
            return self._exchange(client, request)

    def close(self) -> None:
        """Close every connection of every thread."""
        with self._lock:
            clients, self._clients = self._clients, []
            self._mine = threading.local()
        for client in clients:
            client.close()

    def _client(self) -> httpx.Client:
        client: httpx.Client | None = getattr(self._mine, "client", None)
        if client is None:
            client = self._mine.client = self._make_client()
            with self._lock:
                self._clients.append(client)
        return client

    def _trusted(self) -> ssl.SSLContext:
        """Return the certificates, read when the first request is made: most commands make none."""
        with self._lock:
            self._tls = self._tls or _trust()
            return self._tls

    def _make_client(self, *, public: bool = False) -> httpx.Client:
        """Return a client; a *public* one takes no proxy and finds none but public hosts."""
        try:
            client = httpx.Client(
                verify=self._trusted(),
                timeout=httpx.Timeout(READ_S, connect=CONNECT_S, pool=CONNECT_S),
                headers={"User-Agent": "gongdan"},
                # A thread serves many shops of one host: no cookie of one may go with another.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                mounts={f"all://{host}": None for host in _LOOPBACK},
                trust_env=not public,
            )
        except (ImportError, ValueError, httpx.InvalidURL):
            raise ConfigError(
                "the proxy in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY cannot be used: "
                "give one that begins with http://"
            ) from None
        for transport in (client._transport, *client._mounts.values()):
            if isinstance(transport, httpx.HTTPTransport):
                # httpx bounds each read and not their sum, and takes no backend of ours.
                pool = transport._pool
                backend = pool._network_backend
                backend = _Public(backend) if public else backend
                pool._network_backend = _Bounded(backend, self._left_s)
        return client

    def _left_s(self) -> float:
        return cast(float, self._mine.deadline) - self._clock.monotonic()

    def _exchange(self, client: httpx.Client, request: Request) -> Answer:
        try:
            built = _built(client, request)
        except (httpx.InvalidURL, ValueError, TypeError):
            told = "this is no HTTP address, header or text"
            raise ConfigError(f"{_host(request.url)}: {told}") from None
        host = built.url.host or "the address"
        most = MAX_BYTES
        if isinstance(request, Download):
            most = min(most, request.most_bytes)
            if built.url.scheme != "https" or built.url.port not in (None, 443):
                raise Refused(f"{host}: only https on its own port is asked for files")
        try:
            with closing(client.send(built, stream=True)) as response:
                body = self._body(response, host, most)
                return Answer(response.status_code, dict(response.headers), body)
        except UnicodeError:  # what the host is called in the names of the net
            raise ConfigError(f"{host}: this is no name of a host") from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            # from None: what httpx says may quote a header, or what was received.
            raise _translated(error, host) from None

    def _body(self, response: httpx.Response, host: str, most: int) -> bytes:
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > most:
                raise ProtocolError(f"{host}: the answer is longer than {most >> 20} MiB")
            if self._left_s() <= 0:
                raise httpx.ReadTimeout("in all")
        return b"".join(parts)


def _trust() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise ConfigError(f"the certificates that SSL_CERT_FILE names: {error}") from error


def _built(client: httpx.Client, request: Request) -> httpx.Request:
    """Put a request together; the query and the form are encoded here, once."""
    url, headers = request.url, dict(request.headers)
    if request.query:
        url += ("&" if "?" in url else "?") + urlencode(request.query, quote_via=quote, safe="")
    if request.files:
        files = {key: (file.name, file.data, file.mime) for key, file in request.files.items()}
        form = dict(request.form)
        return client.build_request(request.method, url, headers=headers, data=form, files=files)
    body = request.body
    if request.form:
        body = urlencode(request.form).encode()
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = _FORM
    return client.build_request(request.method, url, headers=headers, content=body)


def _translated(error: Exception, host: str) -> GongdanError:
    if isinstance(error, httpx.ConnectError):
        return NotSent(f"cannot connect to {host}: {error}")  # the words of the system
    if isinstance(error, _BEFORE):
        cause = "its proxy refused" if isinstance(error, httpx.ProxyError) else "no answer in time"
        return NotSent(f"cannot connect to {host}: {cause}")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return ConfigError(f"{host}: this is no http:// or https:// address, or no HTTP header")
    if isinstance(error, httpx.DecodingError):
        return ProtocolError(f"{host}: the answer's content-encoding cannot be undone")
    if isinstance(error, httpx.TimeoutException):
        return Transient(f"{host} did not answer in time")
    return Transient(f"{host}: the connection broke ({type(error).__name__})")


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host or "the address"
    except (httpx.InvalidURL, ValueError, TypeError):
        return "the address"


class _Stream(httpcore.NetworkStream):
    """A connection on which no wait outlasts what is left of the request's time."""

    def __init__(self, stream: httpcore.NetworkStream, left_s: Callable[[], float]) -> None:
        self._stream = stream
        self._left_s = left_s

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout, self._left_s()))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, self._left_s()))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _Stream(secure, self._left_s)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _Bounded(httpcore.NetworkBackend):
    """What opens connections, each as `_Stream`."""

    def __init__(self, backend: httpcore.NetworkBackend, left_s: Callable[[], float]) -> None:
        self._backend = backend
        self._left_s = left_s

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._left_s)


class _Public(httpcore.NetworkBackend):
    """What opens connections to public hosts only, at the very addresses that were looked at."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = public_addresses(host, port)
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
        return self._backend.connect_tcp(last, port, timeout, local_address, socket_options)


def _within(timeout: float | None, left_s: float) -> float:
    if left_s <= 0:
        raise httpcore.ReadTimeout("total")
    return left_s if timeout is None else min(timeout, left_s)
