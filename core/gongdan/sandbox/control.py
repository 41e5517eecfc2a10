"""The control endpoint: look into a sandbox and change it, as JSON over HTTP.

    GET    /state     {"now", "shops": [...], "tickets": [...]}; ?platform= &shop= &stream= &id=
    POST   /tickets   [{"platform", "stream", "id", ...}]  creates, or changes what is given
    POST   /clock     {"now": ISO with zone, or null for the real time} or {"advance_s": 60}
    GET    /clock     {"now"}
    POST   /faults    {"name", "when": n (int) or rate (float), "count", "api", "shop", "platform",
                      "seconds"}; only the name is needed
    GET    /faults    [{..., "seen", "left"}]
    DELETE /faults    disarms all
    POST   /push      {"platform", "url"}  pushes to that address from now on, "" for no longer
    GET    /log       [{"time", "platform", "shop", "api", "writing", "outcome", "status"}]
    POST   /reset     {"seed"}; without it the same seed again

A POST answers {"ok": true} and what it set.  Bad input is answered 400 with {"error": "one line"}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from .case import Case
from .faults import Fault
from .gateway import Event, Receive, Send, read_body, read_request, send_answer
from .message import Answer, Json, Request, json_answer
from .sandbox import Sandbox

T = TypeVar("T")


class _Clock(Struct, forbid_unknown_fields=True):
    now: datetime | msgspec.UnsetType | None = msgspec.UNSET
    advance_s: float | None = None


class _Reset(Struct, forbid_unknown_fields=True):
    seed: int | None = None


class _Push(Struct, forbid_unknown_fields=True):
    url: str
    platform: str | None = None


class Control:
    """The control endpoint of a sandbox as an ASGI app."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._routes: Mapping[tuple[str, str], Callable[[Request], object]] = {
            ("GET", "/state"): self._state,
            ("POST", "/tickets"): self._tickets,
            ("GET", "/clock"): lambda _: self._now(),
            ("POST", "/clock"): self._clock,
            ("GET", "/faults"): lambda _: self._sandbox.faults.armed(),
            ("POST", "/faults"): self._fault,
            ("DELETE", "/faults"): self._disarm,
            ("POST", "/push"): self._push,
            ("GET", "/log"): lambda _: list(self._sandbox.traffic),
            ("POST", "/reset"): self._reset,
        }

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        now = self._sandbox.clock.now()
        request = read_request(scope, await read_body(receive), now)
        with self._sandbox.lock:
            self._sandbox.settle()
            answer = self._answer(request)
        await send_answer(send, answer, now)

    def _answer(self, request: Request) -> Answer:
        route = self._routes.get((request.method, request.path))
        if route is None:
            known = ", ".join(" ".join(key) for key in self._routes)
            return _error(404, f"no {request.method} {request.path}; there are: {known}")
        try:
            return json_answer(route(request))
        except (ValueError, msgspec.MsgspecError) as error:
            return _error(400, " ".join(str(error).split()))

    def _now(self) -> Json:
        return {"now": self._sandbox.clock.now()}

    def _state(self, request: Request) -> Json:
        wanted = request.query
        platforms = {
            name: gateway
            for name, gateway in self._sandbox.gateways.items()
            if wanted.get("platform") in (None, name)
        }
        return {
            **self._now(),
            "shops": [
                {"platform": name, **shop}
                for name, gateway in platforms.items()
                for shop in gateway.imitation.shops()
            ],
            "tickets": [
                _show(name, case)
                for name, gateway in platforms.items()
                for case in gateway.world.cases
                if all(
                    wanted.get(key) in (None, getattr(case, key))
                    for key in ("shop", "stream", "id")
                )
            ],
        }

    def _tickets(self, request: Request) -> Json:
        tickets = _decode(request.body, list[dict[str, object]])
        for place, ticket in enumerate(tickets):
            try:
                platform = self._platform_of(ticket)
                rest = {key: value for key, value in ticket.items() if key != "platform"}
                self._sandbox.gateways[platform].imitation.put(rest)
            except ValueError as error:
                raise ValueError(f"$[{place}]: {error}") from error
        return {"ok": True, "tickets": len(tickets)}

    def _platform_of(self, ticket: Json) -> str:
        platforms = list(self._sandbox.gateways)
        platform = ticket.get("platform", platforms[0] if len(platforms) == 1 else None)
        if not isinstance(platform, str) or platform not in platforms:
            raise ValueError(f"platform is {platform!r}; there are: {', '.join(platforms)}")
        return platform

    def _clock(self, request: Request) -> Json:
        wanted = _decode(request.body, _Clock)
        if wanted.now is msgspec.UNSET and wanted.advance_s is None:
            raise ValueError('give {"now": "2026-11-21T09:00:00+08:00"}, or {"advance_s": 60}')
        if not isinstance(wanted.now, msgspec.UnsetType):
            self._sandbox.clock.set(wanted.now)
        self._sandbox.clock.advance(wanted.advance_s or 0.0)
        return {"ok": True, **self._now()}

    def _fault(self, request: Request) -> Json:
        fault = _decode(request.body, Fault)
        if fault.platform and fault.platform not in self._sandbox.gateways:
            raise ValueError(f"no platform {fault.platform!r}: {', '.join(self._sandbox.gateways)}")
        self._sandbox.faults.arm(fault)
        return {"ok": True, **self._sandbox.faults.armed()[-1]}

    def _push(self, request: Request) -> Json:
        wanted = _decode(request.body, _Push)
        if wanted.url and not wanted.url.startswith("http://"):
            raise ValueError("url: an address on this machine, http://127.0.0.1:…")
        platform = self._platform_of({"platform": wanted.platform} if wanted.platform else {})
        self._sandbox.worlds[platform].push_to(wanted.url)
        return {"ok": True, "platform": platform, "url": wanted.url}

    def _disarm(self, _request: Request) -> Json:
        self._sandbox.faults.clear()
        return {"ok": True}

    def _reset(self, request: Request) -> Json:
        self._sandbox.reset(_decode(request.body or b"{}", _Reset).seed)
        return {"ok": True, "seed": self._sandbox.plan.seed}


def _decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except UnicodeDecodeError as error:
        raise ValueError("the body is no UTF-8") from error


def _error(status: int, text: str) -> Answer:
    return json_answer({"error": text}, status=status, outcome=text)


def _show(platform: str, case: Case) -> Json:
    newest = case.newest
    return {
        "platform": platform,
        "shop": case.shop,
        "stream": case.stream,
        "id": case.id,
        "created": case.created,
        "updated": newest.updated,
        "fields": newest.fields,
        "messages": [
            {"who": m.who, "text": m.text, "at": m.at, "id": m.id, "files": m.files}
            for m in newest.messages
        ],
        "versions": [
            {"updated": v.updated, "committed": v.committed, "visible_from": v.visible_from}
            for v in case.versions
        ],
    }
