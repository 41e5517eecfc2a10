"""What `POST /tickets` of the control endpoint does to a refund."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from gongdan.sandbox import Case, Json, Message, PartialMessage, World, read_partial

from .fields import blank, timeout
from .moment import MaybeMoment
from .refunds import STREAM
from .seller import Seller
from .thread import ROLES, Thread


def put(world: World, thread: Thread, sellers: Sequence[Seller], ticket: Json) -> None:
    """Create the refund, or change the one of this id.

    Fields have the platform's names and forms.  `deadline` (ISO 8601 with zone, or null for none)
    stands for `refund_remind_timeout`.  A new refund without a shop is the first one's; what is not
    given of it is invented.

    Raises:
        ValueError: there is no such field, shop or stream, or an id is no number; the message
            names it.
    """
    partial = read_partial(ticket)
    if partial.stream not in ("", STREAM):
        raise ValueError(f"stream is {partial.stream!r}; there is: {STREAM}")
    if not (partial.id.isascii() and partial.id.isdigit()):
        raise ValueError(f"id is {partial.id!r}; a refund_id is digits")
    case = world.cases.get(STREAM, partial.id)
    seller = _seller(sellers, partial.shop, case)
    invented = blank(seller, partial.id)
    fields = _fields(partial.fields, known=invented)
    if case is not None:
        nick = str({**case.newest.fields, **fields}["buyer_nick"])
        messages = [_message(thread, seller, nick, said) for said in partial.messages]
        world.cases.change(case, fields, messages, updated=partial.updated)
        return
    fields = {**invented, **fields}
    world.cases.add(
        partial.id,
        shop=seller.user_id,
        stream=STREAM,
        fields=fields,
        created=partial.created,
        updated=partial.updated,
        messages=[
            _message(thread, seller, str(fields["buyer_nick"]), said) for said in partial.messages
        ],
    )


def _seller(sellers: Sequence[Seller], shop: str, case: Case | None) -> Seller:
    if case is not None and shop not in ("", case.shop):
        raise ValueError(f"shop is {shop!r}; refund {case.id} is of {case.shop}")
    wanted = case.shop if case else shop or sellers[0].user_id
    for one in sellers:
        if one.user_id == wanted:
            return one
    raise ValueError(f"shop is {shop!r}; there are: {', '.join(one.user_id for one in sellers)}")


def _fields(given: Mapping[str, object], known: Mapping[str, object]) -> Mapping[str, object]:
    fields = dict(given)
    if "deadline" in fields:
        try:
            deadline = msgspec.convert(fields.pop("deadline"), MaybeMoment)
        except msgspec.ValidationError as error:
            raise ValueError(f"deadline: {error}") from error
        fields["refund_remind_timeout"] = timeout(deadline)
    for name in fields:
        if name not in known:
            near = difflib.get_close_matches(name, [*known, "deadline"], 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise ValueError(f"no field {name!r}{hint}")
    return fields


def _message(thread: Thread, seller: Seller, buyer_nick: str, said: PartialMessage) -> Message:
    if said.who not in ROLES:
        raise ValueError(f"who is {said.who!r}; there are: {', '.join(ROLES)}")
    if said.id and not (said.id.isascii() and said.id.isdigit()):
        raise ValueError(f"messages: id is {said.id!r}; a message's is digits")
    message = thread.message(said.who, said.text, seller, buyer_nick)
    return replace(
        message, at=said.at or message.at, id=said.id or message.id, files=tuple(said.files)
    )
