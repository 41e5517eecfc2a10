"""Exchanges: what a row and a detail say, and how they are asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gongdan import UNSET, Ask, BadField, Category, Fields, Raw, Ref, Secret, Status, Who
from gongdan_qianniu import QianniuSettings
from gongdan_qianniu.exchange import EXCHANGE, read_detail, read_page, to_ticket
from gongdan_qianniu.sign import texts

from ..stub import StubShop, is_pure, whole

SETTINGS = QianniuSettings(app_key="1", app_secret=Secret("s"), token=Secret("t"))
START = datetime(2026, 11, 20, 0, 59, 59, 999999, tzinfo=UTC)
END = datetime(2026, 11, 20, 1, 0, 0, 1, tzinfo=UTC)
LIST, GET = "tmall.exchange.receive.get", "tmall.exchange.get"
MESSAGES, ORDER = "tmall.exchange.messages.get", "taobao.trade.fullinfo.get"
Object = dict[str, object]


def row(**changed: object) -> Object:
    known: Object = {
        "dispute_id": "18453746528401",
        "biz_order_id": "3900000000000000001",
        "status": "1",
        "created": "2026-11-19 10:00:00",
        "modified": "2026-11-20 09:00:00",
        "title": "短袖T恤",
        "reason": "尺码不合适",
        "bought_sku": "白色;L",
        "exchange_sku": "白色;XL",
        "buyer_nick": "晴天的猫",
        "seller_nick": "山岚旗舰店",
        "buyer_open_uid": "AAE1",
        "time_out": "2026-11-22 10:00:00",
        "refund_version": 1763600400000,
        "num": "1",
    }
    return {name: value for name, value in (known | changed).items() if value is not UNSET}


def message(role: object, nick: str = "", number: int = 1) -> Object:
    return {
        "id": number, "owner_role": role, "owner_nick": nick, "content": "您好",
        "created": "2026-11-20 09:00:00",
    }  # fmt: skip


def detail(*messages: Object, **changed: object) -> Object:
    return {"exchange": row(**changed), "trade": {}, "messages": list(messages)}


def shop(settings: QianniuSettings = SETTINGS, **answers: object) -> StubShop[QianniuSettings]:
    names = {"page": LIST, "case": GET, "messages": MESSAGES, "order": ORDER}
    return StubShop(settings, {names[name]: [answer] for name, answer in answers.items()})


FLAT = {"results": [row()], "total_results": 7, "has_next": True, "request_id": "r"}
NESTED = {
    "tmall_exchange_receive_get_response": {
        "results": {"exchange": [row()]}, "total_results": 7, "has_next": True,
    }
}  # fmt: skip


@pytest.mark.parametrize("answer", [FLAT, NESTED])
def test_reads_a_page_in_either_form(answer: Object) -> None:
    found = read_page(asked := shop(page=answer), Ask(START, END, 2, 500))

    told = texts(asked.calls[0].params)
    assert [Fields.of(bytes(raw)).id(EXCHANGE.id) for raw in found.rows] == ["18453746528401"]
    assert (found.total, found.more) == (7, True)
    assert told["start_gmt_modified_time"] == "2026-11-20 08:59:59"
    assert told["end_gmt_modifed_time"] == "2026-11-20 09:00:01"  # sic
    assert (told["page_no"], told["page_size"]) == ("2", "100")


def test_asks_by_creation_for_the_daily_sweep() -> None:
    read_page(asked := shop(page=FLAT), Ask(START, END, 1, 100, by="create"))

    told = texts(asked.calls[0].params)
    assert told["start_created_time"] == "2026-11-20 08:59:59"
    assert told["end_created_time"] == "2026-11-20 09:00:01"
    assert not {name for name in told if "modif" in name}


@pytest.mark.parametrize("empty", [{}, {"results": {}}, {"results": None}, {"results": ""}])
def test_an_empty_list_has_many_forms(empty: Object) -> None:
    assert list(read_page(shop(page=empty), Ask(START, END, 1, 100)).rows) == []


def test_reads_a_detail_with_its_messages() -> None:
    asked = shop(
        case={"result": {"success": True, "exchange": row()}},
        messages={"result": {"results": [message("4")], "total_results": 1}},
    )

    ticket = to_ticket(whole(read_detail(asked, Ref("18453746528401", Fields({})))))

    assert [call.op for call in asked.calls] == [GET, MESSAGES]
    assert ticket.status is Status.PENDING
    assert (ticket.kind_text, ticket.category) == ("换货", Category.RETURN)
    assert ticket.text == "已购规格：白色;L\n换成规格：白色;XL"
    assert ticket.order_ids == ("3900000000000000001",)
    assert ticket.buyer == "晴**猫"
    assert ticket.deadline == datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert ticket.version == "1763600400000"
    assert ticket.thread
    assert ticket.thread[0].who is Who.BUYER


def test_reads_the_memo_of_the_order_where_it_is_wanted() -> None:
    settings = QianniuSettings(app_key="1", app_secret=Secret("s"), token=Secret("t"), memo=True)
    asked = shop(
        settings,
        case={"result": {"exchange": row()}},
        messages={"result": {}},
        order={"trade": {"tid": 3900000000000000001, "seller_memo": "旧"}},
    )

    found = read_detail(asked, Ref("1", Fields({})))

    assert isinstance(found, dict)
    assert isinstance(found["trade"], Raw)
    assert Fields.of(bytes(found["trade"])).text("seller_memo") == "旧"
    assert asked.calls[1].params["tid"] == "3900000000000000001"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("1", Status.PENDING),
        (1, Status.PENDING),
        ("换货待处理", Status.PENDING),
        ("2", Status.WAITING_BUYER),
        ("3", Status.PENDING),
        ("4", Status.CLOSED),
        ("5", Status.CLOSED),
        ("6", Status.WAITING_BUYER),
        ("12", Status.PENDING),
        ("13", Status.WAITING_BUYER),
        ("14", Status.PENDING),
        ("7", Status.UNKNOWN),
        ("", Status.UNKNOWN),
        (UNSET, UNSET),
    ],
)
def test_maps_the_status_and_guesses_none(word: object, status: object) -> None:
    case = Fields(row(status=word))

    assert to_ticket(case).status is status
    assert bool(case.notes) == (status is Status.UNKNOWN)


def test_what_the_buyer_has_time_for_is_the_buyers_term() -> None:
    ticket = to_ticket(Fields(row(status="2")))

    assert ticket.deadline is None
    assert ticket.buyer_term == datetime(2026, 11, 22, 2, tzinfo=UTC)


@pytest.mark.parametrize("word", ["3天", [], {"days": 3}])
def test_a_time_out_that_is_no_time_is_noted_and_costs_nothing_else(word: object) -> None:
    """Its form is not documented."""
    case = Fields(row(time_out=word))

    ticket = to_ticket(case)

    assert (ticket.deadline, ticket.status) == (UNSET, Status.PENDING)
    assert case.notes == ["time_out: no time"]


@pytest.mark.parametrize(
    ("role", "nick", "who"),
    [
        ("1", "", Who.MERCHANT),
        (2, "", Who.MERCHANT),
        ("3", "小二", Who.PLATFORM),
        ("4", "", Who.BUYER),
        ("5", "", Who.SYSTEM),
        ("6", "", Who.SYSTEM),
        pytest.param("1", "晴天的猫", Who.BUYER, id="the name says more than a number"),
        pytest.param("4", "山岚旗舰店:小周", Who.MERCHANT, id="a sub-account"),
    ],
)
def test_tells_who_spoke_by_another_book_than_refunds(role: object, nick: str, who: Who) -> None:
    payload = Fields(detail(message(role, nick)))

    thread = to_ticket(payload).thread

    assert thread
    assert thread[0].who is who
    assert payload.notes == []


def test_a_role_nobody_knows_is_the_systems_and_noted() -> None:
    payload = Fields(detail(message("9")))

    thread = to_ticket(payload).thread

    assert thread
    assert thread[0].who is Who.SYSTEM
    assert payload.notes == ["messages.owner_role: new value '9'"]


def test_notes_a_step_of_the_platform_that_nobody_knows() -> None:
    case = Fields(row(cs_status=12))

    assert to_ticket(case).status is Status.PENDING
    assert case.notes == ["cs_status: new value '12'"]


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"exchange": None, "messages": []}, id="empty detail"),
        pytest.param(row(created=["x"]), id="a list for a time"),
        pytest.param(row(dispute_id=UNSET), id="no id"),
    ],
)
def test_says_which_field_it_cannot_read(payload: Object) -> None:
    with pytest.raises(BadField, match=r"dispute_id|created"):
        to_ticket(Fields(payload))


def test_says_the_same_of_the_same() -> None:
    assert is_pure(to_ticket, detail(message("1")))
