"""The log of a service request, entry by entry, and Beijing text for times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from gongdan.sandbox import Json, Message

from .signature import BEIJING

OPENED, REPLIED, REJECTED, CLOSED = 1, 2, 3, 4
"""service_log_type.  Not stated: the numbers 3 and 4 and what they mean are inferred."""

_PARTS = {
    OPENED: ("platform", "平台客服", "service_detail", "服务详情"),
    REPLIED: ("merchant", "商家", "reply_detail", "商家回复"),
    REJECTED: ("platform", "平台客服", "reject_detail", "驳回原因"),
    CLOSED: ("system", "系统", "close_detail", "关闭原因"),
}


@lru_cache(4096)
def beijing(at: datetime | None) -> str:
    """`YYYY-MM-DD HH:MM:SS` in Beijing; "" for no time."""
    return at.astimezone(BEIJING).isoformat(" ", "seconds")[:19] if at else ""


def from_beijing(text: object, name: str) -> datetime:
    """Read such text.

    Raises:
        ValueError: it is something else; the message names *name*.
    """
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        raise ValueError(f"{name}: expected Beijing time such as 2026-11-21 09:00:00, got {text!r}")
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)


def entry(
    kind: int, text: str, at: datetime, *, files: Sequence[str] = (), hours: int | None = None
) -> Message:
    """One entry of the log; *hours* is the time the merchant has, where the platform opens."""
    who = _PARTS[kind][0]
    fields = {"service_log_type": kind, "deal_time": f"{hours}小时" if hours else ""}
    return Message(who, text, at, files=tuple(files), fields=fields)


def kind_of(who: str, *, first: bool) -> int:
    """The type of an entry by who wrote it.

    Raises:
        ValueError: nobody of that name writes here.
    """
    kinds = {"merchant": REPLIED, "platform": OPENED if first else REJECTED, "system": CLOSED}
    if who not in kinds:
        raise ValueError(f"who is {who!r}; there are: {', '.join(kinds)}")
    return kinds[who]


def show_entry(message: Message) -> Json:
    """One entry as `order.serviceDetail` has it in `logs`."""
    kind = message.fields["service_log_type"]
    assert isinstance(kind, int)
    _, name, part, title = _PARTS[kind]
    hours = message.fields.get("deal_time") or ""
    content = f"{title}:{message.text}" + (f"\n商家处理时长:{hours}" if hours else "")
    texts = {key: "" for _, _, key, _ in _PARTS.values()} | {part: message.text}
    return {
        "create_time": int(message.at.timestamp()),
        "service_log_type": kind,
        "operate_name": name,
        "content": content,
        **texts,
        "deal_time": hours,
        "img_list": list(message.files),
    }
