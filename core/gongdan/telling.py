"""Tell those who listen: which deadlines come near, and what happened."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .assigning import assign_new
from .classifying import CLOSED_AT_ONCE, keep_classed
from .escalation import QUIET, horizon, reached
from .outcomes import note_outcomes

if TYPE_CHECKING:
    from .desk import Desk

log = logging.getLogger("gongdan")


def escalate(desk: Desk) -> int:
    """Note which tickets have reached which level; return how many events are new."""
    desk.reindex()
    keep_classed(desk, closed=CLOSED_AT_ONCE)
    assign_new(desk)
    levels, now = desk.levels(), desk.now()
    before = horizon(levels)
    until = None if before is None else now + before
    # What was due earlier has passed every level too long ago for anybody to be told.
    nearing = desk.store.queue.nearing(now - QUIET, until)
    return desk.store.events.add(reached(nearing, levels, now), now)


def tell(desk: Desk) -> int:
    """Tell plugins what happened; one that raises is named, and the rest are told."""
    note_outcomes(desk)
    events = desk.store.events.untold()
    for event in events:
        for plugin, answer in desk.plugins.ask(
            "gongdan_event", kind=event.kind, ticket_id=event.ticket, data=event.data
        ):
            if isinstance(answer, Exception):
                log.warning("plugin %s: gongdan_event: %s", plugin, type(answer).__name__)
    if events:
        desk.store.events.told([event.id for event in events], desk.now())
    return len(events)
