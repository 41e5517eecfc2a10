"""One process that syncs a shop, in steps: it can be stopped between any two, and killed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from gongdan.calls.session import Session
from gongdan.calls.skew import Skew
from gongdan.due import Due
from gongdan.errors import GongdanError
from gongdan.shoprun import ShopRun
from gongdan.store import Store
from gongdan.views import RunRow

from .world import Killed, Simulated

ALIAS = "main"
FIRST = timedelta(days=10)


class Process:
    """A process with its own connection to the store.

    Attributes:
        over: it has ended, one way or the other.
    """

    def __init__(self, pid: int, world: Simulated, path: Path, living: set[int]) -> None:
        self.pid = pid
        self._world = world
        self._living = living
        living.add(pid)
        self.store = Store(path, pid=pid, alive=living.__contains__)
        session: Session[Any] = Session(
            alias=ALIAS,
            remote_id=world.shop,
            connector=world.connector,
            settings=world.platform.settings(world.hello),
            network=world,
            clock=world.clock,
            keys=self.store.keys,
            skew=Skew(),
            stop=lambda: False,
            rng=Random(pid),
        )
        due = Due(world.platform.name, world.connector.rules)
        first = world.clock.now() - FIRST
        self.work = ShopRun(world.connector, session, self.store, world.clock, due=due, first=first)
        self._steps: Generator[Any, Any, None] = self.work.steps()
        self._answer: object = None
        self._error: GongdanError | None = None
        self.over = False

    @property
    def well(self) -> bool:
        """Whether the last step came to no error."""
        return self._error is None

    def step(self) -> object:
        """Do one thing that is wanted; returns what it was, None at the end.

        Raises:
            Killed: within a request; the process is gone.
        """
        try:
            if self._error is not None:
                want = self._steps.throw(self._error)
            else:
                want = self._steps.send(self._answer)
        except StopIteration:
            self.end()
            return None
        self._answer, self._error = None, None
        try:
            self._answer = self.work.do(want)
        except GongdanError as error:
            self._error = error
        except Killed:
            self.kill()
            raise
        return want

    def run(self) -> RunRow:
        """Do all that is left."""
        while self.step() is not None:
            pass
        return self.work.run

    def end(self) -> None:
        """Exit as a process does that is done."""
        self.over = True
        self._living.discard(self.pid)
        self.store.close()

    def kill(self) -> None:
        """End as by kill -9: nothing that would still be done reaches the store."""
        self.end()
        with suppress(GongdanError):
            self._steps.close()
