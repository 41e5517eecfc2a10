"""Where a ticket's values and deadlines come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from ..classification.classifying import classify_one
from ..fields import Fields
from ..files.columns import MARK
from ..people.promises import promise_of
from ..sla.wording import Language
from ..ticket import Action
from ..views import Origin, OutboxRow, WhyView

if TYPE_CHECKING:
    from ..desk import Desk


def why(desk: Desk, ref: str, lang: Language) -> WhyView:
    """Return a ticket with every clock explained and the payload behind each of its values."""
    classify_one(desk, desk.store.queue.find(ref))
    view = desk.ticket(ref, lang)
    row, thread = view.row, view.thread
    received = view.first_seen or desk.now()
    clocks = desk.due(row.shop).clocks(
        row.stream, view.ticket, received, desk.now(), thread, promise_of(view),
        desk.store.queue.waits(row.id),
    )  # fmt: skip
    newest: dict[str, Origin] = {}
    file, place = _place(desk, row.id)
    for kind, updated, run, page, said in desk.store.queue.said(row.id):
        for name in said.__struct_fields__:
            value = getattr(said, name)
            if value is not UNSET:
                newest[name] = Origin(
                    name=name, value=value, kind=kind, updated=updated, run=run, page=page,
                    file=file if kind == "file" else "", row=place if kind == "file" else 0,
                )  # fmt: skip
    return WhyView(
        ticket=view,
        clocks=clocks,
        origins=tuple(newest.values()),
        classed=desk.store.classes.of(row.id),
        raised=_raised(desk, row.shop, row.id),
    )


def _raised(desk: Desk, shop: str, ticket_id: str) -> OutboxRow | None:
    """Return the action of ours that made a case: its payload bears the action's mark."""
    raw = desk.store.cases.raw(ticket_id, "row") or desk.store.cases.raw(ticket_id, "detail")
    for number, key in desk.store.local.raised(shop):
        if Action(key, "raise").mark.encode() in raw:
            return desk.store.outbox.row(number)
    return None


def _place(desk: Desk, ticket_id: str) -> tuple[str, int]:
    """Return the file that a ticket came in, and the row of it; "" and 0 if in none."""
    raw = desk.store.cases.raw(ticket_id, "file")
    if not raw:
        return "", 0
    place = Fields.of(raw).part(MARK)
    row = place.number("row")
    return place.text("file") or "", row if isinstance(row, int) else 0
