"""docs/connectors/douyin.md says what the code does."""

from __future__ import annotations

import re

import pytest

from gongdan.contract import ByTime
from gongdan_douyin import DOUYIN, DouyinSettings
from gongdan_douyin.actions import AGREES, REFUSES
from gongdan_douyin.apierrors import API_ERRORS, APIS
from gongdan_douyin.errors import ERRORS

from .page import PAGE, written

TEXT = PAGE.read_text("utf-8")


def test_the_error_table_is_the_codes() -> None:
    assert written() == TEXT, "run: python -m tests.connectors.douyin.page"


def test_every_setting_is_told_with_its_default() -> None:
    part = TEXT.partition("## Settings")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", part, re.M))

    assert told.keys() == {*DouyinSettings.__struct_fields__}
    for name in ("base_url", "sign_method"):
        assert told[name] == f"`{default(name)}`"


def default(name: str) -> object:
    fields = DouyinSettings.__struct_fields__
    return DouyinSettings.__struct_defaults__[fields.index(name) - len(fields)]


def test_every_stream_and_action_is_told() -> None:
    for stream in DOUYIN.streams:
        assert f"| `{stream.name}` |" in TEXT
        for ability in stream.abilities:
            assert f"`gongdan {ability.kind}`" in TEXT


def test_every_permission_that_is_needed_is_told() -> None:
    part = TEXT.partition("## Getting access")[2].partition("\n## ")[0]

    assert set(APIS) <= set(re.findall(r"`(\w+\.\w+)`", part))


def test_the_documented_types_are_told_with_their_place() -> None:
    told = re.findall(r"^\| .*\((\d), (\d+)\) \| (\d+) \| (\d+|[^|]+) \|", TEXT, re.M)

    assert {(kind, status): int(number) for kind, status, number, _ in told} == dict(AGREES)
    assert {(k, s): int(no) for k, s, _, no in told if no.isdecimal()} == dict(REFUSES)


def test_the_limits_are_those_of_the_streams() -> None:
    for stream in DOUYIN.streams:
        assert isinstance(stream.reading, ByTime)
        assert stream.reading.page_size == 100
        assert stream.reading.max_span.days == 7


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row.on} {row.code}")
def test_every_code_says_in_both_languages_what_to_do(row: object) -> None:
    assert getattr(row, "zh", "")
    assert getattr(row, "en", "")
    assert not re.search("[一-鿿]", str(getattr(row, "en", "")))


@pytest.mark.parametrize("row", API_ERRORS, ids=lambda row: f"{row.on} {row.code}")
def test_a_code_of_an_api_is_found_before_the_general_ones(row: object) -> None:
    from fnmatch import fnmatchcase

    code, api = str(getattr(row, "code", "")), str(getattr(row, "on", ""))
    plain = code.replace("[45]", "4").replace("*", "1")
    first = next(e for e in ERRORS if fnmatchcase(plain, e.code) and fnmatchcase(api, e.on))

    assert first == row
