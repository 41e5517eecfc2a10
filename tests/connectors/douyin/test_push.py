"""Pushes: both ways of signing, both shapes, the probe, and what is not from the platform."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from gongdan import BadSignature, Event, Parcel, ProtocolError, Secret
from gongdan_douyin import DouyinSettings
from gongdan_douyin.push import ANSWER, receive

PAYLOADS = Path(__file__).parent / "payloads"
KEY, SECRET = "6800000000000000001", "00000000-1111-2222-3333-444444444444"
SETTINGS = DouyinSettings(app_key=KEY, app_secret=Secret(SECRET))
PROBE = b'[{"tag":"0","msg_id":"0","data":"2020-09-10T16:27:56.52842897+08:00"}]'
HMAC = "cd426aa910a8d0810eef30f4786b444f8021b4286b51269e71fce970d8bb529e"
MD5 = "8192ec32bcc9656cc2d85204d2d42d7f"


def signed(body: bytes, *, by: str = "md5", app: str = KEY) -> Parcel:
    text = KEY.encode() + body + SECRET.encode()
    sign = hashlib.md5(text).hexdigest()
    if by == "hmac":
        sign = hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
    return Parcel("/push/douyin/dy", {"app-id": app, "event-sign": sign}, body)


def push(data: object, tag: object = "201", **more: object) -> bytes:
    text = json.dumps(data) if isinstance(data, dict) else data
    return json.dumps([{"tag": tag, "msg_id": "m1", "data": text} | more]).encode()


CASE = {"aftersale_id": 7123456789012345678, "shop_id": 77977, "aftersale_status": 12}


@pytest.mark.parametrize("sign", [MD5, HMAC, MD5.upper()])
def test_answers_the_probe_by_the_documented_vectors(sign: str) -> None:
    delivery = receive(SETTINGS, Parcel("p", {"App-Id": KEY, "Event-Sign": sign}, PROBE))

    assert (delivery.events, delivery.answer) == ([], ANSWER)


@pytest.mark.parametrize("by", ["md5", "hmac"])
def test_tells_which_case_to_read_and_nothing_else(by: str) -> None:
    delivery = receive(SETTINGS, signed(push(CASE), by=by))

    assert delivery.events == [
        Event(shop="77977", stream="aftersale", id="7123456789012345678", key="201:m1")
    ]
    assert json.loads(delivery.answer) == {"code": 0, "msg": "success"}


@pytest.mark.parametrize("name", ["push.200.json", "push.212.json"])
def test_reads_the_documented_samples_as_they_stand(name: str) -> None:
    """One object, tag a number, msgId, data an object; both samples have one msgId."""
    body = (PAYLOADS / name).read_bytes()

    (event,) = receive(SETTINGS, signed(body)).events

    tag = name.split(".")[1]
    assert (event.shop, event.id) == ("95250", "xxxxxx")
    assert event.key == f"{tag}:04288XXXXXXX9348874::100:1618990587:68373744XXXXXXX9128"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(push(CASE, tag="137"), "a picture's audit", id="137"),
        pytest.param(push(CASE, tag=103), "an order", id="103"),
        pytest.param(push(CASE, tag="9999"), "nobody knows", id="9999"),
        pytest.param(push({"shop_id": 1}), "no case", id="no case"),
        pytest.param(push({"aftersale_id": 1}), "no shop", id="no shop"),
        pytest.param(b"[]", "nothing", id="nothing"),
    ],
)
def test_what_is_about_no_case_is_answered_and_left_alone(body: bytes, why: str) -> None:
    assert receive(SETTINGS, signed(body)).events == [], why


def test_tag_227_spells_its_fields_in_another_way() -> None:
    data = {"after_sale_id": "5", "after_sale_status": 8, "shop_id": "77977"}

    (event,) = receive(SETTINGS, signed(push(data, tag=227))).events

    assert event.id == "5"


def test_a_message_without_a_name_is_known_by_what_is_in_it() -> None:
    body = push(CASE, msg_id="")

    keys = {receive(SETTINGS, signed(body)).events[0].key for _ in range(2)}

    assert len(keys) == 1


@pytest.mark.parametrize(
    "parcel",
    [
        pytest.param(Parcel("p", {"app-id": KEY}, PROBE), id="no signature"),
        pytest.param(Parcel("p", {"app-id": KEY, "event-sign": "0" * 32}, PROBE), id="wrong"),
        pytest.param(Parcel("p", {"app-id": KEY, "event-sign": "é" * 64}, PROBE), id="no hex"),
        pytest.param(Parcel("p", {"app-id": KEY, "event-sign": MD5}, PROBE + b" "), id="altered"),
        pytest.param(signed(PROBE, app="68999"), id="another app"),
    ],
)
def test_what_is_not_from_the_platform_is_refused(parcel: Parcel) -> None:
    with pytest.raises(BadSignature) as caught:
        receive(SETTINGS, parcel)

    assert SECRET not in str(caught.value)
    assert MD5 not in str(caught.value)


@pytest.mark.parametrize("body", [b"not json", b'["text"]', b"\xff\xfe", push("not json")])
def test_what_is_no_push_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        receive(SETTINGS, signed(body))
