"""The seller's memo (备注) of an order: colleagues see it, the buyer does not.

The platform's request overwrites the whole memo, and takes the flag back to grey where none is
given.  So the memo and the flag are read with the case just before, and our words put behind.

Source:
    the TOP notes, sections 3.8 and A.8.
    Not stated there:
    - whether a memo is cut to its 1000 bytes or refused.  A longer one is not sent;
    - under which name the flag is read.  `seller_flag` is what the SDKs have.
"""

from __future__ import annotations

from gongdan import Ability, Action, Call, Case, Fields, Found

MOST_BYTES = 1000
FLAGS = ("0", "1", "2", "3", "4", "5")  # grey, red, yellow, green, blue, pink


def memo_call(action: Action, case: Case) -> Call:
    """Return the request that puts our words behind what the memo says."""
    order = _order(case)
    asked = {
        "tid": order.id("tid"),
        "memo": _joined(_memo(order), action.text),
        "flag": action.fields.get("star") or order.text("seller_flag"),
    }
    return Call("taobao.trade.memo.update", asked)


def memo_wrong(action: Action, case: Case) -> str:
    """Return why these words cannot be put into the memo, or ""."""
    order = _order(case)
    if "tid" not in order:
        return "the memo of its order is not known: set memo = true for the shop, and sync"
    size = len(_joined(_memo(order), action.text).encode("utf-8", "replace"))
    if size > MOST_BYTES:
        return f"the order's memo would have {size} bytes, and the platform takes {MOST_BYTES}"
    if action.fields.get("star", "0") not in FLAGS:
        return "star is the flag: 0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 pink"
    return ""


def memoed(action: Action, before: Case, after: Case) -> Found:
    """Return whether the memo has our words now; where it changed otherwise a person must look."""
    old, new = _memo(_order(before)), _memo(_order(after))
    if "tid" not in _order(after):
        return Found.UNSURE
    if new == _joined(old, action.text):
        return Found.YES
    return Found.NO if new == old else Found.UNSURE


def _order(case: Case) -> Fields:
    return case.detail.part("trade")


def _memo(order: Fields) -> str:
    return order.text("seller_memo") or ""


def _joined(old: str, text: str) -> str:
    return f"{old}\n{text}" if old else text


MEMO = Ability(
    kind="remark", to_call=memo_call, find=memoed, check=memo_wrong, max_bytes=MOST_BYTES,
    anytime=True,
)  # fmt: skip
