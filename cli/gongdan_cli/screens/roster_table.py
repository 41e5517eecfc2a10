"""Who works here, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from ..words.table import Words
from .grid import Column, grid

if TYPE_CHECKING:
    from gongdan.people.roster import Roster


def roster_lines(
    roster: Roster, loads: Mapping[str, int], now: datetime, width: int, words: Words
) -> str:
    """Return the people in the order of the file: on duty, load, skills, shops."""
    any_ = words("people.all")
    return grid(
        roster.people,
        [
            Column(words("col.name"), lambda each: each.name, 16),
            Column(words("col.state"), lambda each: words(
                "people.on" if roster.is_on_duty(each.name, now) else "people.off"), 10),
            Column(words("col.load"), lambda each: words(
                "people.load", load=loads.get(each.name, 0), most=each.most), 12),
            Column(words("col.skills"), lambda each: ", ".join(
                words.value("category", skill) for skill in each.skills) or any_, 40,
                   gives=True),
            Column(words("col.shops"), lambda each: ", ".join(each.shops) or any_),
        ],
        width,
        colour=False,
    )  # fmt: skip
