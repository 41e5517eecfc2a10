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
}


def root(method: str) -> str:
    """Return the key of an answer: `taobao.refund.get` answers under `refund_get_response`."""
    return method.removeprefix("taobao.").replace(".", "_") + "_response"


def nested(value: object) -> object:
    """Return *value* with every list in an object of one key, and without the empty ones."""
    return _shaped(value, nest=True)


def flat(value: object) -> object:
    """Return *value* with plain lists, and without the empty ones: the form of `simplify=true`."""
    return _shaped(value, nest=False)


def _shaped(value: object, *, nest: bool) -> object:
    if isinstance(value, list):
        return [_shaped(one, nest=nest) for one in value]
    if not isinstance(value, dict):
        return value
    shaped: Body = {}
    for name, inner in value.items():
        if name in ELEMENTS and isinstance(inner, list):
            if not inner:
                continue
            rows = _shaped(inner, nest=nest)
            shaped[name] = {ELEMENTS[name]: rows} if nest else rows
        else:
            shaped[name] = _shaped(inner, nest=nest)
    return shaped


def answer(method: str, body: Body, request_id: str, *, simplify: bool) -> Body:
    """Return the whole document that answers *method*.

    Args:
        method: the API's name.
        body: what its handler returned, lists plain.
        request_id: told in every answer.
        simplify: True leaves out the root key and the objects of one key around lists.
    """
    whole: Body = {**body, "request_id": request_id}
    shaped = flat(whole) if simplify else nested(whole)
    assert isinstance(shaped, dict)
    return shaped if simplify else {root(method): shaped}


def only(row: Body, fields: Collection[str]) -> Body:
    """Return the part of *row* that was asked for; `None` is absent on this platform.

    A field inside another is asked for with a point, `pic_urls.url`, and brings the whole of it.
    """
    asked = {name.partition(".")[0] for name in fields}
    return {name: value for name, value in row.items() if name in asked and value is not None}
