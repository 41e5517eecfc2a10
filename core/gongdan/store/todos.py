"""What is to be done beside a ticket and by when: sub-tasks, follow-ups, steps of playbooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from ..errors import Conflict, NotFound
from ..queue.beside import Beside, FollowUp, StepDone, Todo
from .guard import Guard, Row
from .moments import from_ms, ms_or_none, to_ms, told
from .steps import number_of

_TODO = "SELECT k.*, t.id AS ticket, t.holder FROM tasks k JOIN tickets t ON t.n = k.n"


class Todos:
    """Sub-tasks, follow-ups, and what was done of playbooks.  No sync writes this."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def add(
        self, ticket_id: str, what: str, who: str, now: datetime, *, dept: str = "",
        due: datetime | None = None,
    ) -> Todo:  # fmt: skip
        """Keep that something is to be done beside a ticket."""
        with self._guard.write(lasting=True) as db:
            cursor = db.execute(
                "INSERT INTO tasks (n, what, dept, who, created_ms, due_ms)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (number_of(db, ticket_id), what, dept, who, to_ms(now), ms_or_none(due)),
            )
            made = int(cursor.lastrowid or 0)
        return self.todo(made)

    def done(self, todo_id: int, result: str, now: datetime) -> Todo:
        """Keep that it is done, and what came of it.

        Raises:
            NotFound: there is no such sub-task.
            Conflict: it was done already.
        """
        todo = self.todo(todo_id)
        with self._guard.write(lasting=True) as db:
            changed = db.execute(
                "UPDATE tasks SET done_ms = ?, result = ? WHERE id = ? AND done_ms IS NULL",
                (to_ms(now), result, todo_id),
            )
        if changed.rowcount != 1:
            raise Conflict(f"sub-task {todo_id} was done already, at {told(todo.done)}")
        return self.todo(todo_id)

    def todo(self, todo_id: int) -> Todo:
        """Return one sub-task.

        Raises:
            NotFound: there is none.
        """
        row = self._guard.one(f"{_TODO} WHERE k.id = ?", (todo_id,))
        if row is None:
            raise NotFound(f"no sub-task {todo_id}; 'gongdan todo list' shows them")
        return _todo(row)

    def todos(self, *, ticket_id: str = "", dept: str = "", everything: bool = False) -> list[Todo]:
        """Return sub-tasks that are still to be done, those due first in front."""
        found = self._guard.rows(
            f"{_TODO} WHERE ? IN ('', t.id) AND ? IN ('', k.dept) AND (? OR k.done_ms IS NULL)"
            " ORDER BY k.done_ms IS NOT NULL, k.due_ms IS NULL, k.due_ms, k.id",
            (ticket_id, dept, int(everything)),
        )
        return [_todo(row) for row in found]

    def due(self, since: datetime, now: datetime) -> list[Todo]:
        """Return what was to be done in that span and is not."""
        found = self._guard.rows(
            f"{_TODO} WHERE k.done_ms IS NULL AND k.due_ms BETWEEN ? AND ? ORDER BY k.due_ms",
            (to_ms(since), to_ms(now)),
        )
        return [_todo(row) for row in found]

    # follow-ups

    def follow(self, ticket_id: str, follow: FollowUp | None) -> None:
        """Keep when a ticket is to be looked at again; None: not any more."""
        with self._guard.write(lasting=True) as db:
            n = number_of(db, ticket_id)
            db.execute("DELETE FROM follows WHERE n = ?", (n,))
            if follow is not None:
                db.execute(
                    "INSERT INTO follows (n, at_ms, why, who) VALUES (?, ?, ?, ?)",
                    (n, to_ms(follow.at), follow.why, follow.who),
                )

    def follows(self, since: datetime, now: datetime) -> list[tuple[str, str, FollowUp]]:
        """Return id, holder and follow-up of tickets whose time has come in that span."""
        found = self._guard.rows(
            "SELECT t.id, t.holder, f.* FROM follows f JOIN tickets t ON t.n = f.n"
            " WHERE f.at_ms BETWEEN ? AND ? ORDER BY f.at_ms",
            (to_ms(since), to_ms(now)),
        )
        return [(str(row["id"]), str(row["holder"]), _follow(row)) for row in found]

    # playbooks

    def mark(self, ticket_id: str, playbook: str, done: StepDone) -> None:
        """Keep that a step of a playbook is done, and what was found."""
        with self._guard.write(lasting=True) as db:
            db.execute(
                "INSERT OR REPLACE INTO steps_done (n, playbook, step, at_ms, who, finding)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (number_of(db, ticket_id), playbook, done.step, to_ms(done.at), done.who,
                 done.finding),
            )  # fmt: skip

    def unmark(self, ticket_id: str, playbook: str, step: str) -> None:
        """Keep that a step is not done after all."""
        with self._guard.write(lasting=True) as db:
            db.execute(
                "DELETE FROM steps_done WHERE n = ? AND playbook = ? AND step = ?",
                (number_of(db, ticket_id), playbook, step),
            )

    # all of it

    def beside(self, ticket_id: str) -> Beside:
        """Return everything that is kept beside a ticket."""
        follow = self._guard.one(
            "SELECT f.* FROM follows f JOIN tickets t ON t.n = f.n WHERE t.id = ?", (ticket_id,)
        )
        return Beside(
            todos=tuple(self.todos(ticket_id=ticket_id, everything=True)),
            follow=None if follow is None else _follow(follow),
            steps=self._steps(ticket_id),
        )

    def _steps(self, ticket_id: str) -> Mapping[str, tuple[StepDone, ...]]:
        found: dict[str, tuple[StepDone, ...]] = {}
        for row in self._guard.rows(
            "SELECT s.* FROM steps_done s JOIN tickets t ON t.n = s.n WHERE t.id = ?"
            " ORDER BY s.playbook, s.at_ms",
            (ticket_id,),
        ):
            done = StepDone(
                step=str(row["step"]), at=cast(datetime, from_ms(row["at_ms"])),
                who=str(row["who"]), finding=str(row["finding"]),
            )  # fmt: skip
            found[str(row["playbook"])] = (*found.get(str(row["playbook"]), ()), done)
        return found


def _follow(row: Row) -> FollowUp:
    at = cast(datetime, from_ms(row["at_ms"]))
    return FollowUp(at=at, why=str(row["why"]), who=str(row["who"]))


def _todo(row: Row) -> Todo:
    return Todo(
        id=cast(int, row["id"]), ticket=str(row["ticket"]), what=str(row["what"]),
        dept=str(row["dept"]), who=str(row["who"]), holder=str(row["holder"]),
        created=cast(datetime, from_ms(row["created_ms"])), due=from_ms(row["due_ms"]),
        done=from_ms(row["done_ms"]), result=str(row["result"]),
    )  # fmt: skip
