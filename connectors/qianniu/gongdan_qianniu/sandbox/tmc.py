"""The imitated message service: a queue for the app, of all sellers that it was opened for.

Source:
    the TOP notes, sections 6 and A.7.  Not stated there, and so here: what was handed out and not
    confirmed comes again after five minutes; a number that is not known confirms nothing and is no
    error; a message of a seller who never opened the service is told to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from gongdan.sandbox import World

from . import moment
from .api import Api, Apis, Asked
from .refusal import Body, Refusal, invalid
from .seller import APP_KEY, Seller

AGAIN = timedelta(minutes=5)  # about so long until what was not confirmed comes again
KEPT = timedelta(hours=24)
LEAST, MOST = 10, 200
FIRST_ID = 3_160_000_000_000_000_000  # as long as the real ones, beyond 2^53


class Told(Struct):
    """One message, and when it was handed out last."""

    body: Body
    at: datetime
    handed: datetime | None = None


class Tmc:
    """The queue and who it is open for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._queue: dict[str, Told] = {}
        self._open: set[str] = set()
        self._count = 0

    def apis(self) -> Apis:
        return {
            "taobao.tmc.messages.consume": Api(self.consume, "other", session=False),
            "taobao.tmc.messages.confirm": Api(self.confirm, "other", session=False),
            "taobao.tmc.user.permit": Api(self.permit, "other"),
        }

    def tell(self, seller: Seller, topic: str, content: Mapping[str, object]) -> None:
        """Put a message into the queue, if the seller's service is open."""
        if seller.user_id not in self._open:
            return
        self._count += 1
        number, now = FIRST_ID + self._count, self._world.clock.now()
        body: Body = {
            "id": number,
            "topic": topic,
            "pub_app_key": APP_KEY,
            "pub_time": moment.written(now),
            "user_id": int(seller.user_id),
            "user_nick": seller.nick,
            "content": msgspec.json.encode(content).decode(),
        }
        self._queue[str(number)] = Told(body, now)

    def consume(self, asked: Asked) -> Body:
        """Hand out what nobody has, newest first: the platform promises no order."""
        _check_group(asked)
        most = asked.call.number("quantity", 100, MOST)
        if most < LEAST:
            raise invalid("quantity", f"quantity超出范围，最小{LEAST}")
        now = self._world.clock.now()
        free = [
            told
            for told in reversed(self._queue.values())
            if now - told.at < KEPT and (told.handed is None or now - told.handed >= AGAIN)
        ][:most]
        for told in free:
            told.handed = now
        return {"messages": [told.body for told in free]}

    def confirm(self, asked: Asked) -> Body:
        """Forget what was confirmed."""
        _check_group(asked)
        numbers = [part for part in asked.call.required("s_message_ids").split(",") if part]
        if len(numbers) > MOST:
            raise invalid("s_message_ids", f"最多{MOST}个")
        for number in numbers:
            self._queue.pop(number, None)
        return {"is_success": True}

    def permit(self, asked: Asked) -> Body:
        self._open.add(asked.seller.user_id)
        return {"is_success": True}


def _check_group(asked: Asked) -> None:
    if asked.call.text("group_name") not in ("", "default"):
        raise Refusal(15, "Remote service error", "isv.group-not-exist", "分组不存在")
