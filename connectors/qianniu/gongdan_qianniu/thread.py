"""The messages of a refund and of an exchange: read them all, and say who spoke.

Source:
    the TOP notes, sections 4.3, A.2 and A.3.
    Not stated there:
    - the order of messages.  They are sorted here;
    - the numbers of `owner_role` in the answers of exchanges.  The nick says who it was, where the
      case names one alike; else the book of the list's filter is taken (4.3).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from gongdan import Fields, Message, Raw, Reply, Who

from .answers import items, prefix, rows

PAGE_SIZE = 100  # the newer page's most; an older one says 200


def read_messages(ask: Callable[[int], Reply], name: str, total: str) -> list[Raw]:
    """Read all pages.  Rows that shift between two of them come twice and are kept once.

    Args:
        ask: asks for a page by its number, PAGE_SIZE rows each.
        name, total: where the answer has its rows, and how many there are in all.
    """
    seen: dict[bytes, Raw] = {}
    for number in itertools.count(1):
        reply = ask(number)
        found = {bytes(row): row for row in rows(reply, name)}
        is_new = bool(found.keys() - seen.keys())
        seen.update(found)
        count = reply.body.number(f"{prefix(reply.body)}{total}")
        is_last = len(seen) >= count if isinstance(count, int) else len(found) < PAGE_SIZE
        if is_last or not is_new:
            break
    return list(seen.values())


def thread(
    payload: Fields, roles: Mapping[str, Who], nicks: Mapping[str, Who]
) -> tuple[Message, ...]:
    """Return the messages of a detail, oldest first, each once.

    Args:
        payload: with the rows under `messages`.
        roles: the code book of `owner_role`.
        nicks: who is known by name; empty where the code book is sure.
    """
    told = {
        message.id: message
        for message in (_message(entry, roles, nicks) for entry in payload.items("messages"))
    }
    return tuple(
        sorted(told.values(), key=lambda message: (message.at, len(message.id), message.id))
    )


def _message(entry: Fields, roles: Mapping[str, Who], nicks: Mapping[str, Who]) -> Message:
    nick = (entry.text("owner_nick") or "").partition(":")[0]  # "shop:小周" is a sub-account
    role = entry.text("owner_role")
    if nick not in nicks and role not in roles:
        entry.notes.append(f"messages.owner_role: new value {role!r}")
    return Message(
        nicks.get(nick) or roles.get(role or "", Who.SYSTEM),
        entry.text("content") or "",
        entry.when("created"),
        id=entry.id("id"),
        files=tuple(url for picture in items(entry, "pic_urls") if (url := picture.text("url"))),
    )
