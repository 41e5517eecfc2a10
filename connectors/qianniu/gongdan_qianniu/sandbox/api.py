"""What one API of the gateway is: an entry of a table, name to handler.

A further family of APIs (exchange, tasks, messages) is a module with such a table; `imitation`
joins them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from gongdan.sandbox import Kind, Strikes

from .call import Call
from .refusal import Body
from .seller import Seller


class Asked(Struct, frozen=True):
    """A call that passed the gateway: who asks (`NOBODY` without a session), what strikes it."""

    call: Call
    seller: Seller
    strikes: Strikes


class Api(Struct, frozen=True):
    """One API.

    Attributes:
        answer: returns the body, lists plain, without root key and request_id; raises Refusal.
        kind: what the faults know it as; "write" changes a case.
        session: False where it is called without an access token.
    """

    answer: Callable[[Asked], Body]
    kind: Kind
    session: bool = True


Apis: TypeAlias = Mapping[str, Api]
