"""What goes wrong on purpose, and what the control endpoint may change."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from gongdan.sandbox import Dropped
from gongdan_qianniu.sandbox.refunds import STATUSES
from gongdan_qianniu.sandbox.thread import COLLEAGUE

from .sandbox_client import START, TAOBAO, TMALL, Client, china

LIST = "taobao.refunds.receive.get"
FIELDS = "refund_id,modified,created,desc,status"


@pytest.fixture
def client() -> Client:
    return Client()


def test_changes_nothing_by_itself(client: Client) -> None:
    first = client.page(fields=FIELDS)["refunds"]

    assert client.page(fields=FIELDS)["refunds"] == first


def test_tells_how_long_a_rate_limit_lasts(client: Client) -> None:
    client.arm("rate-limit", seconds=2)

    error = client.refused(LIST, fields="refund_id")

    assert (error["code"], error["msg"]) == (7, "App Call Limited")
    assert error["sub_code"] == "accesscontrol.limited-by-api-access-count"
    assert error["sub_msg"] == "This ban will last for 2 more seconds"
    assert "refunds" in client.page()


def test_bans_the_app_until_the_ban_is_over(client: Client) -> None:
    client.arm("ban", seconds=30)

    first = client.refused(LIST, fields="refund_id")
    client.clock.advance(20)
    second = client.refused("taobao.time.get", None)
    client.clock.advance(10)

    assert first["sub_code"] == "accesscontrol.limited-by-app-access-count"
    assert "last for 30 more second" in first["sub_msg"]
    assert "last for 10 more second" in second["sub_msg"]
    assert "refunds" in client.page()


def test_limits_the_token_page_too(client: Client) -> None:
    client.arm("rate-limit", api="oauth.token")

    answer = client.send({}, {}, path="/token")

    assert b"App Call Limited" in answer.body


def test_expires_a_session_for_one_request(client: Client) -> None:
    client.arm("token-expired")

    error = client.refused(LIST, fields="refund_id")

    assert (error["code"], error["sub_code"]) == (27, "session-expired")
    assert "refunds" in client.page()


def test_expires_a_session_for_a_while_unless_it_is_refreshed(client: Client) -> None:
    client.arm("token-expired", seconds=3600)

    errors = [client.refused(LIST, fields="refund_id") for _ in range(2)]
    refresh = "taobao.top.auth.token.refresh"
    body = client.ask(refresh, None, refresh_token=TMALL.refresh_token)

    assert [(e["code"], e["sub_code"]) for e in errors] == [(27, "session-expired")] * 2
    pair = json.loads(body["token_result"])
    assert "refunds" in client.page(session=pair["access_token"])
    assert "refunds" in client.page(TAOBAO)


def test_takes_a_suspended_session_again(client: Client) -> None:
    client.arm("token-expired", seconds=3600)
    client.refused(LIST, fields="refund_id")

    client.clock.advance(3600)

    assert "refunds" in client.page()


def test_refuses_a_revoked_session(client: Client) -> None:
    client.arm("revoked")

    error = client.refused(LIST, fields="refund_id")

    assert (error["code"], error["sub_code"]) == (27, "invalid-sessionkey")


def test_refuses_to_refresh_what_was_revoked(client: Client) -> None:
    api = "taobao.top.auth.token.refresh"
    client.arm("revoked", api=api)

    error = client.refused(api, None, refresh_token=TMALL.refresh_token)

    assert (error["code"], error["sub_code"]) == (27, "invalid-sessionkey")


@pytest.mark.parametrize(
    ("fault", "sub_code"),
    [
        ("no-permission", "isv.permission-api-package-limit"),
        ("wrong-ip", "isv.permission-ip-whitelist-limit"),
    ],
)
def test_refuses_an_app_without_permission(client: Client, fault: str, sub_code: str) -> None:
    client.arm(fault)

    error = client.refused(LIST, fields="refund_id")

    assert (error["code"], error["sub_code"]) == (11, sub_code)


def test_does_not_write_with_an_expired_session(client: Client) -> None:
    refund_id = client.some_id()
    before = client.thread(refund_id)
    client.arm("token-expired", api="taobao.refund.message.add")

    body = client.reply(refund_id)

    assert body["error_response"]["code"] == 27
    case = client.cases.get("refund", str(refund_id))
    assert case is not None
    assert len(case.newest.messages) == len(before)


def test_malforms_one_row_and_leaves_its_name_and_place(client: Client) -> None:
    fine = client.page(fields=FIELDS)["refunds"]
    client.arm("malformed-row")

    rows = client.page(fields=FIELDS)["refunds"]

    odd = [row for row in rows if isinstance(row["created"], list)]
    assert len(odd) == 1
    assert [(r["refund_id"], r["modified"]) for r in rows] == [
        (r["refund_id"], r["modified"]) for r in fine
    ]


def test_keeps_the_malformed_row_in_the_nested_form(client: Client) -> None:
    client.arm("malformed-row")

    body = client.page(fields=FIELDS, simplify=None)

    rows = body["refunds_receive_get_response"]["refunds"]["refund"]
    assert sum(isinstance(row["created"], list) for row in rows) == 1


def test_malforms_a_detail_when_its_api_is_named(client: Client) -> None:
    client.arm("malformed-row", api="taobao.refund.get")

    refund = client.ask("taobao.refund.get", fields=FIELDS, refund_id=client.some_id())["refund"]

    assert isinstance(refund["created"], list)


def test_sends_half_an_emoji(client: Client) -> None:
    client.arm("lone-surrogate")

    answer = client.send({}, client.signed(LIST, fields=FIELDS))

    assert answer.body.count(rb"\ud83d") == 1


def test_sends_a_field_that_nobody_asked_for(client: Client) -> None:
    client.arm("new-field")

    assert all("refund_label" in row for row in client.page(fields="refund_id")["refunds"])


def test_sends_a_status_that_no_document_names(client: Client) -> None:
    client.arm("new-enum")

    statuses = [row["status"] for row in client.page()["refunds"]]

    assert sum(status not in STATUSES for status in statuses) == 1


def test_changes_a_refund_between_two_pages(client: Client) -> None:
    fine = client.page()["refunds"]
    client.arm("shift-pages")

    client.page(page_size=5)

    moved = client.page()["refunds"]
    assert moved != fine
    assert {row["refund_id"] for row in moved} == {row["refund_id"] for row in fine}


def test_gives_all_refunds_the_same_second(client: Client) -> None:
    client.arm("same-second")

    assert len({row["modified"] for row in client.page()["refunds"]}) == 1


def test_shows_a_new_refund_late(client: Client) -> None:
    client.app.imitation.put({"id": "170000000000000001"})
    client.arm("late-rows", seconds=40)

    late = client.page()
    known = client.page()

    assert late["total_results"] == 24
    assert known["total_results"] == 25


def test_filters_by_creation_while_it_sorts_by_change(client: Client) -> None:
    refund_id = client.page()["refunds"][-1]["refund_id"]
    client.reply(refund_id)
    client.arm("filter-on-create")

    wrong = client.page(start_modified=china(START - timedelta(seconds=1)))
    right = client.page(start_modified=china(START - timedelta(seconds=1)))

    assert "refunds" not in wrong
    assert [row["refund_id"] for row in right["refunds"]] == [refund_id]


def test_leaves_out_the_first_second(client: Client) -> None:
    oldest = client.page()["refunds"][-1]["modified"]
    client.arm("exclusive-start")

    body = client.page(start_modified=oldest)

    assert oldest not in [row["modified"] for row in body["refunds"]]


def test_loses_the_response_of_a_write_that_happened(client: Client) -> None:
    refund_id = client.some_id()
    before = len(client.thread(refund_id))
    client.arm("lost-response")

    with pytest.raises(Dropped):
        client.reply(refund_id)

    assert len(client.thread(refund_id)) == before + 1


def test_loses_a_write_that_did_not_happen(client: Client) -> None:
    refund_id = client.some_id()
    before = len(client.thread(refund_id))
    client.arm("lost-request")

    with pytest.raises(Dropped):
        client.reply(refund_id)

    assert len(client.thread(refund_id)) == before


def test_commits_late_by_the_age_that_the_signature_had(client: Client) -> None:
    refund_id = client.some_id()
    before = len(client.thread(refund_id))
    client.arm("late-commit", seconds=900)
    with pytest.raises(Dropped):
        client.reply(refund_id)

    at_once = len(client.thread(refund_id))
    client.clock.advance(901)

    assert at_once == before
    assert client.thread(refund_id)[-1]["created"] == china(START + timedelta(seconds=900))


def test_hides_a_write_for_a_while(client: Client) -> None:
    refund_id = client.some_id()
    before = client.thread(refund_id)
    client.arm("hidden-write", seconds=30)

    body = client.reply(refund_id)
    hidden = client.thread(refund_id)
    client.clock.advance(30)

    assert "refund_message" in body
    assert hidden == before
    assert client.thread(refund_id)[-1]["id"] == body["refund_message"]["id"]


def test_reads_from_a_replica_that_lags(client: Client) -> None:
    refund_id = client.some_id()
    before = client.thread(refund_id)
    client.reply(refund_id)
    client.arm("stale-replica", api="taobao.refund.messages.get")

    stale = client.thread(refund_id)

    assert stale == before
    assert len(client.thread(refund_id)) == len(before) + 1


def test_lets_a_colleague_answer_first(client: Client) -> None:
    refund_id = client.some_id()
    client.arm("other-person")

    client.reply(refund_id, "您好")

    texts = [message["content"] for message in client.thread(refund_id)]
    assert texts[-2:] == [COLLEAGUE, "您好"]
    assert client.thread(refund_id)[-2]["owner_nick"] == f"{TMALL.nick}:小周"


def test_alters_a_text(client: Client) -> None:
    refund_id = client.some_id()
    client.arm("altered-text")

    body = client.reply(refund_id, "请加微信")

    last = client.thread(refund_id)[-1]
    assert last["id"] == body["refund_message"]["id"]
    assert last["content"] == "请加**"


def test_refuses_a_message_for_good(client: Client) -> None:
    refund_id = client.some_id()
    before = client.thread(refund_id)
    client.arm("refused")

    body = client.reply(refund_id)

    assert body["error_response"]["code"] == 15
    assert body["error_response"]["sub_code"].startswith("isv.")
    assert client.thread(refund_id) == before


def test_logs_api_shop_and_outcome(client: Client) -> None:
    client.page(TAOBAO)
    client.arm("refused")
    client.reply(client.some_id())
    client.send({}, {"refresh_token": TMALL.refresh_token}, path="/token")

    entries = [(e.api, e.shop, e.writing, e.outcome) for e in client.sandbox.traffic]

    assert entries == [
        (LIST, TAOBAO.user_id, False, "ok"),
        (LIST, TMALL.user_id, False, "ok"),
        ("taobao.refund.message.add", TMALL.user_id, True, "15 isv.refund-message-not-allowed"),
        ("oauth.token", TMALL.user_id, False, "invalid_client client_id is invalidate"),
    ]
