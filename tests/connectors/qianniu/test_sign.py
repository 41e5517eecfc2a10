"""The signature vectors of the TOP notes, section 1.4, and values as text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gongdan import UNSET, Secret
from gongdan_qianniu.sign import digest, signature, texts

HELLO = Secret("helloworld")
A = {
    "method": "taobao.item.seller.get",
    "app_key": "12345678",
    "session": "test",
    "timestamp": "2016-01-01 12:00:00",
    "format": "json",
    "v": "2.0",
    "fields": "num_iid,title,nick,price,num",
    "num_iid": "11223344",
}
B = {
    "method": "taobao.refund.message.add",
    "app_key": "12345678",
    "session": "test",
    "timestamp": "2016-01-01 12:00:00",
    "format": "json",
    "v": "2.0",
    "simplify": "true",
    "content": "您好，已安排补发",
    "refund_id": "84537465284",
}


@pytest.mark.parametrize(
    ("params", "method", "sign"),
    [
        pytest.param(A, "md5", "66987CB115214E59E6EC978214934FB8", id="A: published"),
        pytest.param(A, "hmac", "D56D7858309C31B6251083A874D48273", id="A"),
        pytest.param(
            A,
            "hmac-sha256",
            "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8",
            id="A",
        ),
        pytest.param(B, "md5", "F4CB4E219BA3DBCDFCA38B9AEF88459A", id="B: Chinese"),
        pytest.param(B, "hmac", "13CCFCEBC5BEFCEDBB3987F5315960BA", id="B"),
        pytest.param(
            B,
            "hmac-sha256",
            "C66ECF64D2931CDA23A1E122AE434B62C4CB6F14B6B5690B9D0C3ED678340726",
            id="B",
        ),
    ],
)
def test_signs_as_the_page_does(params: dict[str, str], method: str, sign: str) -> None:
    noise = {"sign": "old", "empty": "", "": "nameless"}

    assert signature(HELLO, {**params, "sign_method": method}) == sign
    assert signature(HELLO, {**noise, **params, "sign_method": method}) == sign


@pytest.mark.parametrize(
    ("secret", "text", "method", "sign"),
    [
        pytest.param(
            "sandbox01eff1e5ac77cf3d078982e6e",
            "a1b2c\u2714\ufe0f",
            "md5",
            "3250EADEB3D5F9B453F4F0B95FA4B160",
            id="a node client's emoji",
        ),
        pytest.param(
            "\x0b" * 16,
            "Hi There",
            "hmac",
            "9294727A3638BB1C13F48EF8158BFC9D",
            id="RFC 2202, case 1",
        ),
        pytest.param(
            "\x0b" * 20,
            "Hi There",
            "hmac-sha256",
            "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7",
            id="RFC 4231, case 1",
        ),
    ],
)
def test_digests_what_others_digested(secret: str, text: str, method: str, sign: str) -> None:
    assert digest(text, Secret(secret), method) == sign


def test_refuses_a_method_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="hmac-sha256, hmac or md5"):
        signature(HELLO, {"sign_method": "sha1"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("文字 <b>&", "文字 <b>&", id="text as it is"),
        pytest.param(84537465284, "84537465284", id="a number"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false is sent"),
        pytest.param(
            datetime(2026, 11, 20, 16, 30, 5, 999999, UTC), "2026-11-21 00:30:05", id="a time"
        ),
        pytest.param(["a", 1, None], "a,1", id="a list"),
        pytest.param({"a": "文", "b": [1]}, '{"a":"文","b":[1]}', id="an object"),
        pytest.param([{"a": 1}, {"a": 2}], '[{"a":1},{"a":2}]', id="a list of objects"),
        pytest.param(Secret("s"), "s", id="a secret"),
        pytest.param("1\ud83d2", "12", id="a lone surrogate"),
    ],
)
def test_writes_values_as_text(value: object, text: str) -> None:
    assert texts({"name": value}) == {"name": text}


@pytest.mark.parametrize("value", [None, UNSET, "", [], [None]])
def test_drops_what_is_empty(value: object) -> None:
    assert texts({"name": value}) == {}
