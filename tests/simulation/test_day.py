"""A day in the life: at its end the store and the platforms say the same, and every reply is once.

Small in `make test`; `GONGDAN_DAY=60:5000:5` is sixty shops, 5,000 tickets, a sync every 5 minutes.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from .day import TROUBLE, Day, differences

SMALL = "4:200:30"


def test_at_the_end_of_a_day_the_figures_are_those_of_the_platforms(tmp_path: Path) -> None:
    shops, tickets, minutes = map(int, os.environ.get("GONGDAN_DAY", SMALL).split(":"))
    day = Day(tmp_path, shops, tickets, timedelta(minutes=minutes))

    day.live()

    assert differences(day) == []
    assert len(day.said) > 20
    assert len({who for _, who in day.said.values()}) == 2
    assert len(day.told) > 60
    failed = {(shop, hour) for shop, hour, outcome in day.ran if outcome == "failed"}
    start, end, _ = TROUBLE["douyin"]
    assert failed >= {(f"douyin-{day.shops['douyin'][0]}", hour) for hour in range(start, end)}
    allowed = {
        (f"{platform}-{day.shops[platform][0]}", hour)
        for platform, (start, end, _) in TROUBLE.items()
        for hour in range(start, end)
    }
    assert failed <= allowed  # one shop's trouble is nobody else's

    day.tell("douyin", day.shops["douyin"][0], "service", "899999999", "platform", "x")
    assert [one for one in differences(day) if one.startswith("missing: ")]  # it would be seen
