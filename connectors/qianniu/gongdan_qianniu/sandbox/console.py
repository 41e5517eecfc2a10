"""What `POST /tickets` of the control endpoint does to a case of any stream."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from gongdan.sandbox import Case, Json, Message, PartialMessage, World, read_partial

from . import exchange_seeds, exchanges, fields, order_seeds, orders, refunds, task_seeds, tasks
from .moment import MaybeMoment, milliseconds, written
from .refusal import Body
from .seller import Seller
from .thread import ROLES, Thread


class Kind(NamedTuple):
    """What one stream's cases begin with, and where their deadline is kept.

    Attributes:
        blank: the fields of a case of which nothing was told.
        deadline: the field that `deadline` stands for, and the form of a moment in it.
        roles: who may speak.
    """

    blank: Callable[[Seller, str], Body]
    deadline: tuple[str, Callable[[datetime | None], object]]
    roles: Collection[str]


def _text(at: datetime | None) -> object:
    return None if at is None else written(at)


def _ms(at: datetime | None) -> object:
    return None if at is None else milliseconds(at)


KINDS: Mapping[str, Kind] = {
    refunds.STREAM: Kind(fields.blank, ("refund_remind_timeout", fields.timeout), ROLES),
    exchanges.STREAM: Kind(exchange_seeds.blank, ("time_out", _text), exchanges.ROLES),
    tasks.STREAM: Kind(task_seeds.blank, ("end_time", _ms), ()),
    orders.STREAM: Kind(order_seeds.blank, ("example_ship_time", _text), ()),
}


def put(world: World, thread: Thread, sellers: Sequence[Seller], ticket: Json) -> None:
    """Create the case, or change the one of this id; without a stream it is a refund.

    Fields have the platform's names and forms.  `deadline` (ISO 8601 with zone, or null for none)
    stands for the stream's own field.  A new case without a shop is the first one's; what is not
    given of it is invented.

    Raises:
        ValueError: there is no such field, shop or stream, or an id is no number; the message
            names it.
    """
    partial = read_partial(ticket)
    stream = partial.stream or refunds.STREAM
    kind = KINDS.get(stream)
    if kind is None:
        raise ValueError(f"stream is {stream!r}; there are: {', '.join(KINDS)}")
    if not (partial.id.isascii() and partial.id.isdigit()):
        raise ValueError(f"id is {partial.id!r}; the id of a {stream} is digits")
    case = world.cases.get(stream, partial.id)
    seller = _seller(sellers, partial.shop, case)
    invented = kind.blank(seller, partial.id)
    given = _fields(partial.fields, kind, known=invented)
    whole = {**(case.newest.fields if case else invented), **given}
    nick = str(whole.get("buyer_nick", ""))
    messages = [_message(thread, kind, seller, nick, said) for said in partial.messages]
    if case is not None:
        world.cases.change(case, given, messages, updated=partial.updated)
        return
    world.cases.add(
        partial.id, shop=seller.user_id, stream=stream, fields=whole, created=partial.created,
        updated=partial.updated, messages=messages,
    )  # fmt: skip


def _seller(sellers: Sequence[Seller], shop: str, case: Case | None) -> Seller:
    if case is not None and shop not in ("", case.shop):
        raise ValueError(f"shop is {shop!r}; {case.stream} {case.id} is of {case.shop}")
    wanted = case.shop if case else shop or sellers[0].user_id
    for one in sellers:
        if one.user_id == wanted:
            return one
    raise ValueError(f"shop is {shop!r}; there are: {', '.join(one.user_id for one in sellers)}")


def _fields(
    given: Mapping[str, object], kind: Kind, known: Mapping[str, object]
) -> Mapping[str, object]:
    fields = dict(given)
    if "deadline" in fields:
        try:
            deadline = msgspec.convert(fields.pop("deadline"), MaybeMoment)
        except msgspec.ValidationError as error:
            raise ValueError(f"deadline: {error}") from error
        name, form = kind.deadline
        fields[name] = form(deadline)
    for name in fields:
        if name not in known:
            near = difflib.get_close_matches(name, [*known, "deadline"], 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise ValueError(f"no field {name!r}{hint}")
    return fields


def _message(
    thread: Thread, kind: Kind, seller: Seller, buyer_nick: str, said: PartialMessage
) -> Message:
    if said.who not in kind.roles:
        raise ValueError(f"who is {said.who!r}; there are: {', '.join(kind.roles)}")
    if said.id and not (said.id.isascii() and said.id.isdigit()):
        raise ValueError(f"messages: id is {said.id!r}; a message's is digits")
    message = thread.message(said.who, said.text, seller, buyer_nick)
    return replace(
        message, at=said.at or message.at, id=said.id or message.id, files=tuple(said.files)
    )
