"""The stream of service requests: pages, details, what they say, and answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from gongdan import (
    UNSET,
    Action,
    Ask,
    BadField,
    Case,
    Fields,
    Message,
    Ref,
    Secret,
    Status,
    Ticket,
    Urgency,
    Who,
)
from gongdan_douyin import DouyinSettings
from gongdan_douyin.client import fault
from gongdan_douyin.tickets import SERVICE, check, read_detail, read_page, to_call, to_ticket

from ..stub import StubShop, is_pure, reply, whole

PAYLOADS = Path(__file__).parent / "payloads"
LISTED = (PAYLOADS / "order.getServiceList.json").read_bytes()
DETAILED = (PAYLOADS / "order.serviceDetail.json").read_bytes()
SETTINGS = DouyinSettings(app_key="1", app_secret=Secret("s"))
START = datetime(2023, 11, 14, 22, 13, 19, 999999, tzinfo=UTC)
END = datetime(2023, 11, 14, 22, 13, 20, 1, tzinfo=UTC)
Object = dict[str, object]


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def detail(logs: list[Object] | None = None, **changed: object) -> Object:
    """The written detail as the core composes it, with other values."""
    data = json.loads(DETAILED)["data"]
    return {
        "detail": data["detail"] | changed,
        "logs": data["logs"] if logs is None else logs,
    }


def row(**changed: object) -> Object:
    found: Object = json.loads(LISTED)["data"]["list"][0]
    return found | changed


def ticket_of(payload: Object) -> Ticket:
    return to_ticket(Fields(payload))


@pytest.mark.parametrize(("by", "order_by"), [("update", "update_time"), ("create", "create_time")])
def test_asks_for_whole_seconds_oldest_first(by: str, order_by: str) -> None:
    shop = StubShop(SETTINGS, {"order.getServiceList": [LISTED]})
    ask = msgspec.convert({"start": START, "end": END, "page": 2, "size": 500, "by": by}, Ask)

    read_page(shop, ask)

    assert shop.calls[0].params == {
        "start_time": 1699999999,
        "end_time": 1700000001,
        "order_by": order_by,
        "order": "ASC",
        "page": 2,
        "size": 100,
    }


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_reads_the_documented_page_as_it_stands(bom: bytes) -> None:
    shop = StubShop(SETTINGS, {"order.getServiceList": [bom + LISTED]})

    page = read_page(shop, Ask(START, END, 1, 100))

    tickets = [to_ticket(Fields.of(bytes(raw))) for raw in page.rows]
    assert fault(reply(bom + LISTED)) is None
    assert page.total == 2
    assert [Fields.of(bytes(raw)).id() for raw in page.rows] == ["10884357", "10884339"]
    assert [ticket.order_ids for ticket in tickets] == [
        ("4738008402565375458",),  # quoted in the first row
        ("4738008402565375458",),
    ]
    assert tickets[0].status is Status.CLOSED
    assert tickets[0].status_text == "已关闭"
    assert tickets[0].kind_text == "售后服务"
    assert tickets[0].text == "服务测试2-商家回复前\n"
    assert tickets[0].created == beijing("2020-12-08T17:01:05")
    assert tickets[0].updated == beijing("2020-12-09T13:34:55")
    assert tickets[0].answerable is False
    assert tickets[0].thread is UNSET
    assert tickets[0].deadline is UNSET


@pytest.mark.parametrize("rows", ["null", "[]", '""', "{}"])
def test_reads_an_empty_page(rows: str) -> None:
    answer = f'{{"code":10000,"data":{{"total":0,"list":{rows}}}}}'.encode()
    shop = StubShop(SETTINGS, {"order.getServiceList": [answer]})

    page = read_page(shop, Ask(START, END, 1, 100))

    assert (list(page.rows), page.total) == ([], 0)


def test_reads_a_detail_with_its_log() -> None:
    shop = StubShop(SETTINGS, {"order.serviceDetail": [DETAILED]})

    ticket = to_ticket(whole(read_detail(shop, Ref("7123456789012345678", Fields({})))))

    assert shop.calls[0].params == {"service_id": 7123456789012345678}
    assert ticket == Ticket(
        status=Status.PENDING,
        status_text="待处理",
        kind_text="售后服务",
        urgency=Urgency.NORMAL,
        origin=Who.PLATFORM,
        text="买家反馈收到的杯子有裂纹，请核实后给出方案",
        order_ids=("4738008402565375458",),
        created=beijing("2026-11-19T10:00:00"),
        updated=beijing("2026-11-19T12:30:00"),
        closed=None,
        deadline=beijing("2026-11-20T10:00:00"),
        target=timedelta(hours=24),
        answerable=True,
        evidence_required=True,
        revocable=False,
        outcome=None,
        round=1,
        thread=(
            Message(
                Who.PLATFORM,
                "买家反馈收到的杯子有裂纹，请核实后给出方案",
                beijing("2026-11-19T10:00:00"),
            ),
            Message(
                Who.MERCHANT,
                "您好，已安排补发",
                beijing("2026-11-19T11:00:00"),
                files=("https://example.com/parcel.png",),
            ),
            Message(Who.PLATFORM, "请补充物流单号", beijing("2026-11-19T12:30:00")),
        ),
    )


def test_says_the_same_of_the_same() -> None:
    assert is_pure(to_ticket, detail())
    assert is_pure(to_ticket, row())


@pytest.mark.parametrize(
    ("word", "status", "answerable"),
    [
        (0, Status.PENDING, True),
        ("0", Status.PENDING, True),
        (5, Status.WAITING_BUYER, False),
        (10, Status.WAITING_PLATFORM, False),
        (100, Status.CLOSED, False),
        (77, Status.UNKNOWN, UNSET),
    ],
)
def test_maps_the_status(word: object, status: Status, answerable: object) -> None:
    fields = Fields(row(operate_status=word))

    ticket = to_ticket(fields)

    assert (ticket.status, ticket.answerable) == (status, answerable)
    assert bool(fields.notes) is (status is Status.UNKNOWN)


def test_guesses_no_status_from_absence() -> None:
    ticket = ticket_of({"id": 1})

    assert (ticket.status, ticket.answerable, ticket.order_ids) == (UNSET, UNSET, UNSET)


@pytest.mark.parametrize(
    ("told", "target", "urgency"),
    [
        ("2小时", timedelta(hours=2), Urgency.URGENT),
        ("24小时", timedelta(hours=24), Urgency.NORMAL),
        ("12 小时", timedelta(hours=12), Urgency.AGREED),
        ("2天", timedelta(days=2), Urgency.AGREED),
        ("120分钟", timedelta(hours=2), Urgency.URGENT),
        ("尽快", UNSET, UNSET),
        ("", UNSET, UNSET),
    ],
)
def test_infers_the_class_from_the_time_given(told: str, target: object, urgency: object) -> None:
    log: Object = {"operate_name": "平台客服", "service_detail": "问", "deal_time": told}

    ticket = ticket_of(detail([log]))

    assert (ticket.target, ticket.urgency) == (target, urgency)


@pytest.mark.parametrize(
    ("log", "who", "text"),
    [
        (
            {"operate_name": "商家", "reply_detail": "答", "content": "商家回复:答"},
            Who.MERCHANT,
            "答",
        ),
        ({"operate_name": "商家-小周", "reply_detail": "答"}, Who.MERCHANT, "答"),
        ({"operate_name": "小周", "reply_detail": "答"}, Who.MERCHANT, "答"),
        ({"operate_name": "商家", "content": "转交"}, Who.MERCHANT, "转交"),
        ({"operate_name": "平台客服", "reject_detail": "驳"}, Who.PLATFORM, "驳"),
        (
            {"operate_name": "平台审核", "reply_detail": "答", "reject_detail": "驳"},
            Who.PLATFORM,
            "驳",
        ),
        ({"operate_name": "系统", "close_detail": "关"}, Who.SYSTEM, "关"),
        ({"operate_name": "机器人", "content": "提醒"}, Who.SYSTEM, "提醒"),
    ],
)
def test_tells_who_spoke(log: Object, who: Who, text: str) -> None:
    fields = Fields(detail([{"create_time": 1795053600, **log}]))

    thread = to_ticket(fields).thread

    assert thread == (Message(who, text, beijing("2026-11-19T10:00:00")),)
    assert bool(fields.notes) is (log["operate_name"] == "机器人")


def test_finds_times_where_the_log_has_none() -> None:
    """As in the sample of 2020: newest first, no create_time."""
    logs: list[Object] = [
        {"operate_name": "系统", "close_detail": "超时关闭"},
        {"operate_name": "商家", "reply_detail": "二"},
        {"operate_name": "平台客服", "reject_detail": "驳"},
        {"operate_name": "商家", "reply_detail": "一", "create_time": ""},
        {"operate_name": "平台客服", "service_detail": "问"},
    ]
    times = {"reply_time": "2026-11-19 14:00:00", "close_time": "2026-11-20 10:00:00"}

    thread = ticket_of(detail(logs, **times)).thread

    assert thread is not UNSET
    assert [(entry.text, entry.at) for entry in thread] == [
        ("问", beijing("2026-11-19T10:00:00")),
        ("一", beijing("2026-11-19T11:00:00")),
        ("驳", beijing("2026-11-19T12:30:00")),
        ("二", beijing("2026-11-19T14:00:00")),
        ("超时关闭", beijing("2026-11-20T10:00:00")),
    ]


def test_sees_an_answer_without_any_log() -> None:
    thread = ticket_of(detail([])).thread

    assert thread is not UNSET
    assert [(entry.who, entry.text) for entry in thread] == [
        (Who.PLATFORM, "买家反馈收到的杯子有裂纹，请核实后给出方案"),
        (Who.MERCHANT, "您好，已安排补发"),
    ]


@pytest.mark.parametrize(
    ("logs", "is_reject", "rounds"),
    [
        ([], 0, 0),
        ([], 1, 1),
        ([{"reject_detail": "一"}, {"reject_detail": "二"}], 0, 2),
    ],
)
def test_counts_rounds(logs: list[Object], is_reject: int, rounds: int) -> None:
    assert ticket_of(detail(logs, is_reject=is_reject)).round == rounds


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"detail": None, "logs": []}, id="no detail"),
        pytest.param({"detail": {}, "logs": []}, id="empty detail"),
        pytest.param(row(id=None), id="no id"),
        pytest.param(row(create_time=[]), id="a list for a time"),
        pytest.param(row(order_id={"a": 1}), id="an object for an id"),
    ],
)
def test_says_which_field_it_cannot_read(payload: Object) -> None:
    with pytest.raises(BadField, match=r"\$"):
        ticket_of(payload)


@pytest.mark.parametrize(("word", "ids"), [(None, ()), ("", ()), (0, ()), ('"47"', ("47",))])
def test_takes_an_order_id_in_every_form(word: object, ids: tuple[str, ...]) -> None:
    assert ticket_of(row(order_id=word)).order_ids == ids


def make_case(**parts: object) -> Case:
    ticket = msgspec.structs.replace(ticket_of(detail(evidence_required=0)), **parts)
    return Case("7123456789012345678", ticket, Fields({}), Fields({}))


def test_answers_by_number_and_text() -> None:
    call = to_call(Action("a", "reply", "您好"), make_case())

    assert call.op == "order.replyService"
    assert call.params == {"id": 7123456789012345678, "reply": "您好", "evidence": None}


def test_answers_with_evidence_that_is_there_already() -> None:
    action = Action("a", "reply", "您好", fields={"evidence": "https://a/1.png|https://a/2.png"})

    call = to_call(action, make_case(evidence_required=True))

    assert call.params["evidence"] == "https://a/1.png|https://a/2.png"
    assert check(action, make_case(evidence_required=True)) == ""


@pytest.mark.parametrize(
    ("text", "evidence", "parts", "why"),
    [
        ("您好", "", {}, ""),
        ("您好", "", {"answerable": UNSET}, ""),
        (" \n", "", {}, "no words"),
        ("您好", "", {"status": Status.CLOSED, "answerable": False}, "closed"),
        ("您好", "", {"status": Status.WAITING_PLATFORM, "answerable": False}, "answered already"),
        ("您好", "", {"evidence_required": True}, "pictures"),
        ("您好", "|", {"evidence_required": True}, "pictures"),
        ("您好", "a|b|c|d|e", {}, "5 pictures"),
    ],
)
def test_says_why_an_answer_would_not_be_taken(
    text: str, evidence: str, parts: Object, why: str
) -> None:
    action = Action("a", "reply", text, fields={"evidence": evidence})

    said = check(action, make_case(**parts))

    assert (why in said) if why else said == ""


def test_lists_in_the_order_it_asks_for() -> None:
    reading = SERVICE.reading

    assert reading is not None
    assert (SERVICE.id, SERVICE.updated) == ("id", "update_time")
    assert getattr(reading, "order", "") == "asc"
    assert getattr(reading, "first_page", 0) == 1
    assert getattr(reading, "by_creation", False) is True
