"""What `reply` does: one text, or one template, to one ticket or to many."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from . import office
from .acting import read_text
from .selecting import Pick, of_one_kind

if TYPE_CHECKING:
    from gongdan.desk import Desk
    from gongdan.views import Draft, OutboxRow
    from gongdan.writing.lint import Warned

# A forgotten text must not send one ticket's number to another ticket's buyer.
_TICKET = re.compile(r"(?:[\w-]+/[\w-]+/)?\d{4,}|[a-z0-9_-]+/[a-z0-9_-]+/\S+")


class Answer(Struct, frozen=True, kw_only=True):
    """What is to be said, before it is known to whom: a text, or a template and its slots."""

    text: str = ""
    template: str = ""
    slots: Mapping[str, str] = {}
    files: tuple[tuple[str, bytes], ...] = ()
    promised: datetime | None = None
    expected: datetime | None = None


class Refusal(Struct, frozen=True):
    """A ticket of several for which nothing was queued, and why."""

    ticket: str
    error: str


def addressed(pick: Pick, file: Path | None, template: str) -> tuple[tuple[str, ...], str]:
    """Return the tickets and the text that the arguments of `reply` name.

    Raises:
        UsageError: there is no ticket, or no text, or more than one.
        Refused: a selection holds tickets of several kinds.
    """
    words = pick.words
    if pick.selection is not None:
        said = "" if template and not words else read_text(" ".join(words) or None, file)
        return of_one_kind(pick), said
    if not words:
        raise click.UsageError("name tickets, or select them with --from-queue or --view")
    if template:
        if file is not None:
            raise click.UsageError("give --template or --file: one of them")
        return tuple(words), ""
    if file is not None or len(words) == 1:
        ticket, *text = words
        return (ticket,), read_text(" ".join(text) if text else None, file)
    if _TICKET.fullmatch(words[-1]):
        raise click.UsageError(f"{words[-1]} is a ticket; what is to be said? TEXT, or --template")
    return tuple(words[:-1]), read_text(words[-1], None)


def send(
    tickets: Sequence[str], answer: Answer, *, now: bool, dry_run: bool, as_json: bool
) -> bool:
    """Queue an answer for every ticket, each checked by itself; return whether all went well.

    One ticket's error is the command's; of several each has its line, and stops no other.
    """
    from . import output
    from .words.table import words

    def queue(draft: Draft) -> list[OutboxRow] | list[str]:
        rows = desk.draft(draft, now=now, dry_run=dry_run)
        return desk.preview(draft) if dry_run else rows

    refused = False
    with office.open_desk() as desk:
        heading = words()("reply.dry") if dry_run else ""
        for ticket in dict.fromkeys(tickets):
            alone = len(tickets) == 1
            found = _one(desk, ticket, answer, queue, alone=alone)
            refused = refused or isinstance(found, Refusal)
            if heading and not isinstance(found, Refusal):
                output.tell(heading)
                heading = ""
            _print(desk, ticket, found, as_json=as_json, alone=alone)
    return not refused


def give_by_hand(
    tickets: Sequence[str], answer: Answer, hand: str, *, as_json: bool, to_copy: bool = False
) -> bool:
    """Keep an answer for every ticket that is given by hand, or was; return whether all went well.

    Args:
        hand: "print": check it, and print what is to be given; "record": it was given.
        to_copy: put it into the clipboard too; without one that has not gone well.
    """
    from gongdan.people.byhand import prepare, record

    from . import output
    from .clipboard import copy
    from .screens.clean import clean
    from .words.table import words

    def keep(draft: Draft) -> list[OutboxRow]:
        return [prepare(desk, draft) if hand == "print" else record(desk, draft)]

    refused = False
    with office.open_desk() as desk:
        for ticket in dict.fromkeys(tickets):
            found = _one(desk, ticket, answer, keep, alone=len(tickets) == 1)
            refused = refused or isinstance(found, Refusal)
            if isinstance(found, Refusal) or as_json:
                _print(desk, ticket, found, as_json=as_json, alone=False)
            rows = () if isinstance(found, Refusal) else found
            for row in (row for row in rows if not isinstance(row, str)):
                if not as_json:
                    output.tell(words()(f"byhand.{hand}", id=row.id, ticket=row.ticket))
                if hand == "print" and not as_json:
                    output.say(clean(row.text, lines=True))
                if to_copy:
                    way = copy(row.text)
                    output.tell(words()(f"copy.{way or 'none'}"))
                    refused = refused or not way
    return not refused


def _one(
    desk: Desk, ticket: str, answer: Answer,
    keep: Callable[[Draft], list[OutboxRow] | list[str]], *, alone: bool,
) -> list[OutboxRow] | list[str] | Refusal:  # fmt: skip
    """Return the rows that were queued, the requests of a rehearsal, or why it was refused."""
    from gongdan.errors import BadArgument, ConfigError, GongdanError, StoreError
    from gongdan.people.acts import check_promise
    from gongdan.writing.vetting import warnings

    from . import output

    try:
        for moment in (answer.promised, answer.expected):
            if moment is not None:
                check_promise(desk, moment)
        draft, fixed = _drafted(desk, ticket, answer)
        for warned in warnings(desk, ticket, draft.text, fixed=fixed):
            output.tell(warning_line(ticket, warned))
        kept = keep(draft)
        if rows := [row for row in kept if not isinstance(row, str)]:
            _keep_promises(desk, ticket, answer, rows)
        return kept
    except (StoreError, ConfigError, BadArgument):
        raise
    except GongdanError as error:
        if alone:
            raise
        return Refusal(ticket, str(error))


def _keep_promises(desk: Desk, ticket: str, answer: Answer, rows: Sequence[OutboxRow]) -> None:
    from gongdan.people.acts import Acts

    for kind, moment in (("promise", answer.promised), ("expected", answer.expected)):
        if moment is not None:
            Acts(desk).promise(ticket, moment, kind=kind, rows=rows)


def _drafted(desk: Desk, ticket: str, answer: Answer) -> tuple[Draft, bool]:
    """Return what is to be queued for a ticket, and whether its words are a platform's own."""
    from gongdan.views import Draft
    from gongdan.writing.filling import filled, templates_of

    if not answer.template:
        return Draft(ticket=ticket, text=answer.text, files=answer.files), False
    text = filled(
        desk, ticket, answer.template, answer.slots,
        promised=answer.promised, expected=answer.expected,
    )  # fmt: skip
    fixed = templates_of(desk).named(answer.template).fixed
    return Draft(ticket=ticket, text=text, files=answer.files), fixed


def warning_line(ticket: str, warned: Warned) -> str:
    from .words.table import words

    said = words()
    told = said.value("lint", warned.code)
    if warned.found:
        told = said("show.fact", name=told, value=warned.found)
    return said("show.fact", name=ticket, value=told)


def _print(
    desk: Desk, ticket: str, found: list[OutboxRow] | list[str] | Refusal, *,
    as_json: bool, alone: bool,
) -> None:  # fmt: skip
    from . import output
    from .screens.clean import clean
    from .sending import queued
    from .words.table import words

    if isinstance(found, Refusal):
        if as_json:
            output.print_json(found)
        else:
            output.say(words()("bulk.refused", ticket=ticket, error=words().error(found.error)))
        return
    rows = [row for row in found if not isinstance(row, str)]
    lead = "" if alone else f"{clean(ticket)}: "
    if rows and as_json:
        output.print_json(*rows)
    elif rows:
        output.say(lead + queued(rows, desk.now(), words()))
    for line in (line for line in found if isinstance(line, str)):
        output.say(lead + clean(line))
