"""Write the errors of docs/connectors/qianniu.md: `python -m tests.connectors.qianniu.page`."""

from __future__ import annotations

import re
from pathlib import Path

from gongdan_qianniu.errors import ERRORS

PAGE = Path(__file__).resolve().parents[3] / "docs/connectors/qianniu.md"
_PART = re.compile(r"(<!-- errors:.*?-->\n).*?(<!-- end of errors -->)", re.S)


def table() -> str:
    """Return the connector's error table in Markdown."""
    lines = ["| code | of | means | 怎么办 | what to do |", "|---|---|---|---|---|"]
    for row in ERRORS:
        of = f"`{row.on}`" if row.on != "*" else ""
        lines.append(f"| `{row.code}` | {of} | `{row.means.name}` | {row.zh} | {row.en} |")
    return "\n".join(lines) + "\n"


def written() -> str:
    """Return the page with the table as it must be."""
    text = PAGE.read_text("utf-8")
    return _PART.sub(lambda found: found[1] + table() + found[2], text)


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")
