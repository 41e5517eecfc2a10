"""What the commands that queue an action share: text, pictures, fields, and what is said then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from . import office
from .options import config_option, json_option

if TYPE_CHECKING:
    from gongdan.desk import Desk
    from gongdan.views import Draft, OutboxRow

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Picture(click.ParamType[tuple[str, bytes]]):
    """A picture: a file here, or the address of one on the web where the platform fetches it."""

    name = "file or address"

    def convert(
        self,
        value: str | tuple[str, bytes],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, bytes]:
        """Return (name, bytes); of an address itself and no bytes."""
        if isinstance(value, tuple):
            return value
        if value.startswith(("https://", "http://")):
            return value, b""
        path = Path(str(FILE.convert(value, param, ctx)))
        return path.name, path.read_bytes()


def text_options(command: F) -> F:
    """Add TEXT, `--file`."""
    command = click.option("-f", "--file", type=FILE, help="Read the text from a UTF-8 file.")(
        command
    )
    return click.argument("text", required=False)(command)


def picture_option(command: F) -> F:
    """Add `--picture`."""
    told = "Attach a picture: a file, or https://… where the platform wants an address; repeatable."
    return click.option("--picture", multiple=True, type=Picture(), help=told)(command)


def queue_options(command: F) -> F:
    """Add `--now`, `--dry-run`, `--json`, `--config`."""
    dry = "Check, and show the requests; store nothing."
    command = click.option("--dry-run", is_flag=True, help=dry)(command)
    command = click.option("--now", is_flag=True, help="Skip the undo time.")(command)
    return json_option(config_option(command))


def money_options(command: F) -> F:
    """Add `--field` and `--yes`."""
    told = "What the platform wants beside, such as address_id=123; repeatable."
    command = click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help=told)(
        command
    )
    return click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")(command)


def read_fields(given: Sequence[str], option: str = "--field") -> Mapping[str, str]:
    """Return `NAME=VALUE` of an option as a mapping."""
    found = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{option} {word}: write it as NAME=VALUE")
        found[name.strip()] = value.strip()
    return found


def read_text(text: str | None, file: Path | None, *, needed: bool = True) -> str:
    """Return the text from the one place where it was given."""
    if not needed and text is None and file is None:
        return ""
    if (text is None) == (file is None):
        raise click.UsageError("give the text as an argument, as `-`, or with --file: one of them")
    try:
        if file is not None:
            text = file.read_bytes().decode("utf-8-sig")
        elif text == "-":
            text = sys.stdin.buffer.read().decode("utf-8-sig")
        found = (text or "").encode().decode().strip()
    except UnicodeError:
        raise click.UsageError("the text is not UTF-8") from None
    if not found and needed:
        raise click.UsageError("the text is empty")
    return found


def act(draft: Draft, *, now: bool, dry_run: bool, as_json: bool) -> None:
    """Queue a draft, or with *dry_run* show what it would request, and say so."""
    with office.open_desk() as desk:
        if dry_run:
            _rehearse(desk, draft, now)
        else:
            _print(desk, desk.draft(draft, now=now), as_json)


def act_with_money(draft: Draft, *, now: bool, dry_run: bool, as_json: bool, yes: bool) -> None:
    """Queue a draft that moves money, once a person has seen the case and said that it is meant.

    Without a terminal `--yes` says it.
    """
    from . import output
    from .screens.case import state_line
    from .screens.clean import clean
    from .words.table import words

    said = words()
    with office.open_desk() as desk:
        desk.draft(draft, now=now, dry_run=True)  # what is refused anyway is not asked about
        view = desk.ticket(draft.ticket, said.lang)
        requests = desk.preview(draft)
    row = view.row
    amount = "" if row.amount_fen is None else f"¥{row.amount_fen / 100:,.2f}"
    lines = [
        f"{row.id}  {state_line(view, said)}",
        "  ".join(part for part in (clean(row.title), clean(row.product), amount) if part),
        *(() if dry_run else (clean(line) for line in requests)),
    ]
    for line in lines:
        output.tell(line)
    if not dry_run and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("this moves money: on no terminal say --yes")
        name = said.value("action", draft.kind)
        click.confirm(said("money.sure", name=name, id=row.id), abort=True, err=True)
    act(draft, now=now, dry_run=dry_run, as_json=as_json)


def _rehearse(desk: Desk, draft: Draft, now: bool) -> None:
    from . import output
    from .screens.clean import clean
    from .words.table import words

    desk.draft(draft, now=now, dry_run=True)
    requests = desk.preview(draft)
    output.tell(words()("reply.dry"))
    for line in requests:
        output.say(clean(line))


def _print(desk: Desk, rows: Sequence[OutboxRow], as_json: bool) -> None:
    from . import output
    from .sending import queued
    from .words.table import words

    if as_json:
        output.print_json(*rows)
    else:
        output.say(queued(rows, desk.now(), words()))
