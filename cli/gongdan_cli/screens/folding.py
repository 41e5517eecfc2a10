"""Text in lines of so many cells, broken between words and hanzi."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from .clean import clean

_WORD = re.compile(r"\s+|[^\s\u2e80-\uffef]+|[\u2e80-\uffef]")


def fold(text: str, width: int, indent: str = "") -> list[str]:
    """Return *text* in lines of at most *width* cells, broken between words and hanzi."""
    room = max(width - cell_len(indent), 2)
    lines = []
    for paragraph in clean(text, lines=True).strip("\n").split("\n"):
        lines += [f"{indent}{line}".rstrip() for line in _folded(paragraph, room)]
    return lines


def _folded(paragraph: str, room: int) -> Iterator[str]:
    line = ""
    for word in _WORD.findall(paragraph):
        if cell_len(line) + cell_len(word.rstrip()) <= room:
            line += word
            continue
        if line.strip():
            yield line
        *full, line = chop_cells(word.lstrip(), room) or [""]
        yield from full
    yield line
