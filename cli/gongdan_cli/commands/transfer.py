"""`gongdan transfer`."""

from __future__ import annotations

import click

from ..options import config_option, json_option
from ..people import do, dry_option


@click.command("transfer")
@click.argument("ticket")
@click.option("--to", required=True, metavar="NAME", help="Who is to go on with it.")
@click.option("--reason", required=True, help="Why; it stands in the history.")
@dry_option
@json_option
@config_option
def command(ticket: str, to: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Hand a ticket over to a colleague, with the reason. The deadline stays as it is.

    It is handed over on the platform too where that takes transfers.

    \b
    Example:
      gongdan transfer 884357 --to 小李 --reason "要仓库核实库存"
    """
    do(lambda acts: acts.transfer(ticket, to, reason), dry_run=dry_run, as_json=as_json, to=to)
