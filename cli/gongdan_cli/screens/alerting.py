"""Who is told of what, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..words.table import Words
from .grid import Column, grid
from .tables import state_style

if TYPE_CHECKING:
    from gongdan.alerts import RobotRow


def alerts_table(
    rows: Sequence[RobotRow], now: datetime, width: int, words: Words, colour: bool
) -> str:
    """Return the robots, and why one takes nothing."""
    if not rows:
        return words("alert.none")
    columns: list[Column[RobotRow]] = [
        Column(words("col.name"), lambda row: row.name, 20, gives=True),
        Column(words("col.kind"), lambda row: words.value("robot", row.kind), 10),
        Column(
            words("col.state"),
            lambda row: words.value("robotstate", row.state),
            14,
            style=lambda row: state_style(row.state),
        ),
        Column(words("col.waiting"), lambda row: str(row.waiting), 8, right=True),
        Column(words("col.sent_at"), lambda row: words.clock(row.sent, now), 16),
        Column(words("col.hears"), lambda row: " ".join((*row.shops, *row.events)), 30, 100),
        Column(words("col.error"), lambda row: words.error(row.error)),
    ]
    return grid(rows, columns, width, colour=colour, gap=1 if width < 100 else 2)
