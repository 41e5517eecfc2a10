"""What came of people's work, as events: answered elsewhere, done, a promise that comes near."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from ..errors import Conflict
from ..events.happening import Happened
from ..sending.deliver import OVERTAKEN
from .promises import promise_of
from .todos import due_events

if TYPE_CHECKING:
    from ..desk import Desk
    from ..store.news import Elsewhere

BEFORE = timedelta(minutes=15)  # a promise is reminded of, as a deadline is at its last level
OVER = timedelta(days=1)  # an older one is nobody's news


def note_outcomes(desk: Desk) -> int:
    """Note what came of people's work since; hold what waits where others were faster (R66)."""
    events = [*_elsewhere(desk), *_done(desk), *_promised(desk), *due_events(desk)]
    return desk.store.events.add(events, desk.now()) if events else 0


def _elsewhere(desk: Desk) -> Iterator[Happened]:
    for found in desk.store.news.elsewhere(desk.now()):
        held = list(_held(desk, found))
        who = found.holder or _author(desk, found.ticket)
        data = {"holder": who, "text": found.text, "held": " ".join(held)}
        once = f"elsewhere:{found.ticket}:{found.key}"
        yield Happened(kind="answered_elsewhere", ticket=found.ticket, data=data, once=once)


def _held(desk: Desk, found: Elsewhere) -> Iterator[str]:
    """Let what waits wait for a person; what moves meanwhile is the sending protocol's."""
    for row_id in found.queued:
        row = desk.store.outbox.row(row_id)
        if row.state != "queued":
            continue
        with suppress(Conflict):
            if not row.hold:  # else it came upon them itself
                desk.store.outbox.decide(
                    row, "queued", desk.now(), hold=1, why=OVERTAKEN, their_text=found.text
                )
            yield str(row_id)


def _author(desk: Desk, ticket_id: str) -> str:
    """Return who queued the newest action of a ticket."""
    acts = [act for act in desk.store.local.history(ticket_id) if "actions" in act.data]
    return acts[-1].who if acts else ""


def _done(desk: Desk) -> Iterator[Happened]:
    for done in desk.store.news.done(desk.now()):
        acts = desk.store.local.history(done.ticket, done.kind)
        by = [act.who for act in acts if str(done.row) in act.data.get("actions", "").split()]
        data = {
            "what": done.kind, "action": str(done.row), "text": done.text,
            "who": by[-1] if by else "", "at": done.at.isoformat(),
            "order_ids": " ".join(done.orders),
        }  # fmt: skip
        yield Happened(kind="done", ticket=done.ticket, data=data, once=f"done:{done.row}")


def _promised(desk: Desk) -> Iterator[Happened]:
    now = desk.now()
    for ticket_id, at in desk.store.news.promised(now):
        if not now - OVER <= at <= now + BEFORE:
            continue
        view = desk.ticket(ticket_id)
        promise = promise_of(view)
        if promise is None or promise.at != at or promise.kept is not None:
            continue
        data = {"holder": view.row.holder, "due": at.isoformat()}
        once = f"promise:{ticket_id}:{at.isoformat()}"
        yield Happened(kind="promise_due", ticket=ticket_id, data=data, once=once)
