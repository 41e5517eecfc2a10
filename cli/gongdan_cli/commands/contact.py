"""`gongdan contact`."""

from __future__ import annotations

from datetime import datetime

import click

from ..options import When, config_option, json_option
from ..people import do, dry_option


@click.command("contact")
@click.argument("ticket")
@click.option("--by", required=True, type=click.Choice(["wangwang", "sms", "phone"]), help="How.")
@click.option(
    "--result", required=True, type=click.Choice(["reached", "unreached"]), help="Whether."
)
@click.option("--at", type=When(), help="When it was, 20m ago or a time.  [default: now]")
@click.option("--note", default="", help="What was said.")
@dry_option
@json_option
@config_option
def command(
    ticket: str, by: str, result: str, at: datetime | None, note: str, dry_run: bool, as_json: bool
) -> None:
    """Note that the buyer was contacted, how, and whether reached.

    Where a platform wants the buyer contacted before it is answered, an answer is refused until
    that is noted. Nothing is sent.

    \b
    Example:
      gongdan contact 884357 --by phone --result unreached --at 20m
    """
    do(
        lambda acts: acts.contact(ticket, by, result, note=note, at=at),
        dry_run=dry_run, as_json=as_json,
    )  # fmt: skip
