"""Takes what platforms push: checked, stored, answered, in this order and within their time.

An ASGI app at `/push/PLATFORM/APP`.  A push brings the reading of its case forward: the next sync
reads it by id.  A row that comes with it lands at once.  Polling remains the truth, so that nothing
is lost where no push comes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from ..errors import BadSignature, GongdanError, NotFound, ProtocolError
from ..plugins.asking import given, listed
from ..store import Batch
from ..ticket import Delivery, Event, Parcel
from .news import News

if TYPE_CHECKING:
    from ..desk import Desk

_LOG = logging.getLogger(__name__)
MAX_BYTES = 1_048_576  # a push is some hundred bytes; a batch of them some thousand
ANSWERS_WITHIN_S = 1.5  # platforms give two seconds, and send again what was answered too late

_Event: TypeAlias = MutableMapping[str, Any]  # as the ASGI specification has it
_Receive: TypeAlias = Callable[[], Awaitable[_Event]]
_Send: TypeAlias = Callable[[_Event], Awaitable[None]]


class Taken(Struct, frozen=True):
    """What a platform is answered."""

    status: int
    body: bytes


class Receiver:
    """The ASGI app.  Each push is stored before it is answered, and taken once by its key."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, scope: _Event, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if scope["method"] != "POST" or body is None:
            taken = _no(405 if body is not None else 413, "POST a push, of one megabyte at most")
        else:
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in scope["headers"]
            }
            taken = await self._in_time(Parcel(scope["path"], headers, body))
        await send(
            {
                "type": "http.response.start",
                "status": taken.status,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": taken.body})

    async def _in_time(self, parcel: Parcel) -> Taken:
        """Answer before the platform gives up; what is stored later is known if it comes again."""
        storing = asyncio.get_running_loop().run_in_executor(None, self.take, parcel)
        try:
            return await asyncio.wait_for(asyncio.shield(storing), ANSWERS_WITHIN_S)
        except TimeoutError:
            _LOG.warning("%s: not stored in time", parcel.name)
            return _no(503, "busy; send it again")

    def take(self, parcel: Parcel) -> Taken:
        """Check and store one push, whose name is the path it came to; return the answer."""
        try:
            return self._take(parcel)
        except NotFound as error:
            return _no(404, str(error))
        except BadSignature as error:
            _LOG.warning("%s: %s", parcel.name, error)
            return _no(401, str(error))
        except ProtocolError as error:
            _LOG.warning("%s: %s", parcel.name, error)
            return _no(400, "not understood")
        except GongdanError as error:  # the store is full, a setting is wrong: send it again
            _LOG.warning("%s: %s", parcel.name, error)
            return _no(503, "not stored; send it again")
        except Exception as error:  # a mistake of a plugin; its words may hold a buyer's data
            _LOG.warning("%s: %s", parcel.name, type(error).__name__)
            return _no(503, "not stored; send it again")

    def _take(self, parcel: Parcel) -> Taken:
        desk = self._desk
        platform, app, aliases = self._addressee(parcel.name)
        connector = desk.plugins.connector(platform)
        if connector.receive is None:
            raise NotFound(f"{platform} takes no pushes")
        settings = desk.settings(next(iter(aliases.values())))
        where = f"{platform}: receive"
        delivery = given(Delivery, where, connector.receive, settings, parcel)
        listed(Event, f"{where}: events", delivery.events)
        self._land([event for event in delivery.events if event.shop in aliases], aliases)
        desk.store.arrivals.take(platform, app, delivery.events, aliases, desk.now())
        for event in delivery.events:
            if event.shop not in aliases:
                _LOG.warning("%s: a push for shop %r, which is not set up", parcel.name, event.shop)
        return Taken(200, delivery.answer)

    def _land(self, events: Sequence[Event], aliases: Mapping[str, str]) -> None:
        """Keep what came with a row: it may be all that the platform tells of a case."""
        told = [event for event in events if event.row is not None]
        if not told:
            return
        desk, alias = self._desk, aliases[told[0].shop]
        news, platform = News(desk, alias), desk.connector(alias).platform
        for event in told:
            news.check(event, aliases)
        blank = Batch(platform=platform, shop=alias, stream="", run=0, at=desk.now())
        for batch in news.batches(blank, told, aliases):
            desk.store.cases.commit(batch)

    def _addressee(self, path: str) -> tuple[str, str, dict[str, str]]:
        """Return platform, app, and the aliases of its shops by the platform's ids of them.

        Raises:
            NotFound: no such path, or no shop of that app.
        """
        parts = path.strip("/").split("/")
        if len(parts) != 3 or parts[0] != "push":
            raise NotFound("pushes come to /push/PLATFORM/APP")
        _, platform, app = parts
        aliases = {
            shop.remote_id: shop.alias
            for shop in self._desk.config.shops.values()
            if shop.platform == platform and app in (shop.app, shop.alias if not shop.app else "")
        }
        if not aliases:
            raise NotFound("no shop here is of that platform and app")
        return platform, app, aliases


def addresses(desk: Desk) -> list[str]:
    """Return the paths that pushes can come to."""
    return sorted(
        {
            f"/push/{shop.platform}/{shop.app or shop.alias}"
            for shop in desk.config.shops.values()
            if desk.plugins.connector(shop.platform).receive is not None
        }
    )


def listen(desk: Desk, host: str, port: int, told: Callable[[str], None]) -> None:
    """Take pushes until SIGINT or SIGTERM.

    Args:
        port: 0 takes a free one.
        told: given the address once it is bound.

    Raises:
        OSError: the port is taken.
    """
    import socket

    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        told(f"http://{host}:{bound.getsockname()[1]}")
        config = uvicorn.Config(
            Receiver(desk), http="h11", ws="none", lifespan="off", loop="asyncio", log_config=None,
            log_level="critical", access_log=False, server_header=False, interface="asgi3",
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[bound])
    finally:
        bound.close()


async def _body(receive: _Receive) -> bytes | None:
    """Return the whole body, None if it is too long."""
    parts, size = [], 0
    while True:
        event = await receive()
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BYTES:
            return None
        if not event.get("more_body"):
            return b"".join(parts)


def _no(status: int, why: str) -> Taken:
    text = "".join(char for char in why if char.isprintable() and char not in '"\\')
    return Taken(status, f'{{"code":1,"msg":"{text}"}}'.encode())
