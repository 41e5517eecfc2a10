"""Whether a connector is what the contract says: told when it is loaded, with the place.

A connector is data, and data of a wrong type would otherwise be found where it is used: in the
middle of a night's sync.
"""

from __future__ import annotations

import re
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from msgspec import Struct, UnsetType

from ..contract import ByToken, Connector, Stream
from ..ticket import Message, Ticket, Who

_FUNCTION = get_origin(Callable[..., object])
_LEAVES = frozenset({str, int, float, bool, bytes, type(None), datetime, timedelta})
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def flaws(connector: Connector[Any]) -> Iterator[str]:
    """Yield what is wrong with a connector, by its place ("streams[0].reading: ...")."""
    found = _misfit(connector, Connector, "")
    if found:
        yield found.removeprefix(".")
        return  # nothing beyond can be relied on
    yield from _contradictions(connector)


def _contradictions(connector: Connector[Any]) -> Iterator[str]:
    """Yield what is of the right types and cannot be meant."""
    names = [stream.name for stream in connector.streams]
    yield from (f"two streams are named {name}" for name in _twice(names))
    try:
        ZoneInfo(connector.zone)
    except (ValueError, OSError, KeyError):
        yield f"zone: there is no time zone {connector.zone!r}"
    for index, stream in enumerate(connector.streams):
        for flaw in _contradictions_of(stream, connector):
            yield f"streams[{index}] ({stream.name}): {flaw}"
    for index, rate in enumerate(connector.rates):
        if rate.calls < 1 or rate.per.total_seconds() <= 0:
            yield f"rates[{index}]: {rate.calls} calls in {rate.per} let nothing pass"


def _contradictions_of(stream: Stream[Any], connector: Connector[Any]) -> Iterator[str]:
    if not _NAME.fullmatch(stream.name):
        yield "name: use a-z, 0-9, _ and -; it is a part of every ticket's id"
    if (stream.reading is None) != (stream.read_page is None):
        has, lacks = ("reading", "read_page") if stream.reading else ("read_page", "reading")
        yield f"has {has} and no {lacks}"
    if stream.to_ticket is None and stream.to_events is None:
        yield "to_ticket: nothing tells what a row says"
    if isinstance(stream.reading, ByToken) and stream.reading.scope == "app" and stream.to_ticket:
        yield "reading: scope is app, and a row names no shop: give to_events, not to_ticket"
    if stream.reading is not None and stream.reading.page_size < 1:
        yield f"reading: page_size is {stream.reading.page_size}"
    kinds = [ability.kind for ability in stream.abilities]
    yield from (f"two abilities are of kind {kind}" for kind in _twice(kinds))
    for ability in stream.abilities:
        if ability.upload and connector.upload is None:
            yield f"{ability.kind}: upload is set, and the connector has no upload"


def _twice(names: Sequence[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _misfit(value: object, hint: Any, at: str) -> str:
    """Return where a value is not of the type that the contract says, or ""."""
    if type(value) is hint and hint in _LEAVES:  # most of them, in tables of codes and rules
        return ""
    origin = get_origin(hint) or hint
    if origin in (Union, types.UnionType):
        return _misfit_of_any(value, get_args(hint), at)
    if origin is Literal:
        known = ", ".join(map(repr, get_args(hint)))
        return "" if value in get_args(hint) else f"{at}: expected one of {known}"
    if not isinstance(origin, type):  # a TypeVar: of the connector's own Settings
        return ""
    if origin is _FUNCTION:
        return "" if callable(value) else _expected("function", value, at)
    if (isinstance(value, bool) and origin is not bool) or not isinstance(value, origin):
        return _expected(origin.__name__, value, at)
    if origin is tuple:
        parts = ((f"{at}[{n}]", part) for n, part in enumerate(typing.cast("Any", value)))
        kind = get_args(hint)[0]
        return next((flaw for name, part in parts if (flaw := _misfit(part, kind, name))), "")
    if issubclass(origin, Struct):
        fields = ((f"{at}.{name}", kind, getattr(value, name)) for name, kind in _hints(origin))
        return next((flaw for name, kind, one in fields if (flaw := _misfit(one, kind, name))), "")
    return ""


def _misfit_of_any(value: object, hints: Sequence[Any], at: str) -> str:
    """Return what is wrong by the alternative that the value is closest to."""
    if type(value) in hints and type(value) in _LEAVES:
        return ""
    flaws = [_misfit(value, hint, at) for hint in hints]
    if "" in flaws:
        return ""
    deeper = [flaw for flaw in flaws if not flaw.startswith(f"{at}: ")]
    names = [getattr(get_origin(hint) or hint, "__name__", "") for hint in hints]
    wanted = " or ".join(name for name in names if name not in ("NoneType", "UnsetType"))
    return deeper[0] if deeper else _expected(wanted.replace("Callable", "function"), value, at)


def _expected(kind: str, value: object, at: str) -> str:
    return f"{at}: expected {kind}, got {type(value).__name__}"


@cache
def _hints(kind: type[Struct]) -> tuple[tuple[str, Any], ...]:
    from ..sla import Rule  # named by the contract for type checkers only

    hints = typing.get_type_hints(kind, localns={"Rule": Rule})
    return tuple((name, hints[name]) for name in kind.__struct_fields__)


def flaw_of(ticket: Ticket) -> str:
    """Return where a ticket says something of a wrong type, or "".  It is asked of every payload.

    A list where a tuple is due would be taken for silence, and a time without a zone for another.
    """
    values = _values(ticket)
    kinds = tuple(map(type, values))
    times = _TIMES.get(kinds)
    if times is None:
        for kind, (name, allowed) in zip(kinds, _allowed(), strict=True):
            if kind not in allowed:
                return f"{name}: expected {_named(allowed)}, got {kind.__name__}"
        times = [place for place, kind in enumerate(kinds) if kind is datetime]
        _TIMES[kinds] = times
    for place in times:
        if values[place].tzinfo is None:
            return f"{Ticket.__struct_fields__[place]}: a time without a zone"
    return _flaw_of_thread(ticket.thread) if isinstance(ticket.thread, tuple) else ""


def _flaw_of_thread(thread: Sequence[Message]) -> str:
    for index, message in enumerate(thread):
        if not isinstance(message, Message):
            return _expected("Message", message, f"thread[{index}]")
        if not (isinstance(message.who, Who) and isinstance(message.text, str)):
            return f"thread[{index}]: expected who and text"
        if not isinstance(message.at, datetime) or message.at.tzinfo is None:
            return f"thread[{index}].at: expected time with a zone"
    return ""


_values = attrgetter(*Ticket.__struct_fields__)
# Where tickets of types that were found right have times; a platform has a handful of such shapes.
_TIMES: dict[tuple[type, ...], list[int]] = {}


@cache
def _allowed() -> tuple[tuple[str, tuple[type, ...]], ...]:
    """Return the types that each field of a ticket may have."""
    return tuple((name, _types(hint)) for name, hint in _hints(Ticket))


def _types(hint: Any) -> tuple[type, ...]:
    return tuple(get_origin(one) or one for one in get_args(hint))


def _named(kinds: Sequence[type]) -> str:
    names = (kind.__name__ for kind in kinds if kind not in (UnsetType, type(None)))
    return " or ".join(names)
