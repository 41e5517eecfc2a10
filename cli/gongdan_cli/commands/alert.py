"""`gongdan alert`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option


@click.group("alert")
def command() -> None:
    """Who is told of what cannot wait: 钉钉, 企业微信, 飞书, mail, webhooks.

    They are set up as tables [[alerts]] in the settings, and told at the end of every sync.

    \b
    Example:
      gongdan alert list
      gongdan alert test boss
    """


@command.command("list")
@json_option
@config_option
def list_(as_json: bool) -> None:
    """List who is told of what, what waits, and whether they take it.

    \b
    Example:
      gongdan alert list
    """
    from gongdan.alerts import overview

    from .. import output
    from ..screens.alerting import alerts_table
    from ..words.table import words

    with office.open_desk() as desk:
        rows, now = list(overview(desk)), desk.now()
    if output.wants_lines(as_json):
        output.print_json(*rows)
    else:
        output.say(alerts_table(rows, now, output.width(), words(), output.colour()))


@command.command("test")
@click.argument("name")
@config_option
def test(name: str) -> None:
    """Send a test message to one of them, at once.

    \b
    Example:
      gongdan alert test boss
    """
    from gongdan.alerts import trial

    from .. import output
    from ..words.table import words

    with office.open_desk() as desk:
        trial(desk, name)
    output.say(words()("alert.sent", name=name))
