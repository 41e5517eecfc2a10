"""`gongdan settle`."""

from __future__ import annotations

import click

from .. import office
from ..options import Number, config_option, json_option

ANSWERS = ("this-one", "send-again", "drop", "by-hand")


@click.command("settle")
@click.argument("number", type=Number())
@click.argument("answer", type=click.Choice(ANSWERS), required=False)
@click.option(
    "--key", default="", help="Of this-one: which message; without ANSWER they are listed."
)
@click.option("--sure", is_flag=True, help="Send again though the first may still arrive.")
@json_option
@config_option
def command(number: int, answer: str | None, key: str, sure: bool, as_json: bool) -> None:
    """Decide of an action whose fate the machine cannot know.

    \b
    this-one    the message on the platform is this action
    send-again  it is not there: send it once more
    drop        forget it
    by-hand     it was answered outside gongdan

    NUMBER is the one that `gongdan outbox` shows. Without ANSWER the messages that may be it are
    listed, with our text and the answers that are left.

    \b
    Example:
      gongdan settle 12
      gongdan settle 12 this-one
    """
    from gongdan.sending.decide import Decide

    from .. import output
    from ..screens.deciding import candidates
    from ..words.table import words

    with office.open_desk() as desk:
        if answer is None:
            decide = Decide(desk.store, desk.now())
            row, found = desk.store.outbox.row(number), decide.candidates(number)
            output.say(candidates(row, found, decide.answers(number), words()))
            return
        row = desk.settle(number, answer, key=key, sure=sure)
    if output.wants_lines(as_json):
        output.print_json(row)
    else:
        said = words()
        output.say(f"#{row.id} {row.ticket}: {said.value('state', row.state)}")
