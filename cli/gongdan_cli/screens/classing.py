"""What a ticket is taken for, and why, in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..words.table import Words
from .folding import fold

if TYPE_CHECKING:
    from gongdan.queue.beside import Classed, Reason


def class_lines(classed: Classed, width: int, words: Words) -> list[str]:
    """Return a line for category and urgency each, for every tag and the priority, with why."""
    lines = []
    for reason in classed.reasons:
        value = words.value(reason.field, reason.value) or words(f"class.{reason.value}")
        text = words("class.line", name=words(f"class.{reason.field}"), value=value,
                     why=_why(reason, words))  # fmt: skip
        lines += fold(text, width, "  ")
    return lines


def _why(reason: Reason, words: Words) -> str:
    if reason.by == "rule":
        key = "class.by_rule" if reason.source else "class.by_own"
        return words(key, name=reason.name, found=reason.found, source=reason.source)
    if reason.by == "plugin":
        told = words("show.fact", name=reason.name, value=reason.source)
        return words("class.by_plugin", told=told if reason.source else reason.name)
    return words(f"class.by_{reason.by}")
