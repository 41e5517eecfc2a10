"""`gongdan playbook`."""

from __future__ import annotations

import click

from .. import office
from ..options import Number, config_option, json_option


@click.command("playbook")
@click.argument("ticket", required=False, default="")
@click.option("--done", type=Number(), metavar="N", help="Step N is done.")
@click.option("--undo", type=Number(), metavar="N", help="Step N is not done after all.")
@click.option("--finding", default="", help="With --done: what was found; it chooses the words.")
@click.option("--name", default="", help="Which playbook, where several are for the ticket.")
@json_option
@config_option
def command(
    ticket: str, done: int | None, undo: int | None, finding: str, name: str, as_json: bool
) -> None:
    """Show the steps for a ticket, and what is done of them.

    Without TICKET every playbook there is. Steps may be left out or done in any order.
    playbooks.toml, beside gongdan.toml, adds playbooks and stands in the place of those that ship.

    \b
    Example:
      gongdan playbook 884357
      gongdan playbook 884357 --done 3 --finding 缺货
    """
    from gongdan.people.playbooks import Progress, mark, playbook_of, playbooks_of, progress_of

    from .. import output
    from ..screens.playbook_lines import playbook_lines
    from ..words.table import words

    if ((done or undo) and not ticket) or (done and undo):
        raise click.UsageError("--done N or --undo N goes with a TICKET, one at a time")
    with office.open_desk() as desk:
        if name:
            playbook_of(desk, name)
        if done or undo:
            found = [mark(desk, ticket, done or undo or 0, name=name, finding=finding,
                          undo=undo is not None)]  # fmt: skip
        elif ticket:
            found = progress_of(desk, desk.ticket(ticket))
        else:
            found = [Progress(playbook=book) for book in playbooks_of(desk).values()]
    found = [each for each in found if name in ("", each.playbook.name)]
    if output.wants_lines(as_json):
        output.print_json(*found)
        return
    for progress in found:
        output.say("\n".join(playbook_lines(progress, output.width(), words())))
    if not found:
        output.say(words()("playbook.none"))
