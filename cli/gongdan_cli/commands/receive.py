"""`gongdan receive`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option


@click.command("receive")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port", default=8810, show_default=True, type=click.IntRange(0, 65535), help="0: a free one."
)
@json_option
@config_option
def command(host: str, port: int, as_json: bool) -> None:
    """Take what platforms push, so that the next sync reads it.

    A push comes to /push/PLATFORM/APP. Its signature is checked, it is stored, and only then
    answered, each once. Nothing is lost where none comes: `gongdan sync` reads everything anyway.
    Put a web server with TLS before it. It stops on Ctrl-C or SIGTERM.

    \b
    Example:
      gongdan receive --port 8810
    """
    from gongdan.pushes.receiving import addresses, listen

    from .. import output
    from ..words.table import words

    with office.open_desk() as desk:
        paths = addresses(desk)

        def told(url: str) -> None:
            if as_json:
                output.print_json({"url": url, "push": [f"{url}{path}" for path in paths]})
                return
            output.say(words()("receive.listening", url=url))
            for path in paths:
                output.say(f"  {url}{path}")

        listen(desk, host, port, told)
