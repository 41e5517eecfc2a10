"""What tests stand on: a network of sandboxes in this process, and a clock that leaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .clock import VirtualClock
from .network import SandboxNetwork

if TYPE_CHECKING:
    from .conformance import Conformance

__all__ = ["Conformance", "SandboxNetwork", "VirtualClock"]


def __getattr__(name: str) -> object:
    """Import the kit when it is asked for: it stands on the two above."""
    if name == "Conformance":
        from .conformance import Conformance

        return Conformance
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
