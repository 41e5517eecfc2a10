"""What is kept beside a ticket: what it is about and why, what is to be done and was, by when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from ..order import OrderFacts
from ..pictures.picture import Picture


class Todo(Struct, frozen=True, kw_only=True):
    """What somebody else is to do for a ticket.

    Attributes:
        dept: who is to do it: a department, a carrier, a colleague.
        who: who asked for it.
        holder: whose the ticket is.
        done: when it was; None: not yet.
    """

    id: int
    ticket: str
    what: str
    dept: str
    who: str
    created: datetime
    due: datetime | None = None
    done: datetime | None = None
    result: str = ""
    holder: str = ""


class FollowUp(Struct, frozen=True, kw_only=True):
    """When a ticket is to be looked at again, and why."""

    at: datetime
    why: str
    who: str


class StepDone(Struct, frozen=True, kw_only=True):
    """A step of a playbook that is done, by whom, and what was found."""

    step: str
    at: datetime
    who: str
    finding: str = ""


class Beside(Struct, frozen=True, kw_only=True):
    """What is kept beside a ticket: sub-tasks, the follow-up, steps done, orders, pictures."""

    todos: tuple[Todo, ...] = ()
    follow: FollowUp | None = None
    steps: Mapping[str, tuple[StepDone, ...]] = {}
    orders: tuple[OrderFacts, ...] = ()
    pictures: tuple[Picture, ...] = ()


class Reason(Struct, frozen=True, kw_only=True):
    """Why a ticket is taken for what it is.

    Attributes:
        field: category, urgency, tags or priority.
        by: person, platform, plugin, rule, or none: nothing fits.
        name: of the rule, plugin or person.
        found: the words of the rule that stand in the ticket.
        source: where the rule is written, or what the plugin says.
    """

    field: str
    value: str
    by: str
    name: str = ""
    found: str = ""
    source: str = ""


class Classed(Struct, frozen=True, kw_only=True):
    """What a ticket is about and how urgent it is, and why."""

    category: str
    urgency: str
    tags: tuple[str, ...] = ()
    priority: int = 0
    reasons: tuple[Reason, ...] = ()
