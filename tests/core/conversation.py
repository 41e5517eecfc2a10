"""A session with everything round it real but the network and the clock."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from gongdan.calls.keys import MemoryKeys
from gongdan.calls.network import Answer
from gongdan.calls.retry import Patience
from gongdan.calls.session import Session
from gongdan.calls.skew import Skew
from gongdan.contract import Connector, Shop
from gongdan.secret import Secret, Settings
from gongdan.wire import (
    Call,
    Error,
    Fault,
    Means,
    Reply,
    Request,
    Token,
)
from tests.conftest import ManualClock

OK = {"code": 0}
HTML = Answer(200, {"content-type": "text/html"}, b"<title>Log in</title>")
STAMP = datetime(2026, 11, 21, 7, 59, tzinfo=UTC)
Told: TypeAlias = object  # an Answer, an error, or what becomes JSON


class Shopfront(Settings, frozen=True):
    base_url: str = "https://api.example.com"
    app_secret: Secret = Secret()


class Wire:
    """A network that gives what it is told, in order, the last for ever; it keeps what was sent."""

    def __init__(self, *told: Told) -> None:
        self.told = list(told)
        self.sent: list[Request] = []
        self.fresh: list[bool] = []
        self.before: Callable[[Request], None] = lambda _request: None

    def send(self, request: Request, *, fresh: bool = False, total_s: float = 30.0) -> Answer:
        assert total_s == 30.0
        self.before(request)
        self.sent.append(request)
        self.fresh.append(fresh)
        told = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        if isinstance(told, Exception):
            raise told
        return told if isinstance(told, Answer) else said(told)


class World:
    """What a session needs, all of it real but the network and the clock."""

    def __init__(self, clock: ManualClock, *told: Told) -> None:
        self.clock = clock
        self.wire = Wire(*(told or (OK,)))
        self.keys = MemoryKeys()
        self.skew = Skew()
        self.patience = Patience()
        self.stopped = False

    def shop(
        self,
        connector: Connector[Shopfront] | None = None,
        *,
        alias: str = "main",
        token: str = "T",
        app_key: str = "68",
    ) -> Session[Shopfront]:
        return Session(
            alias=alias,
            remote_id="77977",
            connector=connector or plain(),
            settings=Shopfront(token=Secret(token), app_key=app_key, app_secret=Secret("S3cret!")),
            network=self.wire,
            clock=self.clock,
            keys=self.keys,
            skew=self.skew,
            stop=lambda: self.stopped,
            rng=random.Random(1),
            patience=self.patience,
        )


def said(value: object, status: int = 200, **headers: str) -> Answer:
    lower = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, lower, json.dumps(value).encode())


def plain(**more: object) -> Connector[Shopfront]:
    """A connector that speaks as the default does, or as *more* says."""
    given: dict[str, object] = {"api": 1, "platform": "acme", "settings": Shopfront, "streams": ()}
    return Connector(**(given | more))  # type: ignore[arg-type] # checked by running


def coded(**more: object) -> Connector[Shopfront]:
    """A connector whose answers carry a code, as 抖店's do."""

    def fault(reply: Reply) -> Fault | None:
        code = reply.body.need("code")
        text = reply.body.text("msg")
        return None if code == "0" else Fault(code, text if isinstance(text, str) else "")

    table = (
        Error("busy", Means.RETRY),
        Error("often", Means.WAIT),
        Error("token", Means.LOGIN),
        Error("done", Means.DONE, zh="已回复", en="somebody has answered", on="reply"),
        Error("no", Means.REFUSED),
    )
    return plain(**({"fault": fault, "errors": table, "encode": stamped} | more))


def stamped(shop: Shop[Shopfront], call: Call) -> Request:
    """Sign with nothing but the time and the token."""
    query = {"op": call.op, "t": shop.now().isoformat(), "token": shop.token}
    return Request("POST", shop.settings.base_url, query=query)


def answer(code: str, text: str = "") -> dict[str, str]:
    return {"code": code, "msg": text}


class Logins:
    """A login that counts, and gives tokens T1, T2 ..."""

    def __init__(self, *, asks: str = "", owner: str = "77977") -> None:
        self.count = 0
        self.held: list[Token | None] = []
        self._asks = asks
        self._owner = owner

    def __call__(self, shop: Shop[Shopfront], held: Token | None) -> Token:
        self.held.append(held)
        if self._asks:
            shop.call(self._asks)
        self.count += 1
        return Token(access=Secret(f"T{self.count}"), owner=self._owner)


def expires(world: World, *good: str) -> None:
    """Make the network take these tokens only."""

    def send(request: Request, *, fresh: bool = False, total_s: float = 30.0) -> Answer:
        assert total_s == 30.0
        world.wire.sent.append(request)
        world.wire.fresh.append(fresh)
        return said(answer("0" if request.query["token"] in good else "token"))

    world.wire.send = send  # type: ignore[method-assign] # a network of its own
