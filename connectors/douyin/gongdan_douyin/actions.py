"""What can be done about an after-sale: evidence, remarks, and what moves money.

Source:
    the Douyin notes, sections 4.3 and 4.4.
    Not stated there:
    - the whole table of `type` of afterSale.operate.  Only the documented six are offered (101,
      111, 201, 202, 301, 311), each for the kind of after-sale and the status that it is
      documented or used for; everything else is done on the platform's own console;
    - in which status 311 (exchange: confirm and send) is taken.  Offered where the goods came
      back (11);
    - the answer to a remark on the order.  Whether it was kept cannot be looked up for certain;
    - the errors of afterSale.submitEvidence, and how long its comment may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gongdan import Ability, Action, Call, Case, Fields, Found, Option, Settings, Shop

from .books import first_text
from .pictures import MOST_PICTURES, urls_of, wrong_pictures
from .remarks import LONGEST, note_call, noted, remark_wrong

AGREE_RETURN, AGREE_AGAIN, AGREE_REFUND, REFUSE_REFUND = 101, 111, 201, 202
AGREE_EXCHANGE, SEND_EXCHANGE = 301, 311
# By kind of after-sale and its status.  A refund before shipping (2) has no documented type.
AGREES: Mapping[tuple[str, str], int] = {
    ("0", "6"): AGREE_RETURN,
    ("0", "11"): AGREE_AGAIN,
    ("1", "6"): AGREE_REFUND,
    ("3", "6"): AGREE_EXCHANGE,
    ("3", "11"): SEND_EXCHANGE,
}
REFUSES: Mapping[tuple[str, str], int] = {("1", "6"): REFUSE_REFUND}
# Where the after-sale may stand once it was done; another status was somebody else's doing.
_AFTER: Mapping[int, tuple[str, ...]] = {
    AGREE_RETURN: ("7",),
    AGREE_AGAIN: ("12",),
    AGREE_REFUND: ("12",),
    REFUSE_REFUND: ("27",),
    AGREE_EXCHANGE: ("7",),
    SEND_EXCHANGE: ("13", "14"),
}
_WHERE = {  # the platform's own names of where each is found
    "address_id": "address.list, 地址库",
    "company_code": "order.logisticsCompanyList, 快递公司编码",
    "logistics_code": "快递单号",
}
_CONSOLE = "do it on the platform's own console"
_WAITS_FOR_EVIDENCE = "4"


def info(case: Case) -> Fields:
    """Return the after-sale itself as the detail has it; empty if it was never read."""
    return case.detail.part("process_info.after_sale_info")


def _judged(case: Case) -> Fields:
    return case.detail.part("process_info.arbitrate_info")


def _place(case: Case) -> tuple[str, str]:
    """Return kind and status as numbers."""
    here = info(case)
    return (
        first_text(here, "after_sale_type", "aftersale_type"),
        first_text(here, "after_sale_status", "aftersale_status"),
    )


# agree and refuse


def agree_call(action: Action, case: Case) -> Call:
    """Return the request that agrees: one after-sale, with the version that a person saw."""
    kind = AGREES[_place(case)]
    logistics: dict[str, object] = {}
    if kind in (AGREE_RETURN, AGREE_EXCHANGE):
        logistics["receiver_address_id"] = _number(action.fields["address_id"])
    if kind == SEND_EXCHANGE:
        logistics = {
            "company_code": action.fields["company_code"],
            "logistics_code": action.fields["logistics_code"],
        }
    return _operate(kind, case, action, {"logistics": logistics or None})


def agree_wrong(action: Action, case: Case) -> str:
    """Return why this cannot be agreed to from here, or ""."""
    kind = AGREES.get(_place(case))
    if kind is None:
        return f"no documented way to agree to this kind of after-sale as it stands: {_CONSOLE}"
    wanted: tuple[str, ...] = ()
    if kind in (AGREE_RETURN, AGREE_EXCHANGE):
        wanted = ("address_id",)
    if kind == SEND_EXCHANGE:
        wanted = ("company_code", "logistics_code")
    missing = [name for name in wanted if not action.fields.get(name)]
    if missing:
        where = _WHERE[missing[0]]
        return f"it needs {' and '.join(missing)}: give --field {missing[0]}=… ({where})"
    if "address_id" in wanted and not action.fields["address_id"].isdecimal():
        return f"address_id is a number: see {_WHERE['address_id']}"
    return ""


def refuse_call(action: Action, case: Case) -> Call:
    """Return the request that refuses; the buyer sees the words."""
    reason = action.fields.get("reason_text") or action.text
    evidence = [{"type": 1, "url": url, "desc": reason} for url in urls_of(action)]
    more: dict[str, object] = {
        "reason": reason,
        "remark": action.text,
        "reject_reason_code": int(action.fields["reason"]),
        "evidence": evidence or None,
    }
    return _operate(REFUSES[_place(case)], case, action, more)


def refuse_wrong(action: Action, case: Case) -> str:
    """Return why this cannot be refused from here, or ""."""
    if _place(case) not in REFUSES:
        return f"no documented way to refuse this kind of after-sale as it stands: {_CONSOLE}"
    if not action.fields.get("reason", "").isdecimal():
        return "it needs a reason from the platform's list: see 'gongdan reasons', give --reason"
    return wrong_pictures(action)


def reasons(shop: Shop[Settings], case: Case) -> Sequence[Option]:
    """Return the platform's own reasons for refusing this after-sale, in its order."""
    asked = {"aftersale_id": _number(case.id)}
    reply = shop.call("afterSale.rejectReasonCodeList", asked)
    return [
        Option(
            code=part.id("reject_reason_code"),
            text=part.text("reason") or "",
            hint=part.text("evidence_description") or "",
            needs_files=part.text("evidence_need") == "Y",
        )
        for part in reply.body.items("data.items")
    ]


