"""`gongdan release`."""

from __future__ import annotations

import click

from ..options import config_option, json_option
from ..people import do, dry_option


@click.command("release")
@click.argument("ticket")
@click.option("--take", is_flag=True, help="Though it is somebody else's.")
@dry_option
@json_option
@config_option
def command(ticket: str, take: bool, dry_run: bool, as_json: bool) -> None:
    """Give a ticket back that you claimed or were assigned.

    \b
    Example:
      gongdan release 884357
    """
    do(lambda acts: acts.release(ticket, take=take), dry_run=dry_run, as_json=as_json)
