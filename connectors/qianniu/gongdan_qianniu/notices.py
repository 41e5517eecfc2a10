"""The message service (TMC), pulled over HTTP: what happened, to whose case.  One queue an app.

A message only brings a reading forward; of coordination tickets it is all that the platform tells.

Source:
    the TOP notes, sections 6 and A.7.
    Not stated there:
    - that every message has a number of its own for ever.  One that comes twice is known by it;
    - what becomes of a confirmation whose number is not known any more.  It is given up, and
      whatever comes again is known;
    - that a user_id is always there.  A message without one is kept, and shown in the quarantine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from gongdan import Ask, BadField, ByToken, Event, Fields, Page, Raw, Shop, Stream

from .answers import prefix, rows
from .client import QianniuSettings
from .coordination import FINISHED

CONSUME = "taobao.tmc.messages.consume"
CONFIRM = "taobao.tmc.messages.confirm"
PERMIT = "taobao.tmc.user.permit"
MOST = 200  # messages of one page, and numbers of one confirmation
# Topics by how they begin: the stream that they are of.
STREAMS = {"taobao_refund_": "refund", "tmall_refund_": "refund"}
# What a dispute is about (biz_claim_type); a reshipping (10) is no stream here.
CLAIMS = {"1": "refund", "2": "refund", "3": "refund", "4": "exchange", "6": "exchange"}


def read_page(shop: Shop[QianniuSettings], ask: Ask) -> Page:
    """Confirm the page before, if there was one, and take the next.

    The token is the numbers of what came; empty when nothing did.  A message without one cannot be
    confirmed, and comes again.
    """
    group = shop.settings.tmc_group
    if ask.token:
        shop.call(CONFIRM, {"group_name": group, "s_message_ids": ask.token})
    reply = shop.call(CONSUME, {"group_name": group, "quantity": min(ask.size, MOST)})
    found = rows(reply, "messages")
    return Page(found, token=",".join(filter(None, map(_number, found))))


def subscribe(shop: Shop[QianniuSettings]) -> None:
    """Have the platform tell of a shop; without topics it is all that the app subscribed to.

    Raises:
        GongdanError: the app has no message service, or the session is over.
    """
    reply = shop.call(PERMIT)
    if reply.body.flag(f"{prefix(reply.body)}is_success") is False:
        raise BadField("is_success: the platform did not open the message service")


def to_events(message: Fields) -> Iterator[Event]:
    """Yield what a message tells; nothing where its topic concerns no ticket here."""
    topic, shop = message.need("topic"), message.id("user_id")
    content, key = _content(message), f"tmc/{message.id('id')}"
    if topic == "taobao_top_AuthCancel":
        yield Event(shop, cancelled=message.when("pub_time"), key=key)
    elif topic == "taobao_ag_TicketsMsg":
        row = {
            "case_id": content.id("case_id"),
            "type": content.need("type"),
            "pub_time": message.need("pub_time"),
        }
        yield Event(
            shop, "coordination", row["case_id"], Raw(msgspec.json.encode(row)), key,
            whole=row["type"] == FINISHED,
        )  # fmt: skip
    elif (stream := _stream(topic, content)) and "refund_id" in content:
        number = content.id("refund_id")
        if number.isdigit():  # TaobaoInterApplied has another number under that name
            yield Event(shop, stream, number, key=key)


def _stream(topic: str, content: Fields) -> str:
    if topic.startswith("taobao_dispute_"):
        return CLAIMS.get(content.text("biz_claim_type") or "", "")
    return next((name for start, name in STREAMS.items() if topic.startswith(start)), "")


def _content(message: Fields) -> Fields:
    """Return the content, which is JSON inside the JSON; some topics have none."""
    text = message.text("content")
    return Fields.of(text.encode(), zone=message.zone) if text else Fields({})


def _number(message: Raw) -> str:
    try:
        return Fields.of(bytes(message)).id("id")
    except BadField:
        return ""


NOTICES = Stream[QianniuSettings](
    name="notices",
    id="id",
    updated="pub_time",
    reading=ByToken(page_size=MOST, scope="app", overlap=timedelta(hours=24)),
    read_page=read_page,
    to_events=to_events,
    subscribe=subscribe,
    wanted=lambda settings: settings.tmc,
)
