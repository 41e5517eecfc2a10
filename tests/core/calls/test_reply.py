"""One answer as a connector sees it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.calls.network import Answer
from gongdan.calls.reply import Answered
from gongdan.errors import BadField, Unreadable
from gongdan.fields import Fields
from gongdan.wire import Page, Reply

HTML = b"<html><head><TITLE>\n502 Bad &amp; Gateway</TITLE></head><body>13812345678</body></html>"
LONE = b'{"data": {"items": [{"id": 1, "t": "\\ud83d"}, {"id": 2, "fee": 1.50}], "n": 2}}'


def answered(body: bytes | str, kind: str = "application/json", status: int = 200) -> Answered:
    data = body if isinstance(body, bytes) else body.encode()
    return Answered(Answer(status, {"content-type": kind}, data))


def test_is_what_the_contract_calls_a_reply() -> None:
    reply: Reply = answered("{}", status=418)

    assert (reply.status, reply.headers["content-type"]) == (418, "application/json")


def test_body_reads_by_path_in_the_connectors_zone() -> None:
    body = b'{"code": 10000, "data": {"at": "2026-11-21 08:00:00"}}'
    reply = Answered(Answer(200, {}, body), ZoneInfo("Asia/Shanghai"))

    assert reply.body.number("code") == 10000
    assert reply.body.when("data.at") == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def test_a_mark_in_front_does_no_harm() -> None:
    reply = answered(b'\xef\xbb\xbf{"a": [ 1 ]}')

    assert reply.body.keys() == ["a"]
    assert bytes(reply.raw("")) == b'{"a": [ 1 ]}'


def test_slices_are_byte_for_byte_what_came() -> None:
    reply = answered('{"data": {"list": [ {"id":1 , "t" : "\\u9000款"},  {"fee": 1.50}] } }')

    rows = [bytes(row) for row in reply.rows("data.list")]

    assert rows == ['{"id":1 , "t" : "\\u9000款"}'.encode(), b'{"fee": 1.50}']
    assert bytes(reply.raw("data.list")).startswith(b"[ {")


@pytest.mark.parametrize("path", ["gone", "data.gone", "data.null.deeper", "data.blank.deeper"])
def test_what_is_absent_is_null(path: str) -> None:
    reply = answered('{"data": {"null": null, "blank": "", "list": []}}')

    assert bytes(reply.raw(path)) == b"null"
    assert reply.rows(path) == []


@pytest.mark.parametrize("value", ["null", '""', '"  "', "{}", "{ }", "[]", "[ ]"])
@pytest.mark.parametrize("beside", ["1", '"\\ud800"'], ids=["exact", "loose"])
def test_no_rows_come_in_many_forms(value: str, beside: str) -> None:
    assert answered(f'{{"a": {beside}, "rows": {value}}}').rows("rows") == []


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ('{"a": 1}', "object"),
        ('"x"', "text"),
        ("3", "number"),
        ("-0.5", "number"),
        ("true", "true or false"),
        ("false", "true or false"),
    ],
)
@pytest.mark.parametrize("beside", ["1", '"\\ud800"'], ids=["exact", "loose"])
def test_rows_of_a_wrong_kind_are_not_taken_for_none(value: str, kind: str, beside: str) -> None:
    reply = answered(f'{{"b": {beside}, "data": {{"rows": {value}}}}}')

    with pytest.raises(BadField, match=rf"\$\.data\.rows: expected list, got {kind}"):
        reply.rows("data.rows")


@pytest.mark.parametrize("value", ['"busy"', "3", "[1]", "true"])
@pytest.mark.parametrize("beside", ["1", '"\\ud800"'], ids=["exact", "loose"])
def test_a_wrong_kind_on_the_way_is_not_taken_for_no_rows(value: str, beside: str) -> None:
    """Else a page that the platform could not fill would be read as "there are none"."""
    reply = answered(f'{{"b": {beside}, "data": {value}}}')

    with pytest.raises(BadField, match=r"\$\.data: expected object"):
        reply.rows("data.items")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", "application/json", id="nothing"),
        pytest.param(HTML, "text/html", id="html"),
        pytest.param(b'{"a": [1, 2', "application/json", id="cut off"),
        pytest.param(b"null", "application/json", id="null"),
        pytest.param(b"[]", "application/json", id="list"),
        pytest.param(b'"text"', "application/json", id="text"),
        pytest.param(b"[" * 100_000, "application/json", id="too deep"),
    ],
)
def test_what_is_no_object_is_unreadable(body: bytes, kind: str) -> None:
    with pytest.raises(Unreadable, match=f"got {len(body)} bytes of {kind}"):
        _ = answered(body, kind).body
    with pytest.raises(Unreadable):
        answered(body, kind).rows("data.items")


def test_a_page_of_html_is_told_by_its_title_and_no_more() -> None:
    with pytest.raises(Unreadable) as caught:
        _ = answered(HTML, "text/html; charset=utf-8").body

    assert "502 Bad & Gateway" in str(caught.value)
    assert "13812345678" not in str(caught.value)


def test_a_title_is_cut() -> None:
    with pytest.raises(Unreadable) as caught:
        _ = answered(b"<title>" + b"x" * 500 + b"</title>", "text/html").body

    assert "x" * 60 in str(caught.value)
    assert "x" * 61 not in str(caught.value)


def test_a_list_is_all_there_is() -> None:
    reply = answered(b' [{"id": 1}, {"id": 2}] ')

    assert bytes(reply.raw("")) == b'[{"id": 1}, {"id": 2}]'
    assert [bytes(row) for row in reply.rows("")] == [b'{"id": 1}', b'{"id": 2}']


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(LONE, id="lone surrogate"),
        pytest.param(LONE.replace(b"\\ud83d", b"a\nb"), id="bare newline"),
        pytest.param(LONE.replace(b'"\\ud83d"', b"NaN"), id="NaN"),
    ],
)
def test_one_bad_value_does_not_cost_the_page(body: bytes) -> None:
    reply = answered(body)

    rows = reply.rows("data.items")

    assert len(rows) == 2
    assert bytes(rows[1]) == b'{"id": 2, "fee": 1.50}'
    assert [Fields.of(bytes(row)).id() for row in rows] == ["1", "2"]
    assert reply.body.number("data.n") == 2


def test_bytes_that_are_no_text_stay_as_they_came() -> None:
    reply = answered(b'{"rows": [{"id": 1, "t": "\xff"}]}')

    (row,) = reply.rows("rows")

    assert bytes(row) == b'{"id": 1, "t": "\xff"}'
    assert (Fields.of(bytes(row)).id(), Fields.of(bytes(row)).text("t")) == ("1", "\ufffd")


def test_names_that_are_no_text_do_no_harm() -> None:
    assert answered(b'{"\xff": 1, "rows": [1]}').rows("rows")
    with pytest.raises(BadField, match=r"\$\.data: a name in it is no text"):
        answered(b'{"data": {"\xff": 1}}').rows("data.rows")


def test_half_characters_and_odd_bytes_stay_as_they_came() -> None:
    body = b'{"a": "\\ud83d", "b": "\xff", "c": "\xe9\x80\x80"}'
    reply = answered(body)

    assert bytes(reply.raw("")) == body
    assert bytes(reply.raw("b")) == b'"\xff"'
    assert reply.body.text("a") == "\ufffd"


@pytest.mark.parametrize("beside", ["1", '"\\ud800"'], ids=["strict", "loose"])
def test_slices_are_the_same_whatever_stands_beside_them(beside: str) -> None:
    rows = '[ {"id" : 12345678901234567890123 , "fee": 0.10}, {"n": 1E+5,\t"t": "\\u4e2d"},null ]'
    reply = answered(f' {{ "bad": {beside} , "d" : {{"empty":{{}}, "rows" : {rows} }}}} ')

    assert [bytes(row).decode() for row in reply.rows("d.rows")] == [
        '{"id" : 12345678901234567890123 , "fee": 0.10}',
        '{"n": 1E+5,\t"t": "\\u4e2d"}',
        "null",
    ]
    assert bytes(reply.raw("d.empty")) == b"{}"
    assert bytes(reply.raw("d.rows")).decode() == rows


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["\ud800", ""]),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_loose_slices_mean_what_came(value: object) -> None:
    reply = answered(json.dumps({"bad": "\udc00", "value": value}))

    assert json.loads(bytes(reply.raw("value"))) == value


def test_a_page_is_told_by_the_paths_of_its_parts() -> None:
    reply = answered('{"d": {"rows": [{}, {}], "total": "17", "more": "true", "next": 42}}')

    page = reply.page("d.rows", total="d.total", more="d.more", token="d.next")

    assert (len(page.rows), page.total, page.more, page.token) == (2, 17, True, "42")


@pytest.mark.parametrize("more", ["false", '"false"', "0"])
def test_no_more_is_not_the_same_as_not_told(more: str) -> None:
    assert answered(f'{{"more": {more}}}').page("rows", more="more").more is False


def test_a_total_of_none_is_not_the_same_as_not_told() -> None:
    assert answered('{"total": 0}').page("rows", total="total").total == 0


@pytest.mark.parametrize("value", ["null", '""'])
def test_parts_that_are_missing_are_none(value: str) -> None:
    reply = answered(f'{{"total": {value}, "more": {value}, "token": {value}}}')

    assert reply.page("r", total="total", more="more", token="token") == Page([])
    assert answered("{}").page("r", total="a.b", more="c", token="d") == Page([])


def test_a_part_of_a_wrong_kind_is_named() -> None:
    with pytest.raises(BadField, match=r"\$\.d\.total: expected whole number, got text"):
        answered('{"d": {"total": "many"}}').page("d.rows", total="d.total")


def test_does_not_show_what_is_in_it() -> None:
    assert "13812345678" not in repr(answered(HTML))
