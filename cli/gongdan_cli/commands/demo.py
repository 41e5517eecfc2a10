"""`gongdan demo`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@click.command("demo")
@click.option("--keep", is_flag=True, help="Keep the folder, and say where it is.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Use this folder, new or empty, and keep it.",
)
@click.option("--port", default=0, type=click.IntRange(0, 65533), help="As of gongdan sandbox.")
@click.option("--seed", default=7, show_default=True, help="As of gongdan sandbox.")
def command(keep: bool, folder: Path | None, port: int, seed: int) -> None:
    """See it work: four imitated shops, one queue, a reply that arrives. Takes seconds.

    Starts the sandbox, adds two shops of each platform in a scratch folder, reads them, shows the
    queue, answers a ticket, sends the answer, reads again, and shows the difference. Every command
    that it runs is printed first, so that you can copy it.

    \b
    Example:
      gongdan demo
      gongdan demo --dir try --port 8801
    """
    from time import monotonic

    from ..child import sandbox
    from ..demonstration import Demo
    from ..output import say
    from ..words.table import words

    started, said = monotonic(), words()
    with _scratch(folder, keep) as place, sandbox(port, seed) as line:
        Demo(place, line, said).run()
    say("\n" + said("demo.took", seconds=monotonic() - started))
    if keep or folder:
        say(said("demo.kept", folder=str(place)))
        say(said("demo.use", port=port, seed=seed) if port else "")


@contextmanager
def _scratch(folder: Path | None, keep: bool) -> Iterator[Path]:
    """Give a folder, and remove it afterwards unless it is to be kept."""
    from tempfile import TemporaryDirectory, mkdtemp

    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise click.UsageError(f"{folder} is not empty")
        yield folder.resolve()
    elif keep:
        yield Path(mkdtemp(prefix="gongdan-demo-"))
    else:
        with TemporaryDirectory(prefix="gongdan-demo-") as name:
            yield Path(name)
