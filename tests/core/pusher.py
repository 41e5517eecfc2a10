"""A platform that tells of its cases by pushes only; as installed ones are, but its entry point."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any

import msgspec

from gongdan import (
    BadSignature,
    Connector,
    Delivery,
    Event,
    Fields,
    Parcel,
    Raw,
    Settings,
    Status,
    Stream,
    Ticket,
    hookimpl,
)
from gongdan.plugins.registry import GROUP, Plugins


def _receive(_settings: Settings, parcel: Parcel) -> Delivery:
    """Take `[{"shop": …, "stream": …, "row": …}]` from whoever says "mine"."""
    if parcel.headers.get("sign") != "mine":
        raise BadSignature("not mine")
    told = msgspec.json.decode(parcel.body, type=list[dict[str, Raw]])
    return Delivery([_event(one) for one in told])


def _event(told: Mapping[str, Raw]) -> Event:
    row = told["row"]
    known: dict[str, Any] = msgspec.json.decode(row)
    shop, stream = (msgspec.json.decode(told[name], type=str) for name in ("shop", "stream"))
    return Event(shop, stream, str(known.get("id", "")), row, key=str(known.get("key", "")))


def _ticket(row: Fields) -> Ticket:
    return Ticket(status=Status.PENDING, title=row.need("title"))


@hookimpl
def gongdan_connectors() -> list[Connector[Settings]]:
    """Return a platform without lists and details."""
    stream = Stream[Settings](name="case", updated="at", to_ticket=_ticket)
    return [
        Connector(api=1, platform="pusher", settings=Settings, streams=(stream,), receive=_receive)
    ]


def pushing() -> Plugins:
    """Return this plugin alone."""
    return Plugins([EntryPoint("pusher", "tests.core.pusher", GROUP)])
