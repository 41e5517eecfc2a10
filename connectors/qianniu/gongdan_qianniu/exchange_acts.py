"""What can be done about an exchange: messages, and the steps that bind the shop.

Source:
    the TOP notes, sections 4.6 and A.3.
    Not stated there:
    - the longest message.  That of a refund, 400 bytes, is taken, so that a longer one is split;
    - the largest picture.  That of a refund is taken;
    - where an exchange stands after a refusal of what came back (returngoods.refuse).  Whether it
      was done goes to a person, where the answer was lost;
    - a version lock.  The version is compared here, with the case as it is read before sending.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from gongdan import Ability, Action, Call, Case, Found, Option, Settings, Shop

from .answers import items, prefix
from .memo import MEMO
from .pictures import MOST_BYTES, picture_of, wrong_pictures
from .words import EXCHANGE_NUMBERS

_FIELDS = "dispute_id,bizorder_id,modified,status"
_CONSOLE = "do it on the platform's own console"


class Step(Struct, frozen=True):
    """One step of an exchange.

    Attributes:
        op: the API that takes it.
        after: where the exchange stands when it was taken; empty where nobody states it.
        needs: what a person must give with --field, and what the platform calls it.
    """

    op: str
    after: tuple[str, ...] = ()
    needs: Mapping[str, str] = {}


_PARCEL = {"company": "logistics_company_name", "tracking_no": "logistics_no"}
AGREES: Mapping[str, Step] = {
    "1": Step("tmall.exchange.agree", ("2",), {"address_id": "address_id"}),
    "3": Step("tmall.exchange.returngoods.agree", ("12",)),
    "12": Step("tmall.exchange.consigngoods", ("13", "5"), _PARCEL),
}
REFUSES: Mapping[str, Step] = {
    "1": Step("tmall.exchange.refuse", ("6",)),
    "3": Step("tmall.exchange.returngoods.refuse"),
}
EXPRESS = "200"  # logistics_type: 100 is the post, 200 a courier


def place(case: Case) -> str:
    """Return the number of the status that the detail shows, "" for one nobody knows."""
    word = case.detail.part("exchange").text("status") or ""
    return EXCHANGE_NUMBERS.get(word, "")


def reply_call(action: Action, case: Case) -> Call:
    """Return the request that adds a message; a picture may go with it."""
    asked = {"dispute_id": case.id, "content": action.text, "fields": "id,created"}
    picture = picture_of(action)
    return Call("tmall.exchange.message.add", asked, {"message_pics": picture} if picture else {})


def reply_wrong(action: Action, _case: Case) -> str:
    """Return why this message would not be taken, or ""."""
    return wrong_pictures(action)


def agree_call(action: Action, case: Case) -> Call:
    """Return the request that takes the next step: agree, receive, or send."""
    step = AGREES[place(case)]
    asked = {"dispute_id": case.id, "fields": _FIELDS}
    asked |= {theirs: action.fields[ours] for ours, theirs in step.needs.items()}
    if step.needs is _PARCEL:
        asked["logistics_type"] = action.fields.get("type", EXPRESS)
    return Call(step.op, asked)


def agree_wrong(action: Action, case: Case) -> str:
    """Return why the next step cannot be taken from here, or ""."""
    step = AGREES.get(place(case))
    if step is None:
        return f"nothing of this exchange can be agreed to as it stands: {_CONSOLE}"
    missing = [name for name in step.needs if not action.fields.get(name)]
    if missing:
        return f"it needs {' and '.join(missing)}: give --field {missing[0]}=…"
    if action.fields.get("type", EXPRESS) not in ("100", EXPRESS):
        return "type is 100 (post) or 200 (courier)"
    return ""


def refuse_call(action: Action, case: Case) -> Call:
    """Return the request that refuses, with words, a reason, and a picture if there is one."""
    step = REFUSES[place(case)]
    asked = {
        "dispute_id": case.id,
        "seller_refuse_reason_id": action.fields["reason"],
        "leave_message": action.text,
        "fields": _FIELDS if place(case) == "1" else None,
    }
    picture = picture_of(action)
    return Call(step.op, asked, {"leave_message_pics": picture} if picture else {})


def refuse_wrong(action: Action, case: Case) -> str:
    """Return why this cannot be refused from here, or ""."""
    if place(case) not in REFUSES:
        return f"nothing of this exchange can be refused as it stands: {_CONSOLE}"
    if not action.fields.get("reason", "").isdecimal():
        return "it needs a reason from the platform's list: see 'gongdan reasons', give --reason"
    return wrong_pictures(action)


def reasons(shop: Shop[Settings], case: Case) -> Sequence[Option]:
    """Return the platform's own reasons for refusing this exchange, in its order."""
    asked = {"dispute_id": case.id, "fields": "reason_id,reason_text"}
    body = shop.call("tmall.exchange.refusereason.get", asked).body
    return [
        Option(part.id("reason_id"), part.text("reason_text") or "")
        for part in items(body, f"{prefix(body)}result.results")
    ]


def stepped(action: Action, before: Case, after: Case) -> Found:
    """Return whether it was done, by where the exchange stands now.

    That it stands where we wanted it may be a colleague's doing; it cannot have been done twice.
    """
    step = (REFUSES if action.kind == "refuse" else AGREES).get(place(before))
    now = place(after)
    if step is not None and now in step.after:
        return Found.YES
    same = now == place(before) and after.ticket.version == before.ticket.version
    return Found.NO if same else Found.UNSURE


ABILITIES = (
    Ability(
        to_call=reply_call, check=reply_wrong, max_bytes=400, splits=True, max_files=1,
        max_file_bytes=MOST_BYTES,
    ),
    MEMO,
    Ability(kind="agree", to_call=agree_call, find=stepped, check=agree_wrong, min_chars=0,
            money=True),
    Ability(
        kind="refuse", to_call=refuse_call, find=stepped, check=refuse_wrong, options=reasons,
        max_files=1, max_file_bytes=MOST_BYTES, money=True,
    ),
)  # fmt: skip
