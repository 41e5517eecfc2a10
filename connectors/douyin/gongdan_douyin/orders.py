"""The order behind a service request, as far as the after-sales of that order tell of it.

Source:
    the Douyin notes, section 4.1.
    Not stated there:
    - what `order.orderDetail` takes and answers, and what `order.searchList` answers, of which only
      the paging is described; so neither is asked, and of an order without an after-sale nothing
      is known;
    - what `seller_logs` of a row are beside their words, author, time and star.  Taken as the
      shop's notes on the order, for stars are given to orders;
    - whether a service request's `order_id` is the parent order's, by which the list is asked.
      Where it is not, nothing is found.
"""

from __future__ import annotations

from gongdan import Fields, Order, OrderLine, Shop

from .books import ORDER_STATUSES, word
from .client import DouyinSettings
from .sealed import plain


def read_order(shop: Shop[DouyinSettings], order_id: str) -> Order | None:
    """Read an order by the newest after-sale that belongs to it; None where there is none."""
    asked = {
        "page": 0,
        "size": 1,
        "order_id": order_id,
        "order_by": ["update_time desc"],
        "need_special_type": True,
    }
    found = shop.call("afterSale.List", asked).body.items("data.items")
    return order_of(order_id, found[0]) if found else None


def order_of(order_id: str, row: Fields) -> Order:
    """Return what a row of the after-sale list says of its order; amounts are the goods' own."""
    goods = row.part("order_info").items("related_order_info")
    amounts = [amount for good in goods if isinstance(amount := good.fen("pay_amount"), int)]
    times = [at for good in goods if (at := good.time("create_time"))]
    statuses = dict.fromkeys(word(good, "order_status", ORDER_STATUSES) for good in goods)
    parcels = row.part("aftersale_info").items("order_logistics")
    sent = [at for parcel in parcels if (at := parcel.time("logistics_time"))]
    return Order(
        id=order_id,
        status_text="、".join(filter(None, statuses)),
        lines=tuple(_line(good) for good in goods),
        amount_fen=sum(amounts) if amounts else None,
        ordered=min(times, default=None),
        shipped=min(sent, default=None),
        parcels=tuple(filter(None, map(_parcel, parcels))),
        remark="; ".join(filter(None, (plain(log, "content") for log in row.items("seller_logs")))),
    )


def _line(good: Fields) -> OrderLine:
    amount, count = good.fen("pay_amount"), good.text("item_num")
    return OrderLine(
        name=plain(good, "product_name"),
        spec=" ".join(filter(None, (plain(spec, "value") for spec in good.items("sku_spec")))),
        count=int(count) if isinstance(count, str) and count.isdecimal() else 1,
        amount_fen=amount if isinstance(amount, int) else None,
    )


def _parcel(parcel: Fields) -> str:
    return " ".join(filter(None, (plain(parcel, "company_name"), plain(parcel, "tracking_no"))))
