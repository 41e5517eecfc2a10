"""The page of a connector in docs/connectors, whose error table is made from the code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from gongdan import Error

_PART = re.compile(r"(<!-- errors:.*?-->\n).*?(<!-- end of errors -->)", re.S)


def path_of(platform: str) -> Path:
    """Return where the page of a platform stands."""
    return Path(__file__).resolve().parents[2] / f"docs/connectors/{platform}.md"


def table(errors: Sequence[Error]) -> str:
    """Return a connector's error table in Markdown."""
    lines = ["| code | of | means | 怎么办 | what to do |", "|---|---|---|---|---|"]
    for row in errors:
        of = f"`{row.on}`" if row.on != "*" else ""
        lines.append(f"| `{row.code}` | {of} | `{row.means.name}` | {row.zh} | {row.en} |")
    return "\n".join(lines) + "\n"


def written(page: Path, errors: Sequence[Error]) -> str:
    """Return a page with the table as it must be."""
    return _PART.sub(lambda found: found[1] + table(errors) + found[2], page.read_text("utf-8"))
