"""Orders that are late to ship: how they are found, what they say, and their memo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gongdan import UNSET, Ask, BadField, Fields, Ref, Secret, Status, Ticket, Who
from gongdan.desk import Desk
from gongdan.files.columns import Map
from gongdan.files.importing import Intake
from gongdan.sandbox import Fault
from gongdan.views import QueueFilter
from gongdan_qianniu import QianniuSettings
from gongdan_qianniu.urge import read_detail, read_page, to_ticket
from tests.core.office import Office

from ..stub import StubShop, is_pure, whole
from .doing import calls, draft, office_of, refusal, send, set_shop

SETTINGS = QianniuSettings(app_key="1", app_secret=Secret("s"), token=Secret("t"))
ALERTS, ORDER = "taobao.oc.tradetrace.alerts.get", "taobao.trade.fullinfo.get"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
Object = dict[str, object]


def order(**changed: object) -> Object:
    known: Object = {
        "tid": 3900000000000000001,
        "status": "WAIT_SELLER_SEND_GOODS",
        "created": "2026-11-18 10:00:00",
        "pay_time": "2026-11-18 10:05:00",
        "payment": "200.07",
        "ob_tag": "sd,lg",
        "title": "风衣",
    }
    told = {name: value for name, value in (known | changed).items() if value is not UNSET}
    return {"trade": told, "ship_by": None}


def ticket_of(payload: Object) -> Ticket:
    return to_ticket(Fields(payload))


def page(count: int) -> Object:
    return {"result_list": [{"tid": number} for number in range(1, count + 1)]}


@pytest.mark.parametrize(
    ("count", "token", "more", "following"),
    [(100, "", True, "2"), (100, "4", True, "5"), (7, "5", False, "1"), (0, "", False, "1")],
)
def test_reads_page_by_page_and_begins_again(
    count: int, token: str, more: bool, following: str
) -> None:
    shop = StubShop(SETTINGS, {ALERTS: [page(count)]})

    found = read_page(shop, Ask(NOW, NOW, 1, 100, token))

    assert (len(found.rows), found.more, found.token) == (count, more, following)
    assert shop.calls[0].params["abnormal_type"] == 3
    assert shop.calls[0].params["page_no"] == int(token or 1)


def test_an_alert_says_which_order_and_no_more() -> None:
    ticket = ticket_of({"tid": 3900000000000000001})

    assert ticket.order_ids == ("3900000000000000001",)
    assert (ticket.status, ticket.deadline) == (UNSET, UNSET)


@pytest.mark.parametrize(
    ("tag", "kind", "who"),
    [
        ("lg", "催发货", Who.BUYER),
        ("sd;lg;x", "催发货", Who.BUYER),
        ("algo", "发货超时", Who.PLATFORM),
        ("", "发货超时", Who.PLATFORM),
        (UNSET, "发货超时", Who.PLATFORM),
        (None, "发货超时", Who.PLATFORM),
    ],
)
def test_tells_whether_the_buyer_has_urged(tag: object, kind: str, who: Who) -> None:
    ticket = ticket_of(order(ob_tag=tag))

    assert (ticket.kind_text, ticket.origin) == (kind, who)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("WAIT_SELLER_SEND_GOODS", Status.PENDING),
        ("WAIT_BUYER_CONFIRM_GOODS", Status.CLOSED),
        ("TRADE_FINISHED", Status.CLOSED),
        ("TRADE_CLOSED_BY_TAOBAO", Status.CLOSED),
        ("WAIT_BUYER_PAY", Status.WAITING_BUYER),
        ("SELLER_SHIPPED_HALF", Status.UNKNOWN),
        (UNSET, UNSET),
    ],
)
def test_is_done_when_it_is_shipped(word: object, status: object) -> None:
    assert ticket_of(order(status=word)).status is status


def test_counts_from_the_payment_and_knows_money_to_the_fen() -> None:
    ticket = ticket_of(order())

    assert ticket.created == datetime(2026, 11, 18, 2, 5, tzinfo=UTC)
    assert (ticket.amount_fen, ticket.ship_by, ticket.deadline) == (20007, None, None)
    assert "1 查看状态：等待卖家发货" in str(ticket.text)


def test_takes_the_promised_time_from_where_the_settings_say() -> None:
    settings = QianniuSettings(
        app_key="1", app_secret=Secret("s"), token=Secret("t"), ship_by_field="promise"
    )
    told = {"trade": {"tid": 1, "promise": "2026-11-20 10:05:00"}}
    shop = StubShop(settings, {ORDER: [told]})

    ticket = to_ticket(whole(read_detail(shop, Ref("1", Fields({})))))

    assert str(shop.calls[0].params["fields"]).endswith(",promise")
    assert ticket.ship_by == ticket.deadline == datetime(2026, 11, 20, 2, 5, tzinfo=UTC)
    assert "11-20 10:05 前" in str(ticket.text)


def test_an_empty_order_is_none() -> None:
    with pytest.raises(BadField, match="tid"):
        ticket_of({"trade": {}, "ship_by": None})


def test_says_the_same_of_the_same() -> None:
    assert is_pure(to_ticket, order())


# from the desk


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = office_of(tmp_path, "urge", tickets=6)
    set_shop(made, ship_by_field='"example_ship_time"')
    return made


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        assert opened.sync().exit_code == 0
        yield opened


def test_every_late_order_is_in_the_queue_by_its_promise(desk: Desk) -> None:
    rows = desk.queue(QueueFilter())

    assert {row.stream for row in rows} == {"urge"}
    assert len(rows) == 6
    assert {row.due_source for row in rows} == {"platform"}
    assert [row.due for row in rows if row.due] == sorted(row.due for row in rows if row.due)


def test_shipping_has_a_clock_of_its_own(desk: Desk) -> None:
    row = desk.queue(QueueFilter())[0]

    clocks = {clock.kind: clock for clock in desk.why(row.id).clocks}

    assert clocks["shipping"].due == clocks["handling"].due
    assert clocks["handling"].rule == "qianniu.urge"


def test_a_shop_without_a_promised_time_gives_its_own(office: Office) -> None:
    set_shop(office, ship_by_field='""')
    office.add('[shops.qianniu.rules."qianniu.urge"]\nmode = "wall"\ntarget = "48h"')

    with office.desk() as desk:
        desk.sync()
        row = desk.queue(QueueFilter())[0]

        assert row.due_source == "rule"
        assert row.created is not None
        assert row.due == row.created + timedelta(hours=48)


def test_an_order_that_was_shipped_leaves_the_queue(office: Office, desk: Desk) -> None:
    """The alert no longer names it: that alone would say nothing."""
    number = desk.queue(QueueFilter())[0].id.rpartition("/")[2]
    office.put({"stream": "urge", "id": number, "status": "WAIT_BUYER_CONFIRM_GOODS"}, "qianniu")

    desk.sync()
    soon = len(desk.queue(QueueFilter()))
    office.clock.advance(3601)
    desk.sync()

    assert (soon, len(desk.queue(QueueFilter()))) == (6, 5)


def test_an_urged_order_that_is_not_late_comes_by_its_number_in_a_file(
    office: Office, desk: Desk
) -> None:
    """No list names it; the order itself says that the buyer has urged."""
    office.put({"stream": "urge", "id": "390011", "ob_tag": "lg", "late": False}, "qianniu")
    desk.sync()
    before = len(desk.queue(QueueFilter()))
    file = office.path.parent / "urged.csv"
    file.write_text("订单编号\n390011\n", "utf-8")
    how = Map(stream="urge", columns={"id": "订单编号"})

    Intake(desk, "qianniu", "urge", how).take([file])
    desk.sync()

    view = desk.ticket("390011")
    assert (before, len(desk.queue(QueueFilter()))) == (6, 7)
    assert (view.row.title, view.row.status_text) == ("买家催发货", "等待卖家发货")


def remarked(office: Office, desk: Desk, *faults: str) -> tuple[str, str, str]:
    """Put a remark on an order that has a memo; return its state, the memo and the flag."""
    api = "taobao.trade.memo.update"
    view = next(
        desk.ticket(row.id) for row in desk.queue(QueueFilter())
        if "买家要求发顺丰" in str(memo_of(office, row.id))
    )  # fmt: skip
    for name in faults:
        office.sandbox.faults.arm(Fault(name=name, api=api))
    row = send(office, desk, draft(view, "remark", "已催仓库"), 40)
    case = memo_of(office, view.row.id)
    return row.state, str(case["seller_memo"]), str(case["seller_flag"])


def memo_of(office: Office, ticket: str) -> Object:
    case = office.sandbox.worlds["qianniu"].cases.get("urge", ticket.rpartition("/")[2])
    assert case is not None
    return dict(case.newest.fields)


def test_a_remark_goes_behind_the_memo_and_keeps_the_flag(office: Office, desk: Desk) -> None:
    assert remarked(office, desk) == ("confirmed", "买家要求发顺丰\n已催仓库", "1")


@pytest.mark.parametrize("fault", ["lost-response", "hidden-write"])
def test_a_remark_whose_answer_is_lost_is_found(office: Office, desk: Desk, fault: str) -> None:
    state, memo, _ = remarked(office, desk, "lost-response", fault)

    assert (state, memo) == ("confirmed", "买家要求发顺丰\n已催仓库")
    assert calls(office, "taobao.trade.memo.update") == 1


def test_a_memo_that_would_grow_too_long_is_refused(desk: Desk) -> None:
    view = desk.ticket(desk.queue(QueueFilter())[0].id)

    assert "1000" in refusal(desk, draft(view, "remark", "长" * 334))
