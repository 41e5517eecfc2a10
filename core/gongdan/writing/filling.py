"""What fills the slots of a template by itself: what is known of the ticket, and promised times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .templates import NAME, Place, Templates, fill, fill_known

if TYPE_CHECKING:
    from ..desk import Desk
    from ..views import QueueRow, TicketView

_BEIJING = ZoneInfo("Asia/Shanghai")


def templates_of(desk: Desk) -> Templates:
    """Return the templates that a desk has: those that ship, and those beside its settings."""
    return Templates(desk.config.path.with_name(NAME))


def place_of(row: QueueRow) -> Place:
    """Return where a ticket is, as templates know places."""
    return row.shop, row.platform, row.stream


def filled(
    desk: Desk, ref: str, name: str, given: Mapping[str, str],
    *, promised: datetime | None = None, expected: datetime | None = None,
) -> str:  # fmt: skip
    """Return a template's words for one ticket, every slot filled.

    Raises:
        NotFound: no such template or ticket.
        Refused: a slot is not filled, or the template is not for this place.
    """
    view = desk.ticket(ref)
    words = templates_of(desk).named(name).words(place_of(view.row))
    known = {
        **ticket_slots(desk, view),
        "promised_at": _when(promised, desk.now()),
        "expected_done": _when(expected, desk.now()),
    }
    return fill(name, words, known, given)


def partly_filled(desk: Desk, ref: str, name: str) -> str:
    """Return a template's words with what the ticket fills; the other slots stay to be seen.

    Raises:
        GongdanError: as `filled`, but for slots.
    """
    view = desk.ticket(ref)
    words = templates_of(desk).named(name).words(place_of(view.row))
    known = {slot: value for slot, value in ticket_slots(desk, view).items() if value}
    return fill_known(words, known)


def ticket_slots(desk: Desk, view: TicketView) -> dict[str, str]:
    """Return what a ticket says for slots; "" where it says nothing."""
    row, now = view.row, desk.now()
    shop = desk.config.shops.get(row.shop)
    ship_by = view.ticket.ship_by
    return {
        "amount": "" if row.amount_fen is None else f"{row.amount_fen / 100:.2f} 元",
        "buyer": row.buyer,
        "due": _when(row.due, now),
        "order_id": row.order_ids[0] if row.order_ids else "",
        "order_ids": "、".join(row.order_ids),
        "product": row.product,
        "shop": (shop.name if shop else "") or row.shop,
        "ship_by": _when(ship_by if isinstance(ship_by, datetime) else None, now),
        "today": _when(now, None).partition(" ")[0],
    }


def _when(moment: datetime | None, now: datetime | None) -> str:
    """Return a time as a buyer reads it: 今天 18:00, 11月23日 09:00.  Beijing's."""
    if moment is None:
        return ""
    local = moment.astimezone(_BEIJING)
    today = now is not None and local.date() == now.astimezone(_BEIJING).date()
    day = "今天" if today else f"{local.month}月{local.day}日"
    return f"{day} {local:%H:%M}"
