"""The shapes of an answer: with a root key or without, lists plain or in an object of one key.

Source:
    the TOP notes, section 1.6.
"""

from __future__ import annotations

from gongdan import Fields, Page, Raw, Reply


def prefix(body: Fields) -> str:
    """Return "" for a simplified answer, "refund_get_response." for one with a root key."""
    keys = body.keys()
    return f"{keys[0]}." if len(keys) == 1 and keys[0].endswith("_response") else ""


def list_path(body: Fields, path: str) -> str:
    """Return where the elements are: `refunds`, or `refunds.refund` in the nested form."""
    value = body.get(path)
    if isinstance(value, dict) and len(value) == 1:
        return f"{path}.{next(iter(value))}"
    return path


def raw(reply: Reply, name: str) -> Raw:
    """Return the bytes of the value *name*, below the root key where there is one."""
    return reply.raw(prefix(reply.body) + name)


def rows(reply: Reply, name: str) -> list[Raw]:
    """Return the elements of the list *name*, in whichever form the answer has it."""
    path = prefix(reply.body) + name
    if _is_object(reply.raw(path)):
        path = list_path(reply.body, path)
    # A converter from XML leaves a list of one as its one element.
    return [found] if _is_object(found := reply.raw(path)) else reply.rows(path)


def items(body: Fields, path: str) -> list[Fields]:
    """Return the objects of the list *path* of a payload, in whichever form it is."""
    path = list_path(body, path)
    return [body.part(path)] if isinstance(body.get(path), dict) else body.items(path)


def page(reply: Reply, name: str) -> Page:
    """Return the list *name* as a page, with what the answer says of how many there are."""
    body, root = reply.body, prefix(reply.body)
    return Page(
        rows(reply, name),
        more=body.flag(f"{root}has_next"),
        total=body.number(f"{root}total_results"),
    )


def _is_object(value: Raw) -> bool:
    return bytes(value).startswith(b"{") and bytes(value) != b"{}"
