"""Mistakes of what a plugin is and of its settings: C01 to C15, C69."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from msgspec.structs import replace

import gongdan as g
from gongdan.calls import rest
from gongdan_qianniu import QIANNIU
from gongdan_qianniu.client import encode as sign

from . import good
from .mutant import acme, answering, cases, mutant, text_mutant

_HEAD = "import gongdan as g\n"
_LOG = logging.getLogger("mutant")

text_mutant("C01", "an HTTP library at the top", _HEAD, f"{_HEAD}import httpx\n")
text_mutant(
    "C01", "calls home at import", _HEAD,
    f"{_HEAD}import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 0.1)\n"
    "except OSError:\n    pass\n",
)  # fmt: skip
text_mutant(
    "C01", "writes a file at import", _HEAD,
    f"{_HEAD}import tempfile\nopen(tempfile.gettempdir() + '/mutant.log', 'w').close()\n",
)  # fmt: skip
text_mutant("C02", "a hook misspelt", "def gongdan_connectors", "def gongdan_conectors")
text_mutant("C02", "no marker", "@g.hookimpl\n", "")
text_mutant("C02", "no hook", "@g.hookimpl\ndef gongdan_connectors", "def connectors")
text_mutant("C03", "a list that says not how it is read", "reading=READING,", "reading=None,")
text_mutant("C03", "a span shorter than a tick", "timedelta(days=1)", "timedelta(seconds=1)")
text_mutant("C03", "two connectors of one platform", "return [GOOD]", "return [GOOD, GOOD]")
text_mutant("C03", "a generator for a list", "return [GOOD]", "return (c for c in [GOOD])")
text_mutant(
    "C03",
    "a sandbox that is not there",
    'platform="acme"',
    'platform="acme", sandbox="nowhere:make"',
)
text_mutant("C04", "a package that is not there", _HEAD, f"{_HEAD}import missing_pkg\n")
text_mutant("C04", "ends the process", _HEAD, f"{_HEAD}import sys\nsys.exit(3)\n")


@mutant("C05", "a reply that is not implemented")
def _() -> g.Connector[Any]:
    def to_call(_action: g.Action, _case: g.Case) -> g.Call:
        raise NotImplementedError

    return answering(good.GOOD, to_call=to_call)


@mutant("C08", "a required setting with a default")
def _() -> g.Connector[Any]:
    def encode(shop: g.Shop[Any], call: g.Call) -> g.Request:
        if not shop.settings.app_key:
            raise KeyError("app_key")
        return rest.encode(shop, call)

    return acme(encode=encode)


@mutant("C08", "a required setting that its sandbox does not tell")
def _() -> g.Connector[Any]:
    return acme(settings=_Placed)


class _Placed(g.Settings, frozen=True, kw_only=True):
    region: str


class _Anything(g.Settings, frozen=True, kw_only=True):
    timeout: object = 30


class _Sized(g.Settings, frozen=True, kw_only=True):
    page_size: int | None = None


class _Open(g.Settings, frozen=True, kw_only=True):
    app_secret: str = ""


class _Wrong(g.Settings, frozen=True, kw_only=True):
    page_size: int = "50"  # type: ignore[assignment] # the mistake


@mutant("C09", "a setting of any type")
def _() -> g.Connector[Any]:
    return acme(settings=_Anything)


@mutant("C10", "an option that must be set")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        assert min(shop.settings.page_size, ask.size)
        return good.read_page(shop, ask)

    return acme(settings=_Sized, streams=cases(read_page=read_page).streams)


@mutant("C11", "a secret in plain text")
def _() -> g.Connector[Any]:
    return acme(settings=_Open)


@mutant("C12", "the token in the log")
def _() -> g.Connector[Any]:
    def encode(shop: g.Shop[Any], call: g.Call) -> g.Request:
        request = rest.encode(shop, call)
        _LOG.debug("%s %s", request.url, request.headers)
        return request

    return acme(encode=encode)


@mutant("C12", "the token in an error")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        try:
            return good.read_page(shop, ask)
        except g.AuthExpired:
            raise g.AuthExpired(f"token {shop.token} is no longer good") from None

    return cases(read_page=read_page)


@mutant("C12", "the token in what is kept")
def _() -> g.Connector[Any]:
    def read_detail(shop: g.Shop[Any], ref: g.Ref) -> g.Detail:
        token = f'{{"token":"{shop.token}",'.encode()
        return g.Raw(bytes(shop.call(f"GET /cases/{ref.id}").raw("")).replace(b"{", token, 1))

    return cases(read_detail=read_detail)


@mutant("C13", "a case in the log")
def _() -> g.Connector[Any]:
    def to_ticket(case: g.Fields) -> g.Ticket:
        _LOG.info("case %s", dict(case.value))
        return good.to_ticket(case)

    return cases(to_ticket=to_ticket)


@mutant("C14", "one word for all that can be wrong")
def _() -> g.Connector[Any]:
    return acme(errors=(g.Error("http *", g.Means.REFUSED, en="look at it"),))


@mutant("C14", "a refusal where all is well")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        good.read_page(shop, ask)
        raise g.AccessDenied(f"{shop.remote_id}: nothing may be read")

    return cases(read_page=read_page)


@mutant("C14", "a lost network taken for a lost login")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        try:
            return good.read_page(shop, ask)
        except g.Transient:
            raise g.AuthExpired("log in again") from None

    return cases(read_page=read_page)


class _Frozen:
    """A shop whose clock stands still, or is another."""

    def __init__(self, shop: g.Shop[Any], now: datetime) -> None:
        self.remote_id, self.settings, self.token = shop.remote_id, shop.settings, shop.token
        self.call, self._now = shop.call, now

    def now(self) -> datetime:
        return self._now


@mutant("C15", "this machine's clock")
def _() -> g.Connector[Any]:
    def encode(shop: g.Shop[Any], call: g.Call) -> g.Request:
        return sign(_Frozen(shop, datetime.now(tz=shop.now().tzinfo)), call)

    return replace(QIANNIU, encode=encode)


@mutant("C15", "the time of the first request")
def _() -> g.Connector[Any]:
    held: list[datetime] = []

    def encode(shop: g.Shop[Any], call: g.Call) -> g.Request:
        held.append(shop.now())
        return sign(_Frozen(shop, held[0]), call)

    return replace(QIANNIU, encode=encode)


@mutant("C69", "an error that says not what to do")
def _() -> g.Connector[Any]:
    return acme(errors=(g.Error("http 403", g.Means.SETTING),))


@mutant("C69", "a default that is not of its own type")
def _() -> g.Connector[Any]:
    return acme(settings=_Wrong)
