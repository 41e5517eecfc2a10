"""After-sales: pages, details, what they say; arbitration; what of the documents is a trap."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gongdan import (
    UNSET,
    AccessDenied,
    Ask,
    BadField,
    Category,
    Fields,
    Ref,
    Secret,
    Status,
    Ticket,
    Who,
)
from gongdan_douyin import DouyinSettings
from gongdan_douyin.aftersale import AFTERSALE, read_detail, read_page
from gongdan_douyin.books import ARBITRATION, STATUS_TEXTS, STATUSES, TYPES
from gongdan_douyin.client import fault
from gongdan_douyin.mapping import to_ticket
from gongdan_douyin.sealed import SEALED_TEXT, is_sealed, open_text

from ..stub import StubShop, is_pure, reply, whole

PAYLOADS = Path(__file__).parent / "payloads"
LISTED = (PAYLOADS / "afterSale.List.json").read_bytes()
DETAILED = (PAYLOADS / "afterSale.Detail.json").read_bytes()
SETTINGS = DouyinSettings(app_key="1", app_secret=Secret("s"))
START = datetime(2023, 11, 14, 22, 13, 19, 999999, tzinfo=UTC)
END = datetime(2023, 11, 14, 22, 13, 20, 1, tzinfo=UTC)
Object = dict[str, Any]


def row(**changed: object) -> Object:
    found: Object = deepcopy(json.loads(LISTED)["data"]["items"][0])
    found["aftersale_info"] |= changed
    return found


def detail(judged: Object | None = None, **changed: object) -> Object:
    found: Object = deepcopy(json.loads(DETAILED)["data"])
    found["process_info"]["after_sale_info"] |= changed
    found["process_info"]["arbitrate_info"] |= judged or {}
    return found


def read(payload: Object) -> tuple[Ticket, list[str]]:
    fields = Fields(payload)
    return to_ticket(fields), fields.notes


def ticket_of(payload: Object) -> Ticket:
    return read(payload)[0]


# the list


def test_asks_by_update_time_in_the_order_without_which_rows_are_missed() -> None:
    shop = StubShop(SETTINGS, {"afterSale.List": [LISTED]})

    read_page(shop, Ask(START, END, 0, 500))

    assert shop.calls[0].params == {
        "update_start_time": 1699999999,
        "update_end_time": 1700000001,
        "order_by": ["update_time asc"],
        "page": 0,
        "size": 100,
        "need_special_type": True,
    }


def test_asks_by_application_time_with_an_end_that_is_exclusive() -> None:
    shop = StubShop(SETTINGS, {"afterSale.List": [LISTED]})

    read_page(shop, Ask(START, END, 1, 50, by="create"))

    asked = shop.calls[0].params
    assert (asked["start_time"], asked["end_time"]) == (1699999999, 1700000002)
    assert asked["order_by"] == ["apply_time asc"]


def test_the_stream_says_what_the_platform_states() -> None:
    reading = AFTERSALE.reading
    assert reading is not None
    assert (reading.page_size, getattr(reading, "first_page", None)) == (100, 0)
    assert getattr(reading, "max_rows", None) == 50_000
    assert getattr(reading, "by_creation", None) is True


def test_reads_the_documented_page_as_it_stands() -> None:
    shop = StubShop(SETTINGS, {"afterSale.List": [LISTED]})

    page = read_page(shop, Ask(START, END, 0, 100))

    (raw,) = page.rows
    fields = Fields.of(bytes(raw))
    ticket = to_ticket(fields)
    assert fault(reply(LISTED)) is None
    assert (page.total, page.more) == (1025, True)  # the string "true", the string "1025"
    assert fields.id(AFTERSALE.id) == "6986853269519810849"  # quoted twice
    assert fields.notes == []
    assert ticket.status is Status.PENDING
    assert (ticket.status_text, ticket.kind_text) == ("待商家审核", "退货退款")
    assert ticket.title == "退货退款:无理由退款"
    assert ticket.order_ids == ("4821780700279174718",)
    assert ticket.amount_fen == 20
    assert ticket.product == "小兔子T恤 白"
    assert ticket.created == datetime.fromtimestamp(1626753592, UTC)
    assert ticket.updated == datetime.fromtimestamp(1626860666, UTC)
    assert ticket.deadline == datetime.fromtimestamp(1626926420, UTC)
    assert ticket.version == "1626860666"
    assert ticket.fault is UNSET  # a blame without an arbitration is none
    assert ticket.thread is UNSET
    assert isinstance(ticket.text, str)
    assert "退款方式:保证金" in ticket.text
    assert '"' not in ticket.text


@pytest.mark.parametrize("rows", ["null", "[]", '""', "{}"])
def test_reads_an_empty_page(rows: str) -> None:
    answer = f'{{"code":10000,"data":{{"items":{rows},"has_more":false,"total":0}}}}'.encode()
    shop = StubShop(SETTINGS, {"afterSale.List": [answer]})

    page = read_page(shop, Ask(START, END, 0, 100))

    assert (list(page.rows), page.total, page.more) == ([], 0, False)


# the detail


def read_detailed(answer: bytes = DETAILED, **settings: Any) -> tuple[Fields, StubShop[Any]]:
    shop = StubShop(
        msgspec.structs.replace(SETTINGS, **settings),
        {"afterSale.Detail": [answer], "order.batchSensitive": [MASKED]},
    )
    return whole(read_detail(shop, Ref("6986853269519810849", Fields({})))), shop


MASKED = {
    "code": 10000,
    "data": {"decrypt_infos": [{"decrypt_text": "李**"}, {"decrypt_text": "18*******64"}]},
}


def test_reads_a_detail_with_its_negotiation() -> None:
    payload, shop = read_detailed()

    ticket = to_ticket(payload)

    assert shop.calls[0].params == {
        "after_sale_id": "6986853269519810849",  # a string, and another spelling than the list's
        "need_operation_record": True,
    }
    assert payload.notes == []
    assert ticket.order_ids == ("4821780700279174718", "4821780700279174719")
    assert ticket.amount_fen == 2000
    assert ticket.origin is Who.BUYER
    assert ticket.category is Category.RETURN
    assert isinstance(ticket.thread, tuple)
    assert [(one.who, one.text) for one in ticket.thread] == [
        (Who.BUYER, "申请售后\n申请退款"),
        (Who.MERCHANT, "拒绝退货\n商品无质量问题\n拒绝原因:与买家协商一致"),
        (Who.PLATFORM, "请上传发货底单"),
        (Who.MERCHANT, "备注:已联系仓库"),
    ]
    assert ticket.thread[1].files == ("https://p.example.com/m.jpg",)
    assert isinstance(ticket.text, str)
    for fact in ("退款总额:¥20.00", "其中运费:¥6.00", "退货物流:顺丰速运, XY123, 2021-07-21 14:46",
                 "退货方式:自行寄回", "原因:商品破损, 外包装破损, 杯子碎了"):  # fmt: skip
        assert fact in ticket.text


def test_what_the_buyer_applied_with_is_shown_where_no_record_has_it() -> None:
    payload = detail()
    payload["process_info"]["record_logs_list"] = None

    thread = ticket_of(payload).thread

    assert isinstance(thread, tuple)
    assert thread[0].text == "商品破损\n杯子碎了"
    assert thread[0].files == ("https://p.example.com/a.jpg?sign=1",)


def test_both_spellings_of_a_name_are_read() -> None:
    payload = detail()
    case = payload["process_info"]["after_sale_info"]
    case["aftersale_id"] = str(case.pop("after_sale_id"))
    case["aftersale_status"] = case.pop("after_sale_status")

    ticket, notes = read(payload)

    assert (ticket.status, notes) == (Status.PENDING, [])


@pytest.mark.parametrize("payload", [{"process_info": {}}, {"process_info": None}])
def test_an_empty_detail_does_not_pass_for_one(payload: Object) -> None:
    with pytest.raises(BadField):
        ticket_of(payload)


# arbitration: R79 to R83


@pytest.mark.parametrize(
    ("number", "status"),
    [
        pytest.param(0, Status.WAITING_BUYER, id="none"),
        pytest.param(1, Status.WAITING_PLATFORM, id="the platform is at it (R83)"),
        pytest.param(4, Status.PENDING, id="we owe evidence"),
        pytest.param(5, Status.PENDING, id="negotiation"),
        pytest.param(2, Status.WAITING_BUYER, id="for the buyer"),
        pytest.param(6, Status.WAITING_BUYER, id="over"),
        pytest.param(255, Status.WAITING_BUYER, id="cancelled"),
        pytest.param(9, Status.UNKNOWN, id="nobody knows"),
    ],
)
def test_arbitration_says_who_must_act(number: int, status: Status) -> None:
    listed, _ = read(row(aftersale_status=27, arbitrate_status=number))
    shown, notes = read(detail({"arbitrate_status": number}))

    assert (listed.status, shown.status) == (status, status)
    assert bool(notes) is (status is Status.UNKNOWN)


def test_the_deadline_of_evidence_is_the_arbitrations() -> None:
    ticket = ticket_of(detail())

    assert ticket.deadline == datetime.fromtimestamp(1626900000, UTC)  # a string of seconds
    assert ticket.evidence_required is True
    assert ticket_of(row(arbitrate_status=4)).deadline is UNSET  # the row has another's


def test_a_verdict_and_a_blame_are_two_things() -> None:
    judged = {"arbitrate_status": 2, "arbitrate_conclusion": 3, "arbitrate_blame": 4}

    ticket = ticket_of(detail(judged))

    assert (ticket.outcome, ticket.fault) == ("支持买家并立即退款", "平台责任")


@pytest.mark.parametrize(("status", "outcome"), [(2, "支持买家"), (3, "支持商家"), (1, None)])
def test_a_verdict_without_a_conclusion_is_the_states(status: int, outcome: str | None) -> None:
    assert ticket_of(detail({"arbitrate_status": status})).outcome == outcome


def test_what_is_final_is_closed_whatever_the_arbitration_says() -> None:
    final = detail(aftersale_status_to_final_time=1626900000)

    assert ticket_of(final).status is Status.CLOSED
    assert ticket_of(row(aftersale_status=12, arbitrate_status=9)).status is Status.CLOSED


# what is new, absent, or of another kind


@pytest.mark.parametrize("number", sorted(STATUS_TEXTS))
def test_every_status_has_a_word_and_a_meaning(number: str) -> None:
    ticket, notes = read(detail({"arbitrate_status": 0}, after_sale_status=int(number)))

    assert ticket.status is STATUSES[number]
    assert notes == []


@pytest.mark.parametrize("number", sorted(TYPES))
def test_every_type_has_a_word(number: str) -> None:
    payload = detail(after_sale_type=int(number), after_sale_type_text="")

    assert ticket_of(payload).kind_text == TYPES[number]


def test_the_books_of_states_and_words_are_of_one_size() -> None:
    assert STATUSES.keys() == STATUS_TEXTS.keys()
    assert {"0", "1", "2", "3", "4", "5", "6", "255"} == set(ARBITRATION)


@pytest.mark.parametrize(
    ("name", "told"),
    [("refund_status", "退款状态:未知(42)"), ("got_pkg", "收货:未知(42)")],
)
def test_a_number_that_no_book_has_is_shown_and_noted(name: str, told: str) -> None:
    ticket, notes = read(detail(None, **{name: 42}))

    assert isinstance(ticket.text, str)
    assert told in ticket.text
    assert any(name in note for note in notes)


def test_an_unknown_status_is_unknown() -> None:
    ticket, notes = read(detail({"arbitrate_status": 0}, after_sale_status=77))

    assert (ticket.status, ticket.answerable) == (Status.UNKNOWN, UNSET)
    assert notes


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("name", ["status_deadline", "refund_status", "reason", "evidence"])
def test_empty_values_are_none(name: str, nothing: object) -> None:
    ticket, notes = read(detail({"arbitrate_status": 0}, **{name: nothing}))

    assert (ticket.status, notes) == (Status.WAITING_BUYER, [])


@pytest.mark.parametrize(
    "part",
    ["record_logs_list", "after_sale_shop_remarks", "logistics_info", "arbitrate_info"],
)
def test_parts_may_be_null_or_absent(part: str) -> None:
    null, absent = detail(), detail()
    null["process_info"][part] = None
    del absent["process_info"][part]

    assert ticket_of(null).amount_fen == ticket_of(absent).amount_fen == 2000


def test_numbers_and_flags_may_be_quoted() -> None:
    plain, quoted = detail(), detail()
    case = quoted["process_info"]["after_sale_info"]
    for name, value in case.items():
        if isinstance(value, int):
            case[name] = str(value)

    assert ticket_of(quoted) == ticket_of(plain)


def test_an_amount_of_another_kind_is_a_matter_for_quarantine() -> None:
    with pytest.raises(BadField, match="refund_total_amount"):
        ticket_of(detail(refund_total_amount=[]))


@pytest.mark.parametrize("payload", [row(), detail()], ids=["row", "detail"])
def test_reading_changes_nothing(payload: Object) -> None:
    assert is_pure(to_ticket, payload)


# ciphertext


@pytest.mark.parametrize(
    ("text", "sealed"),
    [
        ("#ab12#Zm9vYmFyYmF6#1##", True),
        ("$cd34$c2VhbGVk$1$$", True),
        ("#质量问题# 衣服破了", False),
        ("$5 一件", False),
        ("13800001234", False),
    ],
)
def test_ciphertext_is_known_by_its_marks(text: str, sealed: bool) -> None:
    assert is_sealed(text) is sealed


def test_ciphertext_is_never_shown_as_data() -> None:
    ticket = ticket_of(detail(reason_remark="收件人 #ab12#Zm9vYmFyYmF6#1## 电话错了"))

    shown = msgspec.json.encode(ticket).decode()
    assert "Zm9v" not in shown
    assert "c2Vh" not in shown
    assert f"收件人 {SEALED_TEXT} 电话错了" in shown
    assert ticket.contacts is UNSET


def test_masked_texts_are_asked_for_where_a_person_wants_them() -> None:
    payload, shop = read_detailed(masked_contacts=True)

    assert [call.op for call in shop.calls] == ["afterSale.Detail", "order.batchSensitive"]
    infos = shop.calls[1].params["cipher_infos"]
    assert isinstance(infos, list)
    assert {info["auth_id"] for info in infos} == {"4821780700279174718"}
    assert to_ticket(payload).contacts == ("李**", "18*******64")


def test_without_the_permission_for_masked_texts_the_case_is_read_all_the_same() -> None:
    shop = StubShop(
        msgspec.structs.replace(SETTINGS, masked_contacts=True),
        {"afterSale.Detail": [DETAILED], "order.batchSensitive": [AccessDenied("no permission")]},
    )

    ticket = to_ticket(whole(read_detail(shop, Ref("1", Fields({})))))

    assert (ticket.contacts, ticket.amount_fen) == (UNSET, 2000)


def test_quotes_of_samples_are_taken_off() -> None:
    assert open_text('"待商家审核"') == "待商家审核"
    assert open_text('""') == ""
    assert open_text('他说"好"') == '他说"好"'


# the rest of the traps


def test_tags_and_counters_are_for_display_and_no_change() -> None:
    from gongdan.reading.rows import _digest, keyed

    def digest(**changed: object) -> bytes:
        stream: Any = AFTERSALE
        raw = msgspec.Raw(msgspec.json.encode(row(**changed)))
        return _digest(keyed(stream, raw, Fields({}).zone), AFTERSALE.volatile)

    plain = digest(left_urge_sms_count=1, aftersale_tags=[{"tag_detail": "a"}])
    assert digest(left_urge_sms_count=2, aftersale_tags=None) == plain
    assert digest(left_urge_sms_count=1, refund_amount=21) != plain


def test_one_number_has_one_word_here_and_another_in_the_lists_filter() -> None:
    """255 is "cancelled" in the filter and "over" in the answer; we read answers."""
    assert ARBITRATION["255"] == "仲裁结束"


@pytest.mark.parametrize("name", ["risk_level", "fresh"])
def test_a_new_field_is_no_trouble(name: str) -> None:
    _, listed = read(row(**{name: {"level": 3}}))
    _, shown = read(detail(None, **{name: [1]}))

    assert listed == shown == []


@pytest.mark.parametrize("text", ["2021-07-21T09:00:00+08:00", 1626829200, "1626829200000"])
def test_every_form_of_time_is_read(text: object) -> None:
    payload = detail()
    payload["process_info"]["record_logs_list"][0]["time"] = text

    thread = ticket_of(payload).thread

    assert isinstance(thread, tuple)
    assert datetime.fromtimestamp(1626829200, UTC) in {one.at for one in thread}
