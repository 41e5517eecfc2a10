"""`gongdan claim`."""

from __future__ import annotations

import click

from ..bulk import do_each
from ..options import config_option, json_option
from ..people import dry_option
from ..selecting import Pick, pick_options


@click.command("claim")
@pick_options("TICKET...")
@click.option("--take", is_flag=True, help="Though it is somebody else's.")
@dry_option
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, pick: Pick, take: bool, dry_run: bool, as_json: bool) -> None:
    """Take tickets, so that nobody else answers them meanwhile.

    One is free again when its holder has done nothing with it for 30 minutes. Who you are:
    $GONGDAN_USER, else the name of your account. Of several tickets each has its line.

    \b
    Example:
      gongdan claim 884357
      gongdan claim --from-queue '--lane urgent --shop main -n 5'
    """
    from gongdan.people.acts import Acts

    tickets, _ = pick.parts(0)
    done = do_each(
        pick,
        tickets,
        lambda desk, ref: Acts(desk, dry_run=dry_run).claim(ref, take=take),
        dry_run=dry_run,
        as_json=as_json,
    )
    if not done:
        ctx.exit(1)
