"""The stream of refunds: pages, details, what they say, and messages."""

from __future__ import annotations

import json
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gongdan import (
    UNSET,
    Action,
    Ask,
    BadField,
    Case,
    Category,
    Fields,
    File,
    Message,
    Ref,
    Secret,
    Status,
    Ticket,
    Who,
)
from gongdan_qianniu import QianniuSettings
from gongdan_qianniu.pictures import PLACEHOLDER
from gongdan_qianniu.refund_acts import reply_call as to_call
from gongdan_qianniu.refund_acts import reply_wrong as check
from gongdan_qianniu.sign import texts
from gongdan_qianniu.tickets import (
    REFUND,
    read_detail,
    read_page,
    to_ticket,
)

from ..stub import StubShop, is_pure, whole

PAYLOADS = Path(__file__).parent / "payloads"
PAGE = (PAYLOADS / "refunds.json").read_bytes()
NESTED = (PAYLOADS / "refunds.nested.json").read_bytes()
DETAIL = (PAYLOADS / "refund.json").read_bytes()
MESSAGES = (PAYLOADS / "messages.nested.json").read_bytes()
SETTINGS = QianniuSettings(app_key="1", app_secret=Secret("s"), token=Secret("t"))
START = datetime(2026, 11, 20, 0, 59, 59, 999999, tzinfo=UTC)
END = datetime(2026, 11, 20, 1, 0, 0, 1, tzinfo=UTC)
LIST_OP, GET_OP, MESSAGES_OP = (
    "taobao.refunds.receive.get",
    "taobao.refund.get",
    "taobao.refund.messages.get",
)
Object = dict[str, object]


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def row(**changed: object) -> Object:
    found: Object = json.loads(DETAIL)["refund"]
    return {name: value for name, value in (found | changed).items() if value is not UNSET}


def detail(*messages: Object, **changed: object) -> Object:
    return {"refund": row(**changed), "messages": list(messages)}


def ticket_of(payload: Object) -> Ticket:
    return to_ticket(Fields(payload))


@pytest.mark.parametrize("answer", [PAGE, NESTED])
def test_reads_a_page_in_either_form(answer: bytes) -> None:
    shop = StubShop(SETTINGS, {LIST_OP: [answer]})

    page = read_page(shop, Ask(START, END, 3, 500))

    asked = texts(shop.calls[0].params)
    ids = [Fields.of(bytes(raw)).id(REFUND.id) for raw in page.rows]
    assert ids == ["84537465284", "40594600198410"]
    assert (page.total, page.more) == (2, UNSET)
    assert asked["start_modified"] == "2026-11-20 08:59:59"
    assert asked["end_modified"] == "2026-11-20 09:00:01"
    assert (asked["page_no"], asked["page_size"]) == ("3", "100")
    assert asked["use_has_next"] == "false"


def test_asks_for_every_type_and_field_by_name() -> None:
    """Without them the platform hides most types, and most fields, in silence."""
    shop = StubShop(SETTINGS, {LIST_OP: [PAGE]})

    read_page(shop, Ask(START, END, 1, 100))

    asked = texts(shop.calls[0].params)
    assert len(asked["type"].split(",")) == 27
    assert {"guarantee_trade", "tmall_i18n", "b2c_cod"} <= set(asked["type"].split(","))
    assert {"modified", "cs_status", "buyer_open_uid"} <= set(asked["fields"].split(","))


def test_ends_a_span_of_whole_seconds_where_it_ends() -> None:
    shop = StubShop(SETTINGS, {LIST_OP: [PAGE]})

    read_page(shop, Ask(START, END.replace(microsecond=0), 1, 100))

    assert texts(shop.calls[0].params)["end_modified"] == "2026-11-20 09:00:00"


