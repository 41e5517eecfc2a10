"""What plugins and the warnings say of a text before it is queued."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import Refused
from ..people.acts import me
from ..ticket import Ticket
from .lint import Warned, lint

if TYPE_CHECKING:
    from ..desk import Desk

log = logging.getLogger("gongdan")


def vet(desk: Desk, ticket_id: str, ticket: Ticket, text: str) -> None:
    """Let plugins say no (`gongdan_check_draft`).

    Raises:
        Refused: one did; the message names it and says why.
    """
    for plugin, said in _said(desk, ticket_id, ticket, text):
        if not said.startswith("?"):
            raise Refused(f"{ticket_id}: plugin {plugin}: {said}")


def warnings(desk: Desk, ref: str, text: str, *, fixed: bool = False) -> list[Warned]:
    """Return what may be wrong with a reply; nothing of it stops it.

    Args:
        ref: the ticket.
        text: of the reply.
        fixed: its words are a platform's own, which are not looked into.
    """
    view = desk.ticket(ref)
    row, found = view.row, list[Warned]()
    if row.holder not in ("", me(desk)):
        holder = desk.store.local.held_by(row.id, desk.now())  # "" where the claim is over
        found += [Warned("held", holder)] if holder else []
    if not fixed:
        shops = desk.config.shops
        own = shops[row.shop].name if row.shop in shops else ""
        others = [shop.name for alias, shop in shops.items() if alias != row.shop and shop.name]
        found += lint(text, desk.now(), shop=own, others=others)
    for plugin, said in _said(desk, row.id, view.ticket, text):
        if said.startswith("?"):
            found.append(Warned("plugin", f"{plugin}: {said[1:].strip()}"))
    return found


def _said(desk: Desk, ticket_id: str, ticket: Ticket, text: str) -> Iterator[tuple[str, str]]:
    """Yield what plugins say of a text; one that raises is named and stops nothing."""
    for plugin, answer in desk.plugins.ask(
        "gongdan_check_draft", ticket_id=ticket_id, ticket=ticket, text=text
    ):
        if isinstance(answer, str) and answer.strip():
            yield plugin, answer.strip()
        elif answer is not None and answer != "":
            log.warning("plugin %s: gongdan_check_draft: %s", plugin, type(answer).__name__)
