"""`gongdan assign`."""

from __future__ import annotations

import click

from ..options import config_option, json_option
from ..people import do, dry_option


@click.command("assign")
@click.argument("ticket")
@click.argument("name")
@dry_option
@json_option
@config_option
def command(ticket: str, name: str, dry_run: bool, as_json: bool) -> None:
    """Make a ticket somebody's, until somebody says otherwise. The queue shows it as its holder.

    \b
    Example:
      gongdan assign 884357 小李
    """
    do(lambda acts: acts.assign(ticket, name), dry_run=dry_run, as_json=as_json)
