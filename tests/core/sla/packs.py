"""The rule packs of the tree, for the tests of what computes with them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gongdan.sla import Rule, load_rules

_CONNECTORS = Path(__file__).parents[3] / "connectors"


@cache
def pack(platform: str) -> tuple[Rule, ...]:
    path = _CONNECTORS / platform / f"gongdan_{platform}" / "rules.toml"
    return load_rules(path.read_text("utf-8"), path.name)
