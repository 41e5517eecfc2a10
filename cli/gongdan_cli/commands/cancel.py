"""`gongdan cancel`."""

from __future__ import annotations

import click

from .. import office
from ..options import Number, config_option, json_option


@click.command("cancel")
@click.argument("number", type=Number())
@json_option
@config_option
def command(number: int, as_json: bool) -> None:
    """Take back what is queued and was not sent yet.

    NUMBER is the one that `gongdan reply` and `gongdan outbox` show.

    \b
    Example:
      gongdan cancel 12
    """
    from .. import output
    from ..words.table import words

    with office.open_desk() as desk:
        row = desk.cancel(number)
    if as_json:
        output.print_json(row)
    else:
        output.say(words()("outbox.cancelled", id=row.id))
