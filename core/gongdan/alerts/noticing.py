"""What is worth an alert beside deadlines, as events: each told once, and old things never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from ..due import drift_of
from ..errors import ConfigError, NotFound
from ..events.happening import Happened
from ..store.moments import BEIJING, to_ms

if TYPE_CHECKING:
    from ..desk import Desk
    from ..store.notices import Stated

LATE = timedelta(minutes=30)  # without a reading; cron reads every minute
ENDS = timedelta(days=3)  # before a shop must be authorised anew
HANDOVER, CLOSING = time(20, 30), time(21)
_OVERLAP_MS = 120_000  # shops are read at once, and the platforms' clocks are not one
_SEEN = "alerts-deadlines"  # in meta: up to which change deadlines were compared


def notice(desk: Desk) -> int:
    """Note what came up since; return how much is new."""
    events = [*_tickets(desk), *_shops(desk), *_deadlines(desk), *_handover(desk)]
    return desk.store.events.add(events, desk.now()) if events else 0


def _tickets(desk: Desk) -> Iterator[Happened]:
    for ticket, round_, due in desk.store.notices.urgent(desk.now()):
        data = {"due": due.isoformat()} if due else {}
        yield Happened(kind="urgent", ticket=ticket, data=data, once=f"urgent|{ticket}|{round_}")
    for ticket, number, what, state in desk.store.notices.unsent(desk.now()):
        data = {"action": str(number), "what": what}
        yield Happened(kind=state, ticket=ticket, data=data, once=f"{state}|{number}")


def _shops(desk: Desk) -> Iterator[Happened]:
    now = desk.now()
    for alias in desk.config.shops:
        ends = _ends(desk, alias)
        if ends is not None and ends - now < ENDS:
            data = {"shop": alias, "ends": ends.isoformat()}
            once = f"access_ending|{alias}|{ends.isoformat()}"
            yield Happened(kind="access_ending", ticket="", data=data, once=once)
        reading = desk.store.notices.reading(alias)
        if reading is None:
            continue
        since = reading.good or reading.began  # an outage is told once, and the next one again
        if reading.exit_code == 3:
            data = {"shop": alias, "error": reading.error}
            once = f"access_lost|{alias}|{since.isoformat()}"
            yield Happened(kind="access_lost", ticket="", data=data, once=once)
        elif now - since > LATE:
            data = {"shop": alias, "good": reading.good.isoformat() if reading.good else ""}
            once = f"sync_late|{alias}|{since.isoformat()}"
            yield Happened(kind="sync_late", ticket="", data=data, once=once)


def _ends(desk: Desk, alias: str) -> datetime | None:
    token, pasted = desk.store.keys.token(alias), desk.shop(alias).authorised_until
    known = [end for end in (token.refresh_expires if token else None, pasted) if end]
    return min(known, default=None)


def _deadlines(desk: Desk) -> Iterator[Happened]:
    """Compare the deadlines of what changed since the last look."""
    seen = desk.store.meta.get(_SEEN)
    last = int(seen) if seen else to_ms(desk.now() - LATE)
    before = last
    for stated in desk.store.notices.stated(last - _OVERLAP_MS):
        last = max(last, stated.changed_ms)
        yield from _differs(desk, stated)
    if not seen or last > before:
        desk.store.meta.put(_SEEN, str(last))


def _differs(desk: Desk, stated: Stated) -> Iterator[Happened]:
    try:
        due = desk.due(stated.shop)
    except (ConfigError, NotFound):  # told by doctor; its shop may be gone
        return
    for clock in due.clocks(stated.stream, stated.said, stated.first, desk.now()):
        differs = clock.kind == "handling" and "differs-from-platform" in clock.flags
        if differs and clock.state != "paused":
            drift = drift_of(stated.ticket, clock)
            data = {
                "platform": drift.platform.isoformat(), "computed": drift.computed.isoformat(),
                "rule": drift.rule,
            }  # fmt: skip
            once = f"deadline_differs|{stated.ticket}"
            yield Happened(kind="deadline_differs", ticket=stated.ticket, data=data, once=once)


def _handover(desk: Desk) -> Iterator[Happened]:
    """Yield once an evening that the shift ends; who is told composes the list as it is then."""
    local = desk.now().astimezone(BEIJING)
    if HANDOVER <= local.time() < CLOSING:
        day = local.date().isoformat()
        yield Happened(kind="handover", ticket="", data={"day": day}, once=f"handover|{day}")
