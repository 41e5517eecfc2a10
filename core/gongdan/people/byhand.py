"""Answers that a person gives on the platform's own page, where it takes none from a program.

They are checked here as those that are sent, kept in the outbox, and never sent: a *draft* until
somebody says that it was given, then `by_hand`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Refused, Unsupported
from ..fields import Status
from ..sending.checks import broken_text
from ..views import Draft, OutboxRow
from ..writing.drafting import Drafting
from ..writing.vetting import vet
from .acts import note_draft

if TYPE_CHECKING:
    from ..desk import Desk


def prepare(desk: Desk, draft: Draft) -> OutboxRow:
    """Check an answer and keep it, to be given by hand; return it as a draft.

    Where the stream takes such an action, its own limits are checked too.

    Raises:
        NotFound: no such ticket.
        Refused: why not, and what to change.
    """
    ticket_id = desk.store.queue.find(draft.ticket)
    try:
        Drafting(desk).queue(draft, now=True, dry_run=True)
    except Unsupported:
        _check(desk, ticket_id, draft)
    return _kept(desk, ticket_id, draft, "to be given by hand; then 'gongdan settle N by-hand'")


def record(desk: Desk, draft: Draft) -> OutboxRow:
    """Keep an answer that was given by hand already; return it as `by_hand`.

    Raises:
        NotFound: no such ticket.
        Refused: there are no words in it.
    """
    ticket_id = desk.store.queue.find(draft.ticket)
    if why := broken_text(draft.text):
        raise Refused(f"{ticket_id}: {why}")
    row = _kept(desk, ticket_id, draft, "")
    return desk.store.outbox.decide(row, "by_hand", desk.now(), why="a person said: by-hand")


def _check(desk: Desk, ticket_id: str, draft: Draft) -> None:
    ticket = desk.ticket(ticket_id).ticket
    why = broken_text(draft.text)
    if not why and (ticket.status is Status.CLOSED or ticket.gone is True):
        why = "the case is closed on the platform"
    if why:
        raise Refused(f"{ticket_id}: {why}")
    vet(desk, ticket_id, ticket, draft.text)


def _kept(desk: Desk, ticket_id: str, draft: Draft, why: str) -> OutboxRow:
    now = desk.now()
    made = desk.store.outbox.queue(
        ticket_id, kind=draft.kind, parts=[draft.text], not_before=now, now=now,
        fields=draft.fields, basis=list(desk.store.outbox.seen(ticket_id)), state="draft", why=why,
    )  # fmt: skip
    note_draft(desk, ticket_id, draft.kind, made)
    return desk.store.outbox.row(made[0])
