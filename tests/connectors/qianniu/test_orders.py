"""The order behind a refund: what it says, and that one nobody knows is none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gongdan import UNSET, Fields, Order, Secret
from gongdan.ordering import with_orders
from gongdan.views import QueueFilter
from gongdan_qianniu import QianniuSettings
from gongdan_qianniu.orders import order_of, read_order
from tests.core.office import Office

from ..stub import StubShop

ORDER = "taobao.trade.fullinfo.get"
TRADE: dict[str, object] = {
    "tid": 3900000000000000001, "status": "WAIT_SELLER_SEND_GOODS", "title": "风衣", "num": 2,
    "created": "2026-11-18 10:00:00", "pay_time": "2026-11-18 10:05:00", "payment": "200.07",
    "ob_tag": "sd,lg", "seller_memo": "急", "promise": "2026-11-20 10:05:00",
}  # fmt: skip


def test_an_order_says_what_it_says() -> None:
    shop = StubShop(
        QianniuSettings(
            app_key="1", app_secret=Secret("s"), token=Secret("t"), ship_by_field="promise"
        ),
        {ORDER: [{"trade_fullinfo_get_response": {"trade": TRADE}}]},
    )

    order = read_order(shop, "3900000000000000001")

    assert order is not None
    assert (order.id, order.lines[0].name, order.lines[0].count) == (
        "3900000000000000001", "风衣", 2,
    )  # fmt: skip
    assert (order.amount_fen, order.remark, order.urged) == (20007, "急", True)
    assert order.ordered == datetime(2026, 11, 18, 2, tzinfo=UTC)
    assert order.ship_by == datetime(2026, 11, 20, 2, 5, tzinfo=UTC)
    assert "promise" in str(shop.calls[0].params["fields"])


@pytest.mark.parametrize("missing", sorted(set(TRADE) - {"tid"}))
def test_every_field_but_the_number_may_be_absent(missing: str) -> None:
    told = {name: value for name, value in TRADE.items() if name != missing and value is not UNSET}

    assert isinstance(order_of(Fields(told)), Order)


def test_a_sync_reads_the_orders_of_refunds(tmp_path: Path) -> None:
    office = Office(tmp_path, ["qianniu"], tickets=2)
    with office.desk() as desk:
        desk.sync(max_seconds=None)

        rows = desk.queue(QueueFilter(streams=("refund",)))
        found = [with_orders(desk, desk.ticket(row.id)).beside.orders for row in rows]

    assert rows
    orders = [facts[0].order for facts in found]
    assert all(order is not None for order in orders)
    assert {order.id for order in orders if order} == {row.order_ids[0] for row in rows}
