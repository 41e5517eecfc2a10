"""Read the orders behind tickets (R15), after everything else: a failure here costs no ticket.

What is read is kept apart from the ticket, with its time.  A sync that brought a shop something new
reads some of its orders, those wished for last first; one that brought nothing asks for lists only.
An order that cannot be read waits longer each time.  `order_facts = false` turns all of it off.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec.structs import replace

from .errors import AccessDenied, AuthExpired, GongdanError, RateLimited, Stopped, Transient
from .order import Order
from .plugins.registry import AnyConnector
from .ticket import Ticket

if TYPE_CHECKING:
    from .calls.session import Session
    from .desk import Desk
    from .store.classes import Unclassed
    from .views import RunRow, TicketView

ReadOrder: TypeAlias = "Callable[[Session[Any], str], Order | None]"
log = logging.getLogger("gongdan")
SECONDS = 20.0  # that a sync gives to orders, at most
A_RUN = 20  # orders of a shop a sync
WAIT, MOST_WAIT, MOST_TRIES = timedelta(minutes=15), timedelta(days=1), 8
_SAME = timedelta(minutes=1)
_SHOPS_OVER = (AuthExpired, AccessDenied, RateLimited)  # the next would fare no better


def want(desk: Desk, found: Iterable[Unclassed]) -> None:
    """Note whose orders are to be read: these tickets are open, and new or changed."""
    if not desk.config.order_facts:
        return
    connectors = desk.plugins.connectors
    orders = (
        (each.shop, _wanted(connectors.get(each.platform), each.stream, each.ticket))
        for each in found
    )
    desk.store.orders.want(((shop, one) for shop, one in orders if one), desk.now())


def _wanted(connector: AnyConnector | None, stream: str, ticket: Ticket) -> str:
    if connector is None or not isinstance(ticket.order_ids, tuple) or not ticket.order_ids:
        return ""
    has = any(each.name == stream and each.read_order for each in connector.streams)
    return ticket.order_ids[0] if has else ""


def left(most: float | None, spent: float) -> float:
    """Return the seconds that orders may take of a sync: nothing where its time is up."""
    return SECONDS if most is None else max(0.0, min(SECONDS, most - spent))


def enrich(desk: Desk, runs: Iterable[RunRow]) -> int:
    """Read orders of shops whose reading brought something, until it is time to stop; how many."""
    if not desk.config.order_facts or desk.stop.is_set():
        return 0
    well = (run for run in runs if run.outcome in ("ok", "partial") and run.new + run.changed)
    busy = [run.shop for run in well if desk.store.orders.waiting(run.shop, desk.now(), 1)]
    if not busy:
        return 0
    with ThreadPoolExecutor(max_workers=max(1, desk.config.threads)) as pool:
        return sum(pool.map(lambda shop: _shop(desk, shop), busy))


def _shop(desk: Desk, shop: str) -> int:
    try:
        session, streams = desk.session(shop), desk.connector(shop).streams
        read = next((each.read_order for each in streams if each.read_order), None)
        return 0 if read is None else _read(desk, shop, session, read)
    except GongdanError as error:
        log.info("%s: orders: %s", shop, error)
    except Exception as error:  # a mistake of ours: it must not touch the sync
        log.warning("%s: orders: %s", shop, type(error).__name__)
    return 0


def _read(desk: Desk, shop: str, session: Session[Any], read: ReadOrder) -> int:
    done = 0
    for order_id in desk.store.orders.waiting(shop, desk.now(), A_RUN):
        if desk.stop.is_set():
            break
        try:
            order = read(session, order_id)
        except Stopped:
            break
        except Exception as error:
            _fail(desk, shop, order_id, error)
            if isinstance(error, _SHOPS_OVER):
                wait = MOST_WAIT if isinstance(error, AccessDenied) else WAIT
                desk.store.orders.rest(shop, desk.now(), desk.now() + wait)
                break
            continue
        desk.store.orders.keep(shop, order_id, order, desk.now())
        done += 1
    return done


def _fail(desk: Desk, shop: str, order_id: str, error: Exception) -> None:
    told = str(error) if isinstance(error, GongdanError) else type(error).__name__
    tries = desk.store.orders.tries(shop, order_id)
    over = tries + 1 >= MOST_TRIES and not isinstance(error, Transient)
    wait = min(WAIT * 2**tries, MOST_WAIT)
    desk.store.orders.fail(shop, order_id, told, None if over else desk.now() + wait)


def with_orders(desk: Desk, view: TicketView) -> TicketView:
    """Return a ticket with what is known of its orders, and what it says otherwise than they."""
    facts = desk.store.orders.of(view.row.shop, view.row.order_ids)
    orders = tuple(
        replace(each, differs=differences(view.ticket, each.order)) if each.order else each
        for each in facts
    )
    return replace(view, beside=replace(view.beside, orders=orders))


def differences(ticket: Ticket, order: Order) -> tuple[str, ...]:
    """Return in what a ticket and its order do not agree: product, ordered, amount (R16).

    Only where both say something.
    """
    found = []
    names = [line.name for line in order.lines if line.name]
    product = ticket.product
    if isinstance(product, str) and product and names:
        alike = any(name in product or product in name for name in names)
        found += [] if alike else ["product"]
    ordered = ticket.ordered
    if isinstance(ordered, datetime) and order.ordered is not None:
        found += ["ordered"] if abs(ordered - order.ordered) > _SAME else []
    if isinstance(ticket.amount_fen, int) and order.amount_fen is not None:
        found += ["amount"] if ticket.amount_fen > order.amount_fen else []
    return tuple(found)
