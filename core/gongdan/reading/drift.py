"""What a platform sends that it did not send before: fields, and words of an enum."""

from __future__ import annotations

from ..fields import Fields
from ..fold import Kind


class Drift:
    """What one reading of a stream has met.

    Attributes:
        names: of the fields of rows and of details, one level deep ("detail.reply").
        notes: what `Fields.choice` found in no table.
    """

    def __init__(self) -> None:
        self.names: dict[Kind, set[str]] = {"row": set(), "detail": set(), "file": set()}
        self.notes: set[str] = set()

    def take(self, kind: Kind, fields: Fields | None) -> None:
        """Note what a payload has."""
        if fields is None:
            return
        names = self.names[kind]
        for name, value in fields.value.items():
            names.add(name)
            if isinstance(value, dict):
                names.update(f"{name}.{inner}" for inner in value)
        self.notes.update(fields.notes)
