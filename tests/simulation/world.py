"""One simulated world: a platform, its faults, a clock, and a network on which all may happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from msgspec import Struct

from gongdan import Request
from gongdan.calls.network import TOTAL_S, Answer
from gongdan.sandbox import Case, Clock, Fault, Json, Plan, Sandbox
from gongdan.testing import SandboxNetwork, VirtualClock
from gongdan.testing.network import host_of

from .platforms import PLATFORMS, Platform

# The lateness of a row is what the platform adds up to, and stays within the overlap (300 s).
LATE_PUT_S = 110
LATE_ROWS_S = 140.0
STALE_S = 30.0
OVERLAP = timedelta(seconds=300)

# name: (rates to choose from, seconds)
TRANSPORT = ("http-500", "cut-body", "html", "reset", "rate-limit", "ban", "token-expired")
ROWS = ("malformed-row", "lone-surrogate", "new-field", "new-enum")
FAULTS: dict[str, tuple[tuple[float | int, ...], float | None]] = {
    **dict.fromkeys(TRANSPORT, ((0.02, 0.1, 0.3), None)),
    **dict.fromkeys(ROWS, ((0.05, 0.3), None)),
    "lost-response": ((0.1, 0.3), None),  # of a write; a read knows it as `reset`
    "slow": ((0.1,), 20.0),
    "shift-pages": ((0.2, 0.7), None),
    "late-rows": ((1.0,), LATE_ROWS_S),
    "same-second": ((1,), None),
    "stale-replica": ((0.3, 0.5, 1.0), STALE_S),
    "filter-on-create": ((1.0,), None),
    "exclusive-start": ((1.0,), None),
}
LISTS = ("shift-pages", "late-rows", "same-second", "stale-replica", "exclusive-start")


class Killed(BaseException):
    """The process is gone, as after kill -9."""


class Traits(Struct):
    """What a seed decides once."""

    platform: str
    tickets: int
    faults: tuple[Fault, ...]
    busy: float  # chance of a change before a request
    killing: float  # chance of a kill within a request
    ahead_s: float  # the platform's clock before ours
    latency_s: float

    @property
    def names(self) -> set[str]:
        return {fault.name for fault in self.faults}


def traits(rng: Random, only: str = "") -> Traits:
    """Draw what a seed decides."""
    platform = only or rng.choice(list(PLATFORMS))
    many = rng.choice((0, 1, 2, 3, 5))
    names = rng.sample(list(FAULTS), many)
    if rng.random() < 0.5:
        names.append(rng.choice(LISTS))
    faults = tuple(_fault(rng, name) for name in dict.fromkeys(names))
    return Traits(
        platform=platform,
        tickets=rng.choice((0, 3, 8, 16)),
        faults=faults,
        busy=rng.choice((0.0, 0.1, 0.4, 0.8)),
        killing=rng.choice((0.0, 0.01, 0.05)),
        ahead_s=rng.choice((0.0, 0.0, 600.0, -600.0)),
        latency_s=rng.choice((0.05, 0.05, 0.5, 3.0)),
    )


def _fault(rng: Random, name: str) -> Fault:
    rates, seconds = FAULTS[name]
    return Fault(name=name, when=rng.choice(rates), seconds=seconds)


class Simulated:
    """The world of one seed.

    Attributes:
        acting: asked before every request whether the process lives on; may raise Killed.
    """

    def __init__(self, seed: int, only: str = "") -> None:
        self.rng = Random(f"reading {seed}")
        self.traits = traits(self.rng, only)
        self.platform: Platform = PLATFORMS[self.traits.platform]
        self.clock = VirtualClock()
        platform_clock = Clock(self.clock.now)
        plan = Plan(seed, 1, self.traits.tickets)
        self.sandbox = Sandbox({self.platform.name: self.platform.make}, plan, platform_clock)
        platform_clock.advance(self.traits.ahead_s)
        for fault in self.traits.faults:
            self.sandbox.faults.arm(fault)
        self.world = self.sandbox.worlds[self.platform.name]
        self.imitation = self.sandbox.gateways[self.platform.name].imitation
        self.hello: Json = self.imitation.hello(f"http://{host_of(self.platform.name)}")
        self.shop = self.platform.shop(self.hello)
        self.connector = self.platform.shrunk(self.rng)
        self.network = SandboxNetwork.of(self.sandbox)
        self.calm = False
        self.acting: Callable[[], None] = lambda: None
        self.trace: Callable[[str], None] = lambda _: None
        self._count = 0
        late_s = {"late-rows": LATE_ROWS_S, "stale-replica": STALE_S}
        self.lateness = timedelta(seconds=sum(late_s.get(n, 0.0) for n in self.traits.names))
        self._backdates = self.rng.random() < 0.5
        if self._backdates:
            self.lateness += timedelta(seconds=LATE_PUT_S)
        if "stale-replica" in self.traits.names and self.traits.platform == "plain":
            # Replicas that take turns may hide a row of a list without order from every pass over
            # it; the next run reads the overlap again (docs/reading.md, "The slow way").
            self.lateness = OVERLAP

    def send(self, request: Request, *, fresh: bool = False, total_s: float = TOTAL_S) -> Answer:
        """Make a request; before and after it anything may happen."""
        if self.calm:
            self.clock.advance(0.01)
            return self.network.send(request, fresh=fresh, total_s=total_s)
        self.clock.advance(self.rng.random() * self.traits.latency_s)
        while self.rng.random() < self.traits.busy:
            self.change()
        if "same-second" in self.traits.names and self.rng.random() < 0.03:
            for _ in range(20):  # more than two pages of one second
                self.change()
        self.acting()
        answer = self.network.send(request, fresh=fresh, total_s=total_s)
        self.clock.advance(self.rng.random() * self.traits.latency_s)
        self.acting()
        return answer

    # what happens on the platform

    def cases(self) -> list[Case]:
        """Return every case of the shop."""
        return list(self.world.cases.of(self.shop, self.connector.streams[0].name))

    def change(self) -> None:
        """Let something happen to a case, or a new one come."""
        cases = self.cases()
        if not cases or self.rng.random() < 0.15:
            self._add()
            return
        recent = self.rng.random() < 0.3
        case = max(cases, key=lambda c: c.newest.updated) if recent else self.rng.choice(cases)
        self._count += 1
        ticket: Json = {"id": case.id, self.platform.words: f"words {self._count}"}
        if self.rng.random() < 0.3:
            name, words = self.platform.status
            ticket[name] = self.rng.choice(words)
        if self.rng.random() < 0.5:
            ticket["messages"] = [self._said(self.rng.choice(self.platform.who))]
            if self.rng.random() < 0.5:  # seen in the thread only
                del ticket[self.platform.words]
        if self.rng.random() < 0.15:
            self._backdate(ticket, case)
        self.trace(f"  change {ticket}")
        self.imitation.put(ticket)

    def _add(self) -> None:
        self._count += 1
        ticket: Json = {
            "id": str(9_100_000_000_000_000_000 + self._count),
            "shop": self.shop,
            self.platform.words: f"words {self._count}",
            "messages": [self._said(self.platform.who[-1])],
        }
        if self.rng.random() < 0.3:
            self._backdate(ticket)
        self.trace(f"  new {ticket}")
        self.imitation.put(ticket)

    def _said(self, who: str) -> Json:
        number = self._count
        return {"who": who, "text": f"message {number}", "id": str(10**6 + number)}

    def _backdate(self, ticket: Json, case: Case | None = None) -> None:
        """Let the change be listed late: it was some time ago."""
        if not self._backdates:
            return
        late = timedelta(seconds=self.rng.randint(1, LATE_PUT_S))
        at = self.world.clock.second() - late
        if case is not None:
            at = max(at, case.newest.updated)
        ticket["updated"] = at

    def settle(self) -> None:
        """Let all faults end."""
        self.sandbox.faults.clear()
        self.calm = True
