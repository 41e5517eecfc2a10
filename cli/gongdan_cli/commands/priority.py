"""`gongdan priority`."""

from __future__ import annotations

import click

from ..bulk import do_each
from ..options import config_option, json_option
from ..people import dry_option
from ..selecting import Pick, pick_options


@click.command("priority")
@pick_options("TICKET... 0-9|auto")
@dry_option
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, pick: Pick, dry_run: bool, as_json: bool) -> None:
    """Give tickets a priority: of those due alike the higher is first. It stays so.

    `auto` gives it back to the rules. Of several tickets each has its line.

    \b
    Example:
      gongdan priority 884357 5
      gongdan priority 884357 884358 auto
      gongdan priority --view vip 9
    """
    from gongdan.people.tagging import prioritise

    tickets, (given,) = pick.parts(1)
    value = "" if given == "auto" else given
    done = do_each(
        pick,
        tickets,
        lambda desk, ref: prioritise(desk, ref, value, dry_run=dry_run),
        dry_run=dry_run,
        as_json=as_json,
    )
    if not done:
        ctx.exit(1)
