"""The shops of the imitation: their authorisations, and the refunds that they begin with."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from gongdan.sandbox import Clock, Plan, load, start
from gongdan_qianniu.sandbox.fields import yuan
from gongdan_qianniu.sandbox.refunds import STATUSES
from gongdan_qianniu.sandbox.seller import APP_KEY, APP_SECRET
from gongdan_qianniu.sandbox.stories import stories

from .sandbox_client import ALL_TYPES, START, TAOBAO, TMALL, Client

LIST = "taobao.refunds.receive.get"


@pytest.fixture
def client() -> Client:
    return Client()


# Accounts


def test_tells_an_ag_shop_from_another(client: Client) -> None:
    api = "taobao.rdc.aligenius.account.validate"

    bodies = [client.ask(api, shop) for shop in (TMALL, TAOBAO)]

    assert [body["result"]["result_data"]["ag_account"] for body in bodies] == [1, 0]


def token(client: Client, **params: str) -> tuple[int, dict[str, object]]:
    form = {"client_id": APP_KEY, "client_secret": APP_SECRET, **params}
    answer = client.send({}, form, path="/token")
    body: dict[str, object] = json.loads(answer.body)
    return answer.status, body


def test_gives_a_token_for_a_code_once(client: Client) -> None:
    query = {"client_id": APP_KEY, "response_type": "code", "user_id": TAOBAO.user_id}
    back = {"redirect_uri": "http://127.0.0.1/back", "state": "7"}
    sent = client.send({**query, **back}, {}, verb="GET", path="/authorize")
    params = parse_qs(urlsplit(sent.headers["location"]).query)
    code = {"grant_type": "authorization_code", "code": params["code"][0], **back}

    status, first = token(client, **code)
    again, _ = token(client, **code)

    assert (sent.status, params["state"]) == (302, ["7"])
    assert (status, again) == (200, 400)
    assert first["taobao_user_id"] == TAOBAO.user_id
    assert str(first["taobao_user_nick"]).startswith("%E5")
    assert first["expires_in"] == first["w2_expires_in"] == 365 * 86400
    assert "refunds" in client.ask(LIST, fields="refund_id", session=first["access_token"])


def test_refuses_a_code_after_half_an_hour(client: Client) -> None:
    query = {"client_id": APP_KEY, "response_type": "code"}
    oob = {"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}
    shown = client.send({**query, **oob}, {}, verb="GET", path="/authorize").body.decode()
    code = shown.removeprefix("<html><body>").removesuffix("</body></html>")
    client.clock.advance(30 * 60)

    status, body = token(client, grant_type="authorization_code", code=code, **oob)

    assert (status, body["error_description"]) == (400, "authorize code expire")


def test_refuses_to_refresh_after_a_year(client: Client) -> None:
    client.clock.advance(timedelta(days=365).total_seconds())

    status, _ = token(client, grant_type="refresh_token", refresh_token=TMALL.refresh_token)

    assert status == 400


def test_gives_tokens_to_post_only(client: Client) -> None:
    form = {"client_id": APP_KEY, "client_secret": APP_SECRET, "grant_type": "refresh_token"}

    answer = client.send(
        {**form, "refresh_token": TMALL.refresh_token}, {}, verb="GET", path="/token"
    )

    assert answer.status == 400


def test_kills_the_old_pair_at_a_refresh(client: Client) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": TMALL.refresh_token}

    status, pair = token(client, **form)
    again, refused = token(client, **form)

    assert (status, again) == (200, 400)
    assert refused["error"] == "invalid_grant"
    assert client.refused(LIST, fields="refund_id")["sub_code"] == "invalid-sessionkey"
    assert "refunds" in client.ask(LIST, fields="refund_id", session=pair["access_token"])


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"client_secret": "x"}, "client_secret is invalidate", id="secret"),
        pytest.param({"client_id": "x"}, "client_id is invalidate", id="app key"),
        pytest.param({"code": "x"}, "authorize code expire", id="code"),
        pytest.param({"redirect_uri": ""}, "redirect_uri is invalidate", id="address"),
        pytest.param({"grant_type": "password"}, "grant_type is invalidate: password", id="grant"),
    ],
)
def test_refuses_a_token_in_the_words_of_the_documents(
    client: Client, changed: dict[str, str], why: str
) -> None:
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "http://a"}

    status, body = token(client, **{**form, **changed})

    assert status == 400
    assert body["error_description"] == why


def test_refreshes_by_api_with_json_inside_json(client: Client) -> None:
    api = "taobao.top.auth.token.refresh"

    body = client.ask(api, None, refresh_token=TMALL.refresh_token)
    pair = json.loads(body["token_result"])

    assert pair["taobao_user_id"] == TMALL.user_id
    assert "refunds" in client.ask(LIST, fields="refund_id", session=pair["access_token"])
    assert client.refused(api, None, refresh_token=TMALL.refresh_token)["code"] == 15


def test_lets_a_session_expire_after_a_year(client: Client) -> None:
    client.clock.advance(timedelta(days=365).total_seconds())

    error = client.refused(LIST, fields="refund_id")

    assert (error["code"], error["sub_code"]) == (27, "session-expired")


# What it holds


def test_tells_enough_texts_of_every_status() -> None:
    told = stories()
    texts = {text for story in told for _, text in story.thread} | {one.desc for one in told}

    assert len(texts) > 100
    assert {story.status for story in told} == set(STATUSES)
    assert {story.cs_status for story in told} == set(range(1, 12))
    assert {story.phase for story in told} == {"onsale", "aftersale"}
    assert len({story.dispute_type for story in told}) == 7
    assert {who for story in told for who, _ in story.thread} == {"buyer", "merchant", "platform"}
    assert all(len(text.encode()) <= 400 for text in texts)


def test_begins_with_every_story_late_ones_and_urgent_ones(client: Client) -> None:
    cases = [case for case in client.cases if case.stream == "refund"]
    fields = [case.newest.fields for case in cases]
    times = [timeout_of(one) for one in fields]
    late = [at for at in times if at and at < START]
    soon = [at for at in times if at and START <= at <= START + timedelta(hours=2)]

    assert {one["desc"] for one in fields} == {story.desc for story in stories()}
    assert {one["status"] for one in fields} == set(STATUSES)
    assert len(late) >= 5
    assert len(soon) >= 5
    assert all(case.created <= case.newest.updated <= START for case in cases)
    assert all(timeout_of(f) is None for f in fields if f["status"] in ("CLOSED", "SUCCESS"))


def timeout_of(fields: object) -> datetime | None:
    assert isinstance(fields, dict)
    told = fields["refund_remind_timeout"]
    if not told["exist_timeout"]:
        return None
    at = datetime.strptime(told["timeout"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  its zone follows
    return at.replace(tzinfo=UTC) - timedelta(hours=8)


def test_is_the_same_for_the_same_seed() -> None:
    fields = "refund_id,tid,modified,desc,refund_fee,buyer_nick"

    first, second, other = (
        Client(Plan(seed=seed)).page(fields=fields)["refunds"] for seed in (3, 3, 4)
    )

    assert first == second
    assert first != other


def test_has_as_many_shops_as_planned() -> None:
    client = Client(Plan(shops=8, tickets=20))

    shops = client.app.imitation.shops()

    assert len({shop["id"] for shop in shops}) == len({shop["nick"] for shop in shops}) == 8
    for stream in ("refund", "exchange", "urge", "task"):
        ids = {case.id for case in client.cases if case.stream == stream}
        assert len(ids) == 8 * 20


def test_serves_over_the_wire_what_its_line_says() -> None:
    make = load("gongdan_qianniu.sandbox:make")
    texts = Client().signed(LIST, fields="refund_id", type=ALL_TYPES)
    with start({"qianniu": make}, clock=Clock(lambda: START)) as running:
        line = running.line["qianniu"]
        assert isinstance(line, dict)
        answer = httpx.post(line["gateway"], data=texts)

    assert line["gateway"].endswith("/router/rest")
    assert line["oauth"].endswith("/token")
    assert set(line) >= {"gateway", "oauth", "app_key", "app_secret", "shops"}
    assert {"user_id", "nick", "session"} <= set(line["shops"][0])
    assert answer.json()["total_results"] == 24


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (20007, "200.07"), (1200, "12.00")]
)
def test_writes_money_with_two_decimals(fen: int, text: str) -> None:
    assert yuan(fen) == text
