"""`gongdan prune`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option


@click.command("prune")
@click.option("--dry-run", is_flag=True, help="Tell how much it would be; prune nothing.")
@json_option
@config_option
def command(dry_run: bool, as_json: bool) -> None:
    """Take out buyers' data that is older than the settings keep.

    The settings are keep_days and keep_raw_days in [gongdan]. After keep_days buyers' data goes out
    of closed tickets, as `gongdan erase` does it; after keep_raw_days what platforms sent, byte for
    byte, and renormalise can do nothing for those any more. Nothing that is open, unsent or to be
    done is pruned. Both are 0 unless you set them: all is kept. Made for cron, once a day.

    \b
    Example:
      gongdan prune --dry-run
      gongdan prune --json
    """
    from gongdan.upkeep.retention import prune

    from ..screens.erasures import print_pruned

    with office.open_desk() as desk:
        limits = desk.config.keep_days, desk.config.keep_raw_days
        print_pruned(prune(desk, dry_run=dry_run), limits, dry_run, as_json)
