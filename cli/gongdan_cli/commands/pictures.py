"""`gongdan pictures`."""

from __future__ import annotations

from pathlib import Path

import click

from .. import office
from ..options import config_option, json_option


@click.command("pictures")
@click.argument("ticket")
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder to copy them to, under names that tell ticket and order.",
)
@json_option
@config_option
def command(ticket: str, save: Path | None, as_json: bool) -> None:
    """List the kept pictures of a ticket, or copy them.

    Where a platform's addresses end (抖店), a sync keeps the pictures of the thread beside the
    store. What is not kept says why; with --save it then ends with 1.

    \b
    Example:
      gongdan pictures 884357
      gongdan pictures 884357 --save ~/evidence
    """
    from gongdan.pictures.fetching import with_pictures

    from .. import output
    from ..saving import copy_to
    from ..screens.picture_lines import state_of
    from ..words.table import words

    with office.open_desk() as desk:
        view = with_pictures(desk, desk.ticket(ticket, words().lang))
    kept = view.beside.pictures
    found = kept if save is None else copy_to(save, view.row.id, kept)
    if output.wants_lines(as_json):
        output.print_json(*found)
    else:
        for picture in found:
            output.say(state_of(picture, words()))
        if not found:
            output.tell(words()("picture.none"))
    missing = save is not None and any(picture.path is None for picture in found)
    click.get_current_context().exit(1 if missing else 0)
