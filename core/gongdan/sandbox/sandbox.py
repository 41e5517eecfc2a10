"""A sandbox: some imitated platforms that share a clock, faults, a log and a control endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from threading import RLock
from typing import cast

from .clock import Clock
from .faults import Faults
from .gateway import Gateway
from .message import Json
from .traffic import Traffic
from .world import Make, Plan, World


def load(address: str) -> Make:
    """Import what a connector's `sandbox` names.

    Args:
        address: `"module:function"`; the function takes a World and returns an Imitation.

    Raises:
        ValueError: the address has no colon, or there is no such function in the module.
        ImportError: there is no such module.
    """
    module, colon, function = address.partition(":")
    if not colon or not function:
        raise ValueError(f"sandbox {address!r}: write it as module:function")
    make = getattr(import_module(module), function, None)
    if not callable(make):
        raise ValueError(f"sandbox {address!r}: {module} has no function {function}")
    return cast(Make, make)


class Sandbox:
    """Imitated platforms in this process; each of `gateways` is an ASGI app.

    Attributes:
        worlds, gateways: by platform, in the order given.
    """

    def __init__(
        self, makers: Mapping[str, Make], plan: Plan | None = None, clock: Clock | None = None
    ) -> None:
        """Make and fill the worlds.

        Args:
            makers: platform to what `load` returns.
            clock: the real time's if not given.
        """
        self.plan = plan or Plan()
        self.clock = clock or Clock()
        self.lock = RLock()
        self.faults = Faults(self.clock, self.plan.seed)
        self.traffic = Traffic()
        self.worlds: dict[str, World] = {}
        self.gateways: dict[str, Gateway] = {}
        for platform, make in makers.items():
            world = World(platform, self.plan, self.clock, self.faults, self.traffic, self.lock)
            imitation = make(world)
            world.reset(self.plan)  # so that a reset with the same seed gives the same
            imitation.fill()
            self.worlds[platform] = world
            self.gateways[platform] = Gateway(world, imitation)

    def reset(self, seed: int | None = None) -> None:
        """Begin again: source's time, no faults, empty log, cases of *seed* (None: the same)."""
        with self.lock:
            if seed is not None:
                self.plan = Plan(seed, self.plan.shops, self.plan.tickets)
            self.clock.set(None)
            self.faults.clear(self.plan.seed)
            self.traffic.clear()
            for platform, gateway in self.gateways.items():
                self.worlds[platform].reset(self.plan)
                gateway.imitation.fill()

    def settle(self) -> None:
        """Do what is due in every world: late commits."""
        for world in self.worlds.values():
            world.settle()

    def hello(self, urls: Mapping[str, str]) -> Json:
        """What each platform says of itself, by platform; *urls* has their addresses."""
        return {
            platform: gateway.imitation.hello(urls[platform])
            for platform, gateway in self.gateways.items()
        }
