"""Levels: each told once, the last of several only, and old news not at all."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongdan import ConfigError, Status, Who
from gongdan.desk import Desk
from gongdan.events.escalation import DEFAULT, QUIET, Level, horizon, reached, read_levels
from gongdan.events.happening import Nearing
from gongdan.testing.clock import START
from gongdan.views import QueueFilter

from ..ears import FAILING, HEARD, with_ears
from ..office import Office, ours, put

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Watch:
    """A desk of one shop whose plugin hears what is told."""

    def __init__(self, folder: Path, levels: str = "") -> None:
        self.office = Office(folder, ["douyin"], tickets=1)
        self.office.add(levels)
        self.plugins = with_ears()

    def add(self, name: str, due: datetime, **more: object) -> str:
        with self.desk() as desk:
            ticket = ours(due, **more)
            index = desk.due("douyin").index("service", ticket, START)
            return put(desk.store, name, ticket, self.office.clock.now(), index=index)

    def desk(self) -> Desk:
        return self.office.desk(self.plugins)

    def tick(self, length: timedelta = timedelta(0)) -> list[str]:
        """Let time pass, and return what a run then tells: a process of its own each time."""
        self.office.clock.advance(length.total_seconds())
        before = len(HEARD)
        with self.desk() as desk:
            desk.escalate()
            desk.tell()
        return [f"{kind} {data['level']}" for kind, _, data in HEARD[before:]]


def test_each_level_is_told_once_and_a_restart_forgets_nothing(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    name = watch.add("1", START + 2 * HOUR)

    told = [watch.tick(10 * MINUTE) for _ in range(15)]

    assert told[5] == ["due_soon 60m"]  # at 60 minutes to go
    assert told[10] == ["due_soon 15m"]  # at 10, the first look after 15
    assert told[11] == ["late late"]  # at its very end
    assert len([event for events in told for event in events]) == 3
    assert {ticket for _, ticket, _ in HEARD} == {name}


def test_of_several_levels_passed_at_once_only_the_last_is_told(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.add("1", START + 10 * MINUTE)

    assert watch.tick() == ["due_soon 15m"]
    assert watch.tick(5 * MINUTE) == []
    assert watch.tick(10 * MINUTE) == ["late late"]


def test_a_first_import_tells_no_old_news(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    for number in range(50):
        watch.add(f"{number}", START - QUIET - (number + 1) * MINUTE)
    watch.add("fresh", START - HOUR)

    assert watch.tick() == ["late late"]
    assert watch.tick(HOUR) == []


def test_an_outage_ends_with_one_word_a_ticket_at_most(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    for number in range(20):
        watch.add(f"{number}", START + (number + 1) * HOUR)

    told = watch.tick(16 * HOUR)  # nobody looked for sixteen hours

    assert sorted(told) == ["due_soon 60m"] + ["late late"] * 7


def test_a_level_is_what_the_settings_say(tmp_path: Path) -> None:
    watch = Watch(
        tmp_path,
        '[[levels]]\nat = "50%"\nto = "小李"\nchannel = "wecom"\n[[levels]]\nat = "late"\n',
    )
    name = watch.add("1", START + 2 * HOUR + 2 * MINUTE, created=START - 2 * HOUR)

    assert watch.tick() == []
    assert watch.tick(MINUTE) == ["due_soon 50%"]
    assert HEARD[-1][1:] == (
        name,
        {"level": "50%", "to": "小李", "channel": "wecom", "due": "2026-11-21T03:02:00+00:00"},
    )
    assert watch.tick(3 * HOUR) == ["late late"]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"turn": Who.BUYER}, id="the buyer's turn"),
        pytest.param({"status": Status.CLOSED}, id="closed"),
    ],
)
def test_nobody_is_told_of_what_is_not_ours_to_do(more: dict[str, object], tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.add("1", START + 10 * MINUTE, **more)

    assert watch.tick(HOUR) == []


def test_a_case_sent_back_is_told_anew(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.add("1", START + 10 * MINUTE, round=0)
    assert watch.tick() == ["due_soon 15m"]

    watch.add("1", START + 12 * MINUTE, round=1)

    assert watch.tick() == ["due_soon 15m"]


def test_a_listener_that_fails_is_named_and_holds_nobody_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Watch(tmp_path)
    watch.add("1", START + 10 * MINUTE)
    FAILING.append(ValueError("13800138000"))

    with caplog.at_level(logging.WARNING, "gongdan"):
        assert watch.tick() == []

    assert caplog.messages == ["plugin ears: gongdan_event: ValueError"]
    FAILING.clear()
    assert watch.tick() == []


def test_a_sync_tells_too(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    with watch.desk() as desk:
        desk.sync()
        urgent = [
            row.id
            for row in desk.queue(QueueFilter(lane="urgent"))
            if row.due and row.due <= desk.now() + HOUR
        ]

    assert {ticket for kind, ticket, _ in HEARD if kind == "due_soon"} == set(urgent)


def test_without_levels_there_are_three() -> None:
    levels = read_levels(None, "gongdan.toml: [[levels]]")

    assert [level.name for level in levels] == ["60m", "15m", "late"]
    assert horizon(levels) == HOUR


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        pytest.param({"at": "60m"}, r"expected tables \[\[levels\]\]", id="one table"),
        pytest.param([], r"expected tables \[\[levels\]\]", id="none"),
        pytest.param(["60m"], r'\[\[levels\]\] 1: expected at = "60m"', id="a text"),
        pytest.param([{"at": "60m"}, {"when": "late"}], r"\[\[levels\]\] 2: expected", id="a key"),
        pytest.param([{"to": "me"}], r"1: lacks at", id="no time"),
        pytest.param([{"at": 60}], r"1: lacks at", id="a number"),
        pytest.param([{"at": "soon"}], r"at = 'soon': expected a duration", id="no duration"),
        pytest.param([{"at": "0%"}], r"at = '0%': 1% to 100%", id="nothing"),
        pytest.param([{"at": "101%"}], r"at = '101%': 1% to 100%", id="more than all"),
    ],
)
def test_a_level_that_makes_no_sense_is_named(table: object, complaint: str) -> None:
    with pytest.raises(ConfigError, match=f"gongdan.toml: .*{complaint}"):
        read_levels(table, "gongdan.toml: [[levels]]")


def test_a_mistake_in_levels_is_said_before_anything_is_read(tmp_path: Path) -> None:
    watch = Watch(tmp_path, '[[levels]]\nat = "soon"\n')

    with watch.desk() as desk, pytest.raises(ConfigError, match="soon"):
        desk.sync()

    assert watch.office.network.sent == []


@pytest.mark.parametrize(
    ("percent", "created", "moment"),
    [
        pytest.param(50, START - 2 * HOUR, START, id="half"),
        pytest.param(100, START - 2 * HOUR, START + 2 * HOUR, id="all"),
        pytest.param(50, None, START + 2 * HOUR, id="nobody knows since when"),
        pytest.param(50, START + 3 * HOUR, START + 2 * HOUR, id="made after its end"),
    ],
)
def test_a_share_is_of_the_time_from_creation(
    percent: int, created: datetime | None, moment: datetime
) -> None:
    assert Level(name="x", percent=percent).moment(created, START + 2 * HOUR) == moment


@pytest.mark.parametrize(
    ("levels", "within"),
    [
        pytest.param(DEFAULT, HOUR, id="the earliest"),
        pytest.param((*DEFAULT, Level(name="80%", percent=80)), None, id="a share may be any time"),
        pytest.param((Level(name="late", before=timedelta(0)),), timedelta(0), id="late only"),
    ],
)
def test_only_tickets_that_can_reach_a_level_are_looked_at(
    levels: tuple[Level, ...], within: timedelta | None
) -> None:
    assert horizon(levels) == within


@pytest.mark.parametrize(
    ("ago", "silent"),
    [
        pytest.param(QUIET, False, id="just news"),
        pytest.param(QUIET + timedelta(microseconds=1), True, id="old"),
    ],
)
def test_news_are_old_after_six_hours(ago: timedelta, silent: bool) -> None:
    ticket = Nearing("m/s/1", None, START - ago, 0)

    (*_, last) = reached([ticket], DEFAULT, START)

    assert (last.kind, last.silent) == ("late", silent)
