"""Playbooks (处理步骤): steps as data, for the tickets they are for, with what was done of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta, Struct

from ..config.mistakes import failed_key, instead, told
from ..config.tomlfile import document_of, spot, text_of
from ..errors import BadArgument, ConfigError, NotFound
from ..queue.beside import StepDone
from ..views import TicketView
from ..writing.filling import templates_of
from .acts import me

if TYPE_CHECKING:
    from ..desk import Desk

NAME = "playbooks.toml"


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step.

    Attributes:
        template: words to send when it is done.
        branches: other words, by what is found.
    """

    text: Annotated[str, Meta(min_length=1, max_length=200)]
    template: str = ""
    branches: Mapping[str, str] = {}

    def words(self, finding: str) -> str:
        """Return the name of the template for what was found; "" if there is none."""
        found = (name for key, name in self.branches.items() if key in finding)
        return next(found, self.template)


class Playbook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One playbook; the shipped file explains it."""

    name: str
    title: str = ""
    when: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    off: bool = False


class Progress(Struct, frozen=True, kw_only=True):
    """A playbook of one ticket; *done* is, by the step's text, what was done of it."""

    playbook: Playbook
    done: Mapping[str, StepDone] = {}


def playbooks_of(desk: Desk) -> dict[str, Playbook]:
    """Return the playbooks of a desk: those that ship, and those beside its settings over them.

    Raises:
        ConfigError: the user's file is wrong; the message has line and column.
    """
    path = desk.config.path.with_name(NAME)
    found = _playbooks(path, text_of(path) if path.exists() else "")
    known = templates_of(desk)
    for book in found.values():
        for step in book.steps:
            for name in filter(None, (step.template, *step.branches.values())):
                try:
                    known.named(name)
                except NotFound as error:
                    raise ConfigError(f"{path}: [{book.name}]: {error}") from None
    return found


def progress_of(desk: Desk, view: TicketView) -> list[Progress]:
    """Return the playbooks of a ticket in the files' order: those that suit, or were begun."""
    row, begun = view.row, view.beside.steps
    traits = {
        row.category, row.platform, row.stream, row.kind_text, *row.tags,
        f"{row.platform}/{row.stream}", f"shop:{row.shop}",
    }  # fmt: skip
    return [
        Progress(playbook=book, done={each.step: each for each in begun.get(name, ())})
        for name, book in playbooks_of(desk).items()
        if name in begun or traits & set(book.when)
    ]


def playbook_of(desk: Desk, name: str) -> Playbook:
    """Return one playbook.

    Raises:
        NotFound: there is none of that name; the message lists those there are.
    """
    books = playbooks_of(desk)
    if name not in books:
        raise NotFound(f"no playbook {name!r}; {instead(name, books)}")
    return books[name]


def mark(
    desk: Desk, ref: str, number: int, *, name: str = "", finding: str = "", undo: bool = False
) -> Progress:
    """Keep that a step is done, and what was found; or with *undo* that it is not.

    Args:
        number: of the step, from 1.
        name: of the playbook; may be left out where one suits the ticket.

    Raises:
        NotFound: no such playbook; BadArgument: no such step, or several playbooks suit.
    """
    view = desk.ticket(ref)
    book = _chosen(desk, view, name)
    if not 1 <= number <= len(book.steps):
        raise BadArgument(f"playbook {book.name!r} has steps 1 to {len(book.steps)}")
    ticket_id, step = view.row.id, book.steps[number - 1].text
    what, who, data = "step_undone" if undo else "step", me(desk), {"step": f"{book.name} {number}"}
    with desk.store.together():
        if undo:
            desk.store.todos.unmark(ticket_id, book.name, step)
        else:
            done = StepDone(step=step, at=desk.now(), who=who, finding=finding.strip())
            desk.store.todos.mark(ticket_id, book.name, done)
        desk.store.local.add(ticket_id, what, who, desk.now(), why=finding.strip(), data=data)
    steps = desk.store.todos.beside(ticket_id).steps.get(book.name, ())
    return Progress(playbook=book, done={each.step: each for each in steps})


def _chosen(desk: Desk, view: TicketView, name: str) -> Playbook:
    if name:
        return playbook_of(desk, name)
    books = playbooks_of(desk)
    suited = [each.playbook for each in progress_of(desk, view)]
    if len(suited) == 1:
        return suited[0]
    names = ", ".join(book.name for book in suited or books.values())
    how = "several playbooks suit" if suited else "no playbook suits"
    raise BadArgument(f"{view.row.id}: {how}; add --name, one of {names}")


@functools.lru_cache(maxsize=8)
def _playbooks(path: Path, text: str) -> dict[str, Playbook]:
    shipped = files(__package__).joinpath(NAME).read_text("utf-8")
    found = {book.name: book for book in _read(Path(NAME), shipped)}
    found |= {book.name: book for book in _read(path, text)}
    return {name: book for name, book in found.items() if not book.off}


def _read(path: Path, text: str) -> Iterator[Playbook]:
    for name, table in document_of(path, text).items():
        try:
            if not isinstance(table, dict) or "name" in table:
                raise msgspec.ValidationError("expected a table [name] without a name in it")
            book = msgspec.convert({**table, "name": name}, Playbook)
            if not book.off and not book.steps:
                raise msgspec.ValidationError(f"has no steps: add [[{name}.steps]]")
            texts = [step.text for step in book.steps]
            if len(set(texts)) != len(texts):
                raise msgspec.ValidationError("two steps with the same text - at `$.steps`")
        except msgspec.ValidationError as error:
            where = _where(text, name, error)
            raise ConfigError(f"{path}: {where}: [{name}] {told(error)}") from None
        yield book


def _where(text: str, name: str, error: msgspec.ValidationError) -> str:
    step = re.search(r"`\$\.steps\[(\d+)\](?:\.(\w+))?", str(error))
    if step is None:
        return spot(text, table=name, key=failed_key(error)[0])
    strange = re.search(r"unknown field `(\w+)`", str(error))
    key = step[2] or (strange[1] if strange else "")
    return spot(text, table=f"{name}.steps", key=key, nth=int(step[1]))
