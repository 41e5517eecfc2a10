"""`gongdan search`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .. import office
from ..filters import filter_options
from ..options import config_option, rows_options
from ..selecting import Viewed, view_option

if TYPE_CHECKING:
    from gongdan.views import QueueFilter


@click.command("search", cls=Viewed)
@click.argument("words_", metavar="WORDS...", nargs=-1, required=True)
@filter_options
@view_option
@rows_options
@config_option
def command(which: QueueFilter, as_json: bool, as_csv: bool) -> None:
    """Find tickets, closed ones too, by words in them or their threads.

    The newest is first. Every one of WORDS must be there, in any order and wherever it stands: 退款
    is found in 仅退款申请, an order by its last digits, a parcel by its number. Capital or small,
    wide or narrow letters are the same; punctuation does not count.

    \b
    Example:
      gongdan search 退款 破损
      gongdan search 884357 --json
      gongdan search 顺丰 --shop main --status pending --created-after 30d
    """
    from gongdan.queue.searching import search
    from gongdan.views import Hit

    from .. import output
    from ..screens.found_table import heading, render_found
    from ..words.table import words

    with office.open_desk() as desk:
        found, now = search(desk, which), desk.now()
    said = words()
    if found.waiting:
        output.tell(said("search.waiting", waiting=found.waiting))
    if as_csv:
        output.print_csv(found.hits, Hit)
    elif output.wants_lines(as_json):
        output.print_json(*found.hits)
    else:
        output.say(heading(found, said))
        if found.hits:
            output.say(render_found(found.hits, now, output.width(), said, output.colour()))
