"""`gongdan renormalise`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option, shops_option


@click.command("renormalise")
@shops_option
@click.option("--stream", default="", help="Only this kind of source, such as service.")
@click.option("--apply", is_flag=True, help="Put it in place; without it the difference is shown.")
@json_option
@config_option
def command(shop: tuple[str, ...], stream: str, apply: bool, as_json: bool) -> None:
    """Rebuild tickets from what was sent, after a plugin was mended.

    Shows the difference first and changes nothing; run it again with --apply. Nothing is asked of
    the platform, and holder, tags and priority stay as they are.

    \b
    Example:
      gongdan renormalise --shop main
      gongdan renormalise --shop main --apply
    """
    from gongdan.upkeep.rereading import renormalise

    from .. import output
    from ..screens.clean import clean
    from ..words.table import words

    differ = failed = 0
    with office.open_desk() as desk:
        for found in renormalise(desk, desk.chosen(shop), apply=apply, stream=stream):
            failed += bool(found.error)
            differ += not found.error
            if output.wants_lines(as_json):
                output.print_json(found)
                continue
            output.say(clean(f"{found.ticket}  {found.error}".rstrip()))
            for name, was, now in found.fields:
                output.say(clean(f"  {name}: {was!r} -> {now!r}"))
    said = words()
    output.tell(said("renormalise.done" if apply else "renormalise.would", count=differ))
    if failed:
        output.tell(said("renormalise.failed", count=failed))
    click.get_current_context().exit(1 if failed else 0)
