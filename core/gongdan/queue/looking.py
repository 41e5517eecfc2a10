"""What people look at: the queue, and one ticket with everything that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..classification import classifying
from ..errors import ConfigError, NotFound
from ..people.acts import me
from ..sla.wording import Language
from ..views import QueueFilter, QueueRow, TicketView
from . import filtering, searching

if TYPE_CHECKING:
    from ..desk import Desk

_INDEXED_FOR = frozenset({"duplicates"})  # lanes that need the links of what waits


def queue(desk: Desk, which: QueueFilter, lang: Language) -> list[QueueRow]:
    """Return tickets in the order asked for; see `Desk.queue`."""
    filtering.check(desk, which)
    desk.reindex()
    classifying.keep_classed(desk)
    if which.words or which.lane in _INDEXED_FOR:
        searching.catch_up(desk, searching.AT_A_SEARCH_S)
    which = replace(which, me=which.me or me(desk))
    return [_costed(desk, row, lang) for row in desk.store.queue.rows(which, desk.now())]


def ticket(desk: Desk, ref: str, lang: Language) -> TicketView:
    """Return one ticket, by any ending of its id that is unique."""
    store = desk.store
    ticket_id = store.queue.find(ref)
    searching.catch_up(desk, searching.AT_A_TICKET_S)  # so that what belongs together is seen
    row, said, remote_id, first_seen, seen = store.queue.one(ticket_id)
    return TicketView(
        row=_costed(desk, row, lang), ticket=said, remote_id=remote_id, first_seen=first_seen,
        seen=seen, thread=store.queue.thread(ticket_id),
        actions=tuple(store.outbox.rows(ticket_id=ticket_id)),
        history=store.local.history(ticket_id), linked=tuple(store.links.of(ticket_id)),
        beside=store.todos.beside(ticket_id),
    )  # fmt: skip


def _costed(desk: Desk, row: QueueRow, lang: Language) -> QueueRow:
    try:
        return desk.due(row.shop).costed(row, lang, desk.now())
    except (ConfigError, NotFound):  # its rules are wrong, or its plugin or its shop is gone
        return row
