"""What tests stand on: a network of sandboxes in this process, and a clock that leaps."""

from __future__ import annotations

from .clock import VirtualClock
from .network import SandboxNetwork

__all__ = ["SandboxNetwork", "VirtualClock"]
