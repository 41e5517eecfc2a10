"""A sign of life after a sync that was whole, and none after another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan import ConfigError, Urgency
from gongdan.alerts import overview, robots_of, trial
from gongdan.events.telling import round_off
from gongdan.views import RunRow, SyncReport

from .robots import Robot, served
from .shops import Shops, add

LIFE = '[[alerts]]\nname = "life"\nkind = "heartbeat"\n'


@pytest.fixture
def watcher() -> Iterator[tuple[Robot, dict[str, str]]]:
    robot = Robot("webhook")
    with served(robot) as url:
        yield robot, {"GONGDAN_ALERT_LIFE_URL": url}


def synced(shops: Shops, *outcomes: str) -> tuple[str, ...]:
    """End a sync whose shops came to that; return what could not be told."""
    runs = [RunRow(id=n, shop=f"s{n}", outcome=outcome) for n, outcome in enumerate(outcomes)]
    with shops.desk() as desk:
        return round_off(desk, SyncReport(shops=tuple(runs))).notes


@pytest.mark.parametrize(
    ("more", "outcomes", "beats"),
    [
        ("", ("ok", "ok"), 1),
        ("", ("ok", "partial"), 0),
        ("", ("failed",), 0),
        ("", ("busy",), 0),
        ("", ("ok", "stopped"), 0),
        ("", (), 0),
        ('shops = ["s0"]\n', ("ok", "failed"), 1),
        ('shops = ["s1"]\n', ("ok", "failed"), 0),
        ('shops = ["s1"]\n', ("ok",), 0),
    ],
)
def test_a_sync_that_read_all_gives_a_sign(
    more: str, outcomes: tuple[str, ...], beats: int, tmp_path: Path,
    watcher: tuple[Robot, dict[str, str]],
) -> None:  # fmt: skip
    robot, env = watcher
    shops = Shops(tmp_path, LIFE + more, env, ["s0", "s1"])

    assert synced(shops, *outcomes) == ()

    assert robot.beats == beats


def test_it_is_told_of_nothing_else(tmp_path: Path, watcher: tuple[Robot, dict[str, str]]) -> None:
    robot, env = watcher
    shops = Shops(tmp_path, LIFE, env)
    with shops.desk() as desk:
        add(desk, "main", "1", desk.now(), urgency=Urgency.URGENT)

    synced(shops, "ok")

    with shops.desk() as desk:
        (row,) = overview(desk)
        trial(desk, "life")
    assert (row.state, row.waiting, row.sent) == ("ok", 0, shops.clock.now())
    assert (robot.beats, robot.told) == (2, [])


def test_one_that_does_not_answer_is_said_once_and_tried_at_every_sync(
    tmp_path: Path, watcher: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = watcher
    shops = Shops(tmp_path, LIFE, env)
    robot.status = 500

    (said,) = synced(shops, "ok")
    later = synced(shops, "ok")
    with shops.desk() as desk:
        (failing,) = overview(desk)
    robot.status = 200
    synced(shops, "ok")
    with shops.desk() as desk:
        (mended,) = overview(desk)

    assert said == "alert life: 127.0.0.1 answers HTTP 500"
    assert (later, robot.beats) == ((), 3)
    assert (failing.state, failing.error) == ("failing", said)
    assert (mended.state, mended.error) == ("ok", "")


def test_an_address_that_is_none_is_one_line_without_it(tmp_path: Path) -> None:
    shops = Shops(tmp_path, LIFE, {"GONGDAN_ALERT_LIFE_URL": "ftp://x/s3cret-5e3a"})

    (said,) = synced(shops, "ok")

    assert said == "alert life: alert life: its url must begin with https://"


def test_a_heartbeat_has_no_events(tmp_path: Path) -> None:
    shops = Shops(tmp_path, LIFE + 'events = ["late"]\n', {"GONGDAN_ALERT_LIFE_URL": "http://x"})

    with shops.desk() as desk, pytest.raises(ConfigError, match="a heartbeat is told of none"):
        robots_of(desk)
