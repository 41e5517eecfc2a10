"""What the control endpoint does to the refunds of the imitation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from gongdan.sandbox import Control, call, dump

from .sandbox_client import START, TAOBAO, Client, china

FIELDS = "refund_id,modified,created,desc,status"


@pytest.fixture
def client() -> Client:
    return Client()


def control(client: Client, ticket: Mapping[str, object]) -> tuple[int, bytes]:
    answer = call(Control(client.sandbox), "POST", "/tickets", None, dump([ticket]))
    return answer.status, answer.body


def test_creates_a_refund(client: Client) -> None:
    at = (START - timedelta(hours=1)).isoformat()
    deadline = (START + timedelta(hours=1)).isoformat()
    ticket = {
        "id": "170000000000000009",
        "shop": TAOBAO.user_id,
        "updated": at,
        "deadline": deadline,
        "desc": "自己造的",
        "fields": {"status": "CLOSED"},
        "messages": [{"who": "buyer", "text": "在吗", "at": at}],
    }

    status, _ = control(client, ticket)

    rows = client.page(TAOBAO, fields="refund_id,modified,desc,status,title")["refunds"]
    row = next(row for row in rows if row["refund_id"] == 170000000000000009)
    detail = client.ask(
        "taobao.refund.get", TAOBAO, fields="refund_remind_timeout", refund_id=row["refund_id"]
    )
    assert status == 200
    assert (row["desc"], row["status"]) == ("自己造的", "CLOSED")
    assert row["modified"] == china(START - timedelta(hours=1))
    assert row["title"]
    assert detail["refund"]["refund_remind_timeout"]["timeout"] == china(START + timedelta(hours=1))
    assert [m["content"] for m in client.thread(row["refund_id"], TAOBAO)] == ["在吗"]


def test_requires_an_id(client: Client) -> None:
    status, body = control(client, {"desc": "没有编号"})

    assert status == 400
    assert b"id" in body


def test_changes_only_what_is_given(client: Client) -> None:
    refund_id = client.some_id()
    before = client.ask("taobao.refund.get", fields="status,desc,tid", refund_id=refund_id)[
        "refund"
    ]

    control(
        client,
        {
            "id": str(refund_id),
            "fields": {"status": "SUCCESS"},
            "messages": [{"who": "merchant", "text": "同事在后台回复"}],
        },
    )

    after = client.ask("taobao.refund.get", fields="status,desc,tid", refund_id=refund_id)["refund"]
    assert after == {**before, "status": "SUCCESS"}
    assert client.thread(refund_id)[-1]["content"] == "同事在后台回复"


def test_does_not_move_a_refund_to_another_shop(client: Client) -> None:
    status, body = control(client, {"id": str(client.some_id()), "shop": TAOBAO.user_id})

    assert status == 400
    assert "shop" in body.decode()


@pytest.mark.parametrize(
    ("ticket", "word"),
    [
        pytest.param({"id": "a1"}, "digits", id="id"),
        pytest.param({"id": "1", "shop": "1"}, "shop", id="shop"),
        pytest.param({"id": "1", "stream": "service"}, "stream", id="stream"),
        pytest.param({"id": "1", "updated": "2026-11-21 09:00:00"}, "updated", id="time"),
        pytest.param({"id": "1", "deadline": "2026-11-21T09:00:00"}, "deadline", id="no zone"),
        pytest.param({"id": "1", "messages": [{"who": "me", "text": "x"}]}, "who", id="who"),
        pytest.param({"id": "1", "messages": [{"who": "buyer", "id": "x"}]}, "digits", id="key"),
        pytest.param({"id": "1", "statu": "CLOSED"}, "did you mean status", id="field"),
    ],
)
def test_says_what_is_wrong_with_a_ticket(
    client: Client, ticket: dict[str, object], word: str
) -> None:
    status, body = control(client, ticket)

    assert status == 400
    assert word in body.decode()


def test_begins_again_with_the_same_sessions(client: Client) -> None:
    first = client.page(fields=FIELDS)["refunds"]
    client.reply(first[-1]["refund_id"])
    client.arm("token-expired", seconds=3600)
    client.page()

    client.sandbox.reset()

    assert client.page(fields=FIELDS)["refunds"] == first


def test_goes_on_with_the_same_sessions_after_another_seed(client: Client) -> None:
    first = client.page(fields=FIELDS)["refunds"]

    client.sandbox.reset(5)

    assert client.page(fields=FIELDS)["refunds"] != first
