"""Tags and priority by hand: they stay, whatever a sync or the rules say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..classification.classifying import correct
from ..errors import BadArgument, Refused
from ..views import Act
from .acts import Acted, me

if TYPE_CHECKING:
    from ..desk import Desk

LONGEST = 30  # characters of a tag


def retag(
    desk: Desk, ref: str, *, add: Sequence[str], remove: Sequence[str], dry_run: bool = False
) -> Acted:
    """Put tags on a ticket and take others off.

    Raises:
        BadArgument: a tag is none.
        Refused: a tag is to go that a rule put there.
    """
    ticket_id = desk.store.queue.find(ref)
    for tag in add:
        if not tag or len(tag) > LONGEST or "," in tag or any(map(str.isspace, tag)):
            raise BadArgument(f"{tag!r} is no tag: up to {LONGEST} characters, no blank, no comma")
    own = [tag for tag in desk.store.classes.fixed(ticket_id).get("tags", "").split(",") if tag]
    shown = desk.store.queue.one(ticket_id)[0].tags
    for tag in remove:
        if tag in shown and tag not in own:
            raise Refused(f"{ticket_id}: {tag} is there by a rule: 'gongdan why' says by which")
    kept = [tag for tag in dict.fromkeys([*own, *add]) if tag not in remove]
    return _correct(desk, ticket_id, "tags", ",".join(kept), dry_run)


def prioritise(desk: Desk, ref: str, priority: str, *, dry_run: bool = False) -> Acted:
    """Give a ticket a priority, 0 to 9; of tickets due alike the higher is first.

    Args:
        priority: "" gives it back to the rules.

    Raises:
        BadArgument: it is none.
    """
    if priority and not (priority.isascii() and priority.isdecimal() and int(priority) <= 9):
        raise BadArgument(f"priority {priority!r}: 0 to 9, or auto")
    return _correct(desk, desk.store.queue.find(ref), "priority", priority, dry_run)


def _correct(desk: Desk, ticket_id: str, name: str, value: str, dry_run: bool) -> Acted:
    if dry_run:
        data = {name: value or "auto"}
        act = Act(at=desk.now(), who=me(desk), what="classify", data=data)
        return Acted(ticket=ticket_id, act=act)
    _, act, _ = correct(desk, ticket_id, {name: value})
    return Acted(ticket=ticket_id, act=act)
