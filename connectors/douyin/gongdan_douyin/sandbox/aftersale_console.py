"""What `POST /tickets` does to an after-sale."""

from __future__ import annotations

from gongdan.sandbox import Json, Message, Partial, World, read_partial, whole_second

from .access import Access
from .aftersale_seeds import STREAM, blank
from .aftersale_shape import ROLES
from .console import check_names
from .pushes import Pushes

# What the platform pushes when a status, or a state of the arbitration, is reached.
_TAGS = {6: 200, 7: 202, 11: 203, 12: 206, 13: 211, 27: 204, 28: 207, 29: 205}
_ARBITRATION_TAGS = {1: 212, 2: 216, 3: 216, 4: 213, 5: 218, 6: 216, 255: 215}


def put_aftersale(world: World, access: Access, pushes: Pushes, ticket: Json) -> None:
    """Create or change one after-sale by the names of the sandbox's fields; it is pushed.

    Times are Unix seconds; messages go into the negotiation.

    Raises:
        ValueError: no such field or shop; the message names it.
    """
    partial = read_partial(ticket)
    if not partial.id.isdecimal():
        raise ValueError(f"id is {partial.id!r}; a whole number is needed")
    check_names(partial, blank())
    case = world.cases.get(STREAM, partial.id)
    if case is None:
        if partial.shop not in access.shops:
            raise ValueError(f"shop is {partial.shop!r}; there are: {', '.join(access.shops)}")
        case = world.cases.add(
            partial.id, shop=partial.shop, stream=STREAM, fields={**blank(), **partial.fields},
            created=partial.created, updated=partial.updated, messages=_messages(world, partial),
        )  # fmt: skip
    elif partial.shop not in ("", case.shop):
        raise ValueError(f"shop: case {case.id} belongs to {case.shop}")
    else:
        if partial.created:
            case.created = whole_second(partial.created)
        said = _messages(world, partial)
        world.cases.change(case, partial.fields, said, updated=partial.updated)
    pushes.announce(case, _tag(partial))


def _tag(partial: Partial) -> int:
    arbitration = partial.fields.get("arbitrate_status")
    status = partial.fields.get("aftersale_status")
    if isinstance(arbitration, int) and arbitration in _ARBITRATION_TAGS:
        return _ARBITRATION_TAGS[arbitration]
    return _TAGS.get(status, 208) if isinstance(status, int) else 208


def _messages(world: World, partial: Partial) -> list[Message]:
    now = world.clock.second()
    for message in partial.messages:
        if message.who not in ROLES:
            raise ValueError(f"who is {message.who!r}; there are: {', '.join(ROLES)}")
    return [Message(one.who, one.text, one.at or now, files=one.files) for one in partial.messages]
