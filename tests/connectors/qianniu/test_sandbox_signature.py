"""The signatures that the imitated gateway takes: the published vectors and the computed ones."""

from __future__ import annotations

import pytest

from gongdan_qianniu.sandbox.signature import is_signed, signature, signed_text

ITEM = {
    "method": "taobao.item.seller.get",
    "app_key": "12345678",
    "session": "test",
    "timestamp": "2016-01-01 12:00:00",
    "format": "json",
    "v": "2.0",
    "fields": "num_iid,title,nick,price,num",
    "num_iid": "11223344",
}
MESSAGE = {
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
        pytest.param(ITEM, "md5", "66987CB115214E59E6EC978214934FB8", id="published"),
        pytest.param(ITEM, "hmac", "D56D7858309C31B6251083A874D48273", id="hmac"),
        pytest.param(
            ITEM,
            "hmac-sha256",
            "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8",
            id="hmac-sha256",
        ),
        pytest.param(MESSAGE, "md5", "F4CB4E219BA3DBCDFCA38B9AEF88459A", id="chinese md5"),
        pytest.param(MESSAGE, "hmac", "13CCFCEBC5BEFCEDBB3987F5315960BA", id="chinese hmac"),
        pytest.param(
            MESSAGE,
            "hmac-sha256",
            "C66ECF64D2931CDA23A1E122AE434B62C4CB6F14B6B5690B9D0C3ED678340726",
            id="chinese hmac-sha256",
        ),
    ],
)
def test_signs_as_the_documents_do(params: dict[str, str], method: str, sign: str) -> None:
    whole = {**params, "sign_method": method}

    assert signature("helloworld", method, whole) == sign
    assert is_signed("helloworld", {**whole, "sign": sign})


def test_signs_an_emoji_with_variation_selector() -> None:
    params = {"a": "1", "b": "2", "c": "✔\N{VARIATION SELECTOR-16}"}

    sign = signature("sandbox01eff1e5ac77cf3d078982e6e", "md5", params)

    assert sign == "3250EADEB3D5F9B453F4F0B95FA4B160"


@pytest.mark.parametrize(
    ("secret", "method", "sign"),
    [
        pytest.param("\x0b" * 16, "hmac", "9294727A3638BB1C13F48EF8158BFC9D", id="RFC 2202"),
        pytest.param(
            "\x0b" * 20,
            "hmac-sha256",
            "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7",
            id="RFC 4231",
        ),
    ],
)
def test_agrees_with_the_rfcs(secret: str, method: str, sign: str) -> None:
    assert signature(secret, method, {"Hi": " There"}) == sign


def test_joins_in_ascii_order_without_sign_and_empty_values() -> None:
    params = {"b": "2", "A": "1", "a_b": "4", "aa": "3", "empty": "", "sign": "X"}

    assert signed_text(params) == "A1a_b4aa3b2"


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param("66987cb115214e59e6ec978214934fb8", id="lower case"),
        pytest.param("66987CB115214E59E6EC978214934FB9", id="another"),
        pytest.param("", id="none"),
        pytest.param("签名", id="no ascii"),
    ],
)
def test_refuses_every_other_sign(sign: str) -> None:
    assert not is_signed("helloworld", {**ITEM, "sign_method": "md5", "sign": sign})


@pytest.mark.parametrize("method", ["", "MD5", "sha1"])
def test_refuses_every_other_method(method: str) -> None:
    sign = signature("helloworld", "md5", {**ITEM, "sign_method": method})

    assert not is_signed("helloworld", {**ITEM, "sign_method": method, "sign": sign})
