"""The benchmark's connector: one stream that is a list and nothing else.

Loaded as any plugin is: `scene` lays a distribution's metadata with the entry point beside it.
"""

from __future__ import annotations

from datetime import timedelta

import gongdan as g
from gongdan.sla import Calendar, Mode, Rule

STATES = {"open": g.Status.PENDING, "done": g.Status.CLOSED}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = {"tz": "Asia/Shanghai", "week": {day: [["09:00", "21:00"]] for day in DAYS}}
RULE = Rule(
    id="bench.case",
    platform="bench",
    streams=("case",),
    calendar=Calendar.from_dict(WEEK),
    source="here",
    mode=Mode.WALL,
    target=timedelta(hours=24),
)


def read_page(shop: g.Shop[g.Settings], ask: g.Ask) -> g.Page:
    """Read one page of the list."""
    span = {"since": ask.start, "until": ask.end, "page": ask.page, "size": ask.size}
    return shop.call(f"GET /shops/{shop.remote_id}/tickets", span).page("items", total="total")


def to_ticket(row: g.Fields) -> g.Ticket:
    """Say what a row says, in the thirteen fields that a list row commonly has."""
    return g.Ticket(
        status=row.choice("state", STATES),
        status_text=row.text("state_text"),
        kind_text=row.text("kind"),
        category=g.Category.RETURN,
        title=row.text("title"),
        text=row.text("text"),
        order_ids=row.strings("order_ids"),
        product=row.text("product"),
        amount_fen=row.yuan("amount"),
        buyer_id=row.text("buyer_id"),
        buyer=row.text("buyer"),
        created=row.time("created_at"),
    )


@g.hookimpl
def gongdan_connectors() -> list[g.Connector[g.Settings]]:
    """Give the one connector."""
    cases = g.Stream(
        name="case",
        reading=g.ByTime(order="asc", max_span=timedelta(days=400)),
        read_page=read_page,
        to_ticket=to_ticket,
    )
    return [
        g.Connector(api=1, platform="bench", settings=g.Settings, streams=(cases,), rules=(RULE,))
    ]
