"""The page of the checks says what the code has."""

from __future__ import annotations

import os
import re
from pathlib import Path

from gongdan.conformance import CHECKS

PAGE = Path(__file__).parents[2] / "docs/conformance.md"


def table() -> str:
    """Return the checks as the page has them; each can be linked to."""
    lines = ["| check | tier | the connector | why |", "|---|---|---|---|"]
    for _, one in sorted(CHECKS.items()):
        anchor = f'<a id="{one.id.lower()}"></a>{one.id}'
        lines.append(f"| {anchor} | {one.tier} | {one.title} | {one.why} |")
    return "\n".join(lines)


def test_the_page_lists_the_checks() -> None:
    text = PAGE.read_text("utf-8")
    made = re.sub(r"(<!-- checks -->\n).*(<!-- /checks -->)", rf"\1{table()}\n\2", text, flags=re.S)
    if os.environ.get("GONGDAN_REMAKE_GOLDEN"):
        PAGE.write_text(made, "utf-8")

    assert PAGE.read_text("utf-8") == made
