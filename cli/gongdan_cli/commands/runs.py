"""`gongdan runs`."""

from __future__ import annotations

import click

from .. import office
from ..options import Number, config_option, json_option, shops_option


@click.command("runs")
@shops_option
@click.option("-n", "--limit", default=20, show_default=True, type=Number())
@json_option
@config_option
def command(shop: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Show the ledger of syncs, newest first.

    \b
    Example:
      gongdan runs
      gongdan runs --shop main -n 100 --json
    """
    from .. import output
    from ..screens.tables import runs_table
    from ..words.table import words

    with office.open_desk() as desk:
        desk.chosen(shop)
        found = [row for alias in shop or ("",) for row in desk.runs(shop=alias, limit=limit)]
    rows = sorted(found, key=lambda row: row.id, reverse=True)[:limit]
    if output.wants_lines(as_json):
        output.print_json(*rows)
    else:
        output.say(runs_table(rows, output.width(), words(), output.colour()))
