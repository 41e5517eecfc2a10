"""Alerts on their way: what a listener hears waits in the store until a robot has taken it.

A robot gets two messages at once and then one in `Robot.every`, each of everything that waits, so
that an outage of many shops ends in a handful of messages and the twenty a minute that the
platforms allow are never reached.  What is not pressing goes along with others, or alone when the
robot has been left in peace for a while.

A robot that does not answer is tried again, later and later.  What it may have taken is told again
then, and says so: an alert twice is better than none.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from ..config.mistakes import instead
from ..errors import (
    Busy,
    GongdanError,
    NotFound,
    NotSent,
    ProtocolError,
    RateLimited,
    Transient,
)
from ..hooks import hookimpl
from ..views import QueueFilter
from .causes import CAUSES
from .channels import give
from .compose import compose, news, test_note, told_of
from .robot import Robot, robots_of

if TYPE_CHECKING:
    from ..desk import Desk
    from ..store.alerts import Standing, Waiting

log = logging.getLogger("gongdan")
BURST = 2.0  # messages at once
LONGEST = timedelta(minutes=30)  # between two tries
MANY = 200  # tickets of a hand-over; a message shows fewer


class Listener:
    """Hears every event, as plugins do, and lets it wait for the robots that want it."""

    def __init__(self, desk: Desk) -> None:
        self._store = desk.store
        self._now = desk.now
        self._robots = robots_of(desk)

    @hookimpl
    def gongdan_event(self, kind: str, ticket_id: str, data: Mapping[str, str]) -> None:
        """Keep what a robot is to be told; the same event once more changes nothing."""
        if kind not in CAUSES:
            return
        shop = data.get("shop", "") or ticket_id.partition("/")[0]
        wanted = data.get("channel", "")
        channel = wanted if any(robot.name == wanted for robot in self._robots) else ""
        robots = [robot.name for robot in self._robots if robot.hears(kind, shop, channel)]
        if robots:
            said = msgspec.json.encode(dict(data), order="sorted")
            key = f"{kind}|{ticket_id}|{hashlib.sha256(said).hexdigest()[:32]}"
            kept = told_of(kind, data)
            self._store.alerts.put(robots, key, kind, ticket_id, kept, self._now())


class Courier:
    """Brings one robot what waits for it."""

    def __init__(self, desk: Desk, robot: Robot) -> None:
        self._desk = desk
        self._robot = robot

    def bring(self) -> str:
        """Send one message if it is time for one; return what went wrong for the first time."""
        now, robot, alerts = self._desk.now(), self._robot, self._desk.store.alerts
        standing = alerts.standing(robot.name)
        early = standing.not_before is not None and now < standing.not_before
        if not standing.waiting or early or robot.is_quiet(now):
            return ""
        pace = self._pace(standing, now)
        waiting = alerts.waiting(robot.name)
        fresh = news(waiting)
        if fresh and pace < (1.0 if any(CAUSES[one.cause].at_once for one in fresh) else BURST):
            return ""
        if fresh:
            try:
                self._give(fresh, now)
            except GongdanError as error:
                if isinstance(error, Transient | ProtocolError) and not isinstance(error, NotSent):
                    alerts.tried([one.id for one in fresh], now)
                return self._failed(standing, pace, error, now)
            alerts.took(robot.name, pace - 1, now)
        alerts.told([one.id for one in waiting], now)
        return ""

    def _give(self, fresh: Sequence[Waiting], now: datetime) -> None:
        desk, rows = self._desk, []
        if any(one.cause == "handover" for one in fresh):
            shops = tuple(sorted(self._robot.shops or ()))
            rows = desk.queue(QueueFilter(lane="handover", shops=shops, limit=MANY))
        give(self._robot, compose(self._robot, fresh, rows, now), now, desk.network)

    def _failed(self, standing: Standing, pace: float, error: GongdanError, now: datetime) -> str:
        """Note a failure; every message is one line, and said once."""
        tries = standing.tries + 1
        wait = min(timedelta(minutes=2 ** min(tries - 1, 10)), LONGEST)
        if isinstance(error, RateLimited):
            wait = max(wait, timedelta(seconds=error.retry_after_s))
        text = str(error)
        self._desk.store.alerts.took_none(self._robot.name, pace, now, tries, now + wait, text)
        log.warning("%s", text)
        return text if tries == 1 else ""

    def _pace(self, standing: Standing, now: datetime) -> float:
        """Return how many messages it may be given now; a clock that went back adds nothing."""
        if standing.pace is None or standing.at is None:
            return BURST
        passed = max(now - standing.at, timedelta(0))
        return min(BURST, standing.pace + passed / self._robot.every)


def deliver(desk: Desk) -> list[str]:
    """Bring every robot what waits for it; return, one line each, who could not be reached.

    A robot that another process is just serving is left to it.
    """
    told = []
    for robot in robots_of(desk):
        try:
            claim = desk.store.ledger.claim(f"alert {robot.name}", desk.now())
        except Busy:
            continue
        try:
            told.append(Courier(desk, robot).bring())
        finally:
            desk.store.ledger.release(claim)
    return [text for text in told if text]


def trial(desk: Desk, name: str) -> None:
    """Send a robot a test message, at once.

    Raises:
        NotFound: there is no such robot.
        GongdanError: it did not take it.
    """
    robots = {robot.name: robot for robot in robots_of(desk)}
    if name not in robots:
        hint = instead(name, robots) if robots else "add a table [[alerts]] to the settings"
        raise NotFound(f"no alert {name!r}; {hint}")
    give(robots[name], test_note(robots[name]), desk.now(), desk.network)
