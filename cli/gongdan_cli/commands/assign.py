"""`gongdan assign`."""

from __future__ import annotations

import click

from .. import office
from ..bulk import do_each
from ..options import config_option, json_option
from ..people import dry_option, warn_of
from ..selecting import Pick, pick_options


@click.command("assign")
@pick_options("[TICKET]... [NAME]")
@click.option("--auto", is_flag=True, help="Let skill, shop, load and hours decide (people.toml).")
@click.option("-s", "--shop", multiple=True, help="With --auto: only this shop; repeatable.")
@dry_option
@json_option
@config_option
@click.pass_context
def command(
    ctx: click.Context, pick: Pick, auto: bool, shop: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    """Make tickets somebody's, until somebody says otherwise. The queue shows the holder.

    With --auto every open ticket that is our turn and nobody's goes to who is on duty, has the
    skill and the shop, and the least to do for what they can carry; a sync does so too. Nobody
    gets back what they have given away.

    \b
    Example:
      gongdan assign 884357 小李
      gongdan assign 小李 --from-queue '--lane late --category logistics'
      gongdan assign --auto --dry-run
      gongdan assign 884357 --auto
    """
    from gongdan.people.acts import Acts

    if auto:
        if len(pick.words) > 1 or pick.selection is not None:
            raise click.UsageError("--auto goes with one ticket, or with none for all of them")
        _auto("".join(pick.words), shop, dry_run=dry_run, as_json=as_json)
        return
    if not pick.words:
        raise click.UsageError("say whose it is to be: TICKET NAME; or --auto, with or without one")
    tickets, (name,) = pick.parts(1)
    with office.open_desk() as desk:
        warn_of(desk, name)
    done = do_each(
        pick,
        tickets,
        lambda desk, ref: Acts(desk, dry_run=dry_run).assign(ref, name),
        dry_run=dry_run,
        as_json=as_json,
    )
    if not done:
        ctx.exit(1)


def _auto(ticket: str, shop: tuple[str, ...], *, dry_run: bool, as_json: bool) -> None:
    from gongdan.classification.classifying import keep_classed
    from gongdan.people.assigning import assign_auto, roster_of

    from .. import output
    from ..people import act_line
    from ..screens.clean import clean
    from ..words.table import words

    said = words()
    with office.open_desk() as desk:
        roster = roster_of(desk)
        keep_classed(desk)
        done = assign_auto(desk, roster, shops=desk.chosen(shop), ref=ticket, dry_run=dry_run)
    if dry_run:
        output.tell(said("act.dry"))
    if as_json:
        output.print_json(*done)
        return
    for acted in done:
        output.say(f"{clean(acted.ticket)}  {act_line(acted.act, said)}")
    if not roster.people:
        output.tell(said("assign.none"))
    elif not done:
        output.tell(said("assign.nobody"))
