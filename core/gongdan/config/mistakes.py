"""What is wrong in a settings file, in words that help to mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ..errors import ConfigError


def unknown(name: str, table: str, path: Path, known: Iterable[str]) -> ConfigError:
    """Return the error for a name that nobody knows, with what it may have been meant to be."""
    return ConfigError(f"{path}: {table} {name}: no such setting; {instead(name, known)}")


def instead(name: str, known: Iterable[str]) -> str:
    """Return "did you mean X?", or "there are X, Y" where nothing is like it."""
    names = sorted(known)
    closest = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {closest[0]}?" if closest else f"there are {', '.join(names) or 'none'}"


def told(error: msgspec.ValidationError) -> str:
    """Turn "Expected `int`, got `str` - at `$.undo_s`" into "undo_s: expected int, got text"."""
    text, _, path = str(error).replace("`", "").partition(" - at $.")
    text = re.sub(r"\bstr\b", "text in quotes", f"{text[:1].lower()}{text[1:]}")
    return f"{path}: {text}" if path else text


def failed_key(error: msgspec.ValidationError) -> tuple[str, int | None]:
    """Return the key of a table that is wrong, and which element of it; ("", None) if not told."""
    found = re.search(r"at `\$\.(\w+)(?:\[(\d+)\])?|unknown field `(\w+)`", str(error))
    if found is None:
        return "", None
    return found[1] or found[3], int(found[2]) if found[2] else None