def _operate(kind: int, case: Case, action: Action, more: Mapping[str, object]) -> Call:
    version = action.fields.get("version") or str(case.ticket.version or "")
    item = {"aftersale_id": case.id, "update_time": int(version) if version else None, **more}
    return Call("afterSale.operate", {"type": kind, "items": [item]})


def operated(action: Action, before: Case, after: Case) -> Found:
    """Return whether it was done, by where the after-sale stands now.

    That it stands elsewhere than this would have led to is somebody else's doing; who led it where
    we wanted cannot be told, but two cannot have: the version lock takes one.
    """
    table = REFUSES if action.kind == "refuse" else AGREES
    kind = table.get(_place(before))
    now = _place(after)[1]
    if kind is not None and now in _AFTER[kind]:
        return Found.YES
    return Found.NO if now == _place(before)[1] else Found.UNSURE


# more time


def extend_call(_action: Action, case: Case) -> Call:
    """Return the request that gives the buyer seven days more."""
    return Call("afterSale.timeExtend", {"aftersale_id": _number(case.id)})


def extended(_action: Action, before: Case, after: Case) -> Found:
    """Return whether the deadline of this step is later than it was."""
    was, now = info(before).time("status_deadline"), info(after).time("status_deadline")
    if was and now and _place(before) == _place(after):
        return Found.YES if now > was else Found.NO
    return Found.UNSURE


# evidence


def evidence_call(action: Action, case: Case) -> Call:
    """Return the request that submits evidence to the arbitration; the platform's service reads."""
    asked = {"aftersale_id": _number(case.id), "comment": action.text, "evidence": urls_of(action)}
    return Call("afterSale.submitEvidence", asked)


def evidence_wrong(action: Action, case: Case) -> str:
    """Return why no evidence is taken now, or ""."""
    judged = _judged(case)
    waits = first_text(judged, "arbitrate_status") == _WAITS_FOR_EVIDENCE
    if not waits and case.ticket.evidence_required is not True:
        return "the platform asks for no evidence now"
    if not urls_of(action) and not action.files:
        return "evidence needs a picture at least: give --picture https://…"
    return wrong_pictures(action)


def submitted(action: Action, before: Case, after: Case) -> Found:
    """Return whether the arbitration shows our words as what was uploaded."""
    now = first_text(_judged(after), "arbitrate_evidence.describe")
    if now == action.text.strip():
        return Found.YES
    if now != first_text(_judged(before), "arbitrate_evidence.describe"):
        return Found.OTHER
    moved = first_text(_judged(after), "arbitrate_status") != _WAITS_FOR_EVIDENCE
    return Found.UNSURE if moved else Found.NO


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() else text


ABILITIES = (
    Ability(
        kind="evidence", to_call=evidence_call, find=submitted, check=evidence_wrong,
        max_files=MOST_PICTURES, upload=True, links=True,
    ),
    Ability(
        kind="remark", to_call=note_call, find=noted, check=remark_wrong, max_chars=LONGEST,
        anytime=True,
    ),
    Ability(
        kind="agree", to_call=agree_call, find=operated, check=agree_wrong, min_chars=0, money=True,
    ),
    Ability(
        kind="refuse", to_call=refuse_call, find=operated, check=refuse_wrong, options=reasons,
        max_files=MOST_PICTURES, upload=True, links=True, money=True,
    ),
    Ability(
        kind="extend", to_call=extend_call, find=extended, min_chars=0, anytime=True, money=True,
    ),
)  # fmt: skip
