"""What `POST /tickets` does to a service request."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from gongdan.sandbox import Json, Message, Partial, World, read_partial, whole_second

from .access import Access
from .entries import REJECTED, entry, from_beijing, kind_of
from .seeds import blank, told
from .service import STREAM

_TIMES = {"create_time": "created", "update_time": "updated"}


def put(world: World, access: Access, ticket: Json) -> None:
    """Create or change one service request by the platform's field names.

    `create_time` and `update_time` are Beijing text; `created` and `updated` (ISO 8601) mean the
    same; a change without either is a change of now.  Messages are appended to the log, and the
    fields that repeat the log follow them unless they are given.

    Raises:
        ValueError: no such field, stream or shop; the message names it.
    """
    partial = read_partial(_with_times(ticket))
    if partial.stream not in ("", STREAM):
        raise ValueError(f"stream is {partial.stream!r}; there are: {STREAM}, aftersale")
    if not partial.id.isdecimal():
        raise ValueError(f"id is {partial.id!r}; a whole number is needed")
    check_names(partial, blank())
    _check_times(partial)
    case = world.cases.get(STREAM, partial.id)
    if case is None:
        _create(world, access, partial)
        return
    if partial.shop not in ("", case.shop):
        raise ValueError(f"shop: case {case.id} belongs to {case.shop}")
    messages = _messages(world, partial, first=not case.newest.messages)
    if partial.created:
        case.created = whole_second(partial.created)
    fields = {**_told(messages, case.newest.fields), **partial.fields}
    world.cases.change(case, fields, messages, updated=partial.updated)


def _create(world: World, access: Access, partial: Partial) -> None:
    if partial.shop not in access.shops:
        raise ValueError(f"shop is {partial.shop!r}; there are: {', '.join(access.shops)}")
    messages = _messages(world, partial, first=True)
    world.cases.add(
        partial.id,
        shop=partial.shop,
        stream=STREAM,
        fields={**blank(), **_told(messages, blank()), **partial.fields},
        created=partial.created,
        updated=partial.updated,
        messages=messages,
    )


def _told(messages: Sequence[Message], before: Mapping[str, object]) -> dict[str, object]:
    """The fields that follow from new messages, over what the case had before."""
    if not messages:
        return {}
    rejected = messages[-1].fields["service_log_type"] == REJECTED
    first = {"first_reply_time": before["first_reply_time"]} if before["first_reply_time"] else {}
    return told(messages, rejected=rejected) | first


def _messages(world: World, partial: Partial, *, first: bool) -> Sequence[Message]:
    now = world.clock.second()
    return [
        entry(
            kind_of(message.who, first=first and place == 0),
            message.text,
            message.at or now,
            files=message.files,
        )
        for place, message in enumerate(partial.messages)
    ]


def _with_times(ticket: Json) -> Json:
    """The ticket with the platform's two own times under the names that all platforms share."""
    times = {
        ours: from_beijing(ticket[name], name) for name, ours in _TIMES.items() if name in ticket
    }
    rest: Json = {name: value for name, value in ticket.items() if name not in _TIMES}
    return {**rest, **times}


def check_names(partial: Partial, known: Mapping[str, object]) -> None:
    """Check that a platform has all these fields.

    Raises:
        ValueError: one it has not; the message names the nearest.
    """
    for name in partial.fields:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise ValueError(f"no field {name!r}{hint}; there are: {', '.join(known)}")


def _check_times(partial: Partial) -> None:
    for name, value in partial.fields.items():
        if name.endswith("_time") and value:
            from_beijing(value, name)
