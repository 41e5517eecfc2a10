"""`gongdan reasons`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option


@click.command("reasons")
@click.argument("ticket")
@click.option("--kind", default="refuse", show_default=True, help="Of which action.")
@json_option
@config_option
def command(ticket: str, kind: str, as_json: bool) -> None:
    """List the platform's reasons for refusing a case, asked just now.

    \b
    Example:
      gongdan reasons 880123
    """
    from .. import output
    from ..screens.clean import clean
    from ..words.table import words

    with office.open_desk() as desk:
        found = desk.options(ticket, kind)
    said = words()
    if output.wants_lines(as_json):
        output.print_json(*found)
        return
    for option in found:
        needs = f"  {said('reasons.picture')}" if option.needs_files else ""
        hint = f"  {clean(option.hint)}" if option.hint else ""
        output.say(f"{clean(option.code)}  {clean(option.text)}{needs}{hint}")
    if not found:
        output.tell(said("reasons.none"))
