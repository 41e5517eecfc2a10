"""The lanes and sorts of the queue by their names, English and Chinese."""

from __future__ import annotations

import click

# The core's names, and what they are also called.  What each means is `lane.` in the words.
LANES = {
    "urgent": "紧急",
    "today": "今天",
    "late": "超时",
    "mine": "我的",
    "waiting": "等待",
    "failed": "失败",
    "solved": "已解决",
    "duplicates": "疑似重复",
    "elsewhere": "他人已处理",
    "handover": "交接",
}
SORTS = {
    "due": "期限",
    "priority": "优先级",
    "oldest": "最早",
    "newest": "最新",
    "changed": "变化",
    "shop": "店铺",
    "order": "订单",
}
_BY_ALIAS = {alias: lane for lane, alias in LANES.items()}


class Lane(click.ParamType[str]):
    """A lane by either name."""

    name = "lane"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the core's name of a lane; "" stays."""
        from .words.table import words

        lane = _BY_ALIAS.get(value, value)
        if lane and lane not in LANES:
            known = ", ".join(f"{name} {alias}" for name, alias in LANES.items())
            self.fail(words()("lane.unknown", lane=value, lanes=known), param, ctx)
        return lane


class Sort(click.ParamType[str]):
    """A sort by either name."""

    name = "sort"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the core's name of a sort; "" stays."""
        from .words.table import words

        sort = next((name for name, alias in SORTS.items() if alias == value), value)
        if sort and sort not in SORTS:
            known = ", ".join(f"{name} {alias}" for name, alias in SORTS.items())
            self.fail(words()("sort.unknown", sort=value, sorts=known), param, ctx)
        return sort
