"""`gongdan approve`."""

from __future__ import annotations

import click

from .. import office
from ..options import Number, config_option, json_option


@click.command("approve")
@click.argument("number", type=Number())
@click.argument("text", required=False, default="")
@click.option("--now", is_flag=True, help="Skip the undo time.")
@click.option("--dry-run", is_flag=True, help="Show the words and the warnings; store nothing.")
@json_option
@config_option
def command(number: int, text: str, now: bool, dry_run: bool, as_json: bool) -> None:
    """Queue a draft that was proposed, in its words or in yours. Nothing is sent without this.

    `gongdan outbox` lists the drafts; `gongdan cancel NUMBER` discards one. What a draft promises
    becomes a promise when it is approved in its own words. The table [drafts] of gongdan.toml says
    what is proposed.

    \b
    Example:
      gongdan approve 12
      gongdan approve 12 "您好，非常抱歉，仓库今天 18:00 前给出答复。"
    """
    from gongdan.writing.proposing import approve
    from gongdan.writing.vetting import warnings

    from .. import output
    from ..replying import warning_line
    from ..screens.clean import clean
    from ..sending import queued
    from ..words.table import words

    with office.open_desk() as desk:
        draft = desk.store.outbox.row(number)
        for warned in warnings(desk, draft.ticket, text or draft.text):
            output.tell(warning_line(draft.ticket, warned))
        if dry_run:
            output.tell(words()("reply.dry"))
            output.say(clean(text or draft.text, lines=True))
            return
        row = approve(desk, number, text, now=now)
        at = desk.now()
    if as_json:
        output.print_json(row)
    else:
        output.say(queued([row], at, words()))
