"""`gongdan erase`."""

from __future__ import annotations

import sys

import click

from .. import office
from ..options import config_option, json_option


@click.command("erase")
@click.option("--buyer", multiple=True, help="Open id, or the name as it is shown; repeatable.")
@click.option("--ticket", multiple=True, help="Any ending of its id that is unique; repeatable.")
@click.option("--dry-run", is_flag=True, help="Tell which tickets it would be; erase nothing.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
@config_option
def command(
    buyer: tuple[str, ...], ticket: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Take a buyer's data out of closed tickets, for good.

    Words, names, order ids, pictures, raw bytes. What figures need stays: kind, times, amounts,
    outcomes, who of us did what and when. Tickets that are open, or have something unsent or to be
    done, are left and named, and it ends with 1. With --buyer rows in quarantine that hold the open
    id or the name go too. A sync that brings the same again lands nothing of
    it; what the platform newly says of the case does land. Backups keep what they hold: delete
    them, their folders of pictures too, or erase again after a restore.

    \b
    Example:
      gongdan erase --ticket 884357 --dry-run
      gongdan erase --buyer 1@#gFjKd8 --yes
    """
    from gongdan.people.acts import me
    from gongdan.upkeep.retention import erase, named

    from ..screens.erasures import print_erased
    from ..words.table import words

    if not buyer and not ticket:
        raise click.UsageError("give --buyer or --ticket")
    with office.open_desk() as desk:
        ids = named(desk, buyer, ticket)
        if not dry_run and not yes:
            if not sys.stdin.isatty():
                raise click.UsageError("no terminal to ask on; --yes erases without asking")
            click.confirm(words()("erase.sure", count=len(ids)), abort=True, err=True)
        found = erase(desk, ids, me(desk), buyers=buyer, dry_run=dry_run)
    print_erased(found, dry_run, as_json)
    click.get_current_context().exit(1 if found.busy else 0)
