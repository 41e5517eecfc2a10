"""What buyers, sellers and 小二 of the imitated shops tell each other: the texts of stories.json.

Invented, after the families that docs/requirements.md names (R25 to R36, R51, R65 to R76): parcels
that stand still, wrong and broken goods, money, promotions, invoices, goods that harm, gifts,
exchange, repair, parts sent again, and cases that are settled and still want an answer.
"""

from __future__ import annotations

import functools
from importlib import resources

import msgspec
from msgspec import Struct


class Story(Struct, frozen=True, forbid_unknown_fields=True):
    """One case, without ids and times.

    Attributes:
        goods: title, SKU text, price in fen.
        status, dispute_type, phase: in the platform's words.
        cs_status: 1 to 11, how far 小二 have come into it.
        thread: who (buyer, merchant, platform) and text, oldest first; `desc` is no message.
        address: the merchant's first message gives the return address.
    """

    goods: tuple[str, str, int]
    reason: str
    desc: str
    status: str
    dispute_type: str
    phase: str
    cs_status: int
    thread: tuple[tuple[str, str], ...]
    address: bool = False


@functools.cache
def stories() -> tuple[Story, ...]:
    """Return all of them, always in the same order."""
    text = resources.files(__package__).joinpath("stories.json").read_bytes()
    return msgspec.json.decode(text, type=tuple[Story, ...])
