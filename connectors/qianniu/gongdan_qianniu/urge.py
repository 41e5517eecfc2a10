"""催发货: orders that are late to ship, marked where the buyer has urged.

There is no list of urged orders.  The platform's alert of late shipping (发货超时提醒) names order
numbers; the order itself says whether the buyer has urged.

Source:
    the TOP notes, sections 3.6 and A.8; R60, R102.
    Not stated there:
    - how many rows a page of alerts has at most, and when an order leaves the list.  What was
      listed once is read again by its number until it is shipped;
    - how the tags of `ob_tag` are parted.  `lg` counts where it stands by itself;
    - whether the promised time comes with the order (see `orders`).  Without it there is no due
      time, unless the shop's `rules` give one to `qianniu.urge`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gongdan import (
    UNSET,
    Ask,
    ByToken,
    Category,
    Detail,
    Fields,
    Page,
    Raw,
    Ref,
    Shop,
    Status,
    Stream,
    Ticket,
    Who,
)

from .answers import prefix, rows
from .client import QianniuSettings, unless_without
from .facts import masked, timeout_of
from .memo import MEMO
from .orders import order_call
from .raising import RAISE
from .sign import CHINA
from .words import ORDER_STATUSES, URGED

LATE_TO_SHIP = 3  # abnormal_type
PAGE_SIZE = 100
FIRST = "1"
STEPS = (
    "催发货四步：\n"
    "1 查看状态：{status}\n"
    "2 是否还在承诺的发货时间内：{promise}\n"
    "3 联系仓库核实发货进度或库存\n"
    "4 通知买家\n"
    "话术：gongdan template list（urge-1 至 urge-4）"
)


def read_page(shop: Shop[QianniuSettings], ask: Ask) -> Page:
    """Read one page of alerts; the token is the number of the page, and ends at the first."""
    number = int(ask.token or FIRST)
    asked = {"abnormal_type": LATE_TO_SHIP, "page_no": number, "page_size": PAGE_SIZE}
    found = rows(shop.call("taobao.oc.tradetrace.alerts.get", asked), "result_list")
    is_last = len(found) < PAGE_SIZE
    return Page(found, more=not is_last, token=FIRST if is_last else str(number + 1))


def read_detail(shop: Shop[QianniuSettings], ref: Ref) -> Detail:
    """Read the order: `{"trade": …, "ship_by": …}`, the latter null where none is told."""
    reply = order_call(shop, ref.id)
    root, name = prefix(reply.body), shop.settings.ship_by_field
    promise = reply.raw(f"{root}trade.{name}") if name else Raw(b"null")
    return {"trade": reply.raw(f"{root}trade"), "ship_by": promise}


def to_ticket(payload: Fields) -> Ticket:
    """Return what an alert or an order says."""
    if "trade" not in payload:
        return Ticket(order_ids=(payload.id("tid"),), kind_text="发货超时", title="发货超时提醒",
                      category=Category.LOGISTICS)  # fmt: skip
    order = payload.part("trade")
    number = order.id("tid")
    status = order.choice("status", {word: meant for word, (_, meant) in ORDER_STATUSES.items()})
    word = order.text("status") or ""
    said = ORDER_STATUSES[word][0] if word in ORDER_STATUSES else order.text("status")
    urged = bool(URGED.search(order.text("ob_tag") or ""))
    ship_by = timeout_of(payload, "ship_by")
    return Ticket(
        status=status,
        status_text=said,
        kind_text="催发货" if urged else "发货超时",
        category=Category.LOGISTICS,
        origin=Who.BUYER if urged else Who.PLATFORM,
        title="买家催发货" if urged else "发货超时提醒",
        text=_steps(said or "", ship_by),
        order_ids=(number,),
        product=order.text("title"),
        amount_fen=order.yuan("payment"),
        buyer_id=order.text("buyer_open_uid"),
        buyer=masked(order.text("buyer_nick")),
        created=order.time("pay_time") or order.time("created"),  # the promise counts from here
        updated=order.time("modified"),
        ordered=order.time("created"),
        ship_by=ship_by,
        deadline=ship_by,
        closed=order.time("consign_time") if status is Status.CLOSED else UNSET,
    )


def _steps(status: str, ship_by: object) -> str:
    promise = "平台未给出承诺时间，按店铺承诺核对"
    if isinstance(ship_by, datetime):
        promise = f"{ship_by.astimezone(CHINA):%m-%d %H:%M} 前"
    return STEPS.format(status=status, promise=promise)


URGE = Stream[QianniuSettings](
    name="urge",
    wanted=unless_without("urge"),
    id="tid",
    updated="",
    reading=ByToken(page_size=PAGE_SIZE),
    read_page=read_page,
    read_detail=read_detail,
    recheck=timedelta(hours=1),  # nothing tells when an order was shipped
    to_ticket=to_ticket,
    abilities=(MEMO, RAISE),
)
