"""What an imitation of a platform is given, and what it has to be."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from random import Random
from threading import RLock
from typing import Protocol, TypeAlias

from msgspec import Struct

from .cases import Cases
from .clock import Clock
from .faults import Faults, Named
from .message import Answer, Json, Request
from .traffic import Traffic


class Outgoing(Struct, frozen=True):
    """One request that the platform itself makes: a push to who listens.

    Attributes:
        url: where to.
        headers: the signature and the like.
        body: the bytes that are signed.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes


class Plan(Struct, frozen=True):
    """How much of a world is made.

    Attributes:
        seed: the same seed makes the same.
        shops: of each platform.
        tickets: of each stream of a shop; 0 is none.
    """

    seed: int = 0
    shops: int = 2
    tickets: int = 24


class World:
    """The surroundings of one imitated platform; clock, faults and traffic are shared by all.

    Attributes:
        cases: empty after each `reset`, for the imitation's `fill`.
        rng: the platform's own, seeded; everything random comes from it.
        start: aware UTC, a whole second; seed times are relative to it.
        lock: held while a request or a control command is handled.
        sleep: what `slow` waits with; moves the clock unless a server puts a real one here.
        push_url: where this platform pushes to; "" is nowhere.
        outgoing: what is to be pushed, oldest first; a server takes it from here and delivers it.
        probe: what the platform does when an address is set; an imitation that pushes puts it here.
    """

    def __init__(
        self,
        platform: str,
        plan: Plan,
        clock: Clock | None = None,
        faults: Faults | None = None,
        traffic: Traffic | None = None,
        lock: RLock | None = None,
    ) -> None:
        self.platform = platform
        self.clock = clock or Clock()
        self.faults = faults or Faults(self.clock, plan.seed)
        self.traffic = Traffic() if traffic is None else traffic  # an empty one is false
        self.lock = lock or RLock()
        self.sleep: Callable[[float], Awaitable[None]] = self._pass_time
        self.push_url = ""
        self.outgoing: deque[Outgoing] = deque(maxlen=10_000)
        self.probe: Callable[[], None] | None = None
        self.reset(plan)

    def reset(self, plan: Plan) -> None:
        """Empty the world and seed it anew; the shared parts are reset by who shares them."""
        self.plan = plan
        self.rng = Random(f"{self.platform} {plan.seed}")
        self.cases = Cases(self.clock, self.rng)
        self.start = self.clock.second()
        self._ids = 0
        self._late: list[tuple[datetime, Callable[[], None]]] = []

    def new_id(self) -> str:
        """Return an id for a message that nothing else of this world has: "m1", "m2"."""
        self._ids += 1
        return f"m{self._ids}"

    def push_to(self, url: str) -> None:
        """Have the platform push to an address from now on, which it probes first.

        Raises:
            ValueError: this platform pushes nothing.
        """
        if self.probe is None:
            raise ValueError(f"platform {self.platform} pushes nothing")
        self.push_url = url
        if url:
            self.probe()

    def later(self, due: datetime, do: Callable[[], None]) -> None:
        """Have *do* happen at *due*: by the first request after it, but with the clock at it."""
        self._late.append((due, do))

    def settle(self) -> None:
        """Do what is due by now."""
        if not self._late:
            return
        now = self.clock.now()
        due = sorted((late for late in self._late if late[0] <= now), key=lambda late: late[0])
        self._late = [late for late in self._late if late[0] > now]
        for at, do in due:
            with self.clock.pinned(at):
                do()

    async def _pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)


class Imitation(Protocol):
    """One imitated platform; `make(world)` of its module returns it.

    It keeps its state in itself and in `world.cases`.  It is asked from one thread at a time, and
    answers at once: no waiting, no network, no clock but the world's.
    """

    def fill(self) -> None:
        """Forget all state; make shops and cases by `world.plan`.  At the start and at a reset.

        What `hello` says of apps, shops and first tokens must be the same for every seed, or who
        was set up with it would be locked out by a reset.
        """
        ...

    def name(self, request: Request) -> Named:
        """Say what a request is without judging it; a request nobody knows has api ""."""
        ...

    def answer(self, request: Request) -> Answer:
        """Judge and answer one request, with the platform's part of `request.strikes`.

        The imitation's part: rate-limit, ban, token-expired, revoked, no-permission, wrong-ip,
        service-error, too-large and risky-writes-over (where the platform has such a thing),
        concurrent-refresh, refused, altered-text, other-person, new-round, malformed-row,
        lone-surrogate, new-field, new-enum; and hidden-write by giving its seconds to
        `cases.change`.  The data faults of lists are in `cases.page` and `cases.read`; the others
        never reach it.
        """
        ...

    def hello(self, url: str) -> Json:
        """What `gongdan sandbox --json` says of it: addresses, app, shops.  *url* has no slash at
        its end."""
        ...

    def shops(self) -> Sequence[Json]:
        """The shops as `GET /state` shows them; `id` is what a ticket's `shop` refers to."""
        ...

    def put(self, ticket: Json) -> None:
        """Create or change one case, as `POST /tickets` was given it, without `platform`.

        Raises:
            ValueError: it cannot be; the message names the key.
        """
        ...


Make: TypeAlias = Callable[[World], Imitation]
