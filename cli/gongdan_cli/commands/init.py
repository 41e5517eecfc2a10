"""`gongdan init`."""

from __future__ import annotations

import click

from ..options import config_option, settings_path


@click.command("init")
@config_option
def command() -> None:
    """Write a commented settings file; `gongdan shop add` fills it.

    Nothing is overwritten.

    \b
    Example:
      gongdan init
      gongdan --config ~/shops/gongdan.toml init
    """
    from gongdan.config import setup

    from ..output import say
    from ..words.table import words

    path = setup.init(settings_path())
    say(words()("init.done", path=str(path)))
