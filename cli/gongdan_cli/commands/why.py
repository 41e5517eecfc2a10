"""`gongdan why`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option


@click.command("why")
@click.argument("ticket")
@json_option
@config_option
def command(ticket: str, as_json: bool) -> None:
    """Explain a ticket: its deadlines, what it is about, its values.

    Each clock tells how it stands, who says when it is due, the rule and where that is written,
    what the platform's deadline and the computed one differ by, and the arithmetic.

    \b
    Example:
      gongdan why 884357
      gongdan why main/service/10884357 --json
    """
    from .. import output
    from ..screens.reasons import clock_facts, origins_facts, render_why
    from ..words.table import words

    said = words()
    with office.open_desk() as desk:
        view, now = desk.why(ticket, said.lang), desk.now()
    if as_json:
        clocks = [clock_facts(clock, said) for clock in view.clocks]
        origins = origins_facts(view.origins)
        output.print_json(
            {"ticket": view.ticket.row, "clocks": clocks, "classed": view.classed,
             "raised": view.raised, "origins": origins}
        )  # fmt: skip
    else:
        output.say(render_why(view, now, output.width(), said, output.colour()))
