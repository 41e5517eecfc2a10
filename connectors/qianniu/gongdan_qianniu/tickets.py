"""Refund cases: the buyer wants money back, the merchant answers, 小二 may step in.

Source:
    the TOP notes, sections 4.1, 4.2, 4.4 and A.2.
    Not stated there:
    - the widest span that can be asked for.  Others ask for 90 days at once; here it is seven, for
      the platform counts every row of it, and less where it says that the result is too large;
    - whether a message changes `modified`.  Open cases are read again by id (`recheck`);
    - whether a closed refund takes a message.  The platform decides;
    - whether a picture in a message counts as evidence (cs_status 10), so none is demanded;
    - what counts as a byte of the 400.  UTF-8 is counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gongdan import (
    UNSET,
    Ask,
    ByTime,
    Detail,
    Fields,
    Page,
    Raw,
    Ref,
    Reply,
    Shop,
    Stream,
    Ticket,
    UnsetType,
    Who,
)

from .answers import page, prefix, raw
from .client import QianniuSettings, unless_without
from .facts import ends, masked, note_words, order_ids, standing, standing_text, verdict
from .orders import memo_of, read_order
from .raising import RAISE
from .refund_acts import ABILITIES
from .thread import PAGE_SIZE, read_messages, thread
from .words import (
    BOOKS,
    DETAIL_FIELDS,
    KINDS,
    MESSAGE_FIELDS,
    ROLES,
    ROW_FIELDS,
    STATUS_TEXTS,
    STATUSES,
    TYPES,
)


def read_page(shop: Shop[QianniuSettings], ask: Ask) -> Page:
    """Read one page, newest change first; the bounds are inclusive, in whole seconds."""
    up = timedelta(seconds=1 if ask.end.microsecond else 0)
    asked = {
        "fields": ROW_FIELDS,
        "type": TYPES,
        "start_modified": ask.start,  # cut to the second on the wire
        "end_modified": ask.end + up,
        "page_no": ask.page,
        "page_size": min(ask.size, 100),
        "use_has_next": False,  # True would be a little more reliable there, and tells no total
    }
    return page(shop.call("taobao.refunds.receive.get", asked), "refunds")


def read_detail(shop: Shop[QianniuSettings], ref: Ref) -> Detail:
    """Read one refund with all its messages: `{"refund", "trade", "tmall", "messages"}`.

    `trade` is the order with its memo, where the settings ask for it; `tmall` what they say.
    """
    reply = shop.call("taobao.refund.get", {"fields": DETAIL_FIELDS, "refund_id": ref.id})
    phase = reply.body.text(f"{prefix(reply.body)}refund.refund_phase")

    def ask(number: int) -> Reply:
        asked = {
            "fields": MESSAGE_FIELDS,
            "refund_id": ref.id,
            "refund_phase": phase,  # Tmall's messages are not told without
            "page_no": number,
            "page_size": PAGE_SIZE,
        }
        return shop.call("taobao.refund.messages.get", asked)

    order = reply.body.text(f"{prefix(reply.body)}refund.tid")
    return {
        "refund": raw(reply, "refund"),
        "trade": memo_of(shop, order),
        "tmall": Raw(b"true" if shop.settings.tmall else b"false"),
        "messages": read_messages(ask, "refund_messages", "total_results"),
    }


def to_ticket(payload: Fields) -> Ticket:
    """Return what a list row or a detail says; only the detail has `messages`."""
    whole = "messages" in payload
    refund = payload.part("refund") if whole else payload
    refund.id("refund_id")  # an empty detail says nothing, and must not pass for one
    note_words(refund, BOOKS)
    status, word = standing(refund, STATUSES), refund.text("dispute_type")
    deadline, buyer_term = ends(_timeout(refund), status)
    kind, category = KINDS.get(word or "", (word, UNSET))
    return Ticket(
        status=status,
        status_text=standing_text(refund, STATUS_TEXTS),
        kind_text=kind,
        category=category,
        origin=Who.BUYER,
        title=refund.text("reason"),
        text=refund.text("desc"),
        order_ids=order_ids(refund, "tid", "oid"),
        product=refund.text("title"),
        amount_fen=refund.yuan("refund_fee"),
        buyer_id=refund.text("buyer_open_uid") or refund.text("ouid"),
        buyer=masked(refund.text("buyer_nick")),
        created=refund.time("created"),
        updated=refund.time("modified"),
        deadline=deadline,
        buyer_term=buyer_term,
        outcome=verdict(refund),
        version=refund.text("refund_version"),
        thread=thread(payload, ROLES, {}) if whole else UNSET,
    )


def _timeout(refund: Fields) -> datetime | UnsetType | None:
    """Return the time-out of this step, whoever's it is; only a detail has it."""
    if "refund_remind_timeout" not in refund:
        return UNSET
    timeout = refund.part("refund_remind_timeout")
    return timeout.time("timeout") if timeout.flag("exist_timeout") is True else None


REFUND = Stream[QianniuSettings](
    name="refund",
    wanted=unless_without("refund"),
    id="refund_id",
    updated="modified",
    reading=ByTime(order="desc", page_size=100, max_span=timedelta(days=7)),
    read_page=read_page,
    read_detail=read_detail,
    read_order=read_order,
    to_ticket=to_ticket,
    abilities=(*ABILITIES, RAISE),
)
