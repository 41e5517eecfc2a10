"""`gongdan restore`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from ..options import config_option, config_path, json_option


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Though there is a store: it is put aside, not lost.")
@json_option
@config_option
def command(file: Path, force: bool, as_json: bool) -> None:
    """Put a backup in place of the store.

    FILE is checked first: damaged, or from a newer version, and nothing is changed. Nor while
    anybody works with the store (exit 4). Replies that were queued in the backup wait for a
    person, because some may have been sent since: look at the outbox, then sync.

    \b
    Example:
      gongdan restore /backup/gongdan-7.db --force
    """
    from gongdan.config.settings import load
    from gongdan.store.backup import restore

    from ..screens.keeping import print_copy

    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    path = load(config_path(), os.environ).store_path
    print_copy("restore.done", restore(file, path, force=force, stamp=stamp), as_json)
