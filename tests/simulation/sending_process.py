"""One process of the simulation of sending, which may stop or die between any two steps."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from random import Random
from typing import TYPE_CHECKING, Any

from gongdan import GongdanError
from gongdan.calls.skew import Skew
from gongdan.sending.wants import Fresh, WriteCall
from gongdan.shoprun import ShopRun
from gongdan.store import Store

from .sending_world import ALIAS, Wire

if TYPE_CHECKING:
    from .sending import Simulation

EVERY_S = 60.0  # between two runs


class Process:
    """One process that works the outbox off, step by step, and may stop or die between any two."""

    def __init__(self, sim: Simulation, name: int) -> None:
        self._sim = sim
        self.name = name
        self._rng = Random(f"{sim.world.seed} process {name}")
        self._store: Store | None = None
        self._steps: Generator[Any, Any, None] | None = None
        self._want: object = None
        self._answer: object = None
        self._error: GongdanError | None = None

    def step(self) -> float:
        """Do one thing; return how many seconds later the next is to be done."""
        rng, trouble = self._rng, self._sim.world.trouble
        busy = self._steps is not None
        if busy and self._sim.world.faulty and rng.random() < trouble.kill:
            self._die()
            return rng.uniform(1, 300)
        if self._steps is None:
            if not self._sim.store.outbox.due(ALIAS, self._sim.world.wall.now()):
                return EVERY_S * rng.uniform(0.3, 2)
            self._begin()
        elif self._want is not None:
            self._do()
        if not self._advance():
            return EVERY_S * rng.uniform(0.3, 2)
        if self._sim.world.faulty and rng.random() < trouble.pause:
            return float(rng.choice((6, 30, 125, 400, 700, 1000, 3600, 7200)) * rng.uniform(0.9, 1))
        return rng.uniform(0.01, 0.3)

    def _begin(self) -> None:
        world = self._sim.world
        self._wire = Wire(world)
        if self._store is None:
            self._store, self._skew = world.store(), Skew()
        self._run: ShopRun = world.run(self._store, self._wire, self._skew)
        self._steps = self._run.deliveries()
        self._answer = self._error = self._want = None

    def _do(self) -> None:
        """Do what is wanted; what comes of it is handed over with the next step."""
        want, self._want, self._handing = self._want, None, True
        touched = self._run._post.touched
        self._wire.row = touched[-1] if isinstance(want, WriteCall) else 0
        try:
            self._answer = self._run.do(want)
        except GongdanError as error:
            self._error = error
        except Exception as error:
            self._crash(error)
        what = f"{type(want).__name__} for {touched[-1]}"
        self._sim.log(f"process {self.name}: {what} -> {self._error or _brief(self._answer)}")

    _handing = False

    def _advance(self) -> bool:
        """Go on to the next want; False at the end of the run."""
        assert self._steps is not None
        if self._handing:  # something was done: time may pass before it is stored
            self._handing = False
            return True
        answer, error = self._answer, self._error
        self._answer = self._error = None
        try:
            self._want = self._steps.throw(error) if error else self._steps.send(answer)
        except StopIteration:
            self._steps = None
            return False
        except GongdanError as caught:
            self._sim.log(f"process {self.name}: run ended by {caught}")
            self._steps = None
            return False
        except Exception as caught:
            self._crash(caught)
            return False
        return True

    def _crash(self, error: Exception) -> None:
        self._sim.world.wrongs.append(f"crashed: {type(error).__name__}: {error}")
        self._steps = None
        self._want, self._answer, self._error, self._handing = None, None, None, False

    def _die(self) -> None:
        """Be gone, as after kill -9: nothing of any `finally` reaches the store."""
        self._sim.log(f"process {self.name}: killed")
        assert self._store is not None
        self._store.close()
        self._store = None
        if self._steps is not None:
            with contextlib.suppress(Exception):
                self._steps.close()
        self._steps = None

    def end(self) -> None:
        if self._store is not None:
            self._die()


def _brief(answer: object) -> str:
    if isinstance(answer, Fresh):
        return "; ".join(f"{m.who.value}: {m.text}" for m in answer.thread)
    return str(answer)
