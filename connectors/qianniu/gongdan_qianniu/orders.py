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

from gongdan import AccessDenied, Gone, Raw, Refused, Reply, Shop

from .answers import raw
from .client import QianniuSettings

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
