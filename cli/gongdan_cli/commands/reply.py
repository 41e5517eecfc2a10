"""`gongdan reply`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ..acting import FILE, picture_option, queue_options, read_fields
from ..options import Start


@click.command("reply")
@click.argument("words", nargs=-1, required=True, metavar="TICKET... [TEXT]")
@click.option("-f", "--file", type=FILE, help="Read the text from a UTF-8 file.")
@click.option("-t", "--template", default="", metavar="NAME", help="Say what a template says.")
@click.option(
    "--set", "given", multiple=True, metavar="SLOT=VALUE", help="Fill a slot of it; repeatable."
)
@click.option(
    "--promise", type=Start(ahead=True), help="A word by then: 18:00, 2h; a clock of its own."
)
@click.option("--expected", type=Start(ahead=True), help="Done by then: 2026-11-23T18:00, 3d.")
@picture_option
@queue_options
@click.pass_context
def command(
    ctx: click.Context,
    words: tuple[str, ...],
    file: Path | None,
    template: str,
    given: tuple[str, ...],
    promise: datetime | None,
    expected: datetime | None,
    picture: tuple[tuple[str, bytes], ...],
    now: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Queue a reply; the next push or sync sends it, once.

    TICKET is any unique ending of its id. TEXT may be `-` for standard input. Until the undo time
    is over, `gongdan cancel` takes it back. A platform takes no reply back: this is the last look.
    What may be wrong with the words is said on standard error, and stops nothing.

    Several tickets get the same answer, each checked by itself and with a line of its own; one that
    is refused stops no other, and the command ends with 1.

    \b
    Example:
      gongdan reply 884357 "您好，已为您补发，单号 SF1234567890。"
      gongdan reply 884357 --file answer.txt --picture parcel.jpg
      echo "您好，已核实。" | gongdan reply 884357 - --now
      gongdan reply 884357 884358 --template urge-4-sent --set courier=顺丰 --set tracking_no=SF1
      gongdan reply 884357 --template promise --promise 18:00
      gongdan reply 884357 "您好" --dry-run
    """
    from ..replying import Answer, addressed, send

    tickets, text = addressed(words, file, template)
    slots = read_fields(given, "--set")
    answer = Answer(
        text=text, template=template, slots=slots, files=picture,
        promised=promise, expected=expected,
    )  # fmt: skip
    if not send(tickets, answer, now=now, dry_run=dry_run, as_json=as_json):
        ctx.exit(1)
