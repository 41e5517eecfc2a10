"""Templates as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from .clean import clean

if TYPE_CHECKING:
    from gongdan.writing.templates import Template


def template_lines(found: Sequence[Template]) -> str:
    """Return a line a template: name, and what it is for; `*` marks the user's own."""
    wide = max((cell_len(each.name) for each in found), default=0) + 1
    return "\n".join(
        f"{each.name + ('*' if each.own else ''):<{wide}}  {clean(each.title or each.text)}"
        for each in found
    )


def template_text(template: Template) -> str:
    """Return a template's words, those of a place under its name."""
    lines = [clean(template.title), clean(template.text, lines=True)]
    for place, text in template.places.items():
        lines += [f"{clean(place)}:", f"  {clean(text)}"]
    return "\n".join(line for line in lines if line)
