"""docs/connectors/qianniu.md says what the code does."""

from __future__ import annotations

import re

import pytest

from gongdan.contract import ByTime
from gongdan_qianniu import QIANNIU, QianniuSettings
from gongdan_qianniu import exchange_acts as exchange
from gongdan_qianniu import refund_acts as refund
from gongdan_qianniu.errors import ERRORS

from .page import PAGE, written

TEXT = PAGE.read_text("utf-8")


def section(title: str) -> str:
    return TEXT.partition(f"## {title}")[2].partition("\n## ")[0]


def test_the_error_table_is_the_codes() -> None:
    assert written() == TEXT, "run: python -m tests.connectors.qianniu.page"


def test_every_setting_is_told_with_its_default() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section("Settings"), re.M))

    assert told.keys() == {*QianniuSettings.__struct_fields__}
    for name in ("base_url", "sign_method", "tmall", "memo"):
        assert told[name] == f"`{str(default(name)).lower()}`"


def default(name: str) -> object:
    fields = QianniuSettings.__struct_fields__
    return QianniuSettings.__struct_defaults__[fields.index(name) - len(fields)]


@pytest.mark.parametrize("stream", QIANNIU.streams, ids=lambda stream: stream.name)
def test_every_stream_and_action_is_told(stream: object) -> None:
    name = getattr(stream, "name", "")
    told = re.findall(r"^\| `gongdan (\w+)` \| ([^|]+) \|", section("What it does"), re.M)

    assert f"| `{name}` |" in section("Every kind of ticket")
    for ability in getattr(stream, "abilities", ()):
        assert any(kind == ability.kind and f"`{name}`" in on for kind, on in told), ability.kind


def test_the_steps_of_an_exchange_are_told_with_their_place() -> None:
    rows = re.findall(r"^\| [^|]+\((\d+)\) \| ([^|]*) \| ([^|]*) \|", TEXT, re.M)
    told = {number: (agree.strip(" `"), refuse.strip(" `")) for number, agree, refuse in rows}

    assert {no: agree for no, (agree, _) in told.items()} == {
        number: step.op for number, step in exchange.AGREES.items()
    }
    assert {no: refuse for no, (_, refuse) in told.items() if "." in refuse} == {
        number: step.op for number, step in exchange.REFUSES.items()
    }


def test_the_steps_of_a_refund_are_told_with_their_place() -> None:
    rows = re.findall(r"^\| (\w+), (\w+) \| `([\w.]+)` \| `([\w.]+)` \|", TEXT, re.M)

    assert {(kind, at): op for kind, at, op, _ in rows} == {
        at: road.op for at, road in refund.AGREES.items()
    }
    assert {(kind, at): op for kind, at, _, op in rows} == {
        at: road.op for at, road in refund.REFUSES.items()
    }


def test_the_limits_are_those_of_the_streams() -> None:
    for stream in QIANNIU.streams:
        if isinstance(stream.reading, ByTime):
            assert stream.reading.page_size == 100
            assert stream.reading.max_span.days == 7


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row.on} {row.code}")
def test_every_code_says_in_both_languages_what_to_do(row: object) -> None:
    assert getattr(row, "zh", "")
    assert getattr(row, "en", "")
    assert not re.search("[一-鿿]", str(getattr(row, "en", "")))
