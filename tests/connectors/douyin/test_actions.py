"""What is done about an after-sale: the requests, when they are refused, how they are seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gongdan import (
    Ability,
    Action,
    Call,
    Case,
    Fields,
    File,
    Found,
    Means,
    ProtocolError,
    Refused,
    Secret,
)
from gongdan_douyin import DOUYIN, DouyinSettings
from gongdan_douyin.actions import AGREES, REFUSES, reasons
from gongdan_douyin.client import fault
from gongdan_douyin.errors import ERRORS
from gongdan_douyin.mapping import to_ticket
from gongdan_douyin.pictures import upload
from gongdan_douyin.sign import canonical

from ..stub import StubShop, meaning, reply
from .test_aftersale import detail

PAYLOADS = Path(__file__).parent / "payloads"
SETTINGS = DouyinSettings(app_key="1", app_secret=Secret("s"))
NUMBER = 6986853269519810849
PICTURE = File("https://img.example.com/pod.jpg", "image/jpeg", b"", "https://p.example.com/1.jpg")


def case_of(judged: Mapping[str, object] | None = None, **changed: object) -> Case:
    fields = Fields(detail(dict(judged or {}), **changed))
    return Case(str(NUMBER), to_ticket(fields), Fields({}), fields)


def standing(kind: int, status: int) -> Case:
    return case_of({"arbitrate_status": 0}, after_sale_type=kind, after_sale_status=status)


def able(kind: str, stream: str = "aftersale") -> Ability:
    (found,) = (
        ability
        for one in DOUYIN.streams
        if one.name == stream
        for ability in one.abilities
        if ability.kind == kind
    )
    return found


def act(kind: str, text: str = "", files: tuple[File, ...] = (), **fields: str) -> Action:
    return Action("a#1", kind, text, files, fields)


def why(ability: Ability, action: Action, case: Case) -> str:
    return ability.check(action, case) if ability.check else ""


def seen(ability: Ability, action: Action, before: Case, after: Case) -> Found:
    assert ability.find is not None
    return ability.find(action, before, after)


# what moves money


def item(call: Call) -> dict[str, Any]:
    (found,) = json.loads(canonical(call.params))["items"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("kind", "status", "number", "fields", "logistics"),
    [
        (0, 6, 101, {"address_id": "55"}, {"receiver_address_id": 55}),
        (0, 11, 111, {}, None),
        (1, 6, 201, {}, None),
        (3, 6, 301, {"address_id": "55"}, {"receiver_address_id": 55}),
        (3, 11, 311, {"company_code": "sf", "logistics_code": "SF1"},
         {"company_code": "sf", "logistics_code": "SF1"}),
    ],
)  # fmt: skip
def test_agrees_with_the_documented_types_only(
    kind: int, status: int, number: int, fields: dict[str, str], logistics: object
) -> None:
    agree, case = able("agree"), standing(kind, status)
    action = Action("a#1", "agree", fields={"version": "1626860000"} | fields)

    call = agree.to_call(action, case)

    assert (call.op, call.params["type"]) == ("afterSale.operate", number)
    assert why(agree, action, case) == ""
    assert item(call)["aftersale_id"] == str(NUMBER)
    assert item(call)["update_time"] == 1626860000  # the version that the person saw
    assert item(call).get("logistics") == logistics


def test_every_other_place_is_refused_and_never_guessed() -> None:
    agree = able("agree")
    for kind in (0, 1, 2, 3, 4, 5, 6, 7, 8):
        for status in (3, 6, 7, 8, 11, 12, 13, 14, 27, 28, 29, 51, 53):
            why_not = why(agree, act("agree", address_id="1"), standing(kind, status))
            if (str(kind), str(status)) not in AGREES:
                assert "console" in why_not, (kind, status)
    assert {*AGREES.values(), *REFUSES.values()} == {101, 111, 201, 202, 301, 311}


@pytest.mark.parametrize(("kind", "status", "name"), [(0, 6, "address_id"), (3, 11, "company")])
def test_says_what_an_agreement_lacks(kind: int, status: int, name: str) -> None:
    assert name in why(able("agree"), act("agree"), standing(kind, status))


def test_refuses_with_a_reason_and_words_for_the_buyer() -> None:
    refuse, case = able("refuse"), standing(1, 6)
    action = act("refuse", "您好，已签收", (PICTURE,), reason="102", reason_text="已签收")

    call = refuse.to_call(action, case)

    assert call.params["type"] == 202
    assert item(call) == {
        "aftersale_id": str(NUMBER),
        "update_time": 1626860666,
        "reason": "已签收",
        "remark": "您好，已签收",
        "reject_reason_code": 102,
        "evidence": [{"type": 1, "url": PICTURE.url, "desc": "已签收"}],
    }
    assert "reasons" in why(refuse, act("refuse", "您好"), case)
    assert "console" in why(refuse, action, standing(0, 6))


@pytest.mark.parametrize("kind", ["agree", "refuse", "extend"])
def test_what_moves_money_is_guarded(kind: str) -> None:
    assert able(kind).money is True


@pytest.mark.parametrize(
    ("now", "found"), [(12, Found.YES), (6, Found.NO), (28, Found.UNSURE), (27, Found.UNSURE)]
)
def test_sees_by_the_status_whether_it_was_done(now: int, found: Found) -> None:
    action = act("agree")

    assert seen(able("agree"), action, standing(1, 6), standing(1, now)) is found


def test_more_time_is_seen_by_the_deadline() -> None:
    extend, before = able("extend"), standing(0, 7)
    later = case_of(
        {"arbitrate_status": 0}, after_sale_status=7, status_deadline=1626926420 + 604800
    )

    assert extend.to_call(act("extend"), before).params == {"aftersale_id": NUMBER}
    assert seen(extend, act("extend"), before, before) is Found.NO
    assert seen(extend, act("extend"), before, later) is Found.YES
    assert seen(extend, act("extend"), before, standing(0, 11)) is Found.UNSURE


def test_offers_the_platforms_own_reasons() -> None:
    answer = {"code": 10000, "data": {"items": [
        {"reject_reason_code": 102, "reason": "已签收", "evidence_description": "签收底单",
         "evidence_need": "Y"},
        {"reject_reason_code": "103", "reason": None, "evidence_need": "N"},
    ]}}  # fmt: skip
    shop = StubShop(SETTINGS, {"afterSale.rejectReasonCodeList": [answer]})

    first, second = reasons(shop, standing(1, 6))

    assert shop.calls[0].params == {"aftersale_id": NUMBER}
    assert (first.code, first.text, first.hint, first.needs_files) == (
        "102", "已签收", "签收底单", True,
    )  # fmt: skip
    assert (second.code, second.text, second.needs_files) == ("103", "", False)


def test_an_item_that_failed_is_a_fault_of_a_request_that_succeeded() -> None:
    good = (PAYLOADS / "afterSale.operate.json").read_bytes()
    bad = {"code": 10000, "log_id": "L",
           "data": {"items": [{"status_code": 120032, "status_msg": "并发"}]}}  # fmt: skip

    found = fault(reply(bad))

    assert fault(reply(good)) is None
    assert found is not None
    assert (found.code, found.text, found.request_id) == ("item 120032", "并发", "L")
    assert meaning(ERRORS, found.code, "afterSale.operate") is Means.STALE
    assert meaning(ERRORS, "item 5", "afterSale.operate") is None  # unknown: a person looks


# evidence and remarks


def test_submits_evidence_while_it_is_asked_for() -> None:
    evidence, case = able("evidence"), case_of()
    action = act("evidence", "签收底单", (PICTURE,))

    call = evidence.to_call(action, case)

    assert call.op == "afterSale.submitEvidence"
    assert call.params == {"aftersale_id": NUMBER, "comment": "签收底单",
                           "evidence": [PICTURE.url]}  # fmt: skip
    assert why(evidence, action, case) == ""
    assert "picture" in why(evidence, act("evidence", "words"), case)
    assert "no evidence now" in why(evidence, action, standing(0, 6))
    assert "4" in why(evidence, act("evidence", "w", (PICTURE,) * 5), case)


def test_evidence_is_seen_in_the_arbitration() -> None:
    evidence, before, action = able("evidence"), case_of(), act("evidence", "签收底单 ")
    ours = case_of({"arbitrate_status": 1, "arbitrate_evidence": {"describe": "签收底单"}})
    theirs = case_of({"arbitrate_status": 1, "arbitrate_evidence": {"describe": "别的"}})
    moved = case_of({"arbitrate_status": 1})

    assert seen(evidence, action, before, ours) is Found.YES
    assert seen(evidence, action, before, theirs) is Found.OTHER
    assert seen(evidence, action, before, moved) is Found.UNSURE
    assert seen(evidence, action, before, before) is Found.NO


def test_a_remark_goes_on_the_after_sale_or_its_order() -> None:
    remark, case = able("remark"), case_of()

    here = remark.to_call(act("remark", "已联系"), case)
    order = remark.to_call(act("remark", "已联系", on="order", star="3"), case)

    assert (here.op, here.params) == (
        "afterSale.addOrderRemark",
        {"after_sale_id": str(NUMBER), "remark": "已联系"},  # not aftersale_id
    )
    assert order.op == "order.addOrderRemark"
    assert order.params == {"order_id": "4821780700279174718", "remark": "已联系",
                            "is_add_star": "true", "star": "3"}  # fmt: skip
    assert remark.anytime
    assert "star" in why(remark, act("remark", "a", star="9"), case)


def test_a_remark_is_seen_by_one_more_of_its_words() -> None:
    remark, before = able("remark"), case_of()
    payload = detail()
    notes = payload["process_info"]["after_sale_shop_remarks"]
    notes.append({"remark": "已联系仓库", "create_time": 1626860200})
    after = Case("1", before.ticket, Fields({}), Fields(payload))

    assert seen(remark, act("remark", "已联系仓库"), before, after) is Found.YES
    assert seen(remark, act("remark", "已联系仓库"), before, before) is Found.NO
    assert seen(remark, act("remark", "别的话"), before, after) is Found.OTHER
    on_order = act("remark", "已联系仓库", on="order")
    assert seen(remark, on_order, before, after) is Found.YES
    assert seen(remark, on_order, before, before) is Found.HIDDEN
    assert seen(remark, act("remark", "别的话", on="order"), before, after) is Found.HIDDEN


def test_a_service_request_takes_a_remark_on_its_order() -> None:
    remark = able("remark", "service")
    case = Case("1", to_ticket(Fields(detail())), Fields({}), Fields({}))

    assert remark.to_call(act("remark", "a"), case).params["order_id"] == "4821780700279174718"
    assert seen(remark, act("remark", "a"), case, case) is Found.HIDDEN


def test_an_address_is_a_number_and_tells_where_it_is_found() -> None:
    agree, case = able("agree"), standing(0, 6)

    assert "地址库" in why(agree, act("agree"), case)
    assert "a number" in why(agree, act("agree", address_id="abc"), case)
    assert why(agree, act("agree", address_id="123"), case) == ""


# pictures


def asked(audit: object, **more: object) -> dict[str, object]:
    return {"code": 10000, "data": {"material_info": {"audit_status": audit, **more}}}


def test_a_picture_is_fetched_from_its_address_and_looked_at() -> None:
    made = {"code": 10000, "data": {"material_id": "7000254886243811628", "audit_status": 1}}
    shop = StubShop(
        SETTINGS,
        {
            "material.uploadImageSync": [made],
            "material.queryMaterialDetail": [asked(2), asked("3", byte_url="https://p/1.jpg")],
        },
    )
    file = File("https://img.example.com/a/pod.jpg", "image/jpeg", b"")

    first = upload(shop, file, "")
    second = upload(shop, file, first.token)
    third = upload(shop, file, second.token)

    assert shop.calls[0].params == {"folder_id": "0", "url": file.name, "material_name": "pod.jpg",
                                    "need_distinct": True}  # fmt: skip
    assert (first.url, first.token, second.url) == ("", "7000254886243811628", "")
    assert third.url == "https://p/1.jpg"


def test_the_documented_answers_about_pictures_are_read() -> None:
    shop = StubShop(
        SETTINGS,
        {
            "material.uploadImageSync": [(PAYLOADS / "material.uploadImageSync.json").read_bytes()],
            "material.queryMaterialDetail": [
                (PAYLOADS / "material.queryMaterialDetail.json").read_bytes()
            ],
        },
    )

    first = upload(shop, File("https://a.example.com/1.jpg", "", b""), "")

    assert first.token == "7000254886243811628"  # the sample names it object_id
    assert upload(shop, File("", "", b""), first.token).token == first.token


def test_a_picture_that_is_refused_says_why() -> None:
    shop = StubShop(
        SETTINGS,
        {"material.queryMaterialDetail": [asked(4, audit_refuse_reason="含有广告"), asked(3)]},
    )

    with pytest.raises(Refused, match="含有广告"):
        upload(shop, File("", "", b""), "1")
    with pytest.raises(ProtocolError, match="byte_url"):
        upload(shop, File("", "", b""), "1")


def test_bytes_cannot_be_uploaded_and_it_is_said() -> None:
    with pytest.raises(Refused, match="only public addresses"):
        upload(StubShop(SETTINGS), File("pod.jpg", "image/jpeg", b"\xff\xd8\xff"), "")
