"""The orders behind tickets: read after everything else, apart from the tickets, at no cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gongdan import (
    AccessDenied,
    AuthExpired,
    GongdanError,
    Order,
    OrderLine,
    RateLimited,
    Refused,
    Status,
    Ticket,
    Transient,
    Who,
)
from gongdan.classification.classifying import classify_new
from gongdan.desk import Desk
from gongdan.order import OrderFacts
from gongdan.ordering import A_RUN, MOST_TRIES, SECONDS, differences, enrich, left, with_orders
from gongdan.views import QueueFilter, RunRow

from .office import Office, put

WELL = [RunRow(id=1, shop="douyin", outcome="ok", new=1)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=1)


class Orders:
    """A platform's orders: what was asked for, and what it answers or raises."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None

    def __call__(self, _shop: object, order_id: str) -> Order | None:
        self.asked.append(order_id)
        if self.error is not None:
            raise self.error
        return None if order_id == "none" else Order(id=order_id, status_text="已发货")


@pytest.fixture
def orders() -> Orders:
    return Orders()


@pytest.fixture
def desk(office: Office, orders: Orders) -> Desk:
    desk = office.desk()
    reads(desk, orders)
    return desk


def reads(desk: Desk, read: Callable[..., Any] | None) -> None:
    """Let the streams of the one connector here read orders so."""
    found = desk.plugins.connector("douyin")
    streams = tuple(replace(stream, read_order=read) for stream in found.streams)
    desk.plugins._connectors["douyin"] = replace(found, streams=streams)


def ticket(desk: Desk, *orders: str, remote_id: str = "1", **more: Any) -> str:
    fields: dict[str, Any] = {"status": Status.PENDING, "turn": Who.MERCHANT, "order_ids": orders}
    ref = put(desk.store, remote_id, Ticket(**(fields | more)), desk.now())
    classify_new(desk)
    return ref


def facts(desk: Desk, ref: str) -> tuple[OrderFacts, ...]:
    return with_orders(desk, desk.ticket(ref)).beside.orders


def test_an_order_is_read_once_and_kept_with_its_time(desk: Desk, orders: Orders) -> None:
    ref = ticket(desk, "A", "B")

    assert enrich(desk, WELL) == 1
    assert enrich(desk, WELL) == 0

    (known,) = facts(desk, ref)
    assert orders.asked == ["A"]
    assert (known.order, known.at) == (Order(id="A", status_text="已发货"), desk.now())
    assert known.error == ""


def test_it_is_read_again_when_the_ticket_changes_later(
    office: Office, desk: Desk, orders: Orders
) -> None:
    ticket(desk, "A")
    enrich(desk, WELL)
    office.clock.sleep(86_399)
    ticket(desk, "A", text="新的说明")
    enrich(desk, WELL)
    assert orders.asked == ["A"]

    office.clock.sleep(1)
    ticket(desk, "A", text="又变了")
    enrich(desk, WELL)

    assert orders.asked == ["A", "A"]


def test_what_the_platform_does_not_know_is_not_asked_again(desk: Desk, orders: Orders) -> None:
    ref = ticket(desk, "none")
    enrich(desk, WELL)
    enrich(desk, WELL)

    assert orders.asked == ["none"]
    assert facts(desk, ref)[0].order is None
    assert facts(desk, ref)[0].at == desk.now()


def test_only_open_tickets_wish_for_their_orders(desk: Desk, orders: Orders) -> None:
    ticket(desk, "A", status=Status.CLOSED)
    ticket(desk, remote_id="2")
    classify_new(desk, closed=10)

    enrich(desk, WELL)

    assert orders.asked == []


def test_a_platform_without_orders_is_asked_for_none(desk: Desk) -> None:
    reads(desk, None)
    ticket(desk, "A")

    assert desk.store.orders.waiting("douyin", desk.now(), 9) == []
    assert enrich(desk, WELL) == 0


def test_a_shop_that_brought_nothing_new_is_asked_for_none(desk: Desk, orders: Orders) -> None:
    ticket(desk, "A")

    enrich(desk, [RunRow(id=1, shop="douyin", outcome="ok", unchanged=5)])

    assert orders.asked == []


def test_a_setting_turns_it_off(office: Office, orders: Orders) -> None:
    office.add("[gongdan]\norder_facts = false")
    desk = office.desk()
    reads(desk, orders)
    ticket(desk, "A")

    assert enrich(desk, WELL) == 0
    assert orders.asked == []
    assert desk.store.orders.waiting("douyin", desk.now(), 9) == []


def test_with_nothing_new_only_lists_are_asked_for(tmp_path: Path) -> None:
    """All streams of both connectors, though more orders are wished for than one sync reads."""
    office = Office(tmp_path, tickets=30)
    desk = office.desk()
    desk.sync()
    assert len(desk.store.orders.waiting("qianniu", desk.now(), 99)) > 0
    office.clock.sleep(60)
    office.network.sent.clear()

    report = desk.sync()

    lists = {
        "order.getServiceList", "afterSale.List", "taobao.refunds.receive.get",
        "tmall.exchange.receive.get", "taobao.qianniu.tasks.get",
        "taobao.oc.tradetrace.alerts.get",
    }  # fmt: skip
    asked = [dict(one.query) | dict(one.form) for one in office.network.sent]
    assert (report.new, report.changed) == (0, 0)
    assert {one["method"] for one in asked} == lists


