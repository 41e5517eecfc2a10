"""The Douyin sandbox's gateway: signatures, envelopes, tokens, as douyin.md 1, 2 and 5 say."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from gongdan.sandbox import call
from gongdan_douyin.sandbox.access import FOREIGN_TOKEN
from gongdan_douyin.sandbox.refusal import Refusal
from gongdan_douyin.sandbox.signature import canonical, digest, text_to_sign, verify

from .imitated import ALL, FIRST, KEY, SECOND, SECRET, Shop, compact, said


@pytest.fixture
def shop() -> Shop:
    return Shop()


# --- signatures: douyin.md 1 ---------------------------------------------------------------

VECTORS = [
    pytest.param(
        "key", "secret", "afterSale.List", '{"a":"中文","z":{"a":1,"b":2}}',
        "41a936e864f21132393c90aef75a41d150a564156d3dc71053ecdc92fc82728f",
        "0b3e56c208ac1d4a841914a0c19bc486", id="1",
    ),
    pytest.param(
        KEY, SECRET, "order.getServiceList",
        '{"end_time":1700000000,"order":"ASC","order_by":"update_time","page":1,"size":100,'
        '"start_time":1699913600}',
        "e7c4f7bf58dd72cd15f2a84d28220da0c3623162a48aac7907d74941eb7ee3f7",
        "c70ddccdc2433f921f2c9ff4f05e0558", id="2",
    ),
    pytest.param(
        KEY, SECRET, "order.replyService",
        '{"id":7123456789012345678,"reply":"您好 <b>A&B</b> \'s \\"q\\" /x"}',
        "dc592314bd4713050abd0604e47dbe54a6b64c33f46bf9768eaf31a4618bd882",
        "3d72201353bfa6ff1a5166c606873c4c", id="3",
    ),
    pytest.param(
        KEY, SECRET, "token.create",
        '{"code":"","grant_type":"authorization_self","shop_id":"12345"}',
        "c2177e4c39428d3e9bdbc87ac91b612815edf2c848a928882321261ee9d1b228",
        "6d9bb33d9afa9a7709b8ad142adc01f2", id="4",
    ),
    pytest.param(
        KEY, SECRET, "token.create", "{}",
        "21d77ee863fab4769e456fffa4b1b11a35599fdece9e5f81ebfbc896dcbbce67",
        "3e388b6deb699a72d162212fbef31012", id="5",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("key", "secret", "method", "param_json", "by_hmac", "by_md5"), VECTORS)
def test_accepts_the_documented_vectors(
    key: str, secret: str, method: str, param_json: str, by_hmac: str, by_md5: str
) -> None:
    query = {"app_key": key, "method": method, "timestamp": "1700000000", "v": "2"}
    body = param_json.encode()

    verify(secret, query | {"sign_method": "hmac-sha256", "sign": by_hmac}, body)
    verify(secret, query | {"sign_method": "md5", "sign": by_md5}, body)
    verify(secret, query | {"sign": by_md5}, body)

    with pytest.raises(Refusal):
        verify(secret, query | {"sign": by_hmac}, body)


def test_the_first_vector_also_unsorted() -> None:
    query = {"app_key": "key", "method": "afterSale.List", "timestamp": "1700000000", "v": "2"}
    sign = "0b3e56c208ac1d4a841914a0c19bc486"

    verify("secret", query | {"sign": sign}, '{"z":{"b":2,"a":1},"a":"中文"}'.encode())


def test_digests_the_vectors_of_push_and_spi() -> None:
    push = f'{KEY}[{{"tag":"0","msg_id":"0","data":"2020-09-10T16:27:56.52842897+08:00"}}]'
    spi = f'{SECRET}app_key{KEY}param_json{{"a":1}}timestamp2023-11-15 06:13:20{SECRET}'

    assert digest(SECRET, (push + SECRET).encode(), "hmac-sha256") == (
        "cd426aa910a8d0810eef30f4786b444f8021b4286b51269e71fce970d8bb529e"
    )
    assert digest(SECRET, (push + SECRET).encode(), "md5") == "8192ec32bcc9656cc2d85204d2d42d7f"
    assert digest(SECRET, spi.encode(), "hmac-sha256") == (
        "1bd798e00a504fd7db8f566d5fbb39705ad17a095f36cdff1814fd9da09a53cd"
    )
    assert digest(SECRET, spi.encode(), "md5") == "3a12dce29dfa3e20a44214314e45ea04"


def test_the_text_to_sign_is_the_documented_one() -> None:
    query = {"app_key": "key", "method": "afterSale.List", "timestamp": "1700000000", "v": "2"}

    text = text_to_sign("secret", query, b"{}")

    assert text == b"secretapp_keykeymethodafterSale.Listparam_json{}timestamp1700000000v2secret"


def test_canonical_text_keeps_long_numbers_and_lone_surrogates() -> None:
    assert canonical(b'{"b": 7123456789012345678, "a": "\\u4e2d"}') == (
        '{"a":"中","b":7123456789012345678}'.encode()
    )
    assert canonical(b'{"a":"\\ud83d"}') == b'{"a":"\xed\xa0\xbd"}'
    assert canonical(b"no json") == b"no json"


PARAMS = {**ALL, "order": "ASC", "z": {"b": 1, "a": "您好 <b>A&B</b> 's /😀"}}


@pytest.mark.parametrize(
    ("body", "signed"),
    [
        pytest.param(compact(PARAMS), None, id="raw UTF-8"),
        pytest.param(compact(PARAMS, ascii_only=True), None, id="ASCII escapes in both"),
        pytest.param(
            compact(PARAMS, ascii_only=True), compact(PARAMS).decode(), id="escaped body alone"
        ),
        pytest.param(json.dumps(PARAMS).encode(), compact(PARAMS).decode(), id="spaces, unsorted"),
        pytest.param(
            compact(PARAMS).replace(b"<", b"\\u003c").replace(b"&", b"\\u0026"), None, id="Gson"
        ),
    ],
)
@pytest.mark.parametrize("sign_method", ["hmac-sha256", "md5", None])
def test_accepts_a_body_signed_as_sent_or_in_canonical_form(
    shop: Shop, body: bytes, signed: str | None, sign_method: str | None
) -> None:
    answer = shop.send("order.getServiceList", body, signed=signed, sign_method=sign_method)

    assert said(answer) == "10000"


@pytest.mark.parametrize(
    "timestamp",
    [
        pytest.param("1795233600", id="seconds"),
        pytest.param("1795233600000", id="milliseconds"),
        pytest.param("2026-11-21 12:00:00", id="Beijing text"),
        pytest.param("1795233000", id="ten minutes ago"),
        pytest.param("2026-11-21 12:10:00", id="in ten minutes"),
    ],
)
def test_accepts_every_form_of_timestamp(shop: Shop, timestamp: str) -> None:
    answer = shop.ask("order.getServiceList", ALL, timestamp=timestamp)

    assert said(answer) == "10000"


def test_tolerates_get_with_param_json_in_the_query(shop: Shop) -> None:
    body = compact(ALL)
    query = shop.query("order.getServiceList", body) | {"param_json": body.decode()}

    answer = call(shop.gateway, "GET", f"/order/getServiceList?{urlencode(query)}")

    assert json.loads(answer.body)["data"]["total"] == 24


def test_tolerates_a_form(shop: Shop) -> None:
    body = compact(ALL)
    query = shop.query("order.getServiceList", body) | {"param_json": body.decode()}
    headers = {"content-type": "application/x-www-form-urlencoded"}

    answer = call(shop.gateway, "POST", "/order/getServiceList", headers, urlencode(query).encode())

    assert json.loads(answer.body)["data"]["total"] == 24


@pytest.mark.parametrize(
    "content_type",
    [
        pytest.param("application/json;charset=UTF-8", id="JSON"),
        pytest.param("application/x-www-form-urlencoded", id="as curl calls it"),
        pytest.param("multipart/form-data", id="broken"),
    ],
)
def test_takes_a_json_body_under_any_content_type(shop: Shop, content_type: str) -> None:
    body = compact(ALL)
    url = f"/order/getServiceList?{urlencode(shop.query('order.getServiceList', body))}"

    answer = call(shop.gateway, "POST", url, {"content-type": content_type}, body)

    assert json.loads(answer.body)["data"]["total"] == 24


def test_a_broken_form_is_no_parameters(shop: Shop) -> None:
    body = b"--x\r\nbroken"
    url = f"/order/getServiceList?{urlencode(shop.query('order.getServiceList', body))}"
    headers = {"content-type": "multipart/form-data; boundary=x"}

    answer = json.loads(call(shop.gateway, "POST", url, headers, body).body)

    assert said(answer) == "40003 isv.parameter-format-invalid"


def test_no_body_is_no_parameters(shop: Shop) -> None:
    answer = shop.send("token.create", b"", signed="{}")

    assert said(answer) == "40002 isv.missing-parameter:10001"


REFUSED = [
    pytest.param({"sign": None}, "40001 isv.signature-missing", id="no signature"),
    pytest.param({"sign": "0" * 64}, "40003 isv.signature-invalid", id="wrong signature"),
    pytest.param({"sign": "中"}, "40003 isv.signature-invalid", id="not even hex"),
    pytest.param({"sign_method": "rsa"}, "40003 isv.signature-invalid", id="unknown method"),
    pytest.param({"app_key": "1"}, "40003 isv.app-id-invalid", id="wrong app"),
    pytest.param({"app_key": ""}, "40001 isv.app-id-missing", id="no app"),
    pytest.param({"timestamp": ""}, "40001 isv.parameter-missing", id="no timestamp"),
    pytest.param({"v": "1"}, "40003 isv.parameter-format-invalid", id="version 1"),
    pytest.param({"timestamp": "1795232999"}, "40003 isv.timestamp-invalid", id="too old"),
    pytest.param({"timestamp": "2026-11-21 12:10:01"}, "40003 isv.timestamp-invalid", id="ahead"),
    pytest.param({"timestamp": "2026-11-21 04:00:00"}, "40003 isv.timestamp-invalid", id="UTC"),
    pytest.param({"timestamp": "noon"}, "40003 isv.timestamp-format-error", id="no time"),
    pytest.param({"timestamp": "9" * 30}, "40003 isv.timestamp-format-error", id="absurd"),
    pytest.param({"access_token": None}, "40001 isv.access-token-missing", id="no token"),
    pytest.param({"access_token": "x"}, "40003 isv.access-token-no-existed", id="unknown token"),
    pytest.param(
        {"access_token": FOREIGN_TOKEN}, "40003 isv.access-token-invalid", id="another app's"
    ),
]


@pytest.mark.parametrize(("over", "code"), REFUSED)
def test_refuses_what_the_gateway_refuses(
    shop: Shop, over: dict[str, str | None], code: str
) -> None:
    assert said(shop.ask("order.getServiceList", ALL, **over)) == code


def test_refuses_an_api_nobody_knows(shop: Shop) -> None:
    assert said(shop.ask("im.sendMsg", {})) == "70000 isp.api-service-off"


def test_refuses_parameters_that_are_no_object(shop: Shop) -> None:
    answer = shop.send("order.getServiceList", b"[1]")

    assert said(answer) == "40003 isv.parameter-format-invalid"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param("rate-limit", "60000 isv.traffic-limited", id="rate"),
        pytest.param("ban", "80000 isv.risk-control-failed:10001", id="ban"),
        pytest.param("revoked", "30001 dop.authorization-closed", id="closed"),
        pytest.param("no-permission", "30001 isv.app-permissions-insufficient", id="permission"),
        pytest.param("wrong-ip", "30002 isv.ip-not-in-whitelist", id="address"),
        pytest.param("token-expired", "40003 isv.access-token-expired", id="token"),
    ],
)
def test_a_fault_of_the_gateway_answers_with_its_code(shop: Shop, fault: str, code: str) -> None:
    shop.arm(fault)

    assert said(shop.ask("order.getServiceList", ALL)) == code


# --- envelopes: douyin.md 5 ----------------------------------------------------------------


def test_answers_carry_both_envelopes(shop: Shop) -> None:
    good = shop.ask("order.getServiceList", ALL)
    bad = shop.ask("order.getServiceList", ALL, sign="0")

    assert (good["code"], good["msg"], good["err_no"], good["message"]) == (
        10000,
        "success",
        0,
        "success",
    )
    assert {"sub_code", "sub_msg", "log_id", "data"} <= good.keys()
    assert bad["err_no"] == bad["code"] == 40003
    assert bad["message"] == bad["sub_msg"] != ""


def test_a_header_takes_the_old_envelope_away(shop: Shop) -> None:
    body = compact(ALL)
    url = f"/order/getServiceList?{urlencode(shop.query('order.getServiceList', body))}"

    raw = call(shop.gateway, "POST", url, {"x-open-no-old-err-code": "1"}, body).body

    assert json.loads(raw).keys() == {"code", "msg", "sub_code", "sub_msg", "log_id", "data"}


# --- tokens: douyin.md 2 -------------------------------------------------------------------


def test_a_self_used_app_gets_its_shops_token(shop: Shop) -> None:
    data = shop.create(shop_id=SECOND)["data"]

    assert (data["shop_id"], data["expires_in"]) == (95250, 7 * 86400)
    shop.token = data["access_token"]
    assert {row["shop_id"] for row in shop.rows()} == {95250}


def test_a_code_works_once_and_for_ten_minutes(shop: Shop) -> None:
    def create(code: str) -> str:
        return said(shop.create(grant_type="authorization_code", code=code))

    first, second = (s["code"] for s in shop.hello()["shops"])
    once, again = create(first), create(first)
    shop.sandbox.clock.advance(600)

    assert (once, again) == ("10000", "50001 dop.token-generate-failed:code-invalid")
    assert create(second) == "50001 dop.token-generate-failed:code-expired"
    assert create(shop.hello()["shops"][1]["code"]) == "10000"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        pytest.param({"grant_type": "password"}, "grant-type-invalid", id="grant type"),
        pytest.param({"shop_id": "1"}, "no-authorization", id="another's shop"),
        pytest.param({"grant_type": "authorization_code"}, "code-invalid", id="no code"),
    ],
)
def test_refuses_a_token(shop: Shop, params: dict[str, str], code: str) -> None:
    assert said(shop.create(**params)) == f"50001 dop.token-generate-failed:{code}"


def test_refreshing_early_changes_nothing(shop: Shop) -> None:
    old = shop.create()["data"]
    shop.sandbox.clock.advance(3600)

    new = shop.refresh(old["refresh_token"])["data"]

    assert new == old | {"expires_in": 7 * 86400 - 3600}


def test_refreshing_in_the_last_hour_leaves_the_old_pair_one_more_hour(shop: Shop) -> None:
    old = shop.create()["data"]
    shop.sandbox.clock.advance(7 * 86400 - 1800)

    new = shop.refresh(old["refresh_token"])["data"]
    shop.sandbox.clock.advance(3599)
    late = shop.ask("order.getServiceList", ALL)
    same = shop.refresh(old["refresh_token"])["data"]
    shop.sandbox.clock.advance(1)

    assert new["access_token"] != old["access_token"]
    assert said(late) == "10000"
    assert same["access_token"] == new["access_token"]
    assert said(shop.ask("order.getServiceList", ALL)) == "40003 isv.access-token-expired"


def test_refreshing_after_the_end_kills_the_old_pair(shop: Shop) -> None:
    old = shop.create()["data"]
    shop.sandbox.clock.advance(7 * 86400)

    expired = shop.ask("order.getServiceList", ALL)
    new = shop.refresh(old["refresh_token"])["data"]

    assert said(expired) == "40003 isv.access-token-expired"
    assert new["expires_in"] == 7 * 86400
    assert said(shop.ask("order.getServiceList", ALL)) == "40003 isv.access-token-no-existed"
    assert said(shop.refresh(old["refresh_token"])) == "50002 isv.business-failed:31009"


def test_a_refresh_token_ends_after_two_weeks(shop: Shop) -> None:
    old = shop.create()["data"]
    shop.sandbox.clock.advance(14 * 86400)

    code = said(shop.refresh(old["refresh_token"]))

    assert code == "50001 dop.token-generate-failed:token-expired"
    assert said(shop.create()) == "10000"


def test_a_concurrent_refresh_asks_to_call_again(shop: Shop) -> None:
    old = shop.create()["data"]
    shop.sandbox.clock.advance(7 * 86400 - 1800)
    shop.arm("concurrent-refresh")

    first = shop.refresh(old["refresh_token"])
    second = shop.refresh(old["refresh_token"])

    assert said(first) == "50002 isv.business-failed:31012"
    assert second["data"]["access_token"] != old["access_token"]


def test_an_expired_token_is_mended_by_a_refresh(shop: Shop) -> None:
    pair = shop.create()["data"]
    shop.arm("token-expired")

    codes = [said(shop.ask("order.getServiceList", ALL)) for _ in range(2)]
    shop.token = shop.refresh(pair["refresh_token"])["data"]["access_token"]

    assert codes == ["40003 isv.access-token-expired"] * 2
    assert said(shop.ask("order.getServiceList", ALL)) == "10000"


def test_tells_of_an_authorisation(shop: Shop) -> None:
    good = shop.ask("open.getAuthInfo", {"auth_id": FIRST}, access_token=None)["data"]
    shop.arm("revoked")
    bad = shop.ask("open.getAuthInfo", {"auth_id": FIRST})["data"]

    assert (good["status"], bad["status"]) == (1, 2)
    assert good["auth_end_time"] > shop.sandbox.clock.now().timestamp()
