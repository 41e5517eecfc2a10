"""What leaves, what an answer says went wrong, and logging in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gongdan import (
    AccessDenied,
    AuthExpired,
    Call,
    Fault,
    Means,
    ProtocolError,
    Secret,
    Token,
)
from gongdan_douyin import DOUYIN, DouyinSettings
from gongdan_douyin.client import authorised, encode, fault, login
from gongdan_douyin.errors import ERRORS

from ..stub import NOW, StubShop, meaning, reply

PAYLOADS = Path(__file__).parent / "payloads"
SETTINGS = DouyinSettings(
    base_url="http://127.0.0.1:1/",
    app_key="6800000000000000001",
    app_secret=Secret("00000000-1111-2222-3333-444444444444"),
)
CREATED = (PAYLOADS / "token.create.json").read_bytes()


def make_shop(answers: Mapping[str, Sequence[object]] | None = None) -> StubShop[DouyinSettings]:
    return StubShop(SETTINGS, answers, token="TOKEN")


def given(**parts: object) -> dict[str, object]:
    data = {"access_token": "new", "expires_in": 604800, "refresh_token": "r2", "shop_id": 12345}
    return {"code": 10000, "data": data | parts}


def test_sends_the_very_bytes_that_it_signed() -> None:
    call = Call(
        "order.replyService",
        {"reply": '您好 <b>A&B</b> \'s "q" /x', "id": 7123456789012345678, "evidence": None},
    )

    request = encode(make_shop(), call)

    assert request.method == "POST"
    assert request.url == "http://127.0.0.1:1/order/replyService"
    assert request.body.decode() == (
        '{"id":7123456789012345678,"reply":"您好 <b>A&B</b> \'s \\"q\\" /x"}'
    )
    assert request.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert request.query == {
        "app_key": "6800000000000000001",
        "method": "order.replyService",
        "v": "2",
        "timestamp": "1700000000",
        "sign": "dc592314bd4713050abd0604e47dbe54a6b64c33f46bf9768eaf31a4618bd882",
        "sign_method": "hmac-sha256",
        "access_token": "TOKEN",
    }


def test_asks_for_a_token_without_one() -> None:
    request = encode(make_shop(), Call("token.refresh", {"refresh_token": Secret("r")}))

    assert request.query["access_token"] == ""
    assert request.body == b'{"refresh_token":"r"}'


def test_keeps_the_spelling_of_a_method_in_the_path() -> None:
    assert encode(make_shop(), Call("afterSale.List")).url.endswith("/afterSale/List")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"code": 10000, "data": {}}, id="new"),
        pytest.param({"code": "10000", "data": {}}, id="quoted"),
        pytest.param({"err_no": 0, "message": "success"}, id="old"),
        pytest.param({"code": 10000, "err_no": 7}, id="both: the new one counts"),
    ],
)
def test_finds_no_fault_in_a_success(answer: object) -> None:
    assert fault(reply(answer)) is None


@pytest.mark.parametrize(
    ("answer", "code", "text"),
    [
        pytest.param(
            {
                "code": 20000,
                "sub_code": "isp.service-error:10009",
                "msg": "服务",
                "sub_msg": "已经回复",
            },
            "20000 isp.service-error:10009",
            "已经回复",
            id="both codes",
        ),
        pytest.param({"code": 30002, "msg": "ip", "sub_code": ""}, "30002", "ip", id="no sub code"),
        pytest.param({"code": 60000, "err_no": 0}, "60000", "", id="the new one counts"),
        pytest.param({"err_no": 7, "message": "没有权限"}, "err_no 7", "没有权限", id="old"),
        pytest.param({"data": {}}, "neither code nor err_no", "", id="neither yes nor no"),
        pytest.param({}, "neither code nor err_no", "", id="empty"),
    ],
)
def test_names_the_fault(answer: dict[str, object], code: str, text: str) -> None:
    found = fault(reply(answer | {"log_id": "L1"}))

    assert found == Fault(code, text, request_id="L1")


def test_leaves_a_page_of_html_to_the_http_status() -> None:
    assert fault(reply(b"<html>bad gateway</html>", 502)) is None
    assert fault(reply({"message": "unavailable"}, 503)) is None


def test_takes_no_html_for_a_success() -> None:
    with pytest.raises(ProtocolError):
        fault(reply(b"<html>log in</html>", 200))


E_REPLY, E_LIST, E_DETAIL, E_REFRESH = (
    "order.replyService",
    "order.getServiceList",
    "order.serviceDetail",
    "token.refresh",
)


@pytest.mark.parametrize(
    ("code", "op", "means"),
    [
        ("20000 isp.service-error:10009", E_REPLY, Means.DONE),
        ("20000 isp.service-error:10009", E_LIST, Means.RETRY),
        ("20000 isp.service-error:10002", E_REPLY, Means.REFUSED),
        ("20000 isp.service-error:10002", E_DETAIL, Means.REFUSED),
        ("50002 isv.business-failed:10017", E_REPLY, Means.REFUSED),
        ("50002 isv.business-failed:10002", E_LIST, Means.REFUSED),
        ("20000 dop.service-error", E_REPLY, Means.RETRY),
        ("20000 isp.service-error:1", E_REPLY, Means.RETRY),
        ("20001 isp.service-timeout-error", E_REPLY, Means.RETRY),
        ("10001", E_LIST, Means.RETRY),
        ("30000", E_REPLY, Means.REFUSED),
        ("30001 isv.app-permissions-insufficient", E_LIST, Means.SETTING),
        ("30001 dop.no-permissions", E_LIST, Means.SETTING),
        ("30001 dop.authorization-no-existed", E_LIST, Means.AUTHORISE),
        ("30001 dop.authorization-closed", E_REPLY, Means.AUTHORISE),
        ("30001 dop.app-forbidden", E_LIST, Means.SETTING),
        ("30002", E_LIST, Means.SETTING),
        ("40001 isv.signature-missing", E_LIST, Means.REFUSED),
        ("40001 isv.app-id-missing", E_LIST, Means.SETTING),
        ("40001 isv.access-token-missing", E_LIST, Means.LOGIN),
        ("40001 isv.parameter-missing", E_LIST, Means.REFUSED),
        ("40002 isv.missing-parameter:9002", E_REPLY, Means.REFUSED),
        ("40003 isv.signature-invalid", E_LIST, Means.SETTING),
        ("40003 isv.access-token-expired", E_REPLY, Means.LOGIN),
        ("40003 isv.access-token-no-existed", E_LIST, Means.LOGIN),
        ("40003 isv.access-token-invalid", E_LIST, Means.SETTING),
        ("40003 isv.app-id-invalid", E_LIST, Means.SETTING),
        ("40003 isv.app-id-expired", E_LIST, Means.SETTING),
        ("40003 isv.authorization-type-invalid", E_LIST, Means.SETTING),
        ("40003 isv.timestamp-invalid", E_REPLY, Means.WAIT),
        ("40003 isv.timestamp-format-error", E_REPLY, Means.WAIT),
        ("40003 isv.parameter-format-invalid", E_LIST, Means.REFUSED),
        ("40003 isv.idempotent-id-existed", E_REPLY, Means.DONE),
        ("40004 isv.parameter-invalid:11000", E_REPLY, Means.REFUSED),
        ("50001 dop.token-generate-failed:token-expired", E_REFRESH, Means.AUTHORISE),
        ("50001 dop.token-generate-failed:token-invalid", E_REFRESH, Means.AUTHORISE),
        ("50001 dop.token-generate-failed:code-expired", "token.create", Means.AUTHORISE),
        ("50001 dop.token-generate-failed:code-invalid", "token.create", Means.AUTHORISE),
        ("50001 dop.token-generate-failed:no-authorization", "token.create", Means.AUTHORISE),
        ("50001 dop.token-generate-failed:app-secret-invalid", "token.create", Means.SETTING),
        ("50001 dop.token-generate-failed:grant-type-invalid", "token.create", Means.SETTING),
        ("50001 dop.token-generate-failed:app-forbidden", "token.create", Means.SETTING),
        ("50001 dop.token-generate-failed:app-id-invalid", "token.create", Means.SETTING),
        ("50002 isv.business-failed:31009", E_REFRESH, Means.AUTHORISE),
        ("50002 isv.business-failed:31012", E_REFRESH, Means.RETRY),
        ("60000 isv.traffic-limited", E_REPLY, Means.WAIT),
        ("60000 isp.traffic-limited:1", E_LIST, Means.WAIT),
        ("70000 isp.api-service-off", E_LIST, Means.SETTING),
        ("80000 isv.risk-control-failed:1", E_REPLY, Means.REFUSED),
        ("90000 dop.unknown-error", E_REPLY, Means.RETRY),
        ("90000 isv.env-suspected", E_LIST, Means.RETRY),
    ],
)
def test_knows_what_a_code_means(code: str, op: str, means: Means) -> None:
    assert meaning(ERRORS, code, op) is means


@pytest.mark.parametrize("code", ["50002 isv.business-failed:99999", "err_no 7", "12345"])
def test_leaves_what_nobody_knows_unknown(code: str) -> None:
    """On a write it is looked up; a row that said refused would lose it."""
    assert meaning(ERRORS, code, E_REPLY) is None


def test_hints_in_both_languages() -> None:
    assert all(row.zh and row.en for row in ERRORS)


def test_logs_in_with_the_documented_answer_and_a_bom() -> None:
    for answer in (CREATED, b"\xef\xbb\xbf" + CREATED):
        shop = make_shop({"token.create": [answer]})

        token = login(shop, None)

        assert shop.calls[0].params["grant_type"] == "authorization_self"
        assert shop.calls[0].params["shop_id"] == "12345"
        assert encode(shop, shop.calls[0]).body == (
            b'{"code":"","grant_type":"authorization_self","shop_id":"12345"}'
        )
        assert token == Token(
            access=Secret("ACCESS_TOKEN"),
            expires=NOW + timedelta(seconds=530808),
            refresh=Secret("REFRESH_TOKEN"),
            refresh_expires=NOW + timedelta(days=14),
            owner="12345",
        )


def test_logs_a_tool_app_in_with_its_code() -> None:
    settings = DouyinSettings(
        app_key="1", app_secret=Secret("s"), code=Secret("c0de"), test_shop=True
    )
    shop = StubShop(settings, {"token.create": [given()]})

    login(shop, None)

    assert json.loads(encode(shop, shop.calls[0]).body) == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "test_shop": "1",
    }
    assert "c0de" not in repr(shop.calls)


OLD = Token(
    access=Secret("old"),
    refresh=Secret("r1"),
    refresh_expires=NOW + timedelta(days=3),
    owner="12345",
)


def test_refreshes_while_the_refresh_token_lives() -> None:
    shop = make_shop({"token.refresh": [given()]})

    token = login(shop, OLD)

    assert [call.op for call in shop.calls] == ["token.refresh"]
    assert shop.calls[0].params == {"grant_type": "refresh_token", "refresh_token": Secret("r1")}
    assert token.access == Secret("new")
    assert token.refresh_expires == NOW + timedelta(days=14)


def test_does_not_count_a_refresh_token_that_came_back_as_new() -> None:
    """More than an hour before its end the pair comes back, its validity unchanged."""
    shop = make_shop({"token.refresh": [given(refresh_token="r1")]})

    assert login(shop, OLD).refresh_expires == OLD.refresh_expires


@pytest.mark.parametrize(
    "old",
    [
        pytest.param(Token(access=Secret("old")), id="no refresh token"),
        pytest.param(
            Token(access=Secret("old"), refresh=Secret("r1"), refresh_expires=NOW), id="over"
        ),
    ],
)
def test_begins_anew_without_a_living_refresh_token(old: Token) -> None:
    shop = make_shop({"token.create": [given()]})

    login(shop, old)

    assert [call.op for call in shop.calls] == ["token.create"]


def test_begins_anew_when_the_refresh_token_died_early() -> None:
    shop = make_shop({"token.refresh": [AuthExpired("31009")], "token.create": [given()]})

    assert login(shop, OLD).access == Secret("new")


def test_lets_a_wrong_secret_pass() -> None:
    shop = make_shop({"token.refresh": [AccessDenied("signature")]})

    with pytest.raises(AccessDenied):
        login(shop, OLD)


@pytest.mark.parametrize(
    ("told", "expires"),
    [
        (604800, NOW + timedelta(days=7)),
        ("604800", NOW + timedelta(days=7)),
        (1700604800, datetime(2023, 11, 21, 22, 13, 20, tzinfo=UTC)),
        (0, None),
    ],
)
def test_takes_expires_in_either_way(told: object, expires: datetime | None) -> None:
    shop = make_shop({"token.create": [given(expires_in=told)]})

    assert login(shop, None).expires == expires


def test_names_the_owner_by_authority_where_there_is_no_shop() -> None:
    shop = make_shop({"token.create": [given(shop_id="", authority_id="77")]})

    assert login(shop, None).owner == "77"


def test_states_how_long_a_signature_holds() -> None:
    assert DOUYIN.signature_age == timedelta(minutes=10)


def test_shows_no_secret() -> None:
    assert "4444" not in repr(SETTINGS)


def test_speaks_to_the_real_gateway_by_default() -> None:
    settings = DouyinSettings(app_key="1", app_secret=Secret("s"))

    url = encode(StubShop(settings), Call("order.getServiceList")).url

    assert url == "https://openapi-fxg.jinritemai.com/order/getServiceList"


@pytest.mark.parametrize(
    ("data", "until"),
    [
        ({"status": 1, "auth_end_time": 1700003600}, NOW + timedelta(hours=1)),
        ({"status": "1", "auth_end_time": "1700003600"}, NOW + timedelta(hours=1)),
        ({"status": 1, "auth_end_time": 0}, None),
        ({"status": 7}, None),
        ({}, None),
    ],
)
def test_tells_until_when_the_shop_lets_the_app_in(data: object, until: object) -> None:
    shop = StubShop(SETTINGS, {"open.getAuthInfo": [{"code": 10000, "data": data}]})

    assert authorised(shop) == until
    assert shop.calls[0].params == {"auth_id": "12345"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"status": 0}, "waits for the shop's owner"),
        ({"status": 2, "auth_end_time": 1700003600}, "was cancelled"),
        ({"status": 3}, "is over"),
        ({"status": 1, "auth_end_time": 1700000000}, "is over"),
    ],
)
def test_an_authorisation_that_does_not_hold_is_the_owners_to_renew(
    data: object, told: str
) -> None:
    shop = StubShop(SETTINGS, {"open.getAuthInfo": [{"code": 10000, "data": data}]})

    with pytest.raises(AuthExpired, match=told) as caught:
        authorised(shop)

    assert caught.value.about == "closed"