def test_shops_whose_reading_went_wrong_are_left(desk: Desk, orders: Orders) -> None:
    ticket(desk, "A")

    enrich(desk, [RunRow(id=1, shop="douyin", outcome="failed", new=1)])

    assert orders.asked == []


def test_a_sync_reads_so_many(desk: Desk, orders: Orders) -> None:
    for number in range(A_RUN + 3):
        ticket(desk, f"{number}", remote_id=f"{number}")

    assert [enrich(desk, WELL), enrich(desk, WELL)] == [A_RUN, 3]
    assert orders.asked[0] == f"{A_RUN + 2}"  # the last wish first


@pytest.mark.parametrize(
    "error", [Refused("no such order"), Transient("down"), KeyError("a buyer's name")]
)
def test_a_failure_is_told_and_waits_longer_each_time(
    office: Office, desk: Desk, orders: Orders, error: Exception
) -> None:
    ref = ticket(desk, "A")
    orders.error = error
    enrich(desk, WELL)
    enrich(desk, WELL)
    assert len(orders.asked) == 1
    assert facts(desk, ref)[0].error == (
        str(error) if isinstance(error, GongdanError) else "KeyError"
    )

    office.clock.sleep(16 * 60)
    enrich(desk, WELL)
    office.clock.sleep(16 * 60)
    enrich(desk, WELL)
    assert len(orders.asked) == 2

    orders.error = None
    office.clock.sleep(31 * 60)
    enrich(desk, WELL)
    assert facts(desk, ref)[0].error == ""
    assert facts(desk, ref)[0].order is not None


def test_what_is_refused_for_days_is_given_up_and_what_is_down_is_not(
    office: Office, desk: Desk, orders: Orders
) -> None:
    ticket(desk, "A")
    for error, most in ((Refused("no"), MOST_TRIES), (Transient("down"), MOST_TRIES + 4)):
        orders.asked.clear()
        orders.error = error
        desk.store.orders.keep("douyin", "A", None, desk.now())
        office.clock.sleep(86_401)
        desk.store.orders.want([("douyin", "A")], desk.now())
        for _ in range(MOST_TRIES + 4):
            enrich(desk, WELL)
            office.clock.sleep(86_401)
        assert len(orders.asked) == most


@pytest.mark.parametrize(
    ("error", "hours"),
    [(AuthExpired("over"), 1), (RateLimited("slow"), 1), (AccessDenied("no"), 25)],
)
def test_where_the_next_would_fare_no_better_the_shop_is_left_for_a_while(
    office: Office, desk: Desk, orders: Orders, error: Exception, hours: int
) -> None:
    ticket(desk, "A")
    ticket(desk, "B", remote_id="2")
    orders.error = error

    enrich(desk, WELL)
    enrich(desk, WELL)
    assert orders.asked == ["B"]

    office.clock.sleep(hours * 3600)
    orders.error = None
    enrich(desk, WELL)
    assert sorted(orders.asked[1:]) == ["A", "B"]


def test_a_sync_is_not_touched_by_it(desk: Desk, orders: Orders) -> None:
    """Whatever an order raises: the tickets are in, the run is good, the exit code is 0."""
    orders.error = RuntimeError("boom")

    report = desk.sync()

    assert orders.asked
    assert (report.exit_code, report.shops[0].outcome) == (0, "ok")
    assert len(desk.queue(QueueFilter())) > 0


def test_nothing_is_read_once_it_is_time_to_stop(desk: Desk, orders: Orders) -> None:
    ticket(desk, "A")
    desk.stop.set()

    assert enrich(desk, WELL) == 0
    assert orders.asked == []


@pytest.mark.parametrize(
    ("most", "spent", "there"), [(None, 500, SECONDS), (60, 10, SECONDS), (60, 55, 5), (60, 61, 0)]
)
def test_orders_take_what_is_left_of_the_time(
    most: float | None, spent: float, there: float
) -> None:
    assert left(most, spent) == there


def test_what_a_ticket_says_otherwise_than_its_order_is_told(office: Office) -> None:
    at = office.clock.now()
    order = Order(id="A", lines=(OrderLine(name="云朵四件套"),), amount_fen=9900, ordered=at)
    same = Ticket(product="云朵四件套 白色 等2件", amount_fen=9900, ordered=at)
    other = Ticket(product="雨靴", amount_fen=9901, ordered=at - timedelta(days=1))

    assert differences(same, order) == ()
    assert differences(other, order) == ("product", "ordered", "amount")
    assert differences(Ticket(), order) == ()
    assert differences(other, Order(id="A")) == ()


def test_an_order_of_douyin_is_read_by_its_after_sale(office: Office) -> None:
    desk = office.desk()
    desk.sync()
    aftersale = next(desk.ticket(row.id) for row in desk.queue(QueueFilter(streams=("aftersale",))))
    number = aftersale.row.order_ids[0]
    ref = ticket(desk, number, remote_id="777")

    enrich(desk, WELL)

    (known, *_) = facts(desk, ref)
    assert known.order is not None
    assert known.order.id == number
    assert known.order.lines[0].name in aftersale.row.product
    assert known.order.status_text in ("未发货", "已发货")
    assert known.order.ordered == aftersale.ticket.ordered
