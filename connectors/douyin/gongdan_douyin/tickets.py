"""Service requests: the platform's own service asks, the merchant answers, the platform reviews.

Source:
    the Douyin notes, section 3.
    Not stated there:
    - whether `order_by` chooses the time that start and end filter by, or only the order.  The core
      checks the rows, and sweeps by creation time;
    - the longest span and the greatest depth of the list.  We ask for seven days at most;
    - whether `update_time` can be empty.  No row of the samples has it so; such a row would have no
      place in the order, and is the core's to deal with;
    - when a request takes an answer.  Inferred: while its status is 0, once a round;
    - who the names in the log are, beside 平台客服 and 商家;
    - the longest reply.  We set no limit of our own.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from gongdan import (
    UNSET,
    Ability,
    Action,
    Ask,
    ByTime,
    Call,
    Case,
    Detail,
    Fields,
    Message,
    Page,
    Ref,
    Shop,
    Status,
    Stream,
    Ticket,
    UnsetType,
    Urgency,
    Who,
)

from .client import DouyinSettings
from .orders import read_order
from .pictures import MOST_PICTURES, to_picture, urls_of, wrong_pictures
from .remarks import ORDER_REMARK
from .sealed import hide_sealed
from .words import CLASSES, KINDS, PLATFORM_PARTS, STATUSES, TARGET, TIME_OF, UNITS


def read_page(shop: Shop[DouyinSettings], ask: Ask) -> Page:
    """Read one page, oldest first, by update or by creation time; bounds in whole seconds."""
    asked = {
        "start_time": math.floor(ask.start.timestamp()),
        "end_time": math.ceil(ask.end.timestamp()),
        "order_by": "create_time" if ask.by == "create" else "update_time",
        "order": "ASC",
        "page": ask.page,
        "size": min(ask.size, 100),
    }
    return shop.call("order.getServiceList", asked).page("data.list", total="data.total")


def read_detail(shop: Shop[DouyinSettings], ref: Ref) -> Detail:
    """Read one request with its log: `{"detail": …, "logs": […]}`."""
    reply = shop.call("order.serviceDetail", {"service_id": _number(ref.id)})
    return {"detail": reply.raw("data.detail"), "logs": reply.rows("data.logs")}


def to_ticket(payload: Fields) -> Ticket:
    """Return what a list row or a detail says; only the detail has `logs`."""
    whole = "logs" in payload
    case = payload.part("detail") if whole else payload
    logs = payload.items("logs") if whole else []
    case.id()  # an empty detail says nothing, and must not pass for one
    status = case.choice("operate_status", STATUSES)
    target = _target(logs)
    return Ticket(
        status=status,
        status_text=case.text("operate_status_desc"),
        kind_text=KINDS.get(str(case.text("service_type")), UNSET),
        urgency=CLASSES.get(target, Urgency.AGREED) if target else UNSET,
        origin=Who.PLATFORM,
        text=_shown(case.text("detail")),
        order_ids=_order_ids(case),
        created=case.time("create_time"),
        updated=case.time("update_time"),
        closed=case.time("close_time"),
        deadline=case.time("expiration_time"),
        target=target,
        answerable=UNSET if status in (UNSET, Status.UNKNOWN) else status is Status.PENDING,
        evidence_required=case.flag("evidence_required"),
        revocable=False,  # R67
        outcome=case.text("close_detail"),
        round=_rounds(case, logs) if whole else UNSET,
        thread=_thread(case, logs) if whole else UNSET,
    )


def _shown(text: str | UnsetType | None) -> str | UnsetType | None:
    """Return text without ciphertext; it keeps its line ends."""
    return hide_sealed(text) if isinstance(text, str) else text


def _order_ids(case: Fields) -> tuple[str, ...] | UnsetType:
    word = case.text("order_id")
    if word is UNSET:
        return UNSET
    return () if word in (None, "0") else (case.id("order_id"),)


def _target(logs: list[Fields]) -> timedelta | UnsetType:
    """Return how long the platform gives, by the oldest entry that says ("24小时")."""
    for log in reversed(logs):
        found = TARGET.search(log.text("deal_time") or "")
        if found:
            return int(found[1]) * UNITS[found[2]]
    return UNSET


def _rounds(case: Fields, logs: list[Fields]) -> int:
    """Count how often an answer was rejected: by the log, which keeps what the flag forgets."""
    rejected = sum(1 for log in logs if log.text("reject_detail"))
    return max(rejected, 1 if case.flag("is_reject") else 0)


def _thread(case: Fields, logs: list[Fields]) -> tuple[Message, ...]:
    """Return the log, oldest first; without one, the question and the answer of the detail."""
    first_reply = next((log for log in reversed(logs) if log.text("reply_detail")), None)
    entries: list[Message | None] = [_entry(case, log, first_reply) for log in reversed(logs)]
    if not logs:
        entries = [_spoken(case, Who.PLATFORM, "detail", "create_time")]
        entries += [_spoken(case, Who.MERCHANT, "reply", "reply_time")]
    said = [entry for entry in entries if entry and (entry.text or entry.files)]
    return tuple(sorted(said, key=lambda message: message.at))


def _spoken(case: Fields, who: Who, text: str, at: str) -> Message | None:
    return Message(who, hide_sealed(case.need(text)), case.when(at)) if case.text(text) else None


def _entry(case: Fields, log: Fields, first_reply: Fields | None) -> Message:
    """Return one entry of the log.  What we said is `reply_detail`, without the words around it."""
    who = _who(log)
    parts = ("reply_detail",) if who is Who.MERCHANT else PLATFORM_PARTS
    part = next((name for name in parts if log.text(name)), "content")
    at = log.time("create_time") or _time_of(case, part, is_first=log is first_reply)
    return Message(who, hide_sealed(log.text(part) or ""), at, files=log.strings("img_list"))


def _time_of(case: Fields, part: str, *, is_first: bool) -> datetime:
    names = ("first_reply_time", "reply_time") if is_first else (TIME_OF.get(part, "create_time"),)
    return next((at for name in names if (at := case.time(name))), None) or case.when("create_time")


def _who(log: Fields) -> Who:
    name = log.text("operate_name") or ""
    if name.startswith("商家"):
        return Who.MERCHANT
    if name.startswith("平台"):
        return Who.PLATFORM
    if log.text("reply_detail") and not any(log.text(part) for part in PLATFORM_PARTS):
        return Who.MERCHANT  # a sub-account's own name: the answer is ours all the same
    if name and not name.startswith("系统"):
        log.notes.append(f"logs.operate_name: new value {name!r}")
    return Who.SYSTEM


def to_call(action: Action, case: Case) -> Call:
    """Return the request that answers; the pictures' addresses with "|" between."""
    asked = {
        "id": _number(case.id),
        "reply": action.text,
        "evidence": "|".join(urls_of(action)) or None,
    }
    return Call("order.replyService", asked)


def check(action: Action, case: Case) -> str:
    """Return why this answer would not be taken, or ""."""
    if not action.text.strip():
        return "the answer has no words"
    if case.ticket.status is Status.CLOSED:
        return "the request is closed: it takes no answer any more"
    if case.ticket.answerable is False:
        return "it was answered already: the next answer can follow when the platform sends it back"
    if case.ticket.evidence_required and not urls_of(action):
        return "the platform wants pictures with this answer: give --picture https://…"
    return wrong_pictures(action)


def _number(text: str) -> int | str:
    """Return an id as the integer that the platform asks for; what is none goes as it is."""
    return int(text) if text.isascii() and text.isdecimal() else text


SERVICE = Stream[DouyinSettings](
    name="service",
    id="id",
    updated="update_time",
    reading=ByTime(order="asc", page_size=100, max_span=timedelta(days=7), by_creation=True),
    read_page=read_page,
    read_detail=read_detail,
    to_ticket=to_ticket,
    to_picture=to_picture,
    read_order=read_order,
    abilities=(
        Ability(to_call=to_call, check=check, max_files=MOST_PICTURES, upload=True, links=True),
        ORDER_REMARK,
    ),
)
