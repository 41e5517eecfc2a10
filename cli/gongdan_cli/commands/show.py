"""`gongdan show`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option


@click.command("show")
@click.argument("ticket")
@json_option
@config_option
def command(ticket: str, as_json: bool) -> None:
    """Show one ticket: facts, deadline, thread, and what we did.

    TICKET is any ending of its id that no other ticket has.

    \b
    Example:
      gongdan show main/service/10884357
      gongdan show 884357 --json
    """
    from gongdan.errors import ConfigError
    from gongdan.ordering import with_orders
    from gongdan.people.playbooks import progress_of
    from gongdan.pictures.fetching import with_pictures

    from .. import output
    from ..screens.case import render_case
    from ..words.table import words

    with office.open_desk() as desk:
        view, now = with_orders(desk, desk.ticket(ticket, words().lang)), desk.now()
        view = with_pictures(desk, view)
        try:
            playbooks = progress_of(desk, view)
        except ConfigError as error:  # a mistake in playbooks.toml hides no ticket
            output.tell(words().error(str(error)))
            playbooks = []
    if as_json:
        output.print_json(view)
    else:
        output.say(render_case(view, now, output.width(), words(), output.colour(), playbooks))
