"""The lanes of the queue by their names, English and Chinese."""

from __future__ import annotations

import click

# The core's names, and what they are also called.  What each means is `lane.` in the words.
LANES = {
    "urgent": "紧急",
    "today": "今天",
    "late": "超时",
    "waiting": "等待",
    "failed": "失败",
    "handover": "交接",
}
_BY_ALIAS = {alias: lane for lane, alias in LANES.items()}


class Lane(click.ParamType[str]):
    """A lane by either name."""

    name = "lane"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the core's name of a lane; "" stays."""
        from .words import words

        lane = _BY_ALIAS.get(value, value)
        if lane and lane not in LANES:
            known = ", ".join(f"{name} {alias}" for name, alias in LANES.items())
            self.fail(words()("lane.unknown", lane=value, lanes=known), param, ctx)
        return lane
