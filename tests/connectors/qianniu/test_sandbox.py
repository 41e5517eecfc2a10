"""The imitated gateway: what it takes, what it refuses, what it answers and holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from gongdan.sandbox import Plan, call

from .sandbox_client import PNG, START, TAOBAO, Client, china

LIST = "taobao.refunds.receive.get"
DETAIL = "taobao.refund.get"
MESSAGES = "taobao.refund.messages.get"
ADD = "taobao.refund.message.add"


@pytest.fixture
def client() -> Client:
    return Client()


# Requests


@pytest.mark.parametrize("sign_method", ["md5", "hmac", "hmac-sha256"])
def test_takes_every_sign_method(client: Client, sign_method: str) -> None:
    body = client.ask("taobao.time.get", sign_method=sign_method)

    assert body["time"] == china(START)


def test_takes_system_parameters_in_the_query(client: Client) -> None:
    texts = client.signed(LIST, fields="refund_id")
    form = {"fields": texts.pop("fields")}

    answer = client.send(texts, form)

    assert "refunds" in json.loads(answer.body)


def test_takes_everything_in_the_body(client: Client) -> None:
    answer = client.send({}, client.signed(LIST, fields="refund_id"))

    assert "refunds" in json.loads(answer.body)


def test_takes_the_body_where_the_query_says_otherwise(client: Client) -> None:
    texts = client.signed(LIST, fields="refund_id")

    answer = client.send({"fields": "status"}, texts)

    assert set(json.loads(answer.body)["refunds"][0]) == {"refund_id"}


def test_takes_all_text_in_a_multipart_body(client: Client) -> None:
    refund_id = client.some_id()
    texts = client.signed(ADD, refund_id=refund_id, content="您好 & 谢谢 👍")

    answer = client.send({}, texts, {"image": ("a.png", PNG, "image/png")})

    assert "refund_message" in json.loads(answer.body)
    assert client.thread(refund_id)[-1]["content"] == "您好 & 谢谢 👍"


@pytest.mark.parametrize("minutes", [-10, 10])
def test_takes_a_timestamp_ten_minutes_off(client: Client, minutes: int) -> None:
    at = START + timedelta(minutes=minutes)

    assert "time" in client.ask("taobao.time.get", timestamp=china(at))
    assert "time" in client.ask("taobao.time.get", timestamp=int(at.timestamp() * 1000))


def test_judges_the_timestamp_by_its_own_clock(client: Client) -> None:
    stamp = china(START)
    client.clock.advance(601)

    assert client.refused("taobao.time.get", timestamp=stamp)["code"] == 31


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({"method": None}, 21, id="no method"),
        pytest.param({"method": "taobao.no.such"}, 22, id="unknown method"),
        pytest.param({"format": None}, 23, id="xml, the default"),
        pytest.param({"sign": ""}, 24, id="no sign"),
        pytest.param({"sign": "0" * 64}, 25, id="wrong sign"),
        pytest.param({"sign_method": "sha1", "sign": "0"}, 25, id="unknown sign method"),
        pytest.param({"session": None}, 26, id="no session"),
        pytest.param({"session": "6100nobody"}, 27, id="unknown session"),
        pytest.param({"app_key": None}, 28, id="no app key"),
        pytest.param({"app_key": "1"}, 29, id="unknown app key"),
        pytest.param({"timestamp": None}, 30, id="no timestamp"),
        pytest.param({"timestamp": "2026-11-21T09:00:00"}, 31, id="another form of time"),
        pytest.param({"timestamp": "2026-11-21 01:00:00"}, 31, id="UTC"),
        pytest.param({"timestamp": "9" * 30}, 31, id="absurd"),
        pytest.param({"v": None}, 32, id="no version"),
        pytest.param({"v": "1.0"}, 34, id="another version"),
        pytest.param({"fields": None}, 40, id="no fields"),
        pytest.param({"fields": " , "}, 41, id="empty fields"),
        pytest.param({"page_size": 101}, 41, id="page too large"),
        pytest.param({"page_size": 0}, 41, id="page too small"),
        pytest.param({"page_no": 0}, 41, id="page before the first"),
        pytest.param({"page_no": "one"}, 41, id="no number"),
        pytest.param({"page_no": "9" * 5000}, 41, id="absurd number"),
        pytest.param({"use_has_next": "yes"}, 41, id="no boolean"),
        pytest.param({"start_modified": "2026-11-21"}, 41, id="no time"),
        pytest.param({"status": "OPEN"}, 41, id="no status"),
    ],
)
def test_refuses_with_the_code_of_the_documents(
    client: Client, changed: dict[str, object], code: int
) -> None:
    error = client.refused(LIST, **{"fields": "refund_id", **changed})

    assert error["code"] == code
    assert error["msg"]
    assert error["request_id"]


def test_refuses_get(client: Client) -> None:
    answer = client.send(client.signed("taobao.time.get"), {}, verb="GET")

    assert json.loads(answer.body)["error_response"]["code"] == 9


@pytest.mark.parametrize("path", ["/router/rest", "/token"])
def test_refuses_a_broken_multipart_body(client: Client, path: str) -> None:
    headers = {"content-type": "multipart/form-data; boundary=b"}

    answer = call(client.app, "POST", path, headers, b"--c\r\n\r\nno such boundary")

    assert json.loads(answer.body)["error_response"]["code"] == 43


def test_has_nothing_at_other_paths(client: Client) -> None:
    answer = client.send({}, client.signed("taobao.time.get"), path="/router")

    assert answer.status == 404


# Answers


def test_nests_lists_in_objects_of_one_key(client: Client) -> None:
    body = client.page(simplify=None, page_size=2)

    assert list(body) == ["refunds_receive_get_response"]
    response = body["refunds_receive_get_response"]
    assert list(response["refunds"]) == ["refund"]
    assert len(response["refunds"]["refund"]) == 2
    assert response["request_id"]


def test_simplifies_when_asked(client: Client) -> None:
    body = client.page(page_size=2)

    assert set(body) == {"refunds", "total_results", "request_id"}
    assert len(body["refunds"]) == 2


@pytest.mark.parametrize("simplify", ["true", None])
def test_leaves_out_an_empty_list(client: Client, simplify: str | None) -> None:
    body = client.page(simplify=simplify, end_modified="2000-01-01 00:00:00")

    response = body if simplify else body["refunds_receive_get_response"]
    assert set(response) == {"total_results", "request_id"}
    assert response["total_results"] == 0


def test_nests_pictures_inside_messages(client: Client) -> None:
    refund_id = client.some_id(TAOBAO)
    client.reply(refund_id, shop=TAOBAO)

    asked = {"fields": "id,pic_urls.url", "refund_id": refund_id, "page_size": 100}
    body = client.ask(MESSAGES, TAOBAO, simplify=None, **asked)

    rows = body["refund_messages_get_response"]["refund_messages"]["refund_message"]
    assert set(rows[-1]) == {"id", "pic_urls"}
    assert rows[-1]["pic_urls"]["pic_url"][0]["url"].endswith(".png")
    assert "pic_urls" not in rows[0]


# The list


def test_returns_only_the_fields_asked_for(client: Client) -> None:
    rows = client.page(fields="refund_id, status,no_such_field")["refunds"]

    assert all(set(row) == {"refund_id", "status"} for row in rows)


def test_leaves_to_the_detail_what_the_list_does_not_have(client: Client) -> None:
    rows = client.page(fields="refund_id,cs_status,refund_remind_timeout,address")["refunds"]

    assert all(set(row) == {"refund_id"} for row in rows)


def test_leaves_out_a_field_without_value(client: Client) -> None:
    rows = client.page(fields="refund_id,sid,good_status")["refunds"]

    assert {"sid" in row for row in rows} == {True, False}
    assert all(("sid" in row) == (row["good_status"] == "BUYER_RETURNED_GOODS") for row in rows)


def test_hides_other_order_types_unless_asked(client: Client) -> None:
    default = client.page(type=None)
    every = client.page()
    one = client.page(type="guarantee_trade")

    assert every["total_results"] == 24
    assert 20 <= default["total_results"] < 24
    assert 0 < one["total_results"] < default["total_results"]


def test_sorts_by_modified_newest_first(client: Client) -> None:
    times = [row["modified"] for row in client.page()["refunds"]]

    assert times == sorted(times, reverse=True)
    assert len(set(times)) < len(times)


def test_takes_both_bounds_as_inclusive(client: Client) -> None:
    rows = client.page()["refunds"]
    newest, oldest = rows[3]["modified"], rows[9]["modified"]

    body = client.page(start_modified=oldest, end_modified=newest)

    expected = [row["refund_id"] for row in rows if oldest <= row["modified"] <= newest]
    assert [row["refund_id"] for row in body["refunds"]] == expected


def test_counts_pages_from_one_without_gap_or_overlap(client: Client) -> None:
    whole = [row["refund_id"] for row in client.page()["refunds"]]

    pages = [client.page(page_no=number, page_size=7) for number in (1, 2, 3, 4, 5)]

    assert [row["refund_id"] for page in pages for row in page.get("refunds", [])] == whole
    assert {page["total_results"] for page in pages} == {24}


def test_has_forty_rows_a_page_by_default() -> None:
    client = Client(Plan(tickets=45))

    assert len(client.page(page_size=None)["refunds"]) == 40


def test_tells_has_next_instead_of_the_total(client: Client) -> None:
    pages = [client.page(use_has_next="true", page_no=n, page_size=12) for n in (1, 2, 3)]

    assert [page["has_next"] for page in pages] == [True, False, False]
    assert not any("total_results" in page for page in pages)


def test_filters_by_one_status(client: Client) -> None:
    rows = client.page(status="WAIT_SELLER_AGREE")["refunds"]

    assert {row["status"] for row in rows} == {"WAIT_SELLER_AGREE"}


def test_moves_a_refund_to_the_front_when_a_message_is_added(client: Client) -> None:
    last = client.page()["refunds"][-1]
    before = client.ask(DETAIL, fields="refund_version", refund_id=last["refund_id"])

    client.reply(last["refund_id"])

    first = client.page()["refunds"][0]
    after = client.ask(DETAIL, fields="refund_version", refund_id=last["refund_id"])
    assert first["refund_id"] == last["refund_id"]
    assert first["modified"] == china(START)
    assert after["refund"]["refund_version"] > before["refund"]["refund_version"]


# The detail


def test_tells_a_refund_in_full(client: Client) -> None:
    refund_id = client.some_id()
    fields = "refund_id,tid,refund_fee,refund_version,modified,cs_status,refund_remind_timeout,type"

    refund = client.ask(DETAIL, fields=fields, refund_id=refund_id)["refund"]

    assert refund["refund_id"] == refund_id > 2**53
    assert refund["tid"] > 2**53
    assert isinstance(refund["refund_fee"], str)
    assert refund["refund_fee"].partition(".")[2].isdigit()
    modified = datetime.strptime(refund["modified"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert refund["refund_version"] == (modified - timedelta(hours=8)).timestamp() * 1000
    assert refund["cs_status"] in range(1, 12)
    assert set(refund["refund_remind_timeout"]) <= {"exist_timeout", "remind_type", "timeout"}
    assert "type" not in refund


def test_changes_the_version_with_every_change_of_one_second(client: Client) -> None:
    refund_id = client.some_id()

    versions = []
    for _ in range(3):
        client.reply(refund_id)
        body = client.ask(DETAIL, fields="refund_version", refund_id=refund_id)
        versions.append(body["refund"]["refund_version"])

    assert versions == sorted(set(versions))


@pytest.mark.parametrize("api", [DETAIL, MESSAGES])
def test_does_not_show_a_refund_of_another_shop(client: Client, api: str) -> None:
    error = client.refused(
        api, TAOBAO, fields="id", refund_id=client.some_id(), refund_phase="onsale"
    )

    assert error["code"] == 15
    assert error["sub_code"] == "isv.refund-not-exist"
