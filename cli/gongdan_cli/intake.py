"""What `import` does: takes files in, shows how far it is, and tells what each came to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import office, output
from .screens.clean import clean
from .screens.times import stamp
from .words.table import Words, words

if TYPE_CHECKING:
    from gongdan.files.importing import Imported

BAD_SHOWN = 20


def print_proposal(files: Sequence[Path], stream: str) -> None:
    """Print a map for one file."""
    from gongdan.files.importing import propose

    if len(files) != 1:
        raise click.UsageError("--propose takes one file")
    click.echo(propose(files[0], stream), nl=False)


def take(
    files: Sequence[Path], shop: str, stream: str, how: Path | None, *,
    exported: datetime | None, again: bool, dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    """Take files in, or with *dry_run* check them; return the exit code."""
    from gongdan.files.columns import read_map
    from gongdan.files.importing import Intake

    said = words()
    with office.open_desk() as desk, _progress(said) as told:
        intake = Intake(
            desk, shop, stream, read_map(how) if how else None,
            exported=exported, again=again, told=told,
        )  # fmt: skip
        if dry_run:
            run, done = None, intake.check(files)
        else:
            run, done = intake.take(files)
    for one in done:
        if output.wants_lines(as_json):
            output.print_json(one)
        else:
            output.say(_line(one, said, dry_run))
        _complain(one, said)
    if run is not None and run.error:
        output.tell(f"{run.shop}: {said.error(run.error)}")
    failed = any(one.bad or one.cut or one.error for one in done)
    return (run.exit_code if run else 0) or int(failed)


@contextmanager
def _progress(said: Words) -> Iterator[Callable[[Imported, float], None] | None]:
    """Show how far a file is, on stderr and only where a person watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    text = TextColumn("{task.description}", markup=False)
    console = Console(stderr=True)
    with Progress(BarColumn(20), text, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def step(done: Imported, share: float) -> None:
            told = said("file.progress", file=done.file, rows=done.rows, bad=done.bad)
            bar.update(task, completed=share, total=1.0 if share else None, description=told)

        yield step


def _line(one: Imported, said: Words, dry_run: bool) -> str:
    if one.error:
        return said("file.refused", file=one.file)
    if one.before is not None:
        return said("file.before", file=one.file, at=stamp(one.before))
    return said(
        "file.checked" if dry_run else "file.done", file=one.file, rows=one.rows, new=one.new,
        changed=one.changed, unchanged=one.unchanged, bad=one.bad,
    )  # fmt: skip


def _complain(one: Imported, said: Words) -> None:
    """Tell on stderr what a person should look at: rows, columns, a file that is not whole."""
    if one.error:
        output.tell(said.error(one.error))
    for bad in one.problems[:BAD_SHOWN]:
        output.tell(said("file.bad", file=one.file, row=bad.number, why=bad.reason))
    if one.bad > BAD_SHOWN:
        output.tell(said("file.more", file=one.file, rows=one.bad - BAD_SHOWN))
    for note in one.notes:
        output.tell(f"{clean(one.file)}: {clean(note)}")
    if one.cut:
        output.tell(said("file.cut", file=one.file, where=one.cut))
