"""`gongdan import`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ..options import When, config_option, json_option

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("-s", "--shop", help="The shop that the files are of (alias).")
@click.option("--stream", default="", help="The kind of ticket in them; a map may name it.")
@click.option("-m", "--map", "how", type=_FILE, help="Which column is which field, TOML.")
@click.option("--propose", is_flag=True, help="Print a map for FILE, to be mended and kept.")
@click.option("--exported", type=When(), help="When they were exported, if the file is a copy.")
@click.option("--again", is_flag=True, help="Also files that were taken in before.")
@click.option("--dry-run", is_flag=True, help="Only check the files; store nothing.")
@json_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    shop: str | None,
    stream: str,
    how: Path | None,
    propose: bool,
    exported: datetime | None,
    again: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in tickets from CSV or XLSX files, where no interface is.

    Good rows land as those that are read from a platform: the older never overwrites the newer.
    Bad ones are listed by their row number and wait in quarantine; then the command ends with 1.
    CSV may be UTF-8 or GBK. XLSX needs `pip install 'gongdan[xlsx]'`.

    \b
    Example:
      gongdan import --propose export.csv > tickets.toml
      gongdan import export.csv --shop tm-1 --stream coordination --map tickets.toml --dry-run
      gongdan import export.csv --shop tm-1 --stream coordination --map tickets.toml
    """
    from .. import intake

    if propose:
        intake.print_proposal(files, stream)
        return
    if not shop:
        raise click.UsageError("--shop ALIAS: which shop are the files of?")
    ctx.exit(
        intake.take(
            files, shop, stream, how, exported=exported, again=again, dry_run=dry_run,
            as_json=as_json,
        )
    )  # fmt: skip
