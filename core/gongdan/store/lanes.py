"""The lanes of the queue: each a condition over open tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from ..errors import NotFound
from .guard import Value
from .moments import to_ms

Condition: TypeAlias = tuple[str, tuple[Value, ...]]
BEIJING = ZoneInfo("Asia/Shanghai")
OPENING, CLOSING = time(9), time(21)  # of people; deadlines have calendars of their own
URGENT = timedelta(hours=2)
_OURS = "t.turn = 'merchant'"
_NEWEST = "(SELECT state FROM outbox o WHERE o.n = t.n ORDER BY seq DESC LIMIT 1)"


def condition(lane: str, now: datetime) -> Condition:
    """Return what SQL lets a lane's tickets through.

    Raises:
        NotFound: there is no such lane; the message lists those there are.
    """
    if lane not in LANES:
        raise NotFound(f"no lane {lane!r}; there are {', '.join(LANES)}")
    return LANES[lane](now)


def night(now: datetime) -> tuple[datetime, datetime]:
    """Return the hours when nobody works that begin next, or have begun."""
    local = now.astimezone(BEIJING)
    closing = datetime.combine(local.date(), CLOSING, BEIJING)
    opening = datetime.combine(local.date() + timedelta(days=1), OPENING, BEIJING)
    if local.time() < OPENING:
        closing, opening = closing - timedelta(days=1), opening - timedelta(days=1)
    return max(now, closing), opening


def _urgent(now: datetime) -> Condition:
    span = (to_ms(now), to_ms(now + URGENT))
    return f"{_OURS} AND t.due_ms BETWEEN ? AND ?", span


def _today(now: datetime) -> Condition:
    closing = datetime.combine(now.astimezone(BEIJING).date(), CLOSING, BEIJING)
    return f"{_OURS} AND t.due_ms BETWEEN ? AND ?", (to_ms(now), to_ms(closing))


def _late(now: datetime) -> Condition:
    return f"{_OURS} AND t.due_ms < ?", (to_ms(now),)


def _handover(now: datetime) -> Condition:
    start, end = night(now)
    return f"{_OURS} AND t.due_ms BETWEEN ? AND ?", (to_ms(start), to_ms(end))


def _waiting(_: datetime) -> Condition:
    return "t.turn IN ('platform', 'buyer')", ()


def _failed(_: datetime) -> Condition:
    return f"{_NEWEST} IN ('unknown', 'refused', 'answered_by_other')", ()


LANES: Mapping[str, Callable[[datetime], Condition]] = {
    "urgent": _urgent,
    "today": _today,
    "late": _late,
    "waiting": _waiting,
    "failed": _failed,
    "handover": _handover,
}
