"""`gongdan finish`."""

from __future__ import annotations

import click

from ..acting import read_fields
from ..options import config_option, json_option
from ..people import do, dry_option


@click.command("finish")
@click.argument("ticket")
@click.option("--outcome", required=True, type=click.Choice(["resolved", "unresolved"]))
@click.option("--reason", default="", help="Why it is not resolved, truly; unresolved needs it.")
@click.option("--cause", default="", help="The root cause, for the statistics.")
@click.option(
    "--field", "fields", multiple=True, metavar="NAME=VALUE", help="What the platform wants beside."
)
@dry_option
@json_option
@config_option
def command(
    ticket: str,
    outcome: str,
    reason: str,
    cause: str,
    fields: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Note how a ticket ended, on the platform too where that takes it.

    Plugins hear of it as the event `done`.

    \b
    Example:
      gongdan finish 884357 --outcome resolved --cause 仓库漏发
      gongdan finish 884357 --outcome unresolved --reason "买家三次未接电话"
    """
    do(
        lambda acts: acts.finish(
            ticket, outcome, reason=reason, cause=cause, fields=read_fields(fields)
        ),
        dry_run=dry_run, as_json=as_json,
    )  # fmt: skip
