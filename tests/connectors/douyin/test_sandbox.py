"""The Douyin sandbox's service requests, as douyin.md 3 says, and its faults and control."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from gongdan.sandbox import Clock, Dropped, call, start
from gongdan_douyin.sandbox import make

from .imitated import ALL, BEIJING, FIRST, START, Shop, compact, said


@pytest.fixture
def shop() -> Shop:
    return Shop()


# --- the list: douyin.md 3.1 ---------------------------------------------------------------


def test_a_row_has_the_documented_fields(shop: Shop) -> None:
    row = shop.rows()[0]

    assert row.keys() == {
        "id", "order_id", "operate_status", "operate_status_desc", "detail", "reply",
        "service_type", "create_time", "reply_time", "update_time", "shop_id",
    }  # fmt: skip
    assert isinstance(row["id"], int)
    assert datetime.strptime(row["create_time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)


def test_ids_and_orders_come_in_every_documented_form(shop: Shop) -> None:
    rows = shop.rows()

    assert {len(str(row["id"])) for row in rows} == {8, 19}
    assert {type(row["order_id"]) for row in rows} == {int, str}
    assert min(int(row["order_id"]) for row in rows) > 2**53


def test_sorts_by_creation_descending_unless_told(shop: Shop) -> None:
    def times(name: str, **params: object) -> list[str]:
        return [row[name] for row in shop.rows(**params)]

    assert times("create_time") == sorted(times("create_time"), reverse=True)
    up = times("update_time", order_by="update_time", order="ASC")
    assert up == sorted(up)


def test_pages_begin_with_one_and_have_ten_rows(shop: Shop) -> None:
    def page(number: int) -> list[int]:
        params = {"start_time": 0, "end_time": 4_000_000_000, "page": number}
        return [row["id"] for row in shop.ask("order.getServiceList", params)["data"]["list"]]

    pages = [page(number) for number in (1, 2, 3, 4)]

    assert [len(ids) for ids in pages] == [10, 10, 4, 0]
    assert len({i for ids in pages for i in ids}) == 24


def test_cuts_a_size_above_a_hundred_in_silence() -> None:
    shop = Shop(tickets=120)

    assert len(shop.rows(size=101)) == 100


def test_bounds_filter_the_time_that_is_asked_for(shop: Shop) -> None:
    case = shop.rows(status=10)[0]
    at = datetime.strptime(case["update_time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    second = {"start_time": int(at.timestamp()), "end_time": int(at.timestamp()) + 1}

    assert case["id"] in [r["id"] for r in shop.rows(order_by="update_time", **second)]
    assert shop.rows(order_by="create_time", **second) == []


def test_filters_by_status_order_and_id(shop: Shop) -> None:
    row = shop.rows(status=100)[0]

    assert {r["operate_status"] for r in shop.rows(status="100")} == {100}
    assert [r["id"] for r in shop.rows(order_id=int(row["order_id"]))] == [row["id"]]
    assert [r["id"] for r in shop.rows(service_id=row["id"])] == [row["id"]]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        pytest.param({"end_time": 5}, "40002 isv.missing-parameter:10001", id="no start"),
        pytest.param(
            {"start_time": "yesterday", "end_time": 5}, "50002 isv.business-failed:10002", id="text"
        ),
        pytest.param(
            {"start_time": 5, "end_time": 5}, "50002 isv.business-failed:10002", id="no window"
        ),
        pytest.param(
            {"start_time": 1, "end_time": 10**15}, "50002 isv.business-failed:10002", id="huge"
        ),
        pytest.param(ALL | {"page": "x"}, "40003 isv.parameter-format-invalid", id="page"),
        pytest.param(ALL | {"order": "up"}, "40004 isv.parameter-invalid:10001", id="order"),
    ],
)
def test_refuses_a_list(shop: Shop, params: dict[str, object], code: str) -> None:
    assert said(shop.ask("order.getServiceList", params)) == code


# --- the tickets it starts with ------------------------------------------------------------


def everything(shop: Shop) -> Iterable[Any]:
    """The details of all tickets of all shops."""
    for one in shop.hello()["shops"]:
        shop.token = one["access_token"]
        for row in shop.rows():
            yield shop.detail(row["id"])["detail"]


@pytest.mark.parametrize("tickets", [20, 24])
@pytest.mark.parametrize("seed", range(5))
def test_tickets_are_worth_looking_at(seed: int, tickets: int) -> None:
    details = list(everything(Shop(seed, tickets=tickets)))
    now = "2026-11-21 12:00:00"
    open_until = [d["expiration_time"] for d in details if d["operate_status"] == 0]

    assert len({d["detail"] for d in details}) >= 40
    assert {d["operate_status"] for d in details} == {0, 5, 10, 100}
    assert {d["is_reject"] for d in details} == {d["evidence_required"] for d in details} == {0, 1}
    assert sum(until < now for until in open_until) >= 10
    assert sum(now < until < "2026-11-21 14:00:00" for until in open_until) >= 10
    assert Counter(d["shop_id"] for d in details) == {77977: tickets, 95250: tickets}


def test_two_tickets_share_their_update_second(shop: Shop) -> None:
    times = Counter(row["update_time"] for row in shop.rows())

    assert max(times.values()) >= 2


def test_times_are_in_order_and_never_ahead(shop: Shop) -> None:
    for d in everything(shop):
        assert d["create_time"] < d["expiration_time"]
        assert d["create_time"] <= d["update_time"] <= "2026-11-21 12:00:00"
        assert d["reply_time"] <= d["update_time"]


def test_follows_from_its_seed() -> None:
    assert Shop(3).rows() == Shop(3).rows()
    assert Shop(3).rows() != Shop(4).rows()
    assert Shop(3).hello() == Shop(4).hello()


def test_has_as_many_shops_and_tickets_as_wanted() -> None:
    shop = Shop(shops=5, tickets=3)

    assert len(shop.hello()["shops"]) == 5
    assert len(list(everything(shop))) == 15


# --- detail and reply: douyin.md 3.2, 3.3 --------------------------------------------------


def test_a_detail_has_the_deadline_and_the_log(shop: Shop) -> None:
    answered = shop.detail(shop.rows(status=10)[0]["id"])

    assert answered["detail"]["expiration_time"] != ""
    assert answered["detail"]["close_time"] == ""
    assert [entry["service_log_type"] for entry in answered["logs"]] == [2, 1]
    assert answered["logs"][1]["deal_time"] == "24小时"
    assert isinstance(answered["logs"][0]["create_time"], int)


def test_a_detail_takes_a_quoted_id(shop: Shop) -> None:
    service_id = str(shop.rows()[0]["id"])

    assert said(shop.ask("order.serviceDetail", {"service_id": service_id})) == "10000"


def test_another_shops_ticket_is_not_there(shop: Shop) -> None:
    service_id = shop.rows()[0]["id"]
    shop.token = shop.hello()["shops"][1]["access_token"]

    answer = shop.ask("order.serviceDetail", {"service_id": service_id})

    assert said(answer) == "20000 isp.service-error:10002"


def test_a_reply_goes_into_review_and_moves_the_update_time(shop: Shop) -> None:
    service_id = shop.pending()
    shop.sandbox.clock.advance(60)

    code = shop.reply(service_id, "您好 <b>A&B</b> 😀")

    detail, logs = shop.detail(service_id).values()
    assert code == "10000"
    assert (detail["operate_status"], detail["reply"]) == (10, "您好 <b>A&B</b> 😀")
    assert (
        detail["reply_time"]
        == detail["first_reply_time"]
        == detail["update_time"]
        == "2026-11-21 12:01:00"
    )
    assert (logs[0]["operate_name"], logs[0]["reply_detail"]) == ("商家", "您好 <b>A&B</b> 😀")
    assert shop.rows(order_by="update_time")[0]["id"] == service_id


def test_a_second_reply_is_refused(shop: Shop) -> None:
    service_id = shop.pending()
    shop.reply(service_id)

    assert shop.reply(service_id, "再次") == "20000 isp.service-error:10009"
    assert len(shop.detail(service_id)["logs"]) == 2


def test_a_rejected_reply_may_be_given_again(shop: Shop) -> None:
    service_id = shop.pending(is_reject=1, evidence_required=1)

    code = shop.reply(service_id, evidence="https://x/1.jpg|https://x/2.jpg")

    detail, logs = shop.detail(service_id).values()
    assert code == "10000"
    assert detail["is_reject"] == 0
    assert logs[0]["img_list"] == ["https://x/1.jpg", "https://x/2.jpg"]
    assert detail["first_reply_time"] < detail["reply_time"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({}, "20000 isp.service-error:10002", id="evidence needed"),
        pytest.param({"evidence": "p.jpg"}, "50002 isv.business-failed:10017", id="no address"),
        pytest.param(
            {"evidence": "|".join(["https://x/1.jpg"] * 5)},
            "20000 isp.service-error:10002",
            id="five pictures",
        ),
        pytest.param({"text": " "}, "40002 isv.missing-parameter:10001", id="no words"),
    ],
)
def test_refuses_a_reply(shop: Shop, more: dict[str, Any], code: str) -> None:
    service_id = shop.pending(evidence_required=1, is_reject=0)

    assert shop.reply(service_id, **more) == code
    assert len(shop.detail(service_id)["logs"]) == 1


def test_a_ticket_that_ran_out_cannot_be_answered(shop: Shop) -> None:
    closed = [row["id"] for row in shop.rows(status=100) if not row["reply"]]

    assert shop.reply(closed[0]) == "20000 isp.service-error:10002"


# --- faults in the data --------------------------------------------------------------------


def test_a_malformed_row_has_its_id_and_nonsense(shop: Shop) -> None:
    shop.arm("malformed-row")

    times = [type(row["create_time"]) for row in shop.rows()]
    ids = [row["id"] for row in shop.rows()]

    assert Counter(times) == {str: 23, list: 1}
    assert len(set(ids)) == 24


def test_a_lone_surrogate_is_an_escape_on_the_wire(shop: Shop) -> None:
    body = compact(ALL)
    shop.arm("lone-surrogate")
    url = f"/order/getServiceList?{urlencode(shop.query('order.getServiceList', body))}"

    raw = call(shop.gateway, "POST", url, {}, body).body

    assert raw.count(b"\\ud83d") == 1
    assert json.loads(raw)["data"]["total"] == 24


@pytest.mark.parametrize(
    ("fault", "changed"),
    [
        pytest.param("new-field", lambda row: "risk_level" in row, id="field"),
        pytest.param("new-enum", lambda row: row["operate_status"] == 77, id="value"),
    ],
)
def test_one_row_has_something_new(shop: Shop, fault: str, changed: Any) -> None:
    shop.arm(fault)

    assert sum(changed(row) for row in shop.rows()) == 1
    assert sum(changed(row) for row in shop.rows()) == 0


def test_a_hidden_write_shows_later(shop: Shop) -> None:
    service_id = shop.pending()
    shop.arm("hidden-write", seconds=30)

    assert shop.reply(service_id, "您好") == "10000"
    before = shop.detail(service_id)["detail"]["reply"]
    again = shop.reply(service_id, "您好")
    shop.sandbox.clock.advance(30)

    assert (before, again) == ("", "20000 isp.service-error:10009")
    assert shop.detail(service_id)["detail"]["reply"] == "您好"


def test_a_lost_response_was_a_reply(shop: Shop) -> None:
    service_id = shop.pending()
    shop.arm("lost-response")

    with pytest.raises(Dropped):
        shop.reply(service_id, "您好")

    assert shop.detail(service_id)["detail"]["reply"] == "您好"


def test_a_late_commit_is_judged_by_when_it_was_signed(shop: Shop) -> None:
    service_id = shop.pending()
    shop.arm("late-commit", seconds=3600)

    with pytest.raises(Dropped):
        shop.reply(service_id, "您好")
    shop.sandbox.clock.advance(3600)

    assert shop.detail(service_id)["detail"]["reply_time"] == "2026-11-21 13:00:00"


def test_another_person_answers_first(shop: Shop) -> None:
    service_id = shop.pending()
    shop.arm("other-person")

    assert shop.reply(service_id, "您好") == "20000 isp.service-error:10009"
    assert len(shop.detail(service_id)["logs"]) == 2


def test_another_person_answers_just_before_a_detail_is_read(shop: Shop) -> None:
    service_id = shop.pending()
    shop.arm("other-person", api="order.serviceDetail")

    assert shop.detail(service_id)["detail"]["operate_status"] == 10


def test_a_refused_reply_changes_nothing(shop: Shop) -> None:
    service_id = shop.pending()
    shop.arm("refused")

    assert shop.reply(service_id) == "20000 isp.service-error:10002"
    assert shop.detail(service_id)["detail"]["operate_status"] == 0


def test_altered_text_is_not_ours(shop: Shop) -> None:
    service_id = shop.pending()
    shop.arm("altered-text")

    assert shop.reply(service_id, "您好,已补发") == "10000"
    assert shop.detail(service_id)["detail"]["reply"] == "**,已补发"


def test_a_new_round_rejects_the_reply(shop: Shop) -> None:
    service_id = shop.pending()
    shop.arm("new-round")

    assert shop.reply(service_id) == "10000"
    detail, logs = shop.detail(service_id).values()

    assert (detail["operate_status"], detail["is_reject"]) == (0, 1)
    assert [entry["service_log_type"] for entry in logs] == [3, 2, 1]
    assert shop.reply(service_id, "再次回复") == "10000"


# --- control -------------------------------------------------------------------------------


def test_control_creates_a_ticket(shop: Shop) -> None:
    times = {"create_time": "2026-11-21 11:00:00", "expiration_time": "2026-11-22 11:00:00"}
    said = [{"who": "platform", "text": "新的"}]
    shop.put(id=7123456789012345678, shop=FIRST, detail="新的", messages=said, **times)

    detail, logs = shop.detail(7123456789012345678).values()

    assert (detail["detail"], detail["operate_status"]) == ("新的", 0)
    assert detail["create_time"] == "2026-11-21 11:00:00"
    assert detail["update_time"] == "2026-11-21 12:00:00"
    assert [entry["service_log_type"] for entry in logs] == [1]


def test_control_changes_a_ticket_and_its_place_in_the_list(shop: Shop) -> None:
    service_id = shop.pending()
    shop.sandbox.clock.advance(5)

    shop.put(id=service_id, operate_status=100, close_time="2026-11-21 12:00:05")

    newest = shop.rows(order_by="update_time")[0]
    assert (newest["id"], newest["operate_status"]) == (service_id, 100)
    assert newest["update_time"] == "2026-11-21 12:00:05"


def test_control_sets_an_update_time(shop: Shop) -> None:
    service_id = shop.pending()

    shop.put(id=service_id, updated="2026-11-21T10:00:00+08:00")

    assert shop.detail(service_id)["detail"]["update_time"] == "2026-11-21 10:00:00"


@pytest.mark.parametrize(
    ("ticket", "says"),
    [
        pytest.param({"id": 5}, "shop is ''; there are: 77977, 95250", id="no shop"),
        pytest.param({"id": "x", "shop": FIRST}, "whole number", id="no number"),
        pytest.param({"id": 5, "stream": "refund"}, "there are: service, aftersale", id="stream"),
        pytest.param({"id": 5, "opreate_status": 1}, "did you mean operate_status", id="field"),
        pytest.param({"id": 5, "reply_time": "noon"}, "reply_time: expected Beijing", id="time"),
        pytest.param(
            {"id": 5, "shop": FIRST, "messages": [{"who": "buyer"}]}, "platform", id="who"
        ),
    ],
)
def test_control_says_what_is_wrong(shop: Shop, ticket: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        shop.put(**ticket)


# --- over the wire -------------------------------------------------------------------------


def test_a_plain_http_client_is_served() -> None:
    shop = Shop()
    with start({"douyin": make}, clock=Clock(lambda: START)) as running, httpx.Client() as client:
        line: Any = running.line["douyin"]
        body = compact(ALL)

        answer = client.post(
            f"{line['base_url']}/order/getServiceList",
            params=shop.query("order.getServiceList", body),
            content=body,
        )

        log = client.get(f"{running.urls['control']}/log").json()
    assert answer.json()["data"]["list"] == shop.rows()
    assert answer.headers["date"] == "Sat, 21 Nov 2026 04:00:00 GMT"
    assert [(e["shop"], e["api"], e["outcome"]) for e in log] == [
        (FIRST, "order.getServiceList", "ok")
    ]


def test_the_log_names_the_code_of_a_refusal(shop: Shop) -> None:
    shop.reply(1)

    entry = list(shop.sandbox.traffic)[-1]

    assert (entry.api, entry.shop, entry.writing) == ("order.replyService", FIRST, True)
    assert entry.outcome == "20000 isp.service-error:10002"


def test_control_messages_carry_their_fields_with_them(shop: Shop) -> None:
    service_id = shop.pending()

    shop.put(id=service_id, messages=[{"who": "merchant", "text": "好"}, {"who": "platform"}])

    detail, logs = shop.detail(service_id).values()
    assert (detail["reply"], detail["is_reject"], detail["operate_status"]) == ("好", 1, 0)
    assert [entry["service_log_type"] for entry in logs] == [3, 2, 1]
