"""Refund cases: the buyer wants money back, the merchant answers, 小二 may step in.

Source:
    the TOP notes, sections 4.1, 4.2, 4.4 and A.2.
    Not stated there:
    - whether a message changes `modified`.  Open cases are read again by id (`recheck`);
    - the order of messages.  They are sorted here;
    - whether a closed refund takes a message.  The platform decides;
    - whether a picture in a message counts as evidence (cs_status 10), so none is demanded;
    - what counts as a byte of the 400.  UTF-8 is counted.
"""

from __future__ import annotations

import itertools
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
    File,
    Message,
    Page,
    Raw,
    Ref,
    Shop,
    Status,
    Stream,
    Ticket,
    UnsetType,
    Who,
)

from .client import QianniuSettings, list_path, prefix, rows
from .words import (
    CS_TEXTS,
    DETAIL_FIELDS,
    KINDS,
    MESSAGE_FIELDS,
    ROLES,
    ROW_FIELDS,
    STATUS_TEXTS,
    STATUSES,
    STEPPED_IN,
    TYPES,
)

MESSAGE_PAGE = 100  # the newer page's most; an older one says 200
PICTURES = {b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"\x89PNG\r\n\x1a\n": "png"}
# A message must have a picture: one white pixel, 67 bytes, the smallest PNG there can be.
PLACEHOLDER = File(
    "image.png",
    "image/png",
    bytes.fromhex(
        "89504e470d0a1a0a 0000000d 49484452 00000001000000010100000000 376ef924"
        "0000000a 49444154 78da63680000008200 81 da45083b 00000000 49454e44 ae426082"
    ),
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
    reply = shop.call("taobao.refunds.receive.get", asked)
    body, root = reply.body, prefix(reply.body)
    return Page(
        rows(reply, "refunds"),
        more=body.flag(f"{root}has_next"),
        total=body.number(f"{root}total_results"),
    )


def read_detail(shop: Shop[QianniuSettings], ref: Ref) -> Detail:
    """Read one refund and all its messages: `{"refund": …, "messages": […]}`."""
    reply = shop.call("taobao.refund.get", {"fields": DETAIL_FIELDS, "refund_id": ref.id})
    path = f"{prefix(reply.body)}refund"
    phase = reply.body.text(f"{path}.refund_phase")  # Tmall's messages are not told without
    return {"refund": reply.raw(path), "messages": _read_messages(shop, ref.id, phase)}


def _read_messages(shop: Shop[QianniuSettings], refund_id: str, phase: object) -> list[Raw]:
    """Read all pages.  Rows that shift between two of them come twice and are kept once."""
    seen: dict[bytes, Raw] = {}
    asked = {"fields": MESSAGE_FIELDS, "refund_id": refund_id, "refund_phase": phase}
    for page in itertools.count(1):
        size = {"page_no": page, "page_size": MESSAGE_PAGE}
        reply = shop.call("taobao.refund.messages.get", {**asked, **size})
        found = {bytes(row): row for row in rows(reply, "refund_messages")}
        is_new = bool(found.keys() - seen.keys())
        seen.update(found)
        total = reply.body.number(f"{prefix(reply.body)}total_results")
        is_last = len(seen) >= total if isinstance(total, int) else len(found) < MESSAGE_PAGE
        if is_last or not is_new:
            break
    return list(seen.values())


def to_ticket(payload: Fields) -> Ticket:
    """Return what a list row or a detail says; only the detail has `messages`."""
    whole = "messages" in payload
    refund = payload.part("refund") if whole else payload
    refund.id("refund_id")  # an empty detail says nothing, and must not pass for one
    status, word = _status(refund), refund.text("dispute_type")
    kind, category = KINDS.get(word or "", (word, UNSET))
    return Ticket(
        status=status,
        status_text=_status_text(refund),
        kind_text=kind,
        category=category,
        origin=Who.BUYER,
        title=refund.text("reason"),
        text=refund.text("desc"),
        order_ids=_order_ids(refund),
        product=refund.text("title"),
        amount_fen=refund.yuan("refund_fee"),
        buyer_id=refund.text("buyer_open_uid") or refund.text("ouid"),
        buyer=_masked(refund),
        created=refund.time("created"),
        updated=refund.time("modified"),
        deadline=_deadline(refund, status),
        buyer_term=_buyer_term(refund, status),
        outcome=_outcome(refund),
        version=refund.text("refund_version"),
        thread=_thread(payload) if whole else UNSET,
    )


def _status(refund: Fields) -> Status | UnsetType:
    status = refund.choice("status", STATUSES)
    if status in (Status.PENDING, Status.WAITING_BUYER):
        return STEPPED_IN.get(refund.text("cs_status") or "", status)
    return status


def _status_text(refund: Fields) -> str | UnsetType | None:
    word = refund.text("status")
    stepped_in = CS_TEXTS.get(refund.text("cs_status") or "")
    text = STATUS_TEXTS.get(word or "", word)
    return f"{text}（{stepped_in}）" if text and stepped_in else text


def _outcome(refund: Fields) -> str | UnsetType:
    verdict = refund.text("cs_status")
    return CS_TEXTS[verdict] if verdict in ("8", "9") else UNSET


def _order_ids(refund: Fields) -> tuple[str, ...] | UnsetType:
    """Return the order, and the part of it where that is another number."""
    named = [name for name in ("tid", "oid") if name in refund]
    told = [refund.id(name) for name in named if refund.text(name) not in (None, "0")]
    return tuple(dict.fromkeys(told)) if named else UNSET


def _masked(refund: Fields) -> str | UnsetType | None:
    """Return the nick with its middle hidden, unless the platform did that already."""
    nick = refund.text("buyer_nick")
    if not nick or "*" in nick:
        return nick
    return f"{nick[0]}**{nick[-1]}" if len(nick) > 2 else f"{nick[0]}*"


def _deadline(refund: Fields, status: Status | UnsetType) -> datetime | UnsetType | None:
    """Return until when the merchant must act; what the buyer has time for is no deadline (R61)."""
    timeout = _timeout(refund)
    return None if timeout is not UNSET and status is Status.WAITING_BUYER else timeout


def _buyer_term(refund: Fields, status: Status | UnsetType) -> datetime | UnsetType | None:
    """Return until when the buyer must act, say send the goods back (R61)."""
    timeout = _timeout(refund)
    return timeout if timeout is UNSET or status is Status.WAITING_BUYER else None


def _timeout(refund: Fields) -> datetime | UnsetType | None:
    """Return the time-out of this step, whoever's it is; only a detail has it."""
    if "refund_remind_timeout" not in refund:
        return UNSET
    timeout = refund.part("refund_remind_timeout")
    return timeout.time("timeout") if timeout.flag("exist_timeout") is True else None


def _thread(payload: Fields) -> tuple[Message, ...]:
    """Return the messages, oldest first, each once."""
    told = {message.id: message for message in map(_message, payload.items("messages"))}
    return tuple(
        sorted(told.values(), key=lambda message: (message.at, len(message.id), message.id))
    )


def _message(entry: Fields) -> Message:
    role = entry.text("owner_role")
    if role not in ROLES:
        entry.notes.append(f"messages.owner_role: new value {role!r}")
    pictures = entry.items(list_path(entry, "pic_urls"))
    return Message(
        ROLES.get(role or "", Who.SYSTEM),
        entry.text("content") or "",
        entry.when("created"),
        id=entry.id("id"),
        files=tuple(url for picture in pictures if (url := picture.text("url"))),
    )


def to_call(action: Action, case: Case) -> Call:
    """Return the request that adds a message, with its picture or the placeholder."""
    picture = PLACEHOLDER
    if action.files:
        data, kind = action.files[0].data, _picture_kind(action.files[0])
        picture = File(f"image.{kind}", f"image/{kind}", data)  # its name here is nobody's business
    asked = {"refund_id": case.id, "content": action.text}
    return Call("taobao.refund.message.add", asked, {"image": picture}, "refund_message.id")


def check(action: Action, _case: Case) -> str:
    """Return why this message would not be taken, or ""."""
    if not action.text.strip():
        return "the message has no words, and the platform wants some beside a picture"
    if not all(_picture_kind(file) for file in action.files):
        return "the picture is no JPG, GIF or PNG"
    return ""


def _picture_kind(file: File) -> str:
    return next((kind for magic, kind in PICTURES.items() if file.data.startswith(magic)), "")


REFUND = Stream[QianniuSettings](
    name="refund",
    id="refund_id",
    updated="modified",
    reading=ByTime(order="desc", page_size=100, max_span=timedelta(days=1)),
    read_page=read_page,
    read_detail=read_detail,
    to_ticket=to_ticket,
    abilities=(
        Ability(
            to_call=to_call,
            check=check,
            max_bytes=400,
            splits=True,
            max_files=1,
            max_file_bytes=500_000,
        ),
    ),
)
