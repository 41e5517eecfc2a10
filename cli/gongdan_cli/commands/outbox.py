"""`gongdan outbox`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option


@click.command("outbox")
@click.option("--all", "everything", is_flag=True, help="Finished ones too.")
@json_option
@config_option
def command(everything: bool, as_json: bool) -> None:
    """Show what is to be sent, and what waits for a person and why.

    On top what has an unknown fate: it may have arrived or not, and is looked up on the platform.
    Where somebody else wrote instead of us, both texts are shown.

    \b
    Example:
      gongdan outbox
      gongdan outbox --all --json
    """
    from .. import output
    from ..screens.tables import outbox_table
    from ..words.table import words

    with office.open_desk() as desk:
        rows, now = desk.outbox(all=everything), desk.now()
    if output.wants_lines(as_json):
        output.print_json(*rows)
    else:
        output.say(outbox_table(rows, now, output.width(), words(), output.colour()))
