"""The Douyin sandbox's after-sales, pictures and pushes, as douyin.md 4 and 6 say."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

import pytest

from gongdan.sandbox import Clock, Control, call, start
from gongdan_douyin.sandbox import make
from gongdan_douyin.sandbox.access import APP_KEY, APP_SECRET

from .imitated import FIRST, SECOND, START, Shop, said

PAGE = {"page": 0, "size": 100, "need_special_type": True}
EARLY, LATE = 1_500_000_000, 4_000_000_000
INVALID = "40004 isv.parameter-invalid:11000"
MOVED = "50002 isv.business-failed:20309541"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def data(shop: Shop, api: str, **params: object) -> Any:
    answer = shop.ask(api, params)
    assert said(answer) == "10000", answer
    return answer["data"]


def rows(shop: Shop, **params: object) -> list[Any]:
    found = data(shop, "afterSale.List", **(PAGE | params))["items"]
    assert isinstance(found, list)
    return found


def infos(shop: Shop, **params: object) -> list[Any]:
    return [row["aftersale_info"] for row in rows(shop, **params)]


def detail(shop: Shop, number: str) -> Any:
    return data(shop, "afterSale.Detail", after_sale_id=number, need_operation_record=True)


def one(shop: Shop, **wanted: object) -> Any:
    """An after-sale of which the list has these values."""
    wanted = {"arbitrate_status": 0} | wanted
    for info in infos(shop):
        if all(info[name] == value for name, value in wanted.items()):
            return info
    raise AssertionError("no such after-sale")


def operate(shop: Shop, kind: int, info: Any, **more: object) -> str:
    item = {"aftersale_id": info["aftersale_id"], "update_time": info["update_time"]} | more
    return said(shop.ask("afterSale.operate", {"type": kind, "items": [item]}))


# --- what it starts with ---------------------------------------------------------------------


@pytest.mark.parametrize("tickets", [20, 24])
@pytest.mark.parametrize("seed", range(3))
def test_every_type_status_and_state_of_arbitration_is_there(seed: int, tickets: int) -> None:
    shop = Shop(seed, tickets=tickets)

    found = infos(shop)

    assert len(found) == tickets
    assert {info["aftersale_type"] for info in found} == {0, 1, 2, 3, 6, 7, 8}
    assert {info["aftersale_status"] for info in found} == {6, 7, 8, 11, 12, 13, 14, 27, 28, 29}
    assert {info["arbitrate_status"] for info in found} == {0, 1, 2, 3, 4, 5, 6, 255}
    assert {info["arbitrate_blame"] for info in found} >= {0, 1, 2, 3}
    assert all(isinstance(info["aftersale_id"], str) for info in found)


def test_seeds_are_deterministic() -> None:
    assert infos(Shop(3)) == infos(Shop(3))
    assert infos(Shop(3)) != infos(Shop(4))


def test_a_shop_sees_only_its_own(shop: Shop) -> None:
    number = infos(shop)[0]["aftersale_id"]
    shop.token = shop.hello()["shops"][1]["access_token"]

    assert said(shop.ask("afterSale.Detail", {"after_sale_id": number})) == INVALID


# --- the list ----------------------------------------------------------------------------------


def test_pages_are_counted_from_nought(shop: Shop) -> None:
    order = ["update_time asc"]
    pages = [data(shop, "afterSale.List", page=n, size=10, order_by=order) for n in range(4)]

    assert [len(page["items"]) for page in pages] == [10, 10, 4, 0]
    assert [page["has_more"] for page in pages] == [True, True, False, False]
    assert {page["total"] for page in pages} == {24}


def test_sorts_as_it_is_asked(shop: Shop) -> None:
    times = [info["update_time"] for info in infos(shop, order_by=["update_time asc"])]

    assert times == sorted(times)


def test_bounds_are_inclusive_for_updates_and_exclusive_at_the_end_of_applications(
    shop: Shop,
) -> None:
    info = infos(shop)[3]
    updated, applied = info["update_time"], info["apply_time"]
    by_update = infos(shop, update_start_time=updated, update_end_time=updated)
    ending = infos(shop, start_time=EARLY, end_time=applied)
    starting = infos(shop, start_time=applied, end_time=LATE)

    assert info in by_update
    assert info not in ending
    assert info in starting


def test_without_times_only_half_a_year_is_shown(shop: Shop) -> None:
    shop.put(stream="aftersale", id="77", shop=FIRST, created="2025-11-01T00:00:00+08:00")

    assert "77" not in {info["aftersale_id"] for info in infos(shop)}
    assert "77" in {info["aftersale_id"] for info in infos(shop, start_time=EARLY, end_time=LATE)}


def test_special_after_sales_are_shown_to_who_asks_for_them(shop: Shop) -> None:
    shop.put(stream="aftersale", id="78", shop=FIRST, special=1)

    assert "78" in {info["aftersale_id"] for info in infos(shop)}
    assert "78" not in {i["aftersale_id"] for i in infos(shop, need_special_type=False)}


def test_filters_and_unknown_statuses(shop: Shop) -> None:
    assert {i["aftersale_status"] for i in infos(shop, standard_aftersale_status=[6, 99])} == {6}
    assert len(infos(shop, standard_aftersale_status=[99])) == 24  # all unknown: no filter
    assert {i["arbitrate_status"] for i in infos(shop, arbitrate_status=[4])} == {4}
    number = infos(shop)[0]["aftersale_id"]
    assert [i["aftersale_id"] for i in infos(shop, aftersale_id=number)] == [number]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"size": 101}, id="size"),
        pytest.param({"page": 500}, id="depth"),
        pytest.param({"page": -1}, id="page"),
        pytest.param({"order_by": "update_time asc"}, id="order is a list"),
        pytest.param({"order_by": ["price asc"]}, id="order"),
    ],
)
def test_refuses_a_list(shop: Shop, params: dict[str, object]) -> None:
    assert said(shop.ask("afterSale.List", PAGE | params)) == INVALID


def test_a_list_needs_page_and_size(shop: Shop) -> None:
    assert said(shop.ask("afterSale.List", {"size": 5})).startswith("40002")


@pytest.mark.parametrize("fault", ["malformed-row", "lone-surrogate", "new-field", "new-enum"])
def test_a_row_fault_strikes_one_row(shop: Shop, fault: str) -> None:
    before = {info["aftersale_id"]: row for info, row in zip(infos(shop), rows(shop), strict=True)}
    shop.arm(fault)

    after = rows(shop)

    changed = [row for row in after if before[row["aftersale_info"]["aftersale_id"]] != row]
    assert len(changed) == 1


# --- the detail --------------------------------------------------------------------------------


def test_records_come_only_where_they_are_asked_for(shop: Shop) -> None:
    number = one(shop, aftersale_status=27)["aftersale_id"]
    without = data(shop, "afterSale.Detail", after_sale_id=number)

    assert without["process_info"]["record_logs_list"] == []
    assert [r["role"] for r in detail(shop, number)["process_info"]["record_logs_list"]][-1] == 1


def test_the_list_and_the_detail_spell_and_type_ids_apart(shop: Shop) -> None:
    number = infos(shop)[0]["aftersale_id"]
    case = detail(shop, number)["process_info"]["after_sale_info"]

    assert case["after_sale_id"] == int(number)
    assert said(shop.ask("afterSale.Detail", {"aftersale_id": number})) == INVALID


def test_contacts_are_ciphertext_and_can_be_masked(shop: Shop) -> None:
    case = detail(shop, one(shop, aftersale_type=3)["aftersale_id"])
    info = case["process_info"]["after_sale_info"]
    asked = [
        {"auth_id": "1", "cipher_text": info[name]} for name in ("post_receiver", "post_tel_sec")
    ]

    shown = data(shop, "order.batchSensitive", cipher_infos=asked)["decrypt_infos"]

    assert info["post_receiver"].endswith("#1##")
    assert [part["decrypt_text"] for part in shown] == ["李**", "18*******64"]
    many = shop.ask("order.batchSensitive", {"cipher_infos": asked * 26})
    assert said(many) == "40004 isv.parameter-invalid:100000"


# --- what can be done --------------------------------------------------------------------------


def test_an_agreement_moves_it_once(shop: Shop) -> None:
    info = one(shop, aftersale_type=1, aftersale_status=6)

    assert operate(shop, 201, info) == "10000"
    assert operate(shop, 201, info) == MOVED
    assert one(shop, aftersale_id=info["aftersale_id"])["aftersale_status"] == 12


def test_the_version_is_a_lock(shop: Shop) -> None:
    info = one(shop, aftersale_type=1, aftersale_status=6)

    assert operate(shop, 201, info, update_time=info["update_time"] - 1) == MOVED


def test_one_item_that_fails_fails_all(shop: Shop) -> None:
    info = one(shop, aftersale_type=1, aftersale_status=6)
    items = [{"aftersale_id": info["aftersale_id"]}, {"aftersale_id": "5"}]

    assert said(shop.ask("afterSale.operate", {"type": 201, "items": items})) == INVALID
    assert one(shop, aftersale_id=info["aftersale_id"])["aftersale_status"] == 6


@pytest.mark.parametrize(
    ("kind", "where", "more", "code"),
    [
        pytest.param(101, (0, 6), {}, INVALID, id="no address"),
        pytest.param(101, (0, 6), {"logistics": {"receiver_address_id": 5}}, "10000", id="return"),
        pytest.param(111, (0, 11), {}, "10000", id="second approval"),
        pytest.param(111, (0, 6), {}, MOVED, id="wrong status"),
        pytest.param(201, (2, 6), {}, MOVED, id="wrong kind"),
        pytest.param(102, (0, 6), {}, INVALID, id="a type that is not documented"),
        pytest.param(202, (1, 6), {}, "40002 isv.missing-parameter:10001", id="no reason"),
        pytest.param(
            202, (1, 6), {"reject_reason_code": 102, "remark": "a"}, INVALID, id="no picture"
        ),
        pytest.param(
            202, (1, 6), {"reject_reason_code": 103, "remark": "a"}, "10000", id="refused"
        ),
    ],
)
def test_operate_is_strict(
    shop: Shop, kind: int, where: tuple[int, int], more: dict[str, object], code: str
) -> None:
    info = one(shop, aftersale_type=where[0], aftersale_status=where[1])

    assert operate(shop, kind, info, **more) == code


def test_evidence_is_taken_while_it_is_wanted(shop: Shop) -> None:
    info = one(shop, arbitrate_status=4)
    asked = {"aftersale_id": int(info["aftersale_id"]), "comment": "底单"}
    asked |= {"evidence": ["https://a.example.com/1.jpg"]}

    codes = [said(shop.ask("afterSale.submitEvidence", asked)) for _ in range(2)]

    judged = detail(shop, info["aftersale_id"])["process_info"]["arbitrate_info"]
    assert codes == ["10000", "50002 isv.business-failed:12001"]
    assert judged["arbitrate_status"] == 1
    assert judged["arbitrate_evidence"]["describe"] == "底单"


def test_evidence_needs_words_and_pictures(shop: Shop) -> None:
    number = int(one(shop, arbitrate_status=4)["aftersale_id"])

    for asked in ({}, {"comment": "a", "evidence": []}, {"comment": "a", "evidence": ["u"] * 5}):
        answer = shop.ask("afterSale.submitEvidence", {"aftersale_id": number} | asked)
        assert said(answer).startswith("40002")


def test_remarks(shop: Shop) -> None:
    number = infos(shop)[0]["aftersale_id"]
    order = rows(shop)[0]["order_info"]["shop_order_id"]

    def note(api: str, **params: object) -> str:
        return said(shop.ask(api, params))

    assert note("afterSale.addOrderRemark", after_sale_id=number, remark="a") == "10000"
    assert note("afterSale.addOrderRemark", order_id=order, remark="b") == "10000"
    assert note("afterSale.addOrderRemark", aftersale_id=number, remark="a").endswith(":11003")
    assert note("afterSale.addOrderRemark", after_sale_id=number, remark=" ").endswith(":11000")
    assert note("order.addOrderRemark", order_id=order, remark="c", star="5") == "10000"
    assert note("order.addOrderRemark", order_id=order, remark="长" * 501).endswith(":50056")
    assert note("order.addOrderRemark", order_id="1", remark="c").endswith(":20002")
    assert note("order.addOrderRemark", order_id=order, remark="违规").endswith(":50051")
    shown = detail(shop, number)["process_info"]["after_sale_shop_remarks"]
    assert [remark["remark"] for remark in shown] == ["a", "b"]


def test_more_time_once_in_the_last_two_days(shop: Shop) -> None:
    soon = one(shop, aftersale_type=1, aftersale_status=6)["aftersale_id"]
    far = one(shop, aftersale_status=7)["aftersale_id"]

    def extend(number: str) -> str:
        return said(shop.ask("afterSale.timeExtend", {"aftersale_id": int(number)}))

    assert extend(soon) == "10000"
    assert extend(soon) == extend(far) == "40004 isv.parameter-invalid:10001"


def test_reasons(shop: Shop) -> None:
    number = one(shop, aftersale_type=1, aftersale_status=6)["aftersale_id"]
    over = one(shop, aftersale_status=14)["aftersale_id"]

    offered = data(shop, "afterSale.rejectReasonCodeList", aftersale_id=int(number))["items"]

    assert {reason["evidence_need"] for reason in offered} == {"Y", "N"}
    assert data(shop, "afterSale.rejectReasonCodeList", aftersale_id=int(over))["items"] == []


# --- pictures ----------------------------------------------------------------------------------


def test_a_picture_waits_for_its_audit(shop: Shop) -> None:
    asked = {"folder_id": "0", "url": "https://a.example.com/1.jpg", "material_name": "1.jpg"}
    made = data(shop, "material.uploadImageSync", need_distinct=True, **asked)
    again = data(shop, "material.uploadImageSync", need_distinct=True, **asked)

    def look() -> Any:
        found = data(shop, "material.queryMaterialDetail", material_id=made["material_id"])
        return found["material_info"]

    early = look()
    shop.sandbox.clock.advance(5)
    late = look()

    assert (made["audit_status"], made["byte_url"]) == (1, "")
    assert (again["material_id"], again["is_new"]) == (made["material_id"], False)
    assert (early["audit_status"], early["byte_url"]) == (1, "")
    assert late["audit_status"] == 3
    assert late["byte_url"].startswith("https://")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://a.example.com/1.gif", "40004 isv.parameter-invalid:20001"),
        ("https://a.example.com/missing.jpg", "50002 isv.business-failed:10010"),
        ("https://a.example.com/illegal.jpg", "50002 isv.business-failed:22007"),
    ],
)
def test_a_picture_is_refused(shop: Shop, url: str, code: str) -> None:
    asked = {"folder_id": "0", "url": url, "material_name": "1"}

    assert said(shop.ask("material.uploadImageSync", asked)) == code


# --- pushes and control ------------------------------------------------------------------------


def test_changes_are_pushed_to_who_listens(shop: Shop) -> None:
    world = shop.sandbox.worlds["douyin"]
    info = one(shop, aftersale_type=1, aftersale_status=6)
    shop.put(stream="aftersale", id="90", shop=FIRST)  # nobody listens yet
    world.push_to("http://127.0.0.1:9/push/douyin/dy")

    operate(shop, 201, info)
    shop.put(stream="aftersale", id="91", shop=SECOND, arbitrate_status=4)

    probe, agreed, asked = world.outgoing
    (message,) = json.loads(agreed.body)
    told = json.loads(message["data"])
    assert json.loads(probe.body)[0]["tag"] == "0"
    assert (
        agreed.headers["event-sign"]
        == hashlib.md5(APP_KEY.encode() + agreed.body + APP_SECRET.encode()).hexdigest()
    )
    assert (message["tag"], str(told["aftersale_id"])) == ("201", info["aftersale_id"])
    assert json.loads(asked.body)[0]["tag"] == "213"


def test_control_says_where_to_push(shop: Shop) -> None:
    control = Control(shop.sandbox)

    def ask(body: object) -> Any:
        return json.loads(call(control, "POST", "/push", body=json.dumps(body).encode()).body)

    assert ask({"url": "http://127.0.0.1:9/push"})["platform"] == "douyin"
    assert "address on this machine" in ask({"url": "ftp://x"})["error"]
    assert ask({"url": ""})["ok"] is True
    assert shop.sandbox.worlds["douyin"].push_url == ""
    assert len(shop.sandbox.worlds["douyin"].outgoing) == 1  # the probe


def test_control_says_what_is_wrong_with_an_after_sale(shop: Shop) -> None:
    with pytest.raises(ValueError, match="shop is"):
        shop.put(stream="aftersale", id="5")
    with pytest.raises(ValueError, match="did you mean aftersale_status"):
        shop.put(stream="aftersale", id="5", shop=FIRST, aftersale_statu=6)
    with pytest.raises(ValueError, match="whole number"):
        shop.put(stream="aftersale", id="x", shop=FIRST)


def test_state_shows_both_streams() -> None:
    shop = Shop(tickets=3)
    streams = Counter(case.stream for case in shop.sandbox.worlds["douyin"].cases)

    assert streams == {"service": 6, "aftersale": 6}


def test_pushes_are_delivered_and_tried_again() -> None:
    taken: list[bytes] = []

    async def listener(_scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        taken.append(body)
        status = 500 if len(taken) == 1 else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    from gongdan.sandbox import serve

    with (
        start({"douyin": make}, clock=Clock(lambda: START)) as running,
        serve({"listener": listener}) as urls,
    ):
        with running.sandbox.lock:
            running.sandbox.worlds["douyin"].push_to(f"{urls['listener']}/push")
        for _ in range(200):
            if len(taken) == 2:
                break
            running._courier._ended.wait(0.02)

    assert len(taken) == 2
    assert taken[0] == taken[1]
