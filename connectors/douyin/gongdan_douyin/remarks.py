"""Remarks on an after-sale and on an order: the merchant's own, which the buyer does not see.

Source:
    the Douyin notes, section 4.4.
    Not stated there:
    - where an order's remarks could be read again.  The answers of order.orderDetail and
      order.searchList are not described; `seller_logs` of afterSale.List are shown with the order,
      but whether all remarks are among them, and how soon, is not said;
    - so an accepted remark on an order counts as done, and after a lost answer a person looks.
"""

from __future__ import annotations

from gongdan import Ability, Action, Call, Case, Fields, Found

from .books import first_text

LONGEST = 500  # characters


def remark_call(action: Action, case: Case) -> Call:
    """Return the request that adds a remark to the case's order; `star` 0 to 5 marks it."""
    star = action.fields.get("star", "")
    asked = {
        "order_id": order_of(case),
        "remark": action.text,
        "is_add_star": "true" if star else None,
        "star": star or None,
    }
    return Call("order.addOrderRemark", asked)


def remark_wrong(action: Action, case: Case) -> str:
    """Return why this remark would not be taken, or ""."""
    star = action.fields.get("star", "")
    if star and star not in ("0", "1", "2", "3", "4", "5"):
        return "star is from 0 to 5"
    if action.fields.get("on", "") not in ("", "order", "aftersale"):
        return "on is order or aftersale"
    if action.fields.get("on") == "order" and not order_of(case):
        return "the case names no order to put the remark on"
    return ""


def order_wrong(action: Action, case: Case) -> str:
    """Return why a remark on the order of a service request would not be taken, or ""."""
    if not order_of(case):
        return "the request names no order to put the remark on"
    return remark_wrong(action, case)


def order_of(case: Case) -> str:
    """Return the parent order's id, "" if the case names none."""
    known = case.ticket.order_ids
    return known[0] if isinstance(known, tuple) and known else ""


def unseen(_action: Action, _before: Case, _after: Case) -> Found:
    """Return that nothing which we read shows an order's remarks."""
    return Found.HIDDEN


def note_call(action: Action, case: Case) -> Call:
    """Return the request that adds a remark, to the after-sale or (`on` = order) to its order."""
    if action.fields.get("on") == "order":
        return remark_call(action, case)
    asked = {"after_sale_id": case.id, "remark": action.text}
    return Call("afterSale.addOrderRemark", asked)


def noted(action: Action, before: Case, after: Case) -> Found:
    """Return whether there is one more remark with these words; another new one may be ours too.

    Not stated: whether a remark on the order is shown with its after-sale; if it is, it is seen.
    """
    if _remarks(action, after) > _remarks(action, before):
        return Found.YES
    if action.fields.get("on") == "order":
        return Found.HIDDEN
    if len(_all_remarks(after)) > len(_all_remarks(before)):
        return Found.OTHER  # a colleague's, or ours as the platform altered it
    return Found.NO


def _remarks(action: Action, case: Case) -> int:
    return sum(first_text(part, "remark") == action.text.strip() for part in _all_remarks(case))


def _all_remarks(case: Case) -> list[Fields]:
    return case.detail.items("process_info.after_sale_shop_remarks")


ORDER_REMARK = Ability(
    kind="remark", to_call=remark_call, find=unseen, check=order_wrong, max_chars=LONGEST,
    anytime=True,
)  # fmt: skip
