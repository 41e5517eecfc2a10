"""What a platform sends that it did not send before: fields, and words of an enum."""

from __future__ import annotations

from collections.abc import Iterator

from ..fields import Fields
from ..fold import Kind


class Drift:
    """What one reading of a stream has met.

    Attributes:
        names: of the fields of rows and of details, one level deep ("detail.reply").
        notes: what `Fields.choice` found in no table.
    """

    def __init__(self) -> None:
        self.names: dict[Kind, set[str]] = {"row": set(), "detail": set()}
        self.notes: set[str] = set()

    def take(self, kind: Kind, fields: Fields | None) -> None:
        """Note what a payload has."""
        if fields is not None:
            self.names[kind].update(_names(fields))
            self.notes.update(fields.notes)


def _names(fields: Fields) -> Iterator[str]:
    for name, value in fields.value.items():
        yield name
        if isinstance(value, dict):
            yield from (f"{name}.{inner}" for inner in value)