def test_reads_a_detail_with_its_messages() -> None:
    shop = StubShop(SETTINGS, {GET_OP: [DETAIL], MESSAGES_OP: [MESSAGES]})

    ticket = to_ticket(whole(read_detail(shop, Ref("84537465284", Fields({})))))

    assert [call.op for call in shop.calls] == [GET_OP, MESSAGES_OP]
    assert shop.calls[1].params["refund_phase"] == "onsale"
    assert ticket == Ticket(
        status=Status.PENDING,
        status_text="买家已经申请退款，等待卖家同意",
        kind_text="仅退款",
        category=Category.PAYMENT,
        origin=Who.BUYER,
        title="未按约定时间发货",
        text="拍下四天了还没发",
        order_ids=("2001234567890123456", "2001234567890123457"),
        product="春季碎花连衣裙",
        amount_fen=20007,
        buyer_id="AAHk5d-EAAeGwJedwSHpg8bT",
        buyer="小**鱼",
        created=china("2026-11-19T10:00:00"),
        updated=china("2026-11-20T09:00:00"),
        deadline=china("2026-11-21T10:00:00"),
        buyer_term=None,
        version="1795136400000",
        thread=(
            Message(
                Who.BUYER, "再不发货我就申请平台介入了", china("2026-11-19T10:05:00"), "30000000001"
            ),
            Message(
                Who.MERCHANT,
                "亲，非常抱歉",
                china("2026-11-19T11:00:00"),
                "30000000002",
                ("http://img.example/1.png",),
            ),
            Message(Who.PLATFORM, "请商家尽快处理", china("2026-11-19T12:00:00"), "30000000003"),
        ),
    )


def test_reads_a_row_without_a_thread() -> None:
    ticket = to_ticket(Fields(json.loads(PAGE)["refunds"][1]))

    assert (ticket.status, ticket.thread, ticket.deadline) == (Status.CLOSED, UNSET, UNSET)
    assert (ticket.amount_fen, ticket.text, ticket.buyer) == (50, None, "t**8")
    assert ticket.order_ids == ("2001234567890123999",)
    assert (ticket.kind_text, ticket.category) == ("退货退款", Category.RETURN)


def test_says_the_same_of_the_same() -> None:
    assert is_pure(to_ticket, detail({"id": 1, "created": "2026-11-19 10:00:00"}))
    assert is_pure(to_ticket, row())


def message_page(ids: range, total: int | None) -> Object:
    told: Object = {"refund_messages": [{"id": number} for number in ids]}
    return told if total is None else told | {"total_results": total}


@pytest.mark.parametrize(
    ("pages", "calls"),
    [
        pytest.param(
            [message_page(range(100), 150), message_page(range(100, 150), 150)], 2, id="two"
        ),
        pytest.param(
            [
                message_page(range(100), 150),
                message_page(range(99, 149), 150),
                message_page(range(149, 150), 150),
            ],
            3,
            id="rows shifted",
        ),
        pytest.param(
            [message_page(range(40), 60), message_page(range(40, 60), 60)],
            2,
            id="the platform cuts pages",
        ),
        pytest.param([message_page(range(100), 150)], 2, id="the same page for ever"),
        pytest.param(
            [message_page(range(100), None), message_page(range(100, 120), None)], 2, id="no total"
        ),
        pytest.param([message_page(range(0), 0)], 1, id="none"),
    ],
)
def test_reads_every_page_of_messages(pages: list[Object], calls: int) -> None:
    shop = StubShop(SETTINGS, {GET_OP: [DETAIL], MESSAGES_OP: pages})

    found = whole(read_detail(shop, Ref("84537465284", Fields({}))))

    ids = [entry.id() for entry in found.items("messages")]
    assert ids == sorted({str(m["id"]) for p in pages for m in p["refund_messages"]}, key=int)  # type: ignore[attr-defined] # rows as written above
    assert len(shop.calls) == 1 + calls


