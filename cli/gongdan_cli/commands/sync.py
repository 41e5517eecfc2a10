"""`gongdan sync`."""

from __future__ import annotations

from datetime import datetime

import click

from .. import office
from ..options import When, config_option, json_option, shops_option


@click.command("sync")
@shops_option
@click.option("-p", "--platform", multiple=True, help="Only this platform; repeatable.")
@click.option("--since", type=When(), help="Read again from this time on: a time, or 3d ago.")
@click.option(
    "--full", is_flag=True, help="Read everything again, as far back as the settings say."
)
@click.option("--max-seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after.")
@click.option("--dry-run", is_flag=True, help="Make no request; tell what would be read.")
@json_option
@config_option
def command(
    shop: tuple[str, ...],
    platform: tuple[str, ...],
    since: datetime | None,
    full: bool,
    max_seconds: float | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Send what is due, then read what changed in every shop.

    Made for cron: what it came to goes to standard output, what a person should see to standard
    error, and the exit code says the same. One shop's failure never stops another. Ctrl-C finishes
    the page in hand; a second one stops at once, and nothing is lost either.

    \b
    Example:
      gongdan sync
      gongdan sync --shop main --since 3d
      * * * * *  cd /srv/shops && gongdan sync --json >> sync.log
    """
    from gongdan.upkeep.timekeeping import skewed

    from .. import syncing
    from ..stop import stopping
    from ..words.table import words

    with (
        office.open_desk() as desk,
        stopping(words()) as stop,
        syncing.progress(desk, shop, platform, words()) as step,
    ):
        report = desk.sync(
            shops=shop, platforms=platform, since=since, full=full, max_seconds=max_seconds,
            dry_run=dry_run, stop=stop, progress=step,
        )  # fmt: skip
        clocks = {} if dry_run else skewed(desk)
    syncing.print_clocks(clocks, words())
    syncing.print_report(report, words(), as_json, dry_run)
    click.get_current_context().exit(130 if stop.is_set() else report.exit_code)
