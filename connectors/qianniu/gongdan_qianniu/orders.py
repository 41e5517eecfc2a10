"""The order behind a case: what we read of it.

Source:
    the TOP notes, sections 3.6, 3.8 and 4.3.
    Not stated there:
    - the fields of an order beside `ob_tag` and `seller_memo`: their names are the ones that the
      platform's SDKs have, and each may be absent;
    - under which name the promised shipping time comes, if it does.  It is a setting,
      `ship_by_field`; without it none is asked for.
"""

from __future__ import annotations

from datetime import datetime

from gongdan import AccessDenied, Fields, Gone, Order, OrderLine, Raw, Refused, Reply, Shop

from .answers import prefix, raw
from .client import QianniuSettings
from .words import ORDER_STATUSES, URGED

FIELDS = (
    "tid,status,created,pay_time,consign_time,end_time,modified,title,payment,num,buyer_nick,"
    "buyer_open_uid,ob_tag,seller_memo,seller_flag"
)
NONE = Raw(b"{}")


def order_call(shop: Shop[QianniuSettings], tid: str) -> Reply:
    """Read one order by its number."""
    more = shop.settings.ship_by_field
    fields = f"{FIELDS},{more}" if more else FIELDS
    return shop.call("taobao.trade.fullinfo.get", {"tid": tid, "fields": fields})


def memo_of(shop: Shop[QianniuSettings], tid: object) -> Raw:
    """Read the order for its memo, where the shop's settings ask for it; else `{}`.

    Without the permission, or the order, the case is read all the same.
    """
    if not shop.settings.memo or not isinstance(tid, str):
        return NONE
    try:
        return raw(order_call(shop, tid), "trade")
    except (AccessDenied, Gone, Refused):
        return NONE


def read_order(shop: Shop[QianniuSettings], tid: str) -> Order | None:
    """Read the order behind a case; None where the shop has none by that number."""
    try:
        reply = order_call(shop, tid)
    except Gone:
        return None
    return order_of(reply.body.part(f"{prefix(reply.body)}trade"), shop.settings.ship_by_field)


def order_of(order: Fields, ship_by_field: str = "") -> Order:
    """Return what an order says; its title stands for the goods."""
    amount, count = order.yuan("payment"), order.text("num") or ""
    title, status = order.text("title") or "", order.text("status") or ""
    line = OrderLine(name=title, count=int(count) if count.isdecimal() else 1)
    return Order(
        id=order.id("tid"),
        status_text=ORDER_STATUSES[status][0] if status in ORDER_STATUSES else status,
        lines=(line,) if title else (),
        amount_fen=amount if isinstance(amount, int) else None,
        ordered=_at(order, "created"),
        paid=_at(order, "pay_time"),
        shipped=_at(order, "consign_time"),
        ship_by=_at(order, ship_by_field) if ship_by_field else None,
        ended=_at(order, "end_time"),
        remark=order.text("seller_memo") or "",
        urged=bool(URGED.search(order.text("ob_tag") or "")),
    )


def _at(order: Fields, name: str) -> datetime | None:
    return order.time(name) or None
