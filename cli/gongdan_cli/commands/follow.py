"""`gongdan follow`."""

from __future__ import annotations

from datetime import datetime

import click

from .. import office
from ..options import When, config_option, json_option


@click.command("follow")
@click.argument("ticket")
@click.option("--at", type=When(ahead=True), help="When: a time, or 3d from now.")
@click.option("--done", is_flag=True, help="It was followed up, or need not be.")
@click.option("--why", default="", help="What is to be looked at then.")
@json_option
@config_option
def command(ticket: str, at: datetime | None, done: bool, why: str, as_json: bool) -> None:
    """Let a ticket come up again at a time, on top of the queue.

    The ticket may be closed or open, and plugins are told. For what is promised, or to ask a buyer
    again whether all is well. It stays on top until `--done`, or another `--at`.

    \b
    Example:
      gongdan follow 884357 --at 3d --why "确认收到补发"
      gongdan follow 884357 --done
    """
    from gongdan.people.todos import Todos

    from .. import output
    from ..people import act_line
    from ..screens.clean import clean
    from ..words.table import words

    if done == (at is not None):
        raise click.UsageError("say when with --at, or that it is over with --done")
    with office.open_desk() as desk:
        acted = Todos(desk).follow(ticket, at, why)
    if as_json:
        output.print_json(acted)
    else:
        output.say(f"{clean(acted.ticket)}  {act_line(acted.act, words())}")
