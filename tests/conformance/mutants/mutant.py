"""A mutant: a good connector with one mistake, and the check that must catch it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from gongdan import Connector
from gongdan.conformance import Subject, find, of

from .good import CASES, GOOD, READING

Make: TypeAlias = Callable[[], Connector[Any]]


class Mutant(Struct, frozen=True):
    """One mistake; `make` is given an empty folder."""

    check: str
    name: str
    make: Callable[[Path], Subject]


MUTANTS: list[Mutant] = []


def mutant(check: str, name: str) -> Callable[[Make], Make]:
    """Add a function that returns a connector with a mistake."""

    def add(make: Make) -> Make:
        MUTANTS.append(Mutant(check, name, lambda _: of(make())))
        return make

    return add


def text_mutant(check: str, name: str, old: str, new: str) -> None:
    """Add a mistake in the text of the good connector's file."""

    def make(folder: Path) -> Subject:
        text = (Path(__file__).parent / "good.py").read_text("utf-8")
        assert old in text
        path = folder / "acme.py"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return find(str(path))

    MUTANTS.append(Mutant(check, name, make))


def acme(**parts: Any) -> Connector[Any]:
    """Return the good connector with other parts of its own."""
    return replace(GOOD, **parts)


def cases(**parts: Any) -> Connector[Any]:
    """Return the good connector with other parts of its stream."""
    return acme(streams=(replace(CASES, **parts),))


def reading(read_page: Any = CASES.read_page, **parts: Any) -> Connector[Any]:
    """Return the good connector with other parts of its reading."""
    return cases(reading=replace(READING, **parts), read_page=read_page)


def lantern() -> Connector[Any]:
    """Return the example that reads a feed of changes."""
    return find(str(Path(__file__).parents[3] / "docs/examples/lantern")).connector


def with_stream(connector: Connector[Any], **parts: Any) -> Connector[Any]:
    """Return a connector of one stream with other parts of it."""
    return replace(connector, streams=(replace(connector.streams[0], **parts),))


def answering(connector: Connector[Any], **parts: Any) -> Connector[Any]:
    """Return a connector whose replies have other parts."""
    streams = [
        replace(
            stream,
            abilities=tuple(
                replace(one, **parts) if one.kind == "reply" else one for one in stream.abilities
            ),
        )
        for stream in connector.streams
    ]
    return replace(connector, streams=tuple(streams))
