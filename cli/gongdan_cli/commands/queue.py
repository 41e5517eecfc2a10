"""`gongdan queue`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from .. import office
from ..filters import filter_options
from ..options import config_option, json_option

if TYPE_CHECKING:
    from gongdan.views import QueueFilter, QueueRow, ShopRow


@click.command("queue")
@click.argument("words_", metavar="[WORDS]...", nargs=-1)
@filter_options
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="CSV, safe to open in a spreadsheet.")
@config_option
def command(
    which: QueueFilter,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show open tickets, most urgent first.

    Late ones that still take an answer come first, then by deadline, priority and age. `left` is
    the time that remains: -2h13m is late, !! is under 15 minutes, ! under an hour. `by` tells
    whether the deadline is the platform's own or our estimate. Times are Beijing's.

    On a terminal a table; otherwise JSON lines.

    \b
    Lanes (of tickets that are our turn, but for waiting and failed):
      urgent 紧急    due within 2 h
      today 今天     due by 21:00 today
      late 超时      over the deadline
      waiting 等待   for the platform or the buyer
      failed 失败    our newest reply was refused, overtaken, or has an unknown fate
      handover 交接  due while nobody works, 21:00 to 09:00

    \b
    Example:
      gongdan queue
      gongdan queue --shop main --due-before 2h
      gongdan queue --lane handover
      gongdan queue 退款 顺丰 --csv > today.csv
    """
    from ..words import words

    with office.open_desk() as desk:
        desk.chosen(
            which.shops, which.platforms
        )  # a shop that is not there is a mistake, not an empty queue
        _print(desk.queue(which, words().lang), desk.shops(), desk.now(), which, as_json, as_csv)


def _print(
    rows: Sequence[QueueRow],
    shops: Sequence[ShopRow],
    now: datetime,
    which: QueueFilter,
    as_json: bool,
    as_csv: bool,
) -> None:
    from gongdan.views import QueueRow

    from .. import output
    from ..grid import Style, paint
    from ..queue_table import freshness, render
    from ..words import words

    if as_csv:
        output.print_csv(rows, QueueRow)
    elif output.wants_lines(as_json):
        output.print_json(*rows)
    else:
        said = words()
        if which.lane:
            heading = said.value("lane", which.lane)
            output.say(paint(heading, Style(bold=True), colour=output.colour()))
        more = said("queue.more", more=2 * which.limit) if len(rows) == which.limit else ""
        output.say(render(rows, now, output.width(), said, output.colour()) + more)
        output.say(freshness([row for row in shops if _concerned(row, which)], now, said))


def _concerned(shop: ShopRow, which: QueueFilter) -> bool:
    named = not which.shops or shop.alias in which.shops
    return named and (not which.platforms or shop.platform in which.platforms)
