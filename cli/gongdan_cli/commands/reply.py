"""`gongdan reply`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import office
from ..options import config_option, json_option

if TYPE_CHECKING:
    from gongdan.desk import Desk

    from gongdan.views import Draft, OutboxRow

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("reply")
@click.argument("ticket")
@click.argument("text", required=False)
@click.option("-f", "--file", type=_FILE, help="Read the text from a UTF-8 file.")
@click.option("--picture", multiple=True, type=_FILE, help="Attach a picture; repeatable.")
@click.option("--now", is_flag=True, help="Skip the undo time.")
@click.option("--dry-run", is_flag=True, help="Check, and show the requests; store nothing.")
@json_option
@config_option
def command(
    ticket: str,
    text: str | None,
    file: Path | None,
    picture: tuple[Path, ...],
    now: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Queue a reply; the next push or sync sends it, once.

    TICKET is any unique ending of its id. TEXT may be `-` for standard input. Until the undo time
    is over, `gongdan cancel` takes it back. A platform takes no reply back: this is the last look.

    \b
    Example:
      gongdan reply 884357 "您好，已为您补发，单号 SF1234567890。"
      gongdan reply 884357 --file answer.txt --picture parcel.jpg
      echo "您好，已核实。" | gongdan reply 884357 - --now
      gongdan reply 884357 "您好" --dry-run
    """
    from gongdan.views import Draft

    files = tuple((path.name, path.read_bytes()) for path in picture)
    draft = Draft(ticket=ticket, text=_text(text, file), files=files)
    with office.open_desk() as desk:
        if dry_run:
            _rehearse(desk, draft, now)
        else:
            _print(desk, desk.draft(draft, now=now), as_json)


def _text(text: str | None, file: Path | None) -> str:
    """Return the text from the one place where it was given."""
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
    if not found:
        raise click.UsageError("the text is empty")
    return found


def _rehearse(desk: Desk, draft: Draft, now: bool) -> None:
    from .. import output
    from ..clean import clean
    from ..words import words

    desk.draft(draft, now=now, dry_run=True)
    output.tell(words()("reply.dry"))
    for line in desk.preview(draft):
        output.say(clean(line))


def _print(desk: Desk, rows: Sequence[OutboxRow], as_json: bool) -> None:
    from .. import output
    from ..sending import queued
    from ..words import words

    if as_json:
        output.print_json(*rows)
    else:
        output.say(queued(rows, desk.now(), words()))
