"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.sla import BadTime, format_duration, parse_duration, write_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("12h", timedelta(hours=12)),
        ("90m", timedelta(minutes=90)),
        ("2h30m", timedelta(hours=2, minutes=30)),
        ("1d", timedelta(days=1)),
        ("45s", timedelta(seconds=45)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        (" 5m ", timedelta(minutes=5)),
        ("0s", timedelta(0)),
    ],
)
def test_reads(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", " ", "12", "h", "-2h", "1.5h", "30m2h", "1h1h", "12H", "2 hours", "2h 30m", "１２h"],
)
def test_refuses_with_the_text_and_an_example(text: str) -> None:
    with pytest.raises(BadTime, match="such as '12h'") as caught:
        parse_duration(text)

    assert repr(text) in str(caught.value)


def test_refuses_what_no_duration_can_hold() -> None:
    with pytest.raises(ValueError, match="longer than any duration"):
        parse_duration("9999999999999d")


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=1, hours=1), "25h"),
        (timedelta(minutes=90), "1h30m"),
        (timedelta(seconds=-61), "-1m1s"),
        (timedelta(milliseconds=900), "0s"),
        (timedelta(0), "0s"),
    ],
)
def test_writes(length: timedelta, text: str) -> None:
    assert format_duration(length) == text


@settings(derandomize=True, deadline=None, database=None)
@given(st.integers(0, 10**9))
def test_reads_what_it_wrote(seconds: int) -> None:
    length = timedelta(seconds=seconds)

    assert parse_duration(format_duration(length)) == length


@pytest.mark.parametrize(
    ("length", "english", "chinese"),
    [
        (timedelta(hours=26, minutes=5), "26 h 5 min", "26 小时 5 分"),
        (timedelta(seconds=59), "59 s", "59 秒"),
        (timedelta(0), "0 s", "0 秒"),
    ],
)
def test_writes_a_length_for_people(length: timedelta, english: str, chinese: str) -> None:
    assert write_length(length) == english
    assert write_length(length, "zh") == chinese
