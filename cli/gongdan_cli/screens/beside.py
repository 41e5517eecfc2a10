"""What is kept beside a ticket, in lines: sub-tasks, the follow-up, steps of playbooks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .grid import Style, fit, paint
from .times import stamp

if TYPE_CHECKING:
    from gongdan.queue.beside import Beside, FollowUp, Todo


def beside_lines(
    beside: Beside, now: datetime, width: int, words: Words, colour: bool
) -> list[str]:
    """Return the sub-tasks of a ticket under their heading; nothing where there are none."""
    if not beside.todos:
        return []
    lines = ["", paint(words("show.todos"), Style(bold=True), colour=colour)]
    for todo in beside.todos:
        style = Style("red") if _is_late(todo, now) else Style(dim=todo.done is not None)
        lines.append(paint(fit(f"  {todo_line(todo, now, words)}", width), style, colour=colour))
    return lines


def todo_line(todo: Todo, now: datetime, words: Words) -> str:
    """Return one sub-task: what, who is to do it, until when, what came of it."""
    parts = [f"{todo.id}", clean(todo.what), f"-> {clean(todo.dept)}" if todo.dept else ""]
    return "  ".join(
        part for part in (*parts, _state(todo, now, words), clean(todo.result)) if part
    )


def follow_line(follow: FollowUp | None) -> str:
    """Return when a ticket is to be followed up, by whom and why."""
    if follow is None:
        return ""
    return "  ".join(part for part in (stamp(follow.at), follow.who, follow.why) if part)


def _state(todo: Todo, now: datetime, words: Words) -> str:
    if todo.done is not None:
        return words("todo.done", at=stamp(todo.done))
    if todo.due is None:
        return words("todo.open")
    return words("todo.late" if _is_late(todo, now) else "todo.due", due=stamp(todo.due))


def _is_late(todo: Todo, now: datetime) -> bool:
    return todo.done is None and todo.due is not None and todo.due < now
