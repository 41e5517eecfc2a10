"""The page of the checks says what the code has."""

from __future__ import annotations

import os
from pathlib import Path

from gongdan.conformance import CHECKS

from .engine import ENGINE

PAGE = Path(__file__).parents[2] / "docs/conformance.md"


def checks() -> str:
    """Return the checks as the page has them; each can be linked to."""
    lines = ["| check | tier | the connector | why |", "|---|---|---|---|"]
    for _, one in sorted(CHECKS.items()):
        anchor = f'<a id="{one.id.lower()}"></a>{one.id}'
        lines.append(f"| {anchor} | {one.tier} | {one.title} | {one.why} |")
    return "\n".join(lines)


def promises() -> str:
    """Return what the engine does for every connector, as the page has it."""
    lines = ["| promise | tier | what | proved by |", "|---|---|---|---|"]
    for one in ENGINE:
        proofs = (proof.rpartition("::")[2].replace("_", " ") for proof in one.proofs)
        lines.append(f"| {one.id} | {one.tier} | {one.title} | {'; '.join(proofs)} |")
    return "\n".join(lines)


def between(text: str, name: str, rows: str) -> str:
    """Return a page with other rows in one of its places."""
    before, start, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    assert start
    assert end
    return f"{before}{start}{rows}\n{end}{after}"


def test_the_page_lists_the_checks_and_the_promises() -> None:
    made = between(PAGE.read_text("utf-8"), "checks", checks())
    made = between(made, "engine", promises())
    if os.environ.get("GONGDAN_REMAKE_GOLDEN"):
        PAGE.write_text(made, "utf-8")

    assert PAGE.read_text("utf-8") == made
