"""`gongdan search`, and the filters that it shares with the queue."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from gongdan import Message, Status, Ticket, Who
from gongdan.desk import Desk
from gongdan.views import QueueFilter
from gongdan_cli import office
from gongdan_cli.filters import NAMES
from tests.core.office import Office, put

from .conftest import Run
from .desk import FakeDesk, last

Terminal = Callable[[int], None]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Open a real desk with three tickets."""
    made = Office(tmp_path)
    desk = made.desk()
    monkeypatch.setattr(office, "open_desk", made.desk)
    for number, text in enumerate(("申请退款", "退款慢，包裹破损", "发票抬头错了")):
        created = desk.now() - timedelta(days=number)
        thread = (Message(Who.BUYER, f"{'很' * 30}急\x1b[31m{text}", created),)
        said = Ticket(status=Status.PENDING, created=created, title="工单", thread=thread)
        put(desk.store, str(100 + number), said, desk.now())
    return desk


@pytest.mark.usefixtures("here")
def test_prints_what_it_found_newest_first_with_the_words_around_it(run: Run) -> None:
    lines = [json.loads(line) for line in run("search", "退款").stdout.splitlines()]

    assert [line["id"] for line in lines] == ["douyin/service/100", "douyin/service/101"]
    assert [
        line["excerpt"].endswith(said)
        for line, said in zip(lines, ("申请退款", "包裹破损"), strict=True)
    ]
    assert all(len(line["excerpt"]) < 30 for line in lines)


def test_takes_the_filters_of_the_queue(run: Run, here: Desk) -> None:
    before = (here.now() - timedelta(hours=12)).isoformat()
    words = ["--created-before", before, "--status", "待处理", "--csv"]
    found = run("search", "退款", *words).stdout

    (row,) = csv.DictReader(io.StringIO(found))
    assert row["id"] == "douyin/service/101"


@pytest.mark.parametrize(("lang", "heading"), [("en", "2 found"), ("zh", "共找到 2 张")])
@pytest.mark.usefixtures("here")
def test_a_person_gets_a_table_that_fits(
    lang: str, heading: str, run: Run, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LANG", lang)
    terminal(80)

    first, *table = run("search", "退款").stdout.splitlines()

    assert first.startswith(heading)
    assert len(table) == 3
    assert max(cell_len(line) for line in table) <= 80
    assert "\x1b" not in "".join(table)


@pytest.mark.usefixtures("here")
def test_says_when_more_are_there_than_shown_or_none(run: Run, terminal: Terminal) -> None:
    terminal(80)

    assert "2 found, the newest 1 shown" in run("search", "退款", "-n", "1").stdout
    assert run("search", "不存在的词").stdout == "Nothing found.\n"


def test_says_what_was_not_searched(run: Run, here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongdan.queue.searching.AT_A_SEARCH_S", 0.0)

    result = run("search", "退款")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 tickets are not indexed yet" in result.stderr
    assert here.store.search.waiting() == 3


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["！"], "nothing to look for in '！'", id="no letter"),
        pytest.param(["退款", "--shop", "nowhere"], "no shop 'nowhere'", id="shop"),
        pytest.param(
            ["退款", "--platform", "jd"],
            "no shop of platform 'jd'; there are douyin",
            id="platform",
        ),
        pytest.param(["退款", "--stream", "tasks"], "no stream 'tasks'", id="stream"),
        pytest.param(["退款", "--status", "open"], "waiting_buyer 等买家", id="status"),
        pytest.param(["退款", "--category", "x"], "logistics 物流", id="category"),
        pytest.param(["退款", "--urgency", "x"], "agreed 约定时效", id="urgency"),
        pytest.param(["退款", "--lane", "x"], "urgent 紧急", id="lane"),
        pytest.param(["退款", "--created-after", "soon"], "'soon' is no time", id="time"),
        pytest.param([], "Missing argument", id="no words"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_there_is(
    words: list[str], told: str, run: Run
) -> None:
    result = run("search", *words)

    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize("group", NAMES)
def test_a_value_is_taken_by_the_word_on_the_screen(group: str, run: Run, desk: FakeDesk) -> None:
    from gongdan_cli.words.table import TABLE

    for name in NAMES[group]:
        word = TABLE[f"{group}.{name}"][1]  # a normal urgency is not shown
        for given in filter(None, (name, word)):
            run("queue", f"--{group}", given)
            which: QueueFilter = last(desk, "queue")
            values = {*which.statuses, *which.categories, *which.urgencies}
            assert {getattr(value, "value", value) for value in values} == {name}
