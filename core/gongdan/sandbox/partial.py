"""A partial ticket, as `POST /tickets` takes it, sorted into its parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from .message import Json

_OURS = ("shop", "stream", "id", "created", "updated", "messages", "fields")


class PartialMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """One message to append.

    Attributes:
        who: in the words of `gongdan.Who`: "buyer", "merchant".
        text: of it.
        at: when; now if it is not given.
        id: the platform's; the imitation makes one if it is not given.
        files: addresses of what comes with it.
    """

    who: str
    text: str = ""
    at: datetime | None = None
    id: str = ""
    files: tuple[str, ...] = ()


class Partial(Struct, frozen=True):
    """What was given of one ticket.

    Attributes:
        id: as text.
        shop, stream: "" if not given.
        created, updated: aware, None if not given.
        messages: to append to the thread.
        fields: everything else, by the platform's field names.
    """

    id: str
    shop: str = ""
    stream: str = ""
    created: datetime | None = None
    updated: datetime | None = None
    messages: tuple[PartialMessage, ...] = ()
    fields: Mapping[str, object] = {}


def read_partial(ticket: Json) -> Partial:
    """Sort one partial ticket: `{"id", "shop"?, "stream"?, "created"?, "updated"?, "messages"?}`
    and the platform's fields, beside these or under "fields"; times ISO 8601 with zone.

    Raises:
        ValueError: the id is missing, or something is of the wrong kind; the message names it.
    """
    if not isinstance(ticket.get("id"), str | int):
        raise ValueError("id: a string or a whole number is needed")
    nested = ticket.get("fields", {})
    if not isinstance(nested, dict):
        raise ValueError("fields: expected an object")
    ours = {key: ticket[key] for key in _OURS if key in ticket}
    ours |= {key: str(ours[key]) for key in ("id", "shop") if key in ours}
    ours["fields"] = {k: v for k, v in ticket.items() if k not in _OURS} | nested
    try:
        partial = msgspec.convert(ours, Partial)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    _check_zones(partial)
    return partial


def _check_zones(partial: Partial) -> None:
    times = {"created": partial.created, "updated": partial.updated}
    times |= {f"messages[{n}].at": message.at for n, message in enumerate(partial.messages)}
    for name, time in times.items():
        if time is not None and time.tzinfo is None:
            raise ValueError(f"{name}: the time needs a zone, such as 2026-11-21T09:00:00+08:00")