@pytest.mark.parametrize(
    ("word", "cs_status", "status"),
    [
        ("WAIT_SELLER_AGREE", 1, Status.PENDING),
        ("WAIT_SELLER_AGREE", UNSET, Status.PENDING),
        ("WAIT_BUYER_RETURN_GOODS", 1, Status.WAITING_BUYER),
        ("WAIT_SELLER_CONFIRM_GOODS", 1, Status.PENDING),
        ("SELLER_REFUSE_BUYER", 1, Status.WAITING_BUYER),
        ("CLOSED", 1, Status.CLOSED),
        ("SUCCESS", 8, Status.CLOSED),
        ("WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS", 1, Status.WAITING_BUYER),
        ("EXCHANGE_TRANSFORM_TO_REFUND", 1, Status.PENDING),
        ("WAIT_SELLER_CONSIGN_GOODS", 1, Status.PENDING),
        ("WAIT_SELLER_AGREE", 2, Status.WAITING_PLATFORM),
        ("SELLER_REFUSE_BUYER", 3, Status.WAITING_PLATFORM),
        ("SELLER_REFUSE_BUYER", "4", Status.WAITING_PLATFORM),
        ("SELLER_REFUSE_BUYER", 5, Status.WAITING_PLATFORM),
        ("SELLER_REFUSE_BUYER", 6, Status.WAITING_BUYER),
        ("SELLER_REFUSE_BUYER", 10, Status.PENDING),
        ("SELLER_REFUSE_BUYER", 11, Status.PENDING),
        ("SUCCESS", 3, Status.CLOSED),
        ("WAIT_FOR_THE_MOON", 3, Status.UNKNOWN),
    ],
)
def test_maps_the_status_by_who_must_act(word: str, cs_status: object, status: Status) -> None:
    fields = Fields(row(status=word, cs_status=cs_status))

    assert to_ticket(fields).status is status
    assert bool(fields.notes) is (status is Status.UNKNOWN)


def test_shows_how_far_the_platform_stepped_in() -> None:
    ticket = ticket_of(row(status="SELLER_REFUSE_BUYER", cs_status=9))

    assert ticket.status_text == "卖家拒绝退款（支持卖家）"
    assert ticket.outcome == "支持卖家"


def test_keeps_a_status_nobody_knows_as_it_came() -> None:
    assert ticket_of(row(status="NEW_ONE")).status_text == "NEW_ONE"


def test_guesses_nothing_from_absence() -> None:
    ticket = ticket_of({"refund_id": 1})

    assert ticket == Ticket(origin=Who.BUYER)


@pytest.mark.parametrize(
    ("word", "timeout", "deadline"),
    [
        (
            "WAIT_SELLER_AGREE",
            {"exist_timeout": True, "timeout": "2026-11-21 10:00:00"},
            china("2026-11-21T10:00:00"),
        ),
        (
            "WAIT_SELLER_AGREE",
            {"exist_timeout": "true", "timeout": "2026-11-21 10:00:00"},
            china("2026-11-21T10:00:00"),
        ),
        ("WAIT_SELLER_AGREE", {"exist_timeout": False, "timeout": "2026-11-21 10:00:00"}, None),
        ("WAIT_SELLER_AGREE", None, None),
        ("WAIT_SELLER_AGREE", UNSET, UNSET),
        (
            "WAIT_BUYER_RETURN_GOODS",
            {"exist_timeout": True, "timeout": "2026-11-21 10:00:00"},
            None,
        ),
    ],
)
def test_has_a_deadline_where_the_merchant_must_act(
    word: str, timeout: object, deadline: object
) -> None:
    """R61: what the buyer has time for is not ours."""
    assert ticket_of(row(status=word, refund_remind_timeout=timeout)).deadline == deadline


def test_what_the_buyer_has_time_for_is_the_buyers_term() -> None:
    timeout = {"exist_timeout": True, "timeout": "2026-11-21 10:00:00"}

    waits = ticket_of(row(status="WAIT_BUYER_RETURN_GOODS", refund_remind_timeout=timeout))
    ours = ticket_of(row(status="WAIT_SELLER_AGREE", refund_remind_timeout=timeout))

    assert (waits.deadline, waits.buyer_term) == (None, china("2026-11-21T10:00:00"))
    assert (ours.deadline, ours.buyer_term) == (china("2026-11-21T10:00:00"), None)
    assert ticket_of(row(refund_remind_timeout=UNSET)).buyer_term is UNSET


@pytest.mark.parametrize(
    ("nick", "shown"),
    [("小鱼爱吃鱼", "小**鱼"), ("小鱼", "小*"), ("鱼", "鱼*"), ("t**8", "t**8"), ("", None)],
)
def test_masks_the_buyer(nick: str, shown: str | None) -> None:
    assert ticket_of(row(buyer_nick=nick)).buyer == shown


