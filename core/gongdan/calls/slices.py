"""Where the parts of a JSON text stand, for texts that only the standard library reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]  # from, to

_DECODER = json.JSONDecoder(strict=False)
_BLANKS = re.compile(r"[ \t\r\n]*")


def members(text: str, start: int) -> dict[str, Span]:
    """Return the spans of the values of the object that begins at *start*, by name.

    Args:
        text: what `json.loads(text, strict=False)` reads.
    """
    found: dict[str, Span] = {}
    at = _skip(text, start + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        first = _skip(text, _skip(text, at) + 1)  # over the colon
        found[name], at = _span(text, first)
    return found


def elements(text: str, start: int) -> Iterator[Span]:
    """Yield the spans of the elements of the list that begins at *start*, in order."""
    at = _skip(text, start + 1)
    while text[at] != "]":
        span, at = _span(text, at)
        yield span


def _span(text: str, first: int) -> tuple[Span, int]:
    """Return the span of the value that begins there, and where the next begins."""
    _, end = _DECODER.raw_decode(text, first)
    at = _skip(text, end)
    return (first, end), _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
