"""`gongdan queue --sort` and `--why`: another order, and why a row stands where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from gongdan.store.sorting import SORTS as CORE
from gongdan_cli.lanes import SORTS
from gongdan_cli.screens.queue_table import render
from gongdan_cli.screens.standing import standing
from gongdan_cli.words.table import Words

from .conftest import Run
from .desk import FakeDesk, last
from .rows import NOW, ROWS

Terminal = Callable[[int], None]


def test_the_sorts_are_the_cores_in_its_order() -> None:
    assert list(SORTS) == list(CORE)


@pytest.mark.parametrize(("sort", "alias"), SORTS.items())
def test_a_sort_has_two_names(sort: str, alias: str, run: Run, desk: FakeDesk) -> None:
    run("queue", "--sort", sort)
    english = last(desk, "queue").sort
    run("queue", "--sort", alias)

    assert (english, last(desk, "queue").sort) == (sort, sort)


def test_an_unknown_sort_is_a_usage_error_that_lists_them(run: Run, desk: FakeDesk) -> None:
    result = run("queue", "--sort", "size")

    assert (result.exit_code, desk.asked) == (2, [])
    assert all(name in result.stderr for pair in SORTS.items() for name in pair)


@pytest.mark.usefixtures("desk")
def test_another_order_is_told_above_the_table(run: Run, terminal: Terminal) -> None:
    terminal(80)

    assert run("queue", "--sort", "newest").stdout.startswith("SORTED: newest first\n")
    assert run("queue", "--sort", "due").stdout.startswith("ticket ")


LATE = replace(ROWS[0], due=NOW - timedelta(hours=2), answerable=True, priority=0)


@pytest.mark.parametrize(
    ("row", "sort", "told"),
    [
        pytest.param(
            LATE, "due", "late by 2h00m (platform), still takes an answer: first", id="late"
        ),
        pytest.param(
            replace(LATE, due=NOW, follow=NOW), "due",
            "to be followed up: before all others; due in 0m (platform)", id="follow-up",
        ),
        pytest.param(
            replace(LATE, answerable=False, due_source="rule"), "due",
            "late by 2h00m (estimate), takes no answer any more: last", id="over",
        ),
        pytest.param(replace(LATE, due=NOW), "due", "due in 0m (platform)", id="this very second"),
        pytest.param(
            replace(LATE, due=None, priority=3), "due",
            "no deadline known: after those that have one; priority 3", id="none",
        ),
        pytest.param(
            replace(LATE, due=NOW, priority=3), "priority", "priority 3; due in 0m (platform)",
            id="by priority",
        ),
        pytest.param(
            replace(LATE, due=NOW, order_ids=()), "order", "no order; due in 0m (platform)",
            id="by order",
        ),
    ],
)  # fmt: skip
def test_a_row_says_why_it_stands_there(row: object, sort: str, told: str) -> None:
    assert standing(row, NOW, sort, Words("en")) == told  # type: ignore[arg-type] # a row


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_reasons_can_be_read_at_every_width(lang: str, width: int) -> None:
    words = Words(lang)
    table = render(ROWS, NOW, width, words, False, reasons="due").partition("\n\n")[0].split("\n")

    assert max(cell_len(line) for line in table) <= width
    assert words("col.why") in table[0]
    if width >= 80:
        late = standing(ROWS[0], NOW, "due", words)
        assert late[:12] in table[1]


def test_a_possible_duplicate_is_marked_at_every_width() -> None:
    twin = replace(ROWS[0], duplicate=True)

    narrow, wide = (render([twin], NOW, width, Words("zh"), False) for width in (80, 120))

    assert "= " in narrow
    assert "疑似重复" in wide
