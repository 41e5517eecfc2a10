"""A playbook of a ticket in lines: what is done, by whom, what was found, which words to send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .folding import fold
from .times import stamp

if TYPE_CHECKING:
    from gongdan.people.playbooks import Progress, Step


def playbook_lines(progress: Progress, width: int, words: Words) -> Iterator[str]:
    """Yield its head, then a line a step: `[x] 1  …`; under it what was found, and the words."""
    book = progress.playbook
    done = sum(step.text in progress.done for step in book.steps)
    title = book.title or book.name
    head = words("playbook.head", title=title, name=book.name, done=done, count=len(book.steps))
    yield from fold(head, width, "  ")
    for number, step in enumerate(book.steps, start=1):
        made = progress.done.get(step.text)
        yield from fold(f"[{'x' if made else ' '}] {number}  {clean(step.text)}", width, "  ")
        if made:
            told = words("playbook.done", who=made.who, at=stamp(made.at))
            yield from fold(
                "  ".join(filter(None, (told, clean(made.finding)))), width, "         "
            )
        names = _names(step, made.finding if made else "")
        if names:
            yield from fold(words("playbook.words", names=names), width, "         ")


def _names(step: Step, finding: str) -> str:
    """Return the template for what was found; before that every one there is."""
    if finding:
        return step.words(finding)
    found = [f"{name} ({key})" for key, name in step.branches.items()]
    return ", ".join(filter(None, (step.template, *found)))
