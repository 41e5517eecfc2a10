"""`gongdan reply`."""

from __future__ import annotations

from pathlib import Path

import click

from ..acting import act, picture_option, queue_options, read_text, text_options


@click.command("reply")
@click.argument("ticket")
@text_options
@picture_option
@queue_options
def command(
    ticket: str,
    text: str | None,
    file: Path | None,
    picture: tuple[tuple[str, bytes], ...],
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

    draft = Draft(ticket=ticket, text=read_text(text, file), files=picture)
    act(draft, now=now, dry_run=dry_run, as_json=as_json)
