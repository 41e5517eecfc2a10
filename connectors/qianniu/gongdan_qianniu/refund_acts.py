"""What can be done about a refund: messages, and the steps that move money or goods.

Source:
    the TOP notes, sections 4.1, 4.4, 4.5 and A.2.
    Not stated there:
    - whether rp.refunds.agree also pays after the goods came back (WAIT_SELLER_CONFIRM_GOODS).  It
      is offered: the platform refuses what it does not take;
    - where a refund stands after rp.returngoods.refuse.  A lost answer goes to a person;
    - how a demand for the code of a text message is told apart from another failure.  By the words
      短信 and 验证码 (see `client`);
    - whether a refund can always be refused without a reason.  Where the platform offers none, none
      is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from gongdan import Ability, Action, Call, Case, Fields, Found, Option, Settings, Shop

from .answers import items, prefix
from .memo import MEMO
from .pictures import MOST_BYTES, PLACEHOLDER, picture_of, wrong_pictures

PROOF_BYTES = 130_000  # of refund.refuse; of returngoods.refuse 5 MB
MOST_FEN = {True: 1_000_000, False: 600_000}  # one call: a shop of 天猫, of 淘宝
ADDRESS = ("address", "mobile", "post", "name", "tel")  # what 淘宝 wants with a return
_CONSOLE = "do it on the platform's own console"
_WAITING, _BACK = "WAIT_SELLER_AGREE", "WAIT_SELLER_CONFIRM_GOODS"
_REFUND, _RETURN = "REFUND", "REFUND_AND_RETURN"


class Road(Struct, frozen=True):
    """The API that does it, and where the refund stands then; "" where nobody states it."""

    op: str
    after: str = ""


PAY = Road("taobao.rp.refunds.agree", "SUCCESS")
TAKE_BACK = Road("taobao.rp.returngoods.agree", "WAIT_BUYER_RETURN_GOODS")
REFUSE = Road("taobao.refund.refuse", "SELLER_REFUSE_BUYER")
REFUSE_GOODS = Road("taobao.rp.returngoods.refuse")
# By the kind of refund and its status; everything else is done on the platform's own console.
AGREES: Mapping[tuple[str, str], Road] = {
    (_REFUND, _WAITING): PAY,
    (_RETURN, _WAITING): TAKE_BACK,
    (_RETURN, _BACK): PAY,
}
REFUSES: Mapping[tuple[str, str], Road] = {
    (_REFUND, _WAITING): REFUSE,
    (_RETURN, _WAITING): REFUSE,
    (_RETURN, _BACK): REFUSE_GOODS,
}


def _refund(case: Case) -> Fields:
    return case.detail.part("refund")


def _is_tmall(case: Case) -> bool:
    return case.detail.flag("tmall") is not False


def place(case: Case) -> tuple[str, str]:
    """Return kind and status; the kind by the goods where the platform names none."""
    refund = _refund(case)
    kind = refund.text("dispute_type") or ""
    if not kind and (returns := refund.flag("has_good_return")) is not None:
        kind = _RETURN if returns is True else _REFUND if returns is False else ""
    return kind, refund.text("status") or ""


# messages


def reply_call(action: Action, case: Case) -> Call:
    """Return the request that adds a message, with its picture or the placeholder."""
    asked = {"refund_id": case.id, "content": action.text}
    picture = picture_of(action) or PLACEHOLDER
    return Call("taobao.refund.message.add", asked, {"image": picture}, "refund_message.id")


def reply_wrong(action: Action, _case: Case) -> str:
    """Return why this message would not be taken, or ""."""
    if not action.text.strip():
        return "the message has no words, and the platform wants some beside a picture"
    return wrong_pictures(action)


# agree


def agree_call(action: Action, case: Case) -> Call:
    """Return the request that agrees to one refund, as it was when a person saw it."""
    road, refund = AGREES[place(case)], _refund(case)
    version, phase = _version(action, case), refund.text("refund_phase") or ""
    if road is PAY:
        told = [case.id, str(refund.yuan("refund_fee")), version]
        told += [phase] if _is_tmall(case) else []
        return Call(road.op, {"refund_infos": "|".join(told), "code": action.fields.get("code")})
    asked = {
        "refund_id": case.id,
        "refund_phase": phase,
        "refund_version": version,
        "seller_address_id": action.fields["address_id"],
        "remark": action.fields.get("remark"),
        **{name: action.fields.get(name) for name in ADDRESS},
    }
    return Call(road.op, asked)


def agree_wrong(action: Action, case: Case) -> str:
    """Return why this cannot be agreed to from here, or ""."""
    road, refund, tmall = AGREES.get(place(case)), _refund(case), _is_tmall(case)
    if road is None:
        return f"there is no way to agree to this kind of refund as it stands: {_CONSOLE}"
    if why := _constrained(case) or _unversioned(action, case):
        return why
    if road is PAY:
        fen = refund.yuan("refund_fee")
        if not isinstance(fen, int) or fen <= 0:
            return f"the refund tells no amount: {_CONSOLE}"
        if fen > MOST_FEN[tmall]:
            return f"more than {MOST_FEN[tmall] // 100} yuan are not taken here: {_CONSOLE}"
        return ""
    wanted = ("address_id", "remark") if tmall else ("address_id", *ADDRESS)
    missing = [name for name in wanted if not action.fields.get(name)]
    if missing:
        return f"it needs {', '.join(missing)}: give --field {missing[0]}=…"
    return ""


# refuse


def refuse_call(action: Action, case: Case) -> Call:
    """Return the request that refuses; the buyer sees the words and the proof."""
    road, picture = REFUSES[place(case)], picture_of(action)
    asked = {
        "refund_id": case.id,
        "refund_phase": _refund(case).text("refund_phase"),
        "refund_version": _version(action, case),
        "refuse_reason_id": action.fields.get("reason"),
        "refuse_message": action.text if road is REFUSE else None,
    }
    return Call(road.op, asked, {"refuse_proof": picture} if picture else {})


def refuse_wrong(action: Action, case: Case) -> str:
    """Return why this cannot be refused from here, or ""."""
    road, tmall = REFUSES.get(place(case)), _is_tmall(case)
    if road is None or (road is REFUSE_GOODS and not tmall):
        return f"there is no way to refuse this kind of refund as it stands: {_CONSOLE}"
    if _refund(case).text("operation_contraint") == "cannot_refuse":
        return "the platform does not let this refund be refused"
    if _refund(case).text("order_status") == "WAIT_SELLER_SEND_GOODS":
        return "the platform lets nobody refuse a refund of goods that were not shipped"
    if why := _constrained(case) or _unversioned(action, case) or wrong_pictures(action):
        return why
    if tmall and not action.files:
        return "天猫 wants a proof: give --picture FILE"
    if road is REFUSE and any(len(file.data) > PROOF_BYTES for file in action.files):
        return f"the proof has more than {PROOF_BYTES} bytes; make the picture smaller"
    return ""


def reasons(shop: Shop[Settings], case: Case) -> Sequence[Option]:
    """Return the platform's own reasons for refusing this refund, in its order."""
    asked = {
        "refund_id": case.id,
        "refund_phase": _refund(case).text("refund_phase"),
        "fields": "reason_id,reason_text,reason_tips",
    }
    body = shop.call("taobao.refund.refusereason.get", asked).body
    found = [
        Option(part.id("reason_id"), part.text("reason_text") or "", part.text("reason_tips") or "")
        for part in items(body, f"{prefix(body)}reasons")
    ]
    return found or [Option("", "the platform offers no reasons")]


def stepped(action: Action, before: Case, after: Case) -> Found:
    """Return whether it was done, by where the refund stands now.

    That it stands where we wanted it may be a colleague's doing; it cannot have been done twice.
    """
    road = (REFUSES if action.kind == "refuse" else AGREES).get(place(before))
    now = place(after)[1]
    if road is not None and now == road.after:
        return Found.YES
    same = now == place(before)[1] and after.ticket.version == before.ticket.version
    return Found.NO if same else Found.UNSURE


def _version(action: Action, case: Case) -> str:
    return action.fields.get("version") or str(case.ticket.version or "")


def _unversioned(action: Action, case: Case) -> str:
    return "" if _version(action, case) else f"the refund tells no version: {_CONSOLE}"


def _constrained(case: Case) -> str:
    """Return why the platform wants it done on its own pages, or ""."""
    if _refund(case).text("operation_contraint") == "refund_onweb":
        return f"the platform takes nothing for this refund here: {_CONSOLE}"
    return ""


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
        min_chars=2, max_chars=200, max_files=1, max_file_bytes=5_000_000, money=True,
    ),
)  # fmt: skip
