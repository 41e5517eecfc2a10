"""`gongdan queue`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from .. import office
from ..filters import filter_options
from ..lanes import Sort
from ..options import config_option, rows_options
from ..selecting import Viewed, view_option

if TYPE_CHECKING:
    from gongdan.views import QueueFilter, QueueRow, ShopRow


@click.command("queue", cls=Viewed)
@click.argument("words_", metavar="[WORDS]...", nargs=-1)
@filter_options
@click.option("--sort", type=Sort(), default="", help="Another order, see below.")
@click.option("--why", is_flag=True, help="Say of every row why it stands where it stands.")
@view_option
@rows_options
@config_option
def command(
    which: QueueFilter, sort: str, why: bool, as_json: bool, as_csv: bool
) -> None:  # fmt: skip
    """Show open tickets, most urgent first.

    Late ones that still take an answer come first, then by deadline, priority and age. `left` is
    the time that remains: -2h13m is late, !! is under 15 minutes, ! under an hour. `by` tells
    whether the deadline is the platform's own or our estimate. Times are Beijing's.

    On a terminal a table; otherwise JSON lines.

    \b
    Lanes (of tickets that are our turn: urgent, today, late, handover):
      urgent 紧急          due within 2 h
      today 今天           due by 21:00 today
      late 超时            over the deadline
      mine 我的            held by me ($GONGDAN_USER)
      waiting 等待         for the platform or the buyer
      failed 失败          our newest reply was refused, overtaken, or has an unknown fate
      solved 已解决        finished here, nothing new from the buyer, open on the platform
      duplicates 疑似重复  of one order at one time, or of one buyer and kind within 72 h
      elsewhere 他人已处理 answered on the platform by somebody else, in the last 7 days
      handover 交接        due while nobody works, 21:00 to 09:00

    \b
    Sorts (the first is the queue's own):
      due 期限, priority 优先级, oldest 最早, newest 最新, changed 变化, shop 店铺, order 订单

    \b
    Example:
      gongdan queue
      gongdan queue --shop main --due-before 2h
      gongdan queue --lane handover
      gongdan queue --sort priority --why
      gongdan queue 退款 顺丰 --csv > today.csv
    """
    from msgspec.structs import replace

    from gongdan.views import QueueRow

    from .. import output
    from ..words.table import words

    which = replace(which, sort=sort)
    with office.open_desk() as desk:
        desk.chosen(which.shops, which.platforms)  # a wrong shop is a mistake, not an empty queue
        rows = desk.queue(which, words().lang)
        shops, now = desk.shops(), desk.now()
    if as_csv:
        output.print_csv(rows, QueueRow)
    elif output.wants_lines(as_json):
        output.print_json(*rows)
    else:
        _show(rows, [row for row in shops if _concerned(row, which)], now, which, why)


def _show(
    rows: Sequence[QueueRow], shops: Sequence[ShopRow], now: datetime, which: QueueFilter, why: bool
) -> None:  # fmt: skip
    from .. import output
    from ..screens.grid import Style, paint
    from ..screens.queue_table import freshness, render
    from ..words.table import words

    said = words()
    for group, name in (("lane", which.lane), ("sort", which.sort)):
        if heading := said.value(group, name, "") if name else "":
            output.say(paint(heading, Style(bold=True), colour=output.colour()))
    more = said("queue.more", more=2 * which.limit) if len(rows) == which.limit else ""
    reasons = which.sort or "due" if why else None
    output.say(render(rows, now, output.width(), said, output.colour(), reasons=reasons) + more)
    output.say(freshness(shops, now, said))


def _concerned(shop: ShopRow, which: QueueFilter) -> bool:
    named = not which.shops or shop.alias in which.shops
    return named and (not which.platforms or shop.platform in which.platforms)
