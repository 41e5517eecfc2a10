"""The table of the queue: golden files, widths, what strangers wrote."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest
from rich.cells import cell_len

from gongdan_cli.screens.queue_table import endings, freshness, render
from gongdan_cli.words.table import Words

from .desk import SHOPS
from .rows import NOW, ROWS

GOLDEN = Path(__file__).parent / "golden"
REMAKE = "GONGDAN_REMAKE_GOLDEN"  # set it, run, and read the difference before keeping it


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120, 200])
def test_looks_as_it_did(lang: str, width: int) -> None:
    path = GOLDEN / f"queue-{lang}-{width}.txt"

    table = render(ROWS, NOW, width, Words(lang), False) + "\n"

    if os.environ.get(REMAKE):
        path.write_text(table, encoding="utf-8")
    assert table == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [1, 20, 40, 59, 79, 80, 100, 119, 121, 160, 199, 300])
def test_no_line_is_wider_than_the_screen(lang: str, width: int) -> None:
    table = render(ROWS, NOW, width, Words(lang), False).partition("\n\n")[0].split("\n")

    assert len(table) == len(ROWS) + 1
    assert max(cell_len(line) for line in table) <= width


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_colour_adds_nothing_but_colour(width: int) -> None:
    plain = render(ROWS, NOW, width, Words("zh"), False)
    painted = render(ROWS, NOW, width, Words("zh"), True)

    assert painted != plain
    assert [line.rstrip() for line in click.unstyle(painted).split("\n")] == plain.split("\n")


def test_a_buyer_cannot_paint_the_terminal() -> None:
    table = render(ROWS, NOW, 300, Words("en"), False)

    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", table
    )


@pytest.mark.parametrize(
    ("rest", "shown"),
    [
        pytest.param(timedelta(hours=-2, minutes=-13, seconds=-5), "-2h13m", id="late"),
        pytest.param(timedelta(days=-3, hours=-4), "-3d04h", id="days late"),
        pytest.param(timedelta(seconds=-1), "-0m", id="just late"),
        pytest.param(timedelta(0), "!! 0m", id="met until its very second"),
        pytest.param(timedelta(minutes=14, seconds=59), "!! 14m", id="under 15 minutes"),
        pytest.param(timedelta(minutes=15), "! 15m", id="15 minutes"),
        pytest.param(timedelta(hours=1), "! 1h00m", id="an hour"),
        pytest.param(timedelta(hours=1, seconds=1), "1h00m", id="over an hour"),
        pytest.param(timedelta(days=400), "400d", id="far"),
    ],
)
def test_countdown_can_be_read_without_colour(rest: timedelta, shown: str) -> None:
    from gongdan_cli.screens.times import left

    assert left(NOW + rest, NOW) == shown


@pytest.mark.parametrize(
    ("due", "en", "zh"),
    [
        pytest.param("2026-11-21T20:00:00+08:00", "20:00", "20:00", id="today"),
        pytest.param("2026-11-21T15:59:59+00:00", "23:59", "23:59", id="today in Beijing"),
        pytest.param("2026-11-21T16:00:00+00:00", "tmr 00:00", "明 00:00", id="tomorrow"),
        pytest.param("2026-11-23T09:00:00+08:00", "11-23 09:00", "11-23 09:00", id="later"),
        pytest.param("2026-11-20T09:00:00+08:00", "11-20 09:00", "11-20 09:00", id="before"),
        pytest.param("2027-01-02T09:00:00+08:00", "27-01-02 09:00", "27-01-02 09:00", id="year"),
    ],
)
def test_deadline_is_beijing_time(due: str, en: str, zh: str) -> None:
    moment = datetime.fromisoformat(due)

    assert Words("en").clock(moment, NOW) == en
    assert Words("zh").clock(moment, NOW) == zh


def test_an_ending_is_unique_among_what_is_shown() -> None:
    ids = ["a/s/111111222222", "a/s/333333222222", "b/s/1", "c/s/1", "d/s/abc"]

    short = endings(ids)

    assert short["d/s/abc"] == "abc"
    assert short["b/s/1"] == "b/s/1"
    assert short["a/s/111111222222"] == "1222222"
    assert all(sum(other.endswith(ending) for other in ids) == 1 for ending in short.values())


def test_counts_late_and_soon() -> None:
    last = render(ROWS, NOW, 80, Words("en"), False).split("\n")[-1]

    assert last == "16 shown, 3 late, 4 due within 2 h"


def test_an_empty_queue_is_one_sentence() -> None:
    assert render([], NOW, 80, Words("zh"), True) == "没有待处理的工单。"


def test_tells_when_it_was_read_and_what_is_behind() -> None:
    assert freshness(SHOPS, NOW, Words("en")) == "last synced 19:00; not up to date: tm-1"
    assert freshness([], NOW, Words("en")) == "never synced: run gongdan sync"
