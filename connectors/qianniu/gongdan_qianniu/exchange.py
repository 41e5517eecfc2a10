"""Exchanges (换货单): the buyer wants other goods, the merchant answers, receives and sends.

Source:
    the TOP notes, sections 4.6 and A.3.
    Not stated there:
    - the order of the list and the most rows of a page.  It is read the slow way, 100 at a time;
    - whether `status` comes as its number or as its word.  Both are taken;
    - the book of an exchange's `cs_status`.  That of refunds is taken;
    - whether a message changes the time of modification.  Open cases are read again by id.
"""

from __future__ import annotations

from datetime import timedelta

from gongdan import (
    UNSET,
    Ask,
    ByTime,
    Category,
    Detail,
    Fields,
    Page,
    Ref,
    Reply,
    Shop,
    Stream,
    Ticket,
    Who,
)

from .answers import page, raw
from .client import QianniuSettings, unless_without
from .exchange_acts import ABILITIES
from .facts import (
    ends,
    masked,
    note_words,
    order_ids,
    standing,
    standing_text,
    timeout_of,
    verdict,
)
from .orders import memo_of, read_order
from .raising import RAISE
from .thread import PAGE_SIZE, read_messages, thread
from .words import (
    BOOKS,
    EXCHANGE_DETAIL_FIELDS,
    EXCHANGE_FIELDS,
    EXCHANGE_MESSAGE_FIELDS,
    EXCHANGE_NUMBERS,
    EXCHANGE_ROLES,
    EXCHANGE_STATUSES,
)

STATUSES = {word: EXCHANGE_STATUSES[number][1] for word, number in EXCHANGE_NUMBERS.items()}
_TEXTS = {number: text for number, (text, _) in EXCHANGE_STATUSES.items()}
_BOOKS = {name: book for name, book in BOOKS.items() if name not in ("good_status", "order_status")}
# The second name of the end of the span is misspelt on the platform too.
_SPANS = {
    "update": ("start_gmt_modified_time", "end_gmt_modifed_time"),
    "create": ("start_created_time", "end_created_time"),
}


def read_page(shop: Shop[QianniuSettings], ask: Ask) -> Page:
    """Read one page, by change or by creation, in an order that nobody states."""
    start, end = _SPANS[ask.by]
    asked = {
        "fields": EXCHANGE_FIELDS,
        start: ask.start,  # cut to the second on the wire
        end: ask.end + timedelta(seconds=1 if ask.end.microsecond else 0),
        "page_no": ask.page,
        "page_size": min(ask.size, 100),
    }
    return page(shop.call("tmall.exchange.receive.get", asked), "results")


def read_detail(shop: Shop[QianniuSettings], ref: Ref) -> Detail:
    """Read one exchange and all its messages: `{"exchange": …, "messages": […]}`."""
    reply = shop.call(
        "tmall.exchange.get", {"dispute_id": ref.id, "fields": EXCHANGE_DETAIL_FIELDS}
    )

    def ask(number: int) -> Reply:
        asked = {
            "dispute_id": ref.id,
            "fields": EXCHANGE_MESSAGE_FIELDS,
            "page_no": number,
            "page_size": PAGE_SIZE,
        }
        return shop.call("tmall.exchange.messages.get", asked)

    case = raw(reply, "result.exchange")
    order = Fields.of(bytes(case)).text("biz_order_id") if bytes(case) != b"null" else None
    return {
        "exchange": case,
        "trade": memo_of(shop, order),
        "messages": read_messages(ask, "result.results", "result.total_results"),
    }


def to_ticket(payload: Fields) -> Ticket:
    """Return what a list row or a detail says; only the detail has `messages`."""
    whole = "messages" in payload
    case = payload.part("exchange") if whole else payload
    case.id("dispute_id")  # an empty detail says nothing, and must not pass for one
    note_words(case, _BOOKS)
    status = standing(case, STATUSES)
    deadline, buyer_term = ends(timeout_of(case, "time_out"), status)
    return Ticket(
        status=status,
        status_text=standing_text(case, _TEXTS),
        kind_text="换货",
        category=Category.RETURN,
        origin=Who.BUYER,
        title=case.text("reason"),
        text=_text(case),
        order_ids=order_ids(case, "biz_order_id", "bizorder_id"),
        product=case.text("title"),
        buyer_id=case.text("buyer_open_uid"),
        buyer=masked(case.text("buyer_nick")),
        created=case.time("created"),
        updated=case.time("modified"),
        deadline=deadline,
        buyer_term=buyer_term,
        outcome=verdict(case),
        version=case.text("refund_version"),
        thread=thread(payload, EXCHANGE_ROLES, _nicks(case)) if whole else UNSET,
    )


_FACTS = (
    ("", "desc"),
    ("已购规格：", "bought_sku"),
    ("换成规格：", "exchange_sku"),
    ("买家寄回：", "buyer_logistic_name", "buyer_logistic_no"),
    ("卖家寄出：", "seller_logistic_name", "seller_logistic_no"),
)


def _text(case: Fields) -> str | None:
    """Return what is to be exchanged for what, and the parcels, a line each."""
    lines = []
    for label, *names in _FACTS:
        told = " ".join(text for name in names if (text := case.text(name)))
        if told:
            lines.append(f"{label}{told}")
    return "\n".join(lines) or None


def _nicks(case: Fields) -> dict[str, Who]:
    """Return who is known by name: where both are alike, nobody is."""
    seller, buyer = case.text("seller_nick"), case.text("buyer_nick")
    if not seller or not buyer or seller == buyer:
        return {}
    return {seller: Who.MERCHANT, buyer: Who.BUYER}


EXCHANGE = Stream[QianniuSettings](
    name="exchange",
    wanted=unless_without("exchange"),
    id="dispute_id",
    updated="modified",
    reading=ByTime(order="none", page_size=100, max_span=timedelta(days=7), by_creation=True),
    read_page=read_page,
    read_detail=read_detail,
    read_order=read_order,
    to_ticket=to_ticket,
    abilities=(*ABILITIES, RAISE),
)
