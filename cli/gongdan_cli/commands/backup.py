"""`gongdan backup`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..options import config_option, config_path, json_option


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--tokens", is_flag=True, help="Also the logins that platforms gave; guard the file.")
@json_option
@config_option
def command(file: Path, tokens: bool, as_json: bool) -> None:
    """Copy the store to FILE while syncs go on, and read it back.

    The copy gets its name when it is whole. FILE may be an older backup. It holds buyers' data and
    is readable by you only. Pictures that are kept go to the folder FILE-pictures beside it, those
    that are not there yet. Without --tokens a shop logs in anew after a restore. Settings and
    secrets are files of their own: copy gongdan.toml, secrets.toml and templates.toml too.

    \b
    Example:
      gongdan backup /backup/gongdan-$(date +%u).db
    """
    from gongdan.config.settings import load
    from gongdan.store.backup import backup

    from ..screens.keeping import print_copy

    print_copy("backup.done", backup(load(config_path(), os.environ).store_path, file,
                                     tokens=tokens), as_json)  # fmt: skip
