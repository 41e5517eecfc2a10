"""After-sales (售后单), with the platform's arbitration (客服介入、仲裁) as a part of them.

Source:
    the Douyin notes, sections 4.1, 4.2 and 4.4; R79 to R83.
    Not stated there:
    - how long a span of the list may be.  We ask for seven days at most, always with both ends:
      without them it shows six months only;
    - whether a new entry of the negotiation, or a step of the arbitration, moves `update_time`.
      Open after-sales are read by id, and at once after a push.
"""

from __future__ import annotations

import math
from datetime import timedelta

from gongdan import (
    AccessDenied,
    Ask,
    ByTime,
    Detail,
    Fields,
    Page,
    Raw,
    Ref,
    Refused,
    Shop,
    Stream,
)

from .actions import ABILITIES
from .client import DouyinSettings
from .mapping import to_ticket
from .masking import masked, sealed_values
from .pictures import to_picture

LIST_DEPTH = 50_000  # rows: page * size


def read_page(shop: Shop[DouyinSettings], ask: Ask) -> Page:
    """Read one page, oldest first, by update or by application time; bounds in whole seconds.

    The platform's own warning: asked by update time without this very order, rows are missed.
    """
    start, end = math.floor(ask.start.timestamp()), math.ceil(ask.end.timestamp())
    asked: dict[str, object] = {
        "page": ask.page,
        "size": min(ask.size, 100),
        "need_special_type": True,  # without it special after-sales are left out
    }
    if ask.by == "create":
        asked |= {"start_time": start, "end_time": end + 1, "order_by": ["apply_time asc"]}
    else:
        asked |= {
            "update_start_time": start,
            "update_end_time": end,
            "order_by": ["update_time asc"],
        }
    reply = shop.call("afterSale.List", asked)
    return reply.page("data.items", total="data.total", more="data.has_more")


def read_detail(shop: Shop[DouyinSettings], ref: Ref) -> Detail:
    """Read one after-sale with its negotiation: `{"process_info", "order_info", "masked"}`.

    `masked` is what the platform shows of its sealed values (`18*******64`), where the shop's
    settings ask for it and the platform permits it; else empty.
    """
    asked = {"after_sale_id": ref.id, "need_operation_record": True}
    reply = shop.call("afterSale.Detail", asked)
    return {
        "process_info": reply.raw("data.process_info"),
        "order_info": reply.raw("data.order_info"),
        "masked": _masked(shop, reply.body.part("data")),
    }


def _masked(shop: Shop[DouyinSettings], data: Fields) -> list[Raw]:
    """Return masked texts; without the permission the case is read all the same."""
    if not shop.settings.masked_contacts or not sealed_values(data):
        return []
    try:
        return masked(shop, data)
    except (AccessDenied, Refused):
        return []


AFTERSALE = Stream[DouyinSettings](
    name="aftersale",
    id="aftersale_info.aftersale_id",
    updated="aftersale_info.update_time",
    volatile=("aftersale_info.left_urge_sms_count", "aftersale_info.aftersale_tags"),
    reading=ByTime(
        order="asc",
        page_size=100,
        first_page=0,
        max_rows=LIST_DEPTH,
        max_span=timedelta(days=7),
        by_creation=True,
    ),
    read_page=read_page,
    read_detail=read_detail,
    to_ticket=to_ticket,
    to_picture=to_picture,
    abilities=ABILITIES,
)
