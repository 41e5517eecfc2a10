"""`gongdan plugins`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..options import json_option

if TYPE_CHECKING:
    from gongdan.plugins.registry import Plugin


@click.command("plugins")
@json_option
def command(as_json: bool) -> None:
    """Show the plugins found, what they bring, what is broken.

    $GONGDAN_PLUGINS (names with commas between) restricts what is loaded.

    \b
    Example:
      gongdan plugins
      GONGDAN_PLUGINS=douyin gongdan plugins --json
    """
    from .. import output
    from ..plugin_list import installed
    from ..screens.tables import plugins_table
    from ..words.table import words

    found = installed().all
    if output.wants_lines(as_json):
        output.print_json(*(_facts(plugin) for plugin in found))
    else:
        output.say(plugins_table(found, output.width(), words(), output.colour()))


def _facts(plugin: Plugin) -> dict[str, object]:
    """Return what scripts may want to know of a plugin."""
    return {
        "name": plugin.name,
        "version": plugin.version,
        "from": plugin.source,
        "platforms": [
            {
                "platform": connector.platform,
                "api": connector.api,
                "streams": {
                    stream.name: [ability.kind for ability in stream.abilities]
                    for stream in connector.streams
                },
            }
            for connector in plugin.connectors
        ],
        "hooks": plugin.hooks,
        "warnings": plugin.warnings,
        "error": plugin.error,
    }
