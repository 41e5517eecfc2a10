"""What a platform sends that it did not send before: fields, and words of an enum."""

from __future__ import annotations

from ..fields import Fields
from ..fold import Kind


class Drift:
    """What one reading of a stream has met.

    Attributes:
        notes: what `Fields.choice` found in no table.
    """

    def __init__(self) -> None:
        self._own: dict[Kind, set[str]] = {"row": set(), "detail": set(), "file": set()}
        self._inner: dict[Kind, dict[str, set[str]]] = {kind: {} for kind in self._own}
        self.notes: set[str] = set()

    @property
    def names(self) -> dict[Kind, set[str]]:
        """The names of the fields of rows and of details, one level deep ("detail.reply")."""
        return {
            kind: own.union(f"{name}.{part}" for name, parts in inner.items() for part in parts)
            for (kind, own), inner in zip(self._own.items(), self._inner.values(), strict=True)
        }

    def take(self, kind: Kind, fields: Fields | None) -> None:
        """Note what a payload has; it is asked of every row, and so puts no names together."""
        if fields is None:
            return
        self._own[kind].update(fields.value)
        for name, value in fields.value.items():
            if isinstance(value, dict):
                self._inner[kind].setdefault(name, set()).update(value)
        if fields.notes:
            self.notes.update(fields.notes)
