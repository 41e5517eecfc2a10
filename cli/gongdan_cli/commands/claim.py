"""`gongdan claim`."""

from __future__ import annotations

import click

from ..options import config_option, json_option
from ..people import do, dry_option


@click.command("claim")
@click.argument("ticket")
@click.option("--take", is_flag=True, help="Though it is somebody else's.")
@dry_option
@json_option
@config_option
def command(ticket: str, take: bool, dry_run: bool, as_json: bool) -> None:
    """Take a ticket, so that nobody else answers it meanwhile.

    It is free again when its holder has done nothing with it for 30 minutes. Who you are:
    $GONGDAN_USER, else the name of your account.

    \b
    Example:
      gongdan claim 884357
    """
    do(lambda acts: acts.claim(ticket, take=take), dry_run=dry_run, as_json=as_json)
