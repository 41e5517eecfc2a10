"""Sub-tasks for others (R38, R109) and dates to look at a ticket again (R97, R98, R101)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..errors import BadArgument
from ..events.happening import Happened
from ..queue.beside import FollowUp, Todo
from .acts import Acted, me

if TYPE_CHECKING:
    from ..desk import Desk

OVER = timedelta(days=7)  # what was due earlier is nobody's news


class Todos:
    """What is to be done beside tickets, at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, ref: str, what: str, *, dept: str = "", due: datetime | None = None) -> Todo:
        """Note what somebody else is to do for a ticket, and until when.

        Raises:
            BadArgument: what it is is not said, or that time is over.
        """
        desk, ticket_id = self._desk, self._desk.store.queue.find(ref)
        if not what.strip():
            raise BadArgument("say what is to be done")
        self._ahead(due)
        with desk.store.together():
            todo = desk.store.todos.add(
                ticket_id, what.strip(), me(desk), desk.now(), dept=dept.strip(), due=due
            )
            data = {"todo": str(todo.id), "to": todo.dept, "at": due.isoformat() if due else ""}
            self._note(ticket_id, "todo", what.strip(), data)
        return todo

    def done(self, todo_id: int, result: str = "") -> Todo:
        """Note that it is done, and what came of it.

        Raises:
            NotFound, Conflict: there is none, or it was done already.
        """
        with self._desk.store.together():
            todo = self._desk.store.todos.done(todo_id, result.strip(), self._desk.now())
            self._note(todo.ticket, "todo_done", result.strip(), {"todo": str(todo_id)})
        return todo

    def follow(self, ref: str, at: datetime | None, why: str = "") -> Acted:
        """Let a ticket come up again then, open or closed; None: not any more.

        Raises:
            BadArgument: that time is over.
        """
        desk, ticket_id = self._desk, self._desk.store.queue.find(ref)
        self._ahead(at)
        follow = None if at is None else FollowUp(at=at, why=why.strip(), who=me(desk))
        data = {} if at is None else {"at": at.isoformat()}
        with desk.store.together():
            desk.store.todos.follow(ticket_id, follow)
            self._note(ticket_id, "follow" if at else "follow_done", why.strip(), data)
        return Acted(ticket=ticket_id, act=desk.store.local.history(ticket_id)[-1])

    def _note(self, ticket_id: str, what: str, why: str, data: dict[str, str]) -> None:
        desk = self._desk
        kept = {name: value for name, value in data.items() if value}
        desk.store.local.add(ticket_id, what, me(desk), desk.now(), why=why, data=kept)

    def _ahead(self, at: datetime | None) -> None:
        if at is not None and at <= self._desk.now():
            raise BadArgument("that time is over; give one to come: 2h, 3d, 2026-11-23T09:00")


def due_events(desk: Desk) -> Iterator[Happened]:
    """Yield an event for each sub-task and each follow-up whose time has come, once."""
    now = desk.now()
    for todo in desk.store.todos.due(now - OVER, now):
        assert todo.due is not None
        data = {
            "todo": str(todo.id), "what": todo.what, "to": todo.dept, "who": todo.who,
            "holder": todo.holder, "due": todo.due.isoformat(),
        }  # fmt: skip
        yield Happened(kind="todo_due", ticket=todo.ticket, data=data, once=f"todo:{todo.id}")
    for ticket_id, holder, follow in desk.store.todos.follows(now - OVER, now):
        at = follow.at.isoformat()
        data = {"why": follow.why, "who": follow.who, "holder": holder, "due": at}
        once = f"follow:{ticket_id}:{at}"
        yield Happened(kind="follow_due", ticket=ticket_id, data=data, once=once)
