"""What became of every line of a table of shops, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .. import output
from ..words.table import words

if TYPE_CHECKING:
    from gongdan.config.shoplist import Line

_COUNTS = ("added", "renewed", "unchanged", "bad")


def print_lines(lines: Sequence[Line], table: Path, as_json: bool, dry_run: bool) -> None:
    """Print the counts, and on stderr every line that is wrong; with *as_json* every line."""
    said = words()
    for line in lines:
        if as_json:
            output.print_json(line)
        if line.what == "bad":
            told = said("import.bad", table=table.name, line=line.line, alias=line.alias or "-",
                        why=said.error(line.why))  # fmt: skip
            output.tell(told)
    found: Counter[str] = Counter(line.what for line in lines)
    counts = said("import.counts", **{name: found[name] for name in _COUNTS})
    if not as_json:
        output.say(said("import.dry", counts=counts) if dry_run else counts)
