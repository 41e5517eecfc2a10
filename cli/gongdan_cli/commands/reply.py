"""`gongdan reply`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ..acting import FILE, picture_option, queue_options, read_fields
from ..options import When
from ..selecting import Pick, pick_options


@click.command("reply")
@pick_options("TICKET... [TEXT]")
@click.option("-f", "--file", type=FILE, help="Read the text from a UTF-8 file.")
@click.option("-t", "--template", default="", metavar="NAME", help="Say what a template says.")
@click.option(
    "--set", "given", multiple=True, metavar="SLOT=VALUE", help="Fill a slot of it; repeatable."
)
@click.option(
    "--promise", type=When(ahead=True), help="A word by then: 18:00, 2h; a clock of its own."
)
@click.option("--expected", type=When(ahead=True), help="Done by then: 2026-11-23T18:00, 3d.")
@click.option(
    "--print", "to_print", is_flag=True, help="Check and print it, to be given by hand there."
)
@click.option("--copy", "to_copy", is_flag=True, help="As --print, and into the clipboard.")
@click.option("--by-hand", is_flag=True, help="It was given by hand already: only keep it.")
@picture_option
@queue_options
@click.pass_context
def command(
    ctx: click.Context,
    pick: Pick,
    file: Path | None,
    template: str,
    given: tuple[str, ...],
    promise: datetime | None,
    expected: datetime | None,
    to_print: bool,
    to_copy: bool,
    by_hand: bool,
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
    is refused stops no other, and the command ends with 1. What --from-queue or --view selects must
    be of one kind.

    Where the platform takes no answer from a program, `--print` checks the words and prints them to
    be given on its own page, and `--copy` puts them into the clipboard as well, nothing else beside
    them; `gongdan settle N by-hand` then says that they were given. `--by-hand` does both
    afterwards.

    \b
    Example:
      gongdan reply 884357 "您好，已为您补发，单号 SF1234567890。"
      gongdan reply 884357 --file answer.txt --picture parcel.jpg
      echo "您好，已核实。" | gongdan reply 884357 - --now
      gongdan reply 884357 884358 --template urge-4-sent --set courier=顺丰 --set tracking_no=SF1
      gongdan reply 884357 --template promise --promise 18:00
      gongdan reply --from-queue '--lane late --stream service 破损' --template promise --promise 2h
      gongdan reply 884357 "您好" --dry-run
      gongdan reply 5001 --template promise --promise 18:00 --copy
    """
    from ..replying import Answer, addressed, give_by_hand, send

    tickets, text = addressed(pick, file, template)
    slots = read_fields(given, "--set")
    answer = Answer(
        text=text, template=template, slots=slots, files=picture,
        promised=promise, expected=expected,
    )  # fmt: skip
    hand = "print" if to_print or to_copy else "record" if by_hand else ""
    if hand and (picture or dry_run or (hand == "print" and by_hand)):
        raise click.UsageError("--print or --by-hand: one of them, and no picture or --dry-run")
    if to_copy and len(set(tickets)) > 1:
        raise click.UsageError("--copy takes one ticket: a clipboard holds one text")
    if hand:
        if not give_by_hand(tickets, answer, hand, to_copy=to_copy, as_json=as_json):
            ctx.exit(1)
        return
    if not send(tickets, answer, now=now, dry_run=dry_run, as_json=as_json):
        ctx.exit(1)
