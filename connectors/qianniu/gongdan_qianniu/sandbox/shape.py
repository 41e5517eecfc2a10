"""The shape of an answer: root key and lists, nested or simplified.

Source:
    the TOP notes, section 1.6.  An empty list is a missing key, in both forms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .refusal import Body

# The name of a list, and the key under which the nested form holds it: its element's type.
ELEMENTS: Mapping[str, str] = {
    "refunds": "refund",
    "refund_messages": "refund_message",
    "pic_urls": "pic_url",
    "combine_item_info": "combine_sub_item_d_o",
    "reasons": "reason",
    "result_list": "simple_abnormal_order_detail",
    "messages": "tmc_message",
    "taskmetas": "q_task_metadata",
    "tasks": "q_task",
}
# `results` holds something else in every API that has it.
RESULTS: Mapping[str, str] = {
    "taobao.rp.refunds.agree": "refund_mapping_result",
    "tmall.exchange.message.add": "refund_message",
    "tmall.exchange.messages.get": "refund_message",
    "tmall.exchange.receive.get": "exchange",
    "tmall.exchange.refusereason.get": "reason",
}


def root(method: str) -> str:
    """Return the key of an answer: `taobao.refund.get` answers under `refund_get_response`."""
    return method.removeprefix("taobao.").replace(".", "_") + "_response"


def shaped(value: object, elements: Mapping[str, str], *, nest: bool) -> object:
    """Return *value* without the empty ones of its lists.

    Args:
        value: lists plain.
        elements: the name of a list, and of its elements' type.
        nest: every list in an object of one key, named so; else plain, as with `simplify=true`.
    """
    if isinstance(value, list):
        return [shaped(one, elements, nest=nest) for one in value]
    if not isinstance(value, dict):
        return value
    found: Body = {}
    for name, inner in value.items():
        if name in elements and isinstance(inner, list):
            if not inner:
                continue
            rows = shaped(inner, elements, nest=nest)
            found[name] = {elements[name]: rows} if nest else rows
        else:
            found[name] = shaped(inner, elements, nest=nest)
    return found


def answer(method: str, body: Body, request_id: str, *, simplify: bool) -> Body:
    """Return the whole document that answers *method*.

    Args:
        method: the API's name.
        body: what its handler returned, lists plain.
        request_id: told in every answer.
        simplify: True leaves out the root key and the objects of one key around lists.
    """
    whole: Body = {**body, "request_id": request_id}
    elements = {**ELEMENTS, "results": RESULTS[method]} if method in RESULTS else ELEMENTS
    told = shaped(whole, elements, nest=not simplify)
    assert isinstance(told, dict)
    return told if simplify else {root(method): told}


def only(row: Body, fields: Collection[str]) -> Body:
    """Return the part of *row* that was asked for; `None` is absent on this platform.

    A field inside another is asked for with a point, `pic_urls.url`, and brings the whole of it.
    """
    asked = {name.partition(".")[0] for name in fields}
    return {name: value for name, value in row.items() if name in asked and value is not None}
