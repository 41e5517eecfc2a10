"""`gongdan export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from .. import office
from ..filters import filter_options
from ..options import config_option

if TYPE_CHECKING:
    from gongdan.views import QueueFilter


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("words_", metavar="[WORDS]...", nargs=-1)
@filter_options
@click.option("-a", "--all", "closed", is_flag=True, help="Closed tickets too.")
@click.option("--messages", is_flag=True, help="The threads too: a second sheet, or a second CSV.")
@click.option("--unmasked", is_flag=True, help="Buyers' names, phones, addresses; asks first.")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@click.option("--knowledge", is_flag=True, help="Closed tickets with their answers, as JSON lines.")
@config_option
def command(
    file: Path,
    which: QueueFilter,
    closed: bool,
    messages: bool,
    unmasked: bool,
    yes: bool,
    knowledge: bool,
) -> None:
    """Write tickets to FILE, as CSV or XLSX, in the order of the queue.

    Filters are those of `gongdan queue`, but all of what they let through is written, a million
    tickets as well. Times are Beijing's. Names, phones and addresses of buyers are hidden by their
    form; what a spreadsheet would take for a formula is not one. The file is put in its place when
    it is whole. Long numbers have a tab before them in CSV, or Excel would round them; XLSX needs
    pip install 'gongdan[xlsx]'.

    --knowledge writes closed tickets with what was asked and answered, always masked, for a search
    or for whoever learns the work.

    \b
    Example:
      gongdan export today.xlsx --due-before 12h
      gongdan export all.csv --all --messages --shop main
      gongdan export --knowledge answers.jsonl
    """
    from gongdan.files.exporting import Export

    from ..exporting import told, write, write_lessons
    from ..words.table import words

    said = words()
    if unmasked and knowledge:
        raise click.UsageError("--knowledge is masked always")
    if unmasked and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("this writes buyers' data: on no terminal say --yes")
        click.confirm(said("out.sure"), abort=True, err=True)
    given = click.get_current_context().get_parameter_source("limit")
    limit = which.limit if given is ParameterSource.COMMANDLINE else None
    with office.open_desk() as desk:
        export = Export(
            desk, which, closed=closed or knowledge, masked=not unmasked, limit=limit
        )  # fmt: skip
        if knowledge:
            count = write_lessons(export, file, said)
        else:
            count = write(export, file, said, messages=messages)
    told(count, file, said, masked=not unmasked)
