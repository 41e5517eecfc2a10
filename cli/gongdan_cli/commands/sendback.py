"""`gongdan sendback`."""

from __future__ import annotations

from pathlib import Path

import click

from ..acting import queue_options, text_options


@click.command("sendback")
@click.argument("ticket")
@text_options
@queue_options
def command(
    ticket: str, text: str | None, file: Path | None, now: bool, dry_run: bool, as_json: bool
) -> None:
    """Queue a ticket's being sent back (打回): it cannot be understood.

    Without TEXT it says what the platform's rules say: the template `send-back`. It may come back
    as a new round.

    \b
    Example:
      gongdan sendback 884357
      gongdan sendback 884357 "您好，订单号有误，请核实后重新提交。" --dry-run
    """
    from ..people import send_back

    send_back(ticket, text, file, now=now, dry_run=dry_run, as_json=as_json)
