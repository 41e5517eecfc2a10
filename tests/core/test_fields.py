"""Payloads read by path: what is taken, what is nothing, what is refused and how it is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan import UNSET, BadField, Fields, Status

NOON = datetime(2023, 11, 14, 12, 0, tzinfo=UTC)
Reader = Callable[[Fields], object]
READERS: dict[str, Reader] = {
    "text": lambda fields: fields.text("v"),
    "number": lambda fields: fields.number("v"),
    "fen": lambda fields: fields.fen("v"),
    "yuan": lambda fields: fields.yuan("v"),
    "flag": lambda fields: fields.flag("v"),
    "time": lambda fields: fields.time("v"),
}


def of(text: str) -> Fields:
    return Fields.of(text.encode(), zone=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("kind", READERS)
def test_what_is_absent_is_not_what_is_empty(kind: str) -> None:
    read = READERS[kind]

    assert read(of("{}")) is UNSET
    assert [read(of(f'{{"v": {value}}}')) for value in ("null", '""', '" "')] == [None] * 3


@pytest.mark.parametrize(
    ("kind", "given_as", "means"),
    [
        ("text", '"退款"', "退款"),
        ("text", "12345678901234567890123", "12345678901234567890123"),
        ("text", "1.50", "1.50"),
        ("text", "true", "true"),
        ("text", '"a\\ud83d"', "a\ufffd"),
        ("number", '"17"', 17),
        ("number", "17.0", 17),
        ("number", "-3", -3),
        ("fen", '"2000"', 2000),
        ("yuan", '"200.07"', 20007),
        ("yuan", "200.07", 20007),
        ("yuan", "0", 0),
        ("flag", "true", True),
        ("flag", '"False"', False),
        ("flag", '"Y"', True),
        ("flag", "0", False),
        ("time", "1699963200", NOON),
        ("time", "1699963200000", NOON),
        ("time", '"1699963200"', NOON),
        ("time", "1699963200.5", NOON + timedelta(seconds=0.5)),
        ("time", "1699963200001", NOON + timedelta(milliseconds=1)),
        ("time", '"2023-11-14T12:00:00Z"', NOON),
        ("time", '"2023-11-14 20:00:00"', NOON),
        ("time", '"2023-11-14T13:00:00+01:00"', NOON),
        ("time", "0", None),
        ("time", '"0"', None),
        ("time", "253402300799000", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_takes_the_forms_that_platforms_use(kind: str, given_as: str, means: object) -> None:
    assert READERS[kind](of(f'{{"v": {given_as}}}')) == means


@pytest.mark.parametrize(
    ("kind", "given_as", "told"),
    [
        ("text", "[]", "text, got list"),
        ("number", '"many"', "whole number, got text"),
        ("number", "1.5", "whole number, got number"),
        ("number", "true", "whole number, got true or false"),
        ("yuan", '"1.005"', "amount in yuan, got text"),
        ("yuan", '"一百"', "amount in yuan, got text"),
        ("flag", '"maybe"', "true or false, got text"),
        ("flag", "2", "true or false, got number"),
        ("time", '"soon"', "time, got text"),
        ("time", "-5", "time, got number"),
        ("time", "253402300800000", "time, got number"),
        ("time", "true", "time, got true or false"),
        ("time", "{}", "time, got object"),
    ],
)
def test_names_the_place_and_the_kind_of_what_it_refuses(
    kind: str, given_as: str, told: str
) -> None:
    with pytest.raises(BadField) as caught:
        READERS[kind](of(f'{{"v": {given_as}}}'))

    assert str(caught.value) == f"$.v: expected {told}"


@given(st.integers(min_value=1, max_value=10**18 - 1))
def test_an_amount_in_yuan_keeps_every_fen(fen: int) -> None:
    text = f"{fen // 100}.{fen % 100:02}"

    assert of(f'{{"v": "{text}"}}').yuan("v") == fen
    assert of(f'{{"v": {text}}}').yuan("v") == fen


@given(st.integers(min_value=1, max_value=99_999_999_999))  # from there on it is milliseconds
def test_every_form_of_a_time_is_the_same_time(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    beijing = at.astimezone(ZoneInfo("Asia/Shanghai"))
    forms = [seconds, str(seconds), at.isoformat(), f"{beijing:%Y-%m-%d %H:%M:%S}"]

    assert {of(json.dumps({"v": form})).time("v") for form in forms} == {at}


@pytest.mark.parametrize("value", ["12345678901234567890123", '"12345678901234567890123"'])
def test_an_id_is_exact_at_any_length(value: str) -> None:
    assert of(f'{{"id": {value}}}').id() == "12345678901234567890123"


@pytest.mark.parametrize("value", ["null", '""', "1.5", "true", "[]"])
def test_what_is_no_id_is_refused(value: str) -> None:
    with pytest.raises(BadField, match=r"\$\.id: expected id"):
        of(f'{{"id": {value}}}').id()


def test_what_must_be_there_is_missed() -> None:
    with pytest.raises(BadField, match=r"\$\.a\.b: expected text"):
        of('{"a": {}}').need("a.b")
    with pytest.raises(BadField, match=r"\$\.at: expected time"):
        of("{}").when("at")


def test_an_unknown_word_is_unknown_and_noted() -> None:
    fields = of('{"a": {"state": "frozen"}, "n": 3}')
    table = {"3": Status.CLOSED}

    assert fields.part("a").choice("state", table) is Status.UNKNOWN
    assert fields.choice("n", table) is Status.CLOSED
    assert fields.choice("absent", table) is UNSET
    assert fields.notes == ["$.a.state: new value 'frozen'"]


@pytest.mark.parametrize("value", ["null", '""', "{}", "[]"])
def test_a_list_that_holds_nothing_comes_in_four_forms(value: str) -> None:
    fields = of(f'{{"v": {value}}}')

    assert (fields.items("v"), fields.strings("v"), fields.each("v", Fields.keys)) == ([], (), ())


def test_lists_are_read_by_element() -> None:
    fields = of('{"v": [{"n": 1}, {"n": "x"}], "words": [1, null, "b"], "one": "c"}')

    with pytest.raises(BadField, match=r"\$\.v\[1\]\.n: expected whole number, got text"):
        fields.each("v", lambda part: part.number("n"))
    with pytest.raises(BadField, match=r"\$\.words\[0\]: expected object, got number"):
        fields.items("words")
    assert fields.strings("words") == ("1", "b")
    assert fields.strings("one") == ("c",)
    assert fields.each("absent", Fields.keys) is UNSET


def test_a_way_that_leads_nowhere_is_absent() -> None:
    fields = of('{"a": {"b": 1}}')

    assert fields.get("a.b.c") is UNSET
    assert "a.b" in fields
    assert "a.c" not in fields
    with pytest.raises(BadField, match=r"\$\.a\.b: expected object"):
        fields.part("a").part("b")


def test_a_payload_is_one_object() -> None:
    with pytest.raises(BadField, match="expected object, got list"):
        Fields.of(b"[1]")
    with pytest.raises(BadField, match="not JSON, 3 bytes"):
        Fields.of(b"<a>")
    assert Fields.of(b'\xef\xbb\xbf{"a": 1}').number("a") == 1


def test_does_not_show_what_is_in_it() -> None:
    assert "13812345678" not in repr(of('{"phone": "13812345678"}'))
