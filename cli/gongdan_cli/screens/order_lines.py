"""What is known of a ticket's orders, in lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .folding import fold
from .grid import Style, paint
from .times import stamp

if TYPE_CHECKING:
    from gongdan.order import Order, OrderFacts

_TIMES = ("ordered", "paid", "shipped", "ship_by", "ended")


def order_lines(
    facts: Sequence[OrderFacts], width: int, words: Words, colour: bool
) -> Iterator[str]:
    """Yield the orders under their heading: goods, times, parcels, what does not agree."""
    if facts:
        yield from ("", paint(words("show.orders"), Style(bold=True), colour=colour))
    for each in facts:
        for line in _told(each, words):
            yield from fold(line, width, "  ")


def _told(facts: OrderFacts, words: Words) -> Iterator[str]:
    order = facts.order
    read = words("order.read", at=stamp(facts.at)) if facts.at else ""
    if order is None:
        state = words("order.unknown") if facts.at else words("order.waits")
        yield "  ".join(filter(None, (clean(facts.order_id), state, read)))
    else:
        amount = "" if order.amount_fen is None else f"¥{order.amount_fen / 100:,.2f}"
        head = (facts.order_id, order.status_text, amount, read)
        yield "  ".join(clean(part) for part in head if part)
        yield from _lines(order, words)
    if facts.differs:
        what = ", ".join(words.value("differs", name) for name in facts.differs)
        yield words("order.differs", what=what)
    if facts.error:
        yield words("order.failed", error=words.error(facts.error))


def _lines(order: Order, words: Words) -> Iterator[str]:
    for line in order.lines:
        count = f"x{line.count}" if line.count != 1 else ""
        yield "  ".join(clean(part) for part in (line.name, line.spec, count) if part)
    times = [(name, getattr(order, name)) for name in _TIMES]
    told = [f"{words(f'order.{name}')} {stamp(at)}" for name, at in times if at is not None]
    if told:
        yield "  ".join(told)
    if order.parcels:
        yield clean("  ".join(order.parcels))
    if order.urged:
        yield words("order.urged")
    if order.remark:
        yield words("show.fact", name=words("order.remark"), value=clean(order.remark))
