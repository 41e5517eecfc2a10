"""Do what a generator wants, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias

Steps: TypeAlias = Generator[Any, Any, None]


class Around:
    """What else is done in a run of a shop.

    Attributes:
        first: an error in it ends the run before anything is sent or read.
        before, after: parts by name, before and after the streams; one that fails leaves the rest.
    """

    def __init__(self) -> None:
        self.first: list[Callable[[], Steps]] = []
        self.before: list[tuple[str, Callable[[], Steps]]] = []
        self.after: list[tuple[str, Callable[[], Steps]]] = []


class Driven:
    """Steps that are done one after the other, and may stand still between any two.

    Args:
        steps: what is wanted.
        do: does it and returns what came of it; what it raises goes back to who wanted it.
    """

    def __init__(self, steps: Steps, do: Callable[[object], object]) -> None:
        self._steps = steps
        self._do = do
        self._answer: object = None
        self._error: Exception | None = None

    def go(self, enough: Callable[[], bool] = lambda: False) -> bool:
        """Go on until all is done (True), or *enough* says so (False)."""
        while not enough():
            answer, error = self._answer, self._error
            self._answer, self._error = None, None
            try:
                want = self._steps.throw(error) if error else self._steps.send(answer)
            except StopIteration:
                return True
            try:
                self._answer = self._do(want)
            except Exception as caught:
                self._error = caught
        return False
