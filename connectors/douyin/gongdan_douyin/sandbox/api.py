"""What one API of the platform is to the sandbox."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from gongdan.sandbox import Json, Kind, Strikes


class Asked(Struct, frozen=True):
    """A request that passed the gateway; `shop` is "" where no token is needed."""

    shop: str
    params: Json
    strikes: Strikes


class Api(Struct, frozen=True):
    """One API: its handler returns `data`, or raises a Refusal."""

    kind: Kind
    handle: Callable[[Asked], object]
    needs_token: bool = True
