"""Serve sandbox apps on loopback, by uvicorn in one thread of its own."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType

import uvicorn

from .clock import Clock
from .control import Control
from .courier import Courier
from .faults import Fault
from .gateway import DROP, App, Event, Receive, Send
from .message import Json
from .sandbox import Sandbox
from .world import Make, Plan

HOST = "127.0.0.1"
_STARTS_WITHIN_S = 10.0
_STOPS_WITHIN_S = 5.0


class Server:
    """Several ASGI apps, each on its own port, in one loop: they never run at the same time."""

    def __init__(self, apps: Mapping[str, App], port: int = 0) -> None:
        """Bind the ports and begin to serve; returns when every app accepts.

        Args:
            port: the first app's, the next ones follow; 0 takes free ones.

        Raises:
            OSError: a port is taken.
        """
        sockets = _bind(len(apps), port)
        self.urls = {
            name: f"http://{HOST}:{bound.getsockname()[1]}"
            for name, bound in zip(apps, sockets, strict=True)
        }
        self._servers = [uvicorn.Server(_config(app)) for app in apps.values()]
        self._started = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(sockets)), name="gongdan-sandbox", daemon=True
        )
        self._thread.start()
        if not self._started.wait(_STARTS_WITHIN_S):
            raise OSError(f"the sandbox did not start within {_STARTS_WITHIN_S:.0f} s")

    def stop(self) -> None:
        """Stop accepting, end open connections and wait for the thread; again does nothing."""
        for server in self._servers:
            server.should_exit = server.force_exit = True
        self._thread.join(_STOPS_WITHIN_S)

    async def _run(self, sockets: Sequence[socket.socket]) -> None:
        serving = asyncio.gather(
            *(s.serve([bound]) for s, bound in zip(self._servers, sockets, strict=True))
        )
        while not all(server.started for server in self._servers) and not serving.done():
            await asyncio.sleep(0.001)
        self._started.set()
        await serving


class Running:
    """A served sandbox.

    Attributes:
        sandbox: what is served; look and change it under `sandbox.lock`.
        urls: address by platform, and `control`.
        line: what `gongdan sandbox --json` prints.
    """

    def __init__(self, sandbox: Sandbox, port: int = 0) -> None:
        self.sandbox = sandbox
        for world in sandbox.worlds.values():
            world.sleep = asyncio.sleep
        self._courier = Courier(sandbox.worlds.values())
        self._server = Server({**sandbox.gateways, "control": Control(sandbox)}, port)
        self.urls = self._server.urls
        self.line: Json = {**sandbox.hello(self.urls), "control": self.urls["control"]}

    def stop(self) -> None:
        """Stop serving; again does nothing."""
        self._courier.stop()
        self._server.stop()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(
    makers: Mapping[str, Make],
    *,
    port: int = 0,
    plan: Plan | None = None,
    faults: Sequence[Fault] = (),
    clock: Clock | None = None,
) -> Running:
    """Make a sandbox and serve it on loopback.

    Args:
        makers: platform to what `load` returns; ports go in this order, control last.
        port: the first platform's; 0 takes free ones.
        faults: armed from the start.

    Raises:
        OSError: a port is taken.
        ValueError: a fault makes no sense.
    """
    sandbox = Sandbox(makers, plan, clock)
    for fault in faults:
        sandbox.faults.arm(fault)
    return Running(sandbox, port)


@contextmanager
def serve(apps: Mapping[str, App], port: int = 0) -> Iterator[Mapping[str, str]]:
    """Serve any ASGI apps inside the block; gives the address of each by name."""
    server = Server(apps, port)
    try:
        yield server.urls
    finally:
        server.stop()


def _bind(count: int, port: int) -> list[socket.socket]:
    """Bound sockets on consecutive ports, or on free ones for port 0."""
    sockets: list[socket.socket] = []
    try:
        for place in range(count):
            # With the protocol named asyncio sets TCP_NODELAY on what it accepts: 40 ms an answer.
            bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            sockets.append(bound)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((HOST, port + place if port else 0))
    except OSError:
        for bound in sockets:
            bound.close()
        raise
    return sockets


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        _droppable(app),
        http="h11",
        ws="none",
        lifespan="off",
        loop="asyncio",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        date_header=False,  # Date comes from the sandbox's clock
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )


def _droppable(app: App) -> App:
    """Give an app the extension that ends its connection."""

    async def wrapped(scope: Event, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]  # uvicorn's cycle

        def drop(hard: bool) -> None:
            if not hard:
                transport.close()
                return
            # no lingering: the peer gets a reset instead of an end
            bound: socket.socket = transport.get_extra_info("socket")
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()

        await app({**scope, "extensions": {DROP: drop}}, receive, send)

    return wrapped
