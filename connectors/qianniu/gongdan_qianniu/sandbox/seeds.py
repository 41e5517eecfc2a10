"""The refunds that every shop begins with; their times are relative to the start of the world."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from gongdan.sandbox import Message, World

from .fields import fields_of, timeout
from .refunds import DEFAULT_TYPES, OTHER_TYPES, STREAM
from .refusal import Body
from .seller import Seller
from .stories import Story, stories
from .thread import Thread

ENDED = ("CLOSED", "SUCCESS")
FIRST_ID = 170_000_000_000_000_000  # above 2**53, so that a float would lose the last digits
LATE_IN_ALL = SOON_IN_ALL = 5  # over all shops, if there are as many open refunds
APART = timedelta(hours=5)  # between two applications to one shop


class Draft(Struct):
    """A refund on its way into the world."""

    refund_id: int
    story: Story
    created: datetime
    updated: datetime
    fields: Body
    messages: list[Message]


def fill(world: World, sellers: Sequence[Seller], thread: Thread) -> None:
    """Make `world.plan.tickets` refunds for each seller.

    Every eighth is of an order type that the list does not show unless asked.  Two of a shop were
    changed in the same second.  Over all shops five are late, and five due within two hours.
    """
    for place, seller in enumerate(sellers):
        drafts = _drafts(world, place, seller, thread)
        _share_a_second(drafts)
        _set_deadlines(drafts, world, len(sellers))
        for draft in drafts:
            world.cases.add(
                str(draft.refund_id),
                shop=seller.user_id,
                stream=STREAM,
                fields=draft.fields,
                created=draft.created,
                updated=draft.updated,
                messages=draft.messages,
            )


def _drafts(world: World, place: int, seller: Seller, thread: Thread) -> list[Draft]:
    told, count, rng = stories(), world.plan.tickets, world.rng
    ages = rng.sample(range(1, count + 1), count)
    drafts = []
    for at, age in enumerate(ages):
        # Half of them further on, so that two shops of the usual size tell every story.
        story = told[(at + place * len(told) // 2) % len(told)]
        created = world.start - age * APART - timedelta(seconds=rng.randrange(3600))
        fields = {**fields_of(story, seller, rng), "type": _order_type(at, rng)}
        messages = _talk(thread, seller, story, fields, (created, world.start))
        refund_id = FIRST_ID + place * 10**13 + at * 10**9 + rng.randrange(10**9)
        updated = messages[-1].at if messages else created
        drafts.append(Draft(refund_id, story, created, updated, fields, messages))
    return drafts


def _order_type(at: int, rng: Random) -> str:
    return rng.choice(OTHER_TYPES if at % 8 == 7 else DEFAULT_TYPES)


def _talk(
    thread: Thread, seller: Seller, story: Story, fields: Body, span: tuple[datetime, datetime]
) -> list[Message]:
    """Return the thread of a story, spread over the first part of *span*."""
    step = (span[1] - span[0]) / (len(story.thread) + 2)
    messages: list[Message] = []
    for number, (who, text) in enumerate(story.thread, 1):
        message = thread.message(who, text, seller, str(fields["buyer_nick"]))
        said = {**message.fields, "message_type": _message_type(story, who, messages)}
        at = (span[0] + number * step).replace(microsecond=0)
        messages.append(replace(message, at=at, fields=said))
    return messages


def _message_type(story: Story, who: str, before: Sequence[Message]) -> str:
    first = who == "merchant" and all(message.who != "merchant" for message in before)
    return "RETURN_GOODS_APPROVED" if story.address and first else "NORMAL"


def _share_a_second(drafts: Sequence[Draft]) -> None:
    """Let two refunds have the same `modified`."""
    if len(drafts) > 1:
        older, newer = sorted(drafts, key=lambda draft: draft.updated)[:2]
        older.updated = newer.updated


def _set_deadlines(drafts: Sequence[Draft], world: World, shops: int) -> None:
    """Let the oldest open refunds be late, the next be due soon, and the others later."""
    late = math.ceil(LATE_IN_ALL / shops)
    soon = late + math.ceil(SOON_IN_ALL / shops)
    waiting = [draft for draft in drafts if draft.story.status not in ENDED]
    for number, draft in enumerate(sorted(waiting, key=lambda draft: draft.created)):
        if number < late:
            deadline = draft.created + (world.start - draft.created) * world.rng.uniform(0.5, 0.95)
        elif number < soon:
            deadline = world.start + timedelta(minutes=world.rng.randrange(15, 110))
        else:
            deadline = world.start + timedelta(hours=9 * (number - soon) + 3, minutes=number)
        draft.fields["refund_remind_timeout"] = timeout(deadline)
