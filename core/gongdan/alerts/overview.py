"""How the robots are: what waits for each, and what it last said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from .causes import CAUSES
from .robot import robots_of

if TYPE_CHECKING:
    from ..desk import Desk


class RobotRow(Struct, frozen=True, kw_only=True):
    """One robot; its address and secret are nobody's business.

    Attributes:
        shops, events: what it is told of; empty: all.
        state: "ok", "never" (nothing was sent yet), "failing" or "quiet".
        sent: when it last took something; next: when a failing one is tried again.
    """

    name: str
    kind: str
    state: str = "never"
    waiting: int = 0
    sent: datetime | None = None
    next: datetime | None = None
    error: str = ""
    shops: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


def overview(desk: Desk) -> Iterator[RobotRow]:
    """Yield every robot that is set up.

    Raises:
        ConfigError: see `read_robots`.
    """
    for robot in robots_of(desk):
        standing = desk.store.alerts.standing(robot.name)
        state = "failing" if standing.tries else "ok" if standing.sent else "never"
        yield RobotRow(
            name=robot.name, kind=robot.kind, waiting=standing.waiting, sent=standing.sent,
            state="quiet" if state != "failing" and robot.is_quiet(desk.now()) else state,
            next=standing.not_before if standing.tries else None, error=standing.error,
            shops=tuple(sorted(robot.shops or ())),
            events=() if len(robot.events) == len(CAUSES) else tuple(sorted(robot.events)),
        )  # fmt: skip
