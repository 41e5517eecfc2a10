"""What leaves, and what an answer says went wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongdan import Call, Fault, File, Means, ProtocolError, Secret
from gongdan_qianniu import QIANNIU, QianniuSettings
from gongdan_qianniu.answers import rows
from gongdan_qianniu.client import encode, fault
from gongdan_qianniu.errors import ERRORS
from gongdan_qianniu.sign import signature

from ..stub import StubShop, meaning, reply

SETTINGS = QianniuSettings(
    base_url="http://127.0.0.1:1/router/rest",
    app_key="12345678",
    app_secret=Secret("helloworld"),
    token=Secret("test"),
)
SHOP = StubShop(SETTINGS, token="test")
ADD, LIST, GET = (
    "taobao.refund.message.add",
    "taobao.refunds.receive.get",
    "taobao.refund.get",
)
Object = dict[str, object]


def test_puts_the_system_into_the_query_and_the_rest_into_the_body() -> None:
    request = encode(SHOP, Call(GET, {"refund_id": 84537465284, "fields": "a,b", "phase": None}))

    assert (request.method, request.url) == ("POST", "http://127.0.0.1:1/router/rest")
    assert request.form == {"refund_id": "84537465284", "fields": "a,b"}
    assert {name: text for name, text in request.query.items() if name != "sign"} == {
        "method": "taobao.refund.get",
        "app_key": "12345678",
        "session": "test",
        "timestamp": "2023-11-15 06:13:20",
        "v": "2.0",
        "sign_method": "hmac-sha256",
        "format": "json",
        "simplify": "true",
    }


@pytest.mark.parametrize("sign_method", ["hmac-sha256", "hmac", "md5"])
def test_signs_query_and_body_together_and_no_file(sign_method: str) -> None:
    settings = QianniuSettings(
        app_key="1",
        app_secret=Secret("s"),
        token=Secret("t"),
        sign_method=sign_method,  # type: ignore[arg-type] # the three that there are
    )
    picture = File("image.png", "image/png", b"\x89PNG")

    request = encode(StubShop(settings), Call(ADD, {"content": "您好"}, {"image": picture}))

    signed = {**request.query, **request.form}
    assert request.query["sign"] == signature(Secret("s"), signed)
    assert request.files == {"image": picture}


def test_has_no_session_where_there_is_none() -> None:
    assert "session" not in encode(StubShop(SETTINGS, token=""), Call("taobao.time.get")).query


@pytest.mark.parametrize("op", ["taobao.tmc.messages.consume", "taobao.tmc.messages.confirm"])
def test_an_app_s_queue_is_asked_for_without_a_shop_s_session(op: str) -> None:
    assert "session" not in encode(SHOP, Call(op)).query


@pytest.mark.parametrize(
    "answer",
    [
        {"refunds": [], "total_results": 0, "request_id": "r"},
        {"refund_get_response": {"refund": {}, "request_id": "r"}},
        {"code": 0, "request_id": "r"},
        {"is_success": True},
        {},
    ],
)
def test_finds_no_fault_in_a_success(answer: Object) -> None:
    assert fault(reply(answer)) is None


@pytest.mark.parametrize(
    ("error", "found"),
    [
        pytest.param(
            {"code": 27, "msg": "Invalid session", "sub_code": "invalid-sessionkey"},
            Fault("27 invalid-sessionkey", "Invalid session", request_id="r"),
            id="both codes",
        ),
        pytest.param(
            {"code": 25, "msg": "Invalid Signature"},
            Fault("25", "Invalid Signature", request_id="r"),
            id="no sub code",
        ),
        pytest.param(
            {"code": "15", "msg": "Remote", "sub_code": "isv.a", "sub_msg": "don&apos;t 退款"},
            Fault("15 isv.a", "don't 退款", request_id="r"),
            id="HTML in the text",
        ),
        pytest.param(
            {
                "code": 7,
                "msg": "App Call Limited",
                "sub_code": "accesscontrol.limited-by-app-access-count",
                "sub_msg": "This ban will last for 31062 more seconds",
            },
            Fault(
                "7 accesscontrol.limited-by-app-access-count",
                "This ban will last for 31062 more seconds",
                wait_s=31063,
                request_id="r",
            ),
            id="a ban",
        ),
        pytest.param(
            {"code": 7, "msg": "App Call Limited: This ban will last for 1 more second"},
            Fault(
                "7",
                "App Call Limited: This ban will last for 1 more second",
                wait_s=2,
                request_id="r",
            ),
            id="a ban in the other text",
        ),
        pytest.param({}, Fault("0", request_id="r"), id="nothing said"),
    ],
)
def test_names_the_fault(error: Object, found: Fault) -> None:
    assert fault(reply({"error_response": {**error, "request_id": "r"}})) == found


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"is_success": False}, "business"),
        ({"is_success": "false", "error_code": "E1"}, "business E1"),
        ({"succ": False, "msg_code": "OP_FAILURE_UE"}, "business OP_FAILURE_UE"),
        ({"result": {"success": False, "error_code": "X"}}, "business X"),
        ({"rp_refund_review_response": {"is_success": False}}, "business"),
        ({"sub_code": "isv.x"}, "0 isv.x"),
        ({"code": 41, "msg": "m"}, "41"),
    ],
)
def test_looks_for_a_refusal_in_a_normal_answer(answer: Object, code: str) -> None:
    found = fault(reply(answer))

    assert found is not None
    assert found.code == code


def test_leaves_a_page_of_html_to_the_http_status() -> None:
    assert fault(reply(b"<html>bad gateway</html>", 502)) is None


def test_takes_no_html_for_a_success() -> None:
    with pytest.raises(ProtocolError):
        fault(reply(b"<html>log in</html>", 200))


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        pytest.param({"refunds": [{"id": 1}, {"id": 2}]}, [b'{"id": 1}', b'{"id": 2}'], id="plain"),
        pytest.param({"refunds": {"refund": [{"id": 1}]}}, [b'{"id": 1}'], id="half nested"),
        pytest.param(
            {"refunds_receive_get_response": {"refunds": {"refund": [{"id": 1}]}}},
            [b'{"id": 1}'],
            id="nested",
        ),
        pytest.param({"refunds": {"refund": {"id": 1}}}, [b'{"id": 1}'], id="one, out of its list"),
        pytest.param({"refunds": {}}, [], id="an empty object"),
        pytest.param({"refunds": None}, [], id="null"),
        pytest.param({"refunds": []}, [], id="an empty list"),
        pytest.param({"request_id": "r"}, [], id="absent"),
        pytest.param({"refunds_receive_get_response": {"request_id": "r"}}, [], id="nested absent"),
    ],
)
def test_finds_a_list_in_every_form(answer: Object, ids: list[bytes]) -> None:
    assert [bytes(raw) for raw in rows(reply(answer), "refunds")] == ids


@pytest.mark.parametrize(
    ("code", "op", "means"),
    [
        ("3", ADD, Means.REFUSED),
        ("3 isv.invalid-parameter:image", ADD, Means.REFUSED),
        ("4", LIST, Means.WAIT),
        ("5", LIST, Means.WAIT),
        ("6", LIST, Means.WAIT),
        ("7", ADD, Means.WAIT),
        ("7 accesscontrol.limited-by-app-access-count", LIST, Means.WAIT),
        ("7 accesscontrol.limited-by-api-access-count", ADD, Means.WAIT),
        ("7 accesscontrol.limited-by-app-api-access-count", LIST, Means.WAIT),
        ("8", LIST, Means.WAIT),
        ("9", LIST, Means.REFUSED),
        ("10", LIST, Means.RETRY),
        ("11 isv.permission-api-package-empty", LIST, Means.SETTING),
        ("11 isv.permission-api-package-not-allowed", LIST, Means.SETTING),
        ("11 isv.permission-api-package-limit", LIST, Means.SETTING),
        ("11 isv.permission-ip-whitelist-limit", LIST, Means.SETTING),
        ("11 isv.permission-api-widget-only-limit", LIST, Means.SETTING),
        ("12", LIST, Means.SETTING),
        ("13", LIST, Means.SETTING),
        ("15 isp.top-remote-connection-timeout", ADD, Means.RETRY),
        ("15 isp.top-remote-connection-timeout-tmall", LIST, Means.RETRY),
        ("15 isp.top-remote-service-unavailable", LIST, Means.RETRY),
        ("50 isp.top-remote-unknown-error", LIST, Means.RETRY),
        ("15 isp.remote-connection-error", LIST, Means.RETRY),
        ("15 isp.remote-service-error", ADD, Means.RETRY),
        ("15 isp.remote-service-timeout", ADD, Means.RETRY),
        ("15 isp.call-limited", ADD, Means.RETRY),
        ("15 isp.refund-service-unavailable", LIST, Means.RETRY),
        ("15 isp.runtime-max-limit", LIST, Means.SHRINK),
        ("15 isv.remote-service-timeout", ADD, Means.RETRY),
        ("15 isv.refund-not-exist", GET, Means.GONE),
        ("15 isv.refund-message-not-allowed", ADD, Means.REFUSED),
        ("15 isv.something", LIST, Means.REFUSED),
        ("21", LIST, Means.REFUSED),
        ("22", LIST, Means.SETTING),
        ("23", LIST, Means.REFUSED),
        ("24", LIST, Means.REFUSED),
        ("25", ADD, Means.SETTING),
        ("25 isv.invalid-signature", LIST, Means.SETTING),
        ("26", LIST, Means.LOGIN),
        ("27 invalid-sessionkey", ADD, Means.LOGIN),
        ("27 session-expired", LIST, Means.LOGIN),
        ("27 session-is-blank", LIST, Means.LOGIN),
        ("27 INVALID_PARAMS", LIST, Means.LOGIN),
        ("28", LIST, Means.SETTING),
        ("29", LIST, Means.SETTING),
        ("30", LIST, Means.REFUSED),
        ("31", ADD, Means.WAIT),
        ("32", LIST, Means.REFUSED),
        ("33", LIST, Means.REFUSED),
        ("34", LIST, Means.REFUSED),
        ("40 isv.missing-parameter:refund_phase", LIST, Means.REFUSED),
        ("41", ADD, Means.REFUSED),
        ("42", LIST, Means.SETTING),
        ("43", LIST, Means.REFUSED),
        ("44", LIST, Means.LOGIN),
        ("53 isv.w2-security-authorize-invalid", ADD, Means.AUTHORISE),
        ("business OP_FAILURE_UE", ADD, Means.REFUSED),
    ],
)
def test_knows_what_a_code_means(code: str, op: str, means: Means) -> None:
    assert meaning(ERRORS, code, op) is means


@pytest.mark.parametrize("code", ["0", "15", "15 A-AUDIT-00-16-003-01", "999", "300", "70"])
def test_leaves_what_nobody_knows_unknown(code: str) -> None:
    """On a write it is looked up; a row that said refused would lose it."""
    assert meaning(ERRORS, code, ADD) is None


def test_hints_in_both_languages() -> None:
    assert all(row.zh and row.en for row in ERRORS)


def test_states_how_long_a_signature_holds() -> None:
    assert QIANNIU.signature_age == timedelta(minutes=10)


def test_shows_no_secret() -> None:
    assert "helloworld" not in repr(SETTINGS)


def test_speaks_to_the_real_gateway_by_default() -> None:
    settings = QianniuSettings(app_key="1", app_secret=Secret("s"), token=Secret("t"))

    assert encode(StubShop(settings), Call(GET)).url == "https://eco.taobao.com/router/rest"