def test_falls_back_to_the_other_id_of_the_buyer() -> None:
    assert ticket_of(row(buyer_open_uid="")).buyer_id == "o-1"


@pytest.mark.parametrize(
    ("tid", "oid", "ids"),
    [
        (UNSET, UNSET, UNSET),
        (1, 1, ("1",)),
        (
            "2001234567890123456",
            2001234567890123457,
            ("2001234567890123456", "2001234567890123457"),
        ),
        (0, 5, ("5",)),
    ],
)
def test_names_order_and_part_exactly(tid: object, oid: object, ids: object) -> None:
    assert ticket_of(row(tid=tid, oid=oid)).order_ids == ids


@pytest.mark.parametrize(
    ("role", "who", "is_new"),
    [
        ("1", Who.BUYER, False),
        (2, Who.MERCHANT, False),
        ("3", Who.PLATFORM, False),
        ("9", Who.SYSTEM, True),
    ],
)
def test_tells_who_spoke(role: object, who: Who, is_new: bool) -> None:
    entry: Object = {"id": 1, "owner_role": role, "content": "", "created": "2026-11-19 10:00:00"}
    fields = Fields(detail(entry))

    thread = to_ticket(fields).thread

    assert thread == (Message(who, "", china("2026-11-19T10:00:00"), "1"),)
    assert bool(fields.notes) is is_new


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"refund": None, "messages": []}, id="no refund"),
        pytest.param(row(refund_fee="many"), id="no amount"),
        pytest.param(row(modified=[]), id="a list for a time"),
        pytest.param(detail({"id": 1, "owner_role": "1"}), id="a message without a time"),
        pytest.param(detail({"created": "2026-11-19 10:00:00"}), id="a message without an id"),
    ],
)
def test_says_which_field_it_cannot_read(payload: Object) -> None:
    with pytest.raises(BadField, match=r"\$"):
        ticket_of(payload)


CASE = Case("84537465284", Ticket(), Fields({}), Fields({}))


def test_adds_a_message_with_a_placeholder() -> None:
    call = to_call(Action("a", "reply", "您好"), CASE)

    assert call.op == "taobao.refund.message.add"
    assert call.params == {"refund_id": "84537465284", "content": "您好"}
    assert call.files == {"image": PLACEHOLDER}
    assert call.receipt == "refund_message.id"


def test_sends_the_picture_of_the_action_without_its_name() -> None:
    picture = File("微信截图.bin", "application/octet-stream", b"\xff\xd8\xff\xe0")

    call = to_call(Action("a", "reply", "您好", (picture,)), CASE)

    assert call.files == {"image": File("image.jpeg", "image/jpeg", picture.data)}


@pytest.mark.parametrize(
    ("text", "data", "why"),
    [
        ("您好", b"", ""),
        ("您好", b"GIF89a", ""),
        (" ", b"", "no words"),
        ("您好", b"%PDF", "no JPG, GIF or PNG"),
    ],
)
def test_says_why_a_message_would_not_be_taken(text: str, data: bytes, why: str) -> None:
    files = (File("a", "b", data),) if data else ()

    said = check(Action("a", "reply", text, files), CASE)

    assert (why in said) if why else said == ""


def test_has_a_placeholder_that_is_a_picture() -> None:
    data = PLACEHOLDER.data
    parts, at = {}, 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        body = data[at + 4 : at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size : at + 12 + size]) == (zlib.crc32(body),)
        parts[body[:4]] = body[4:]
        at += 12 + size

    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert list(parts) == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">II", parts[b"IHDR"][:8]) == (1, 1)
    assert zlib.decompress(parts[b"IDAT"]) == b"\x00\x80"


def test_states_the_limits_of_a_message() -> None:
    ability = REFUND.abilities[0]

    assert (ability.max_bytes, ability.max_files, ability.max_file_bytes) == (400, 1, 500_000)
    assert (REFUND.id, REFUND.updated) == ("refund_id", "modified")
    assert getattr(REFUND.reading, "order", "") == "desc"
