"""Columns of text that line up, whatever is in them, and never run over the width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import click
from rich.cells import cell_len, set_cell_size

from .clean import cell

Row = TypeVar("Row")
_LEAST = 8  # cells that a column keeps which gives way to others
_READABLE = 18  # cells that free text keeps as long as others can give way


@dataclass(frozen=True)
class Style:
    """How a cell looks where colour is allowed; it never says what the text does not."""

    fg: str | None = None
    bold: bool = False
    dim: bool = False


PLAIN = Style()


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column.

    Attributes:
        most: cells it may take; None: it takes what the others leave.
        least: the width of the screen from which it is shown; 0: it is never left out for room.
        gives: may be made narrower where the screen is.
        tail: cut in front, for numbers that differ at the end.
    """

    title: str
    text: Callable[[Row], str]
    most: int | None = None
    least: int = 0
    right: bool = False
    gives: bool = False
    tail: bool = False
    style: Callable[[Row], Style] = lambda _row: PLAIN


def grid(
    rows: Sequence[Row],
    columns: Sequence[Column[Row]],
    width: int,
    *,
    colour: bool,
    gap: int = 2,
) -> str:
    """Return the header and one line a row, none wider than *width* cells.

    A column with nothing in it is left out, and so are the least needed ones that find no room.

    Args:
        gap: cells between two columns.
    """
    filled = [
        (column, texts)
        for column in columns
        if column.least <= width and any(texts := [cell(column.text(row)) for row in rows])
    ]
    sizes = _widths(filled, width, gap)
    while _over(sizes, width, gap) > 0 and any(column.least for column, _ in filled):
        filled.remove(max(filled, key=lambda pair: pair[0].least))
        sizes = _widths(filled, width, gap)
    styles = [[Style(bold=True)] * len(filled)]
    styles += [[column.style(row) for column, _ in filled] for row in rows]
    lines = zip(*([column.title, *texts] for column, texts in filled), strict=True)
    shapes = [column for column, _ in filled]
    return "\n".join(
        _line(
            [_fit(*one) for one in zip(line, sizes, shapes, strict=True)],
            looks if colour else (),
            width,
            gap,
        )
        for line, looks in zip(lines, styles, strict=True)
    )


def fit(text: str, width: int) -> str:
    """Return *text* cut to *width* cells, with an ellipsis if something was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)).rstrip() + "…" if width > 0 else ""


def paint(text: str, style: Style, *, colour: bool) -> str:
    """Return *text* in a style, or as it is."""
    if not colour or style == PLAIN:
        return text
    return click.style(text, fg=style.fg, bold=style.bold or None, dim=style.dim or None)


def _widths(filled: Sequence[tuple[Column[Row], list[str]]], width: int, gap: int) -> list[int]:
    """Give every column what it needs up to its most; take from those that give what is over."""
    sizes = []
    for column, texts in filled:
        needed = max(cell_len(text) for text in (column.title, *texts))
        sizes.append(needed if column.most is None else min(needed, column.most))
    loose = [index for index, (column, _) in enumerate(filled) if column.most is None]
    givers = [index for index, (column, _) in enumerate(filled) if column.gives]
    for group, least in ((loose, _READABLE), (givers, _LEAST), (loose, _LEAST)):
        _shrink(sizes, group, least, _over(sizes, width, gap))
    return sizes


def _over(sizes: Sequence[int], width: int, gap: int) -> int:
    return sum(sizes) + gap * (len(sizes) - 1) - width


def _shrink(sizes: list[int], group: Sequence[int], least: int, over: int) -> None:
    """Take up to *over* cells away from a group, always from its widest."""
    for _ in range(over):
        widest = max(group, key=lambda index: sizes[index], default=None)
        if widest is None or sizes[widest] <= least:
            return
        sizes[widest] -= 1


def _fit(text: str, width: int, column: Column[Row]) -> str:
    text = _end(text, width) if column.tail else fit(text, width)
    blank = " " * (width - cell_len(text))
    return blank + text if column.right else text + blank


def _end(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) > width - 1:
        text = text[1:]
    return f"…{text}"


def _line(cells: Sequence[str], styles: Sequence[Style], width: int, gap: int) -> str:
    """Join cells in their styles; where not even the least fits, cut the line, unpainted."""
    line = (" " * gap).join(cells).rstrip()
    if not styles or cell_len(line) > width:
        return fit(line, width)
    pairs = zip(cells, styles, strict=True)
    return (" " * gap).join(paint(text, style, colour=True) for text, style in pairs).rstrip()
