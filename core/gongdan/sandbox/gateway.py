"""The ASGI app around an imitation: reads, strikes with transport faults, answers, logs.

The faults here are the ones that need no knowledge of the platform: `slow`, `http-500`, `html`,
`cut-body`, `reset`, `lost-request`, `lost-response`, `late-commit`.  Nothing in here waits for
anything but its client and `world.sleep`, so that `bridge.call` can drive it without a loop.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypeAlias

from msgspec.structs import replace

from .faults import Named, Strikes
from .message import Answer, Request, parse_query
from .traffic import Entry
from .world import Imitation, World

Event: TypeAlias = MutableMapping[str, Any]  # as the ASGI specification has it
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]
App: TypeAlias = Callable[[Event, Receive, Send], Awaitable[None]]

DROP = "gongdan.drop"
"""ASGI extension: `scope["extensions"][DROP](hard)` ends the connection without a further byte."""

_HTML = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class Gateway:
    """One platform as an ASGI app."""

    def __init__(self, world: World, imitation: Imitation) -> None:
        self.world = world
        self.imitation = imitation

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await read_body(receive)
        with self.world.lock:
            request, named = self._arrive(scope, body)
        strikes = request.strikes
        if "slow" in strikes:
            await self.world.sleep(strikes["slow"])
        with self.world.lock:
            answer = self._answer(request, named)
        if answer is None:
            await drop(scope, receive, hard="reset" in strikes)
        elif "cut-body" in strikes:
            await send_answer(send, answer, self.world.clock.now(), cut=True)
            await drop(scope, receive, hard=False)
        else:
            await send_answer(send, answer, self.world.clock.now())

    def _arrive(self, scope: Event, body: bytes) -> tuple[Request, Named]:
        self.world.settle()
        request = read_request(scope, body, self.world.clock.now())
        named = self.imitation.name(request)
        strikes = self.world.faults.strike(named, self.world.platform)
        return (replace(request, strikes=strikes) if strikes else request), named

    def _answer(self, request: Request, named: Named) -> Answer | None:
        """The answer; None where the client gets none."""
        fault = _fault_before(request.strikes)
        if fault:
            if fault == "late-commit":
                self._commit_later(request, named)
            instead = _BEFORE[fault]
            self._log(named, fault, instead.status if instead else 0)
            return instead
        answer = self.imitation.answer(request)
        if "lost-response" in request.strikes:
            self._log(named, f"lost-response: {answer.outcome}", 0)
            return None
        cut = "cut-body: " if "cut-body" in request.strikes else ""
        self._log(named, cut + answer.outcome, answer.status)
        return answer

    def _commit_later(self, request: Request, named: Named) -> None:
        """Have the write happen at its own time; its signature is judged by when it arrived."""
        rest = {name: s for name, s in request.strikes.items() if name not in _BEFORE}

        def commit() -> None:
            answer = self.imitation.answer(replace(request, strikes=rest))
            self._log(named, f"late-commit: {answer.outcome}", 0)

        due = self.world.clock.now() + timedelta(seconds=request.strikes["late-commit"])
        self.world.later(due, commit)

    def _log(self, named: Named, outcome: str, status: int) -> None:
        at, platform = self.world.clock.now(), self.world.platform
        self.world.traffic.add(
            Entry(at, platform, named.shop, named.api, named.writing, outcome, status)
        )


_BEFORE: dict[str, Answer | None] = {
    "reset": None,
    "lost-request": None,
    "late-commit": None,
    "http-500": Answer(b"Internal Server Error", 500, {"content-type": "text/plain"}),
    "html": Answer(_HTML, 200, {"content-type": "text/html"}),
}


def _fault_before(strikes: Strikes) -> str:
    """The fault that keeps a request from the imitation, or ""."""
    return next((name for name in _BEFORE if name in strikes), "") if strikes else ""


def read_request(scope: Event, body: bytes, arrived: datetime) -> Request:
    """Make a Request of an ASGI scope and the whole body."""
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=parse_query(scope["query_string"]),
        headers={k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]},
        body=body,
        arrived=arrived,
    )


async def read_body(receive: Receive) -> bytes:
    """All of a request's body."""
    parts: list[bytes] = []
    while True:
        event = await receive()
        parts.append(event.get("body", b""))
        if not event.get("more_body"):
            return b"".join(parts)


async def send_answer(send: Send, answer: Answer, now: datetime, *, cut: bool = False) -> None:
    """Send an answer with `Date` by the sandbox's clock; *cut* stops in the middle of the body."""
    headers = {
        "date": format_datetime(now.replace(microsecond=0), usegmt=True),
        "content-length": str(len(answer.body)),
        **answer.headers,
    }
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    body = answer.body[: len(answer.body) // 2] if cut else answer.body
    await send({"type": "http.response.body", "body": body, "more_body": cut})


async def drop(scope: Event, receive: Receive, *, hard: bool) -> None:
    """End the connection; *hard* by a reset.  Returns when it is gone."""
    scope["extensions"][DROP](hard)
    while (await receive())["type"] != "http.disconnect":
        pass
