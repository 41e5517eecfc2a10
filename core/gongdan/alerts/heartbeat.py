"""A sign of life: what should ring when it stays away, for a cron that stands still tells nobody.

After a sync that read every shop it asked, the address of each robot of kind `heartbeat` is fetched
once.  Services that watch such addresses tell people by roads of their own.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..errors import GongdanError
from .channels import Note, give
from .robot import Robot, robots_of

if TYPE_CHECKING:
    from ..desk import Desk
    from ..views import SyncReport

log = logging.getLogger("gongdan")


def beat(desk: Desk, report: SyncReport) -> list[str]:
    """Give the sign that a sync was whole; return, one line each, where it did not arrive.

    A robot with shops of its own asks after these alone.  One that does not answer is tried at
    every sync, and said once.
    """
    told = []
    for robot in robots_of(desk):
        if robot.kind == "heartbeat":
            runs = [run for run in report.shops if robot.shops is None or run.shop in robot.shops]
            if runs and all(run.outcome == "ok" for run in runs):
                told.append(_beat(desk, robot))
    return [text for text in told if text]


def _beat(desk: Desk, robot: Robot) -> str:
    now, alerts = desk.now(), desk.store.alerts
    try:
        give(robot, Note("", ""), now, desk.network)
    except GongdanError as error:
        tries = alerts.standing(robot.name).tries + 1
        alerts.took_none(robot.name, 0, now, tries, now, str(error))
        log.warning("%s", error)
        return str(error) if tries == 1 else ""
    alerts.took(robot.name, 0, now)
    return ""
