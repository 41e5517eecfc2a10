"""The lanes of the queue: each a condition over open tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import TypeAlias

from ..errors import NotFound
from .guard import Value
from .moments import BEIJING, to_ms

Condition: TypeAlias = tuple[str, tuple[Value, ...]]
OPENING, CLOSING = time(9), time(21)  # of people; deadlines have calendars of their own
URGENT = timedelta(hours=2)
_OURS = "t.turn = 'merchant'"
_NEWEST = "(SELECT state FROM outbox o WHERE o.n = t.n ORDER BY seq DESC LIMIT 1)"
WITHIN = timedelta(hours=72)  # two cases of one buyer and kind that may be one
WITHIN_MS = int(WITHIN.total_seconds() * 1000)
LATELY = timedelta(days=7)  # what others have handled is news for so long
# Tickets `o` that may be the same case as `t`, by keys `a` and `b`: of one order and alive at the
# same time, or of one buyer and kind and made within WITHIN.
_TWINS = (
    "FROM links a JOIN links b ON b.key = a.key AND b.n <> a.n JOIN tickets o ON o.n = b.n"
    " WHERE a.n = t.n AND CASE WHEN a.key LIKE 'order %'"
    "  THEN (o.open = 1 OR coalesce(o.updated_ms, o.seen_ms) >= t.created_ms)"
    "   AND (t.open = 1 OR coalesce(t.updated_ms, t.seen_ms) >= o.created_ms)"
    f" ELSE abs(o.created_ms - t.created_ms) <= {WITHIN_MS} END"
)
IS_TWIN = f"EXISTS (SELECT 1 {_TWINS})"


def condition(lane: str, now: datetime, me: str = "") -> Condition:
    """Return what SQL lets a lane's tickets through; *me* is who asks, for `mine`.

    Raises:
        NotFound: there is no such lane; the message lists those there are.
    """
    if lane not in LANES:
        raise NotFound(f"no lane {lane!r}; there are {', '.join(LANES)}")
    return LANES[lane](now, me)


def night(now: datetime) -> tuple[datetime, datetime]:
    """Return the hours when nobody works that begin next, or have begun."""
    local = now.astimezone(BEIJING)
    closing = datetime.combine(local.date(), CLOSING, BEIJING)
    opening = datetime.combine(local.date() + timedelta(days=1), OPENING, BEIJING)
    if local.time() < OPENING:
        closing, opening = closing - timedelta(days=1), opening - timedelta(days=1)
    return max(now, closing), opening


def _urgent(now: datetime, _me: str) -> Condition:
    span = (to_ms(now), to_ms(now + URGENT))
    return f"{_OURS} AND t.due_ms BETWEEN ? AND ?", span


def _today(now: datetime, _me: str) -> Condition:
    closing = datetime.combine(now.astimezone(BEIJING).date(), CLOSING, BEIJING)
    return f"{_OURS} AND t.due_ms BETWEEN ? AND ?", (to_ms(now), to_ms(closing))


def _late(now: datetime, _me: str) -> Condition:
    return f"{_OURS} AND t.due_ms < ?", (to_ms(now),)


def _handover(now: datetime, _me: str) -> Condition:
    start, end = night(now)
    return f"{_OURS} AND t.due_ms BETWEEN ? AND ?", (to_ms(start), to_ms(end))


def _waiting(_now: datetime, _me: str) -> Condition:
    return "t.turn IN ('platform', 'buyer')", ()


def _failed(_now: datetime, _me: str) -> Condition:
    return f"{_NEWEST} IN ('unknown', 'refused', 'answered_by_other')", ()


def _solved(_now: datetime, _me: str) -> Condition:
    return (
        "EXISTS (SELECT 1 FROM acts a WHERE a.n = t.n AND a.what = 'finish' AND a.at_ms >="
        " coalesce((SELECT max(at_ms) FROM messages m WHERE m.n = t.n AND m.who = 'buyer'), 0))"
    ), ()


def _duplicates(_now: datetime, _me: str) -> Condition:
    return IS_TWIN, ()


def _elsewhere(now: datetime, _me: str) -> Condition:
    since = to_ms(now - LATELY)
    return (
        "t.n IN (SELECT n FROM outbox WHERE state = 'answered_by_other' AND updated_ms >= ?"
        " UNION SELECT e.n FROM (SELECT (SELECT n FROM tickets WHERE id = ticket) AS n"
        "  FROM events WHERE kind = 'answered_elsewhere' AND at_ms >= ?) e)"
    ), (since, since)


def _mine(now: datetime, me: str) -> Condition:
    free = "EXISTS (SELECT 1 FROM holds h WHERE h.n = t.n AND h.until_ms <= ?)"
    return f"t.holder = ? AND +t.holder <> '' AND NOT {free}", (me, to_ms(now))


CLOSED_TOO = frozenset({"elsewhere"})  # lanes that look at closed tickets as well
LANES: Mapping[str, Callable[[datetime, str], Condition]] = {
    "urgent": _urgent,
    "today": _today,
    "late": _late,
    "mine": _mine,
    "waiting": _waiting,
    "failed": _failed,
    "solved": _solved,
    "duplicates": _duplicates,
    "elsewhere": _elsewhere,
    "handover": _handover,
}
