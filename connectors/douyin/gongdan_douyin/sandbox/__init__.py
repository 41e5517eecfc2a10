"""An imitation of 抖店's open platform; `make` is what the connector's `sandbox` names.

It imports `gongdan.sandbox` and itself, nothing of the connector: what the two agree on, both have
read in the platform's documents.
"""

from __future__ import annotations

from gongdan.sandbox import Imitation, World

from .imitation import Douyin

__all__ = ["make"]


def make(world: World) -> Imitation:
    """Make the imitation in its world; the caller fills it."""
    return Douyin(world)
