"""What the reading wants next; whoever drives it does it, and sends back what came."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias

from msgspec import Struct

from ..contract import Stream
from ..store import Batch
from ..wire import Ask
from .drift import Drift


class ReadPage(Struct, frozen=True):
    """Wanted: one page of a list."""

    stream: Stream
    ask: Ask


class ReadDetail(Struct, frozen=True):
    """Wanted: a whole case by id; `row` is its newest list row, b"" if it was never listed."""

    stream: Stream
    remote_id: str
    row: bytes


class Have(Struct, frozen=True):
    """Wanted: what *ask* returns, given the shop's way to its platform."""

    ask: Callable[[Any], object]


class Land(Struct, frozen=True):
    """Wanted: this in the store."""

    batch: Batch


class Now(Struct, frozen=True):
    """Wanted: the platform's time."""


class Say(Struct, frozen=True):
    """Wanted: a person to know."""

    kind: str
    text: str


class Noted(Struct, frozen=True):
    """Wanted: what is new in what came, told once."""

    stream: Stream
    drift: Drift


Want: TypeAlias = Have | ReadPage | ReadDetail | Land | Now | Say | Noted
Steps: TypeAlias = Generator[Want, Any, None]
