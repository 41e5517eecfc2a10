"""A connector on the core's own session, over its sandbox in this process."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import httpx

from gongdan import Ask, Connector, Fields, Raw, Request, Transient
from gongdan.calls.keys import MemoryKeys
from gongdan.calls.network import TOTAL_S, Answer
from gongdan.calls.session import Session
from gongdan.calls.skew import Skew
from gongdan.contract import S
from gongdan.sandbox import Clock, Dropped, Plan, Sandbox, call
from gongdan.sandbox.sandbox import load

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)  # 09:00 in China


class Standing:
    """A clock that moves when somebody sleeps: our own, `ahead` of the platform's."""

    def __init__(self, clock: Clock, ahead: timedelta = timedelta()) -> None:
        self._clock = clock
        self._ahead = ahead

    def now(self) -> datetime:
        return self._clock.now() + self._ahead

    def monotonic(self) -> float:
        return self._clock.now().timestamp()

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


class Bridge:
    """The network: the sandbox, called."""

    def __init__(self, sandbox: Sandbox, platform: str) -> None:
        self._app = sandbox.gateways[platform]
        self.sent: list[Request] = []

    def send(self, request: Request, *, fresh: bool = False, total_s: float = TOTAL_S) -> Answer:
        del fresh, total_s  # nothing is kept open, and nothing takes time
        self.sent.append(request)
        url = f"{request.url}?{urlencode(request.query, quote_via=quote)}"
        files = {name: (file.name, file.data, file.mime) for name, file in request.files.items()}
        headers = dict(request.headers)
        if files:
            built = httpx.Request("POST", url, data=dict(request.form), files=files)
        elif request.form:
            built = httpx.Request("POST", url, data=dict(request.form))
        else:
            built = httpx.Request(request.method, url, headers=headers, content=request.body)
        try:
            came = call(self._app, request.method, url, dict(built.headers), built.read())
        except Dropped:
            raise Transient("dropped") from None
        return Answer(came.status, came.headers, came.body)


class Rig:
    """One platform's sandbox; `session` opens a shop of it."""

    def __init__(self, platform: str, address: str, plan: Plan | None = None) -> None:
        self.sandbox = Sandbox({platform: load(address)}, plan, Clock(lambda: START))
        self.network = Bridge(self.sandbox, platform)
        self.keys = MemoryKeys()

    def session(
        self,
        connector: Connector[S],
        settings: S,
        remote_id: str,
        *,
        ahead: timedelta = timedelta(),
    ) -> Session[S]:
        return Session(
            alias="main",
            remote_id=remote_id,
            connector=connector,
            settings=settings,
            network=self.network,
            clock=Standing(self.sandbox.clock, ahead),
            keys=self.keys,
            skew=Skew(),
            stop=lambda: False,
            rng=random.Random(0),
        )


def all_rows(connector: Connector[S], session: Session[S]) -> Iterator[tuple[str, Raw]]:
    """Yield (id, row) of the first stream, page by page, of the thirty days before START."""
    stream = connector.streams[0]
    assert stream.read_page is not None
    for page in range(1, 100):
        ask = Ask(START - timedelta(days=30), START + timedelta(days=1), page, 10)
        found = stream.read_page(session, ask)
        for row in found.rows:
            yield Fields.of(bytes(row)).id(stream.id), row
        if len(found.rows) < 10:
            return
