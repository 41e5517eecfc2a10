"""A plugin that hears what happens; as installed ones do, but for its entry point."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from gongdan import hookimpl
from gongdan.plugins.registry import GROUP, Plugins

HEARD: list[tuple[str, str, Mapping[str, str]]] = []
FAILING: list[Exception] = []


@hookimpl
def gongdan_event(kind: str, ticket_id: str, data: Mapping[str, str]) -> None:
    """Remember an event, or fail if a test asked for that."""
    if FAILING:
        raise FAILING[0]
    HEARD.append((kind, ticket_id, data))


def with_ears(name: str = "ears") -> Plugins:
    """Return the installed plugins and this one, of that name."""
    HEARD.clear()
    FAILING.clear()
    ears = EntryPoint(name, "tests.core.ears", GROUP)
    return Plugins([*entry_points(group=GROUP), ears])
