"""The signature vectors of the Douyin notes, section 1.3, and the text that is signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from gongdan import UNSET, Secret
from gongdan_douyin.sign import canonical, digest, signature

K, S = "6800000000000000001", Secret("00000000-1111-2222-3333-444444444444")
LIST = {
    "start_time": 1699913600,
    "end_time": 1700000000,
    "order_by": "update_time",
    "order": "ASC",
    "page": 1,
    "size": 100,
}
REPLY = {"reply": '您好 <b>A&B</b> \'s "q" /x', "id": 7123456789012345678}
SELF = {"grant_type": "authorization_self", "code": "", "shop_id": "12345"}


@pytest.mark.parametrize(
    ("method", "params", "hmac", "md5"),
    [
        pytest.param(
            "order.getServiceList",
            LIST,
            "e7c4f7bf58dd72cd15f2a84d28220da0c3623162a48aac7907d74941eb7ee3f7",
            "c70ddccdc2433f921f2c9ff4f05e0558",
            id="2: a list",
        ),
        pytest.param(
            "order.replyService",
            REPLY,
            "dc592314bd4713050abd0604e47dbe54a6b64c33f46bf9768eaf31a4618bd882",
            "3d72201353bfa6ff1a5166c606873c4c",
            id="3: what escapes differently elsewhere",
        ),
        pytest.param(
            "token.create",
            SELF,
            "c2177e4c39428d3e9bdbc87ac91b612815edf2c848a928882321261ee9d1b228",
            "6d9bb33d9afa9a7709b8ad142adc01f2",
            id="4: an empty text stays",
        ),
        pytest.param(
            "token.create",
            {},
            "21d77ee863fab4769e456fffa4b1b11a35599fdece9e5f81ebfbc896dcbbce67",
            "3e388b6deb699a72d162212fbef31012",
            id="5: no parameters",
        ),
    ],
)
def test_signs_as_the_page_does(
    method: str, params: dict[str, object], hmac: str, md5: str
) -> None:
    text = canonical(params)

    signs = [
        signature(
            S,
            app_key=K,
            method=method,
            param_json=text,
            timestamp="1700000000",
            sign_method=sign_method,
        )
        for sign_method in ("hmac-sha256", "md5")
    ]

    assert signs == [hmac, md5]


def test_signs_vector_1_from_unsorted_parameters() -> None:
    text = canonical({"z": {"b": 2, "a": 1}, "a": "中文"})

    sign = signature(
        Secret("secret"),
        app_key="key",
        method="afterSale.List",
        param_json=text,
        timestamp="1700000000",
    )

    assert text == '{"a":"中文","z":{"a":1,"b":2}}'
    assert sign == "41a936e864f21132393c90aef75a41d150a564156d3dc71053ecdc92fc82728f"
    assert (
        digest(
            f"secretapp_keykeymethodafterSale.Listparam_json{text}timestamp1700000000v2secret",
            Secret("secret"),
            "md5",
        )
        == "0b3e56c208ac1d4a841914a0c19bc486"
    )


@pytest.mark.parametrize(
    ("text", "hmac", "md5"),
    [
        pytest.param(
            f'{K}[{{"tag":"0","msg_id":"0","data":"2020-09-10T16:27:56.52842897+08:00"}}]{S.reveal()}',
            "cd426aa910a8d0810eef30f4786b444f8021b4286b51269e71fce970d8bb529e",
            "8192ec32bcc9656cc2d85204d2d42d7f",
            id="6: a push",
        ),
        pytest.param(
            f'{S.reveal()}app_key{K}param_json{{"a":1}}timestamp2023-11-15 06:13:20{S.reveal()}',
            "1bd798e00a504fd7db8f566d5fbb39705ad17a095f36cdff1814fd9da09a53cd",
            "3a12dce29dfa3e20a44214314e45ea04",
            id="7: the platform calls us",
        ),
    ],
)
def test_digests_the_texts_of_the_other_direction(text: str, hmac: str, md5: str) -> None:
    assert digest(text, S, "hmac-sha256") == hmac
    assert digest(text, S, "md5") == md5


def test_refuses_a_method_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="hmac-sha256 or md5"):
        digest("", S, "sha1")


@pytest.mark.parametrize(
    ("params", "text"),
    [
        pytest.param({"a": None, "b": UNSET, "c": [{"d": None}]}, '{"c":[{}]}', id="no nulls"),
        pytest.param(
            {"a": 2.0, "b": [1.0], "c": 1.5}, '{"a":2,"b":[1],"c":1.5}', id="whole numbers"
        ),
        pytest.param(
            {"b": {"y": 1, "x": 2}, "a": [{"d": 1, "c": 2}]},
            '{"a":[{"c":2,"d":1}],"b":{"x":2,"y":1}}',
            id="sorted all the way down",
        ),
        pytest.param({"a": [3, 1, 2]}, '{"a":[3,1,2]}', id="lists keep their order"),
        pytest.param({"a": True}, '{"a":true}', id="booleans"),
        pytest.param({"a": 7123456789012345678}, '{"a":7123456789012345678}', id="beyond 2^53"),
        pytest.param({"a": "&<>='/ô汉😀"}, '{"a":"&<>=\'/ô汉😀"}', id="nothing escaped"),
        pytest.param({"a": "1\n2\t3\r4"}, '{"a":"1\\n2\\t3\\r4"}', id="lines and tabs stay"),
        pytest.param({"a": "1\x00\x1b\u2028\u2029\ud83d2"}, '{"a":"12"}', id="unsendable"),
        pytest.param({"a": Secret("s")}, '{"a":"s"}', id="a secret"),
        pytest.param(
            {"a": datetime(2023, 11, 14, 22, 13, 20, 999999, UTC)}, '{"a":1700000000}', id="a time"
        ),
    ],
)
def test_writes_the_canonical_form(params: dict[str, object], text: str) -> None:
    assert canonical(params) == text
    assert canonical(json.loads(text)) == text
