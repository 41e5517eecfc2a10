"""`gongdan new-connector`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new-connector")
@click.argument("name")
@click.option(
    "--dir",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="What becomes the project: a new folder, or an empty one.  [default: gongdan-NAME]",
)
def command(name: str, folder: Path | None) -> None:
    """Make the project of a connector for one more platform.

    It is to be changed line by line. NAME is the platform's: a-z, 0-9 and _. The project reads
    cases, replies to them, has a sandbox of its own, installs beside gongdan, and passes the
    conformance kit as it is.

    \b
    Example:
      gongdan new-connector acme
      gongdan new-connector acme --dir src/acme
    """
    import shlex

    from .. import output
    from ..scaffold import make_project
    from ..words.table import words

    made = make_project(name, folder)
    lines = sum(
        len(path.read_text("utf-8").splitlines()) for path in made.rglob("*") if path.is_file()
    )
    output.say(words()("scaffold.made", path=made, lines=lines))
    output.say(f"  cd {shlex.quote(str(made))}\n  pip install -e '.[dev]'")
    output.say(f"  gongdan conform {name}\n  pytest")
