"""Tell those who listen: which deadlines come near, and what happened."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..alerts import Listener, beat, deliver, notice, robots_of
from ..classification.classifying import CLOSED_AT_ONCE, keep_classed
from ..people.assigning import assign_new
from ..people.outcomes import note_outcomes
from ..writing.proposing import propose_new
from .escalation import QUIET, horizon, reached

if TYPE_CHECKING:
    from ..desk import Desk
    from ..views import SyncReport

log = logging.getLogger("gongdan")


def escalate(desk: Desk) -> int:
    """Note which tickets have reached which level; return how many events are new."""
    desk.reindex()
    if desk.config.chores_s:
        keep_classed(desk, closed=CLOSED_AT_ONCE, seconds=desk.config.chores_s)
    assign_new(desk)
    propose_new(desk)
    levels, now = desk.levels(), desk.now()
    before = horizon(levels)
    until = None if before is None else now + before
    # What was due earlier has passed every level too long ago for anybody to be told.
    nearing = desk.store.queue.nearing(now - QUIET, until)
    return desk.store.events.add(reached(nearing, levels, now), now)


def tell(desk: Desk) -> int:
    """Tell plugins what happened; one that raises is named, and the rest are told."""
    note_outcomes(desk)
    notice(desk)
    told = 0
    with desk.plugins.joined("[[alerts]]", Listener(desk)):
        while events := desk.store.events.untold():
            for event in events:
                for plugin, answer in desk.plugins.ask(
                    "gongdan_event", kind=event.kind, ticket_id=event.ticket, data=event.data
                ):
                    if isinstance(answer, Exception):
                        log.warning("plugin %s: gongdan_event: %s", plugin, type(answer).__name__)
            desk.store.events.told([event.id for event in events], desk.now())
            told += len(events)
    return told


def check(desk: Desk) -> None:
    """Make sure that it is clear who is to be told what.

    Raises:
        ConfigError: a level or an alert is wrong; the message says which, and the fix.
    """
    desk.levels()
    robots_of(desk)


def round_off(desk: Desk, report: SyncReport) -> SyncReport:
    """Tell what a sync brought; return its report with what could not be told to whom."""
    desk.escalate()
    desk.tell()
    return replace(report, notes=(*deliver(desk), *beat(desk, report)))
