"""An imitation of 淘宝开放平台, for `gongdan sandbox`, the tests and the conformance kit.

It stands on `gongdan.sandbox` and on the documents alone: it imports nothing of the connector.
"""

from __future__ import annotations

from gongdan.sandbox import World

from .imitation import Top

__all__ = ["Top", "make"]


def make(world: World) -> Top:
    """Return the imitation over *world*, still empty; `fill` makes its shops and refunds."""
    return Top(world)
