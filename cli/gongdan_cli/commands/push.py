"""`gongdan push`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option, shops_option


@click.command("push")
@shops_option
@click.option("--dry-run", is_flag=True, help="Make no writing request; tell what would go.")
@json_option
@config_option
def command(shop: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Send what is due, and look up what has an unknown fate.

    `gongdan sync` does the same before it reads. Nothing is waited for: what is still in its undo
    time goes with the next push.

    \b
    Example:
      gongdan push
      gongdan push --shop main --json
    """
    from .. import output
    from ..sending import moved
    from ..stop import stopping
    from ..syncing import complain
    from ..words.table import words

    with office.open_desk() as desk, stopping(words()) as stop:
        report = desk.push(shops=shop, stop=stop, dry_run=dry_run)
    if output.wants_lines(as_json):
        output.print_json(*report.rows)
    elif report.rows or not report.failed:
        output.say(moved(report.rows, words(), output.colour()))
    for run in report.failed:
        complain(run, words())
    click.get_current_context().exit(130 if stop.is_set() else 0 if dry_run else report.exit_code)
