"""The good connector that mutants are made of; part by part, so that one part can be replaced."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import gongdan as g

STATES = {"open": g.Status.PENDING, "done": g.Status.CLOSED}


def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
    span = {"since": ask.start, "until": ask.end, "page": ask.page, "size": ask.size, "by": ask.by}
    return shop.call("GET /cases", span).page("items", total="total")


def read_detail(shop: g.Shop[Any], ref: g.Ref) -> g.Detail:
    return shop.call(f"GET /cases/{ref.id}").raw("")


def to_message(entry: g.Fields) -> g.Message:
    who = g.Who.MERCHANT if entry.need("from") == "shop" else g.Who.BUYER
    return g.Message(who, entry.need("body"), entry.when("at"), id=entry.id())


def to_ticket(case: g.Fields) -> g.Ticket:
    return g.Ticket(
        title=case.text("title"),
        created=case.time("created_at"),
        status=case.choice("state", STATES),
        thread=case.each("messages", to_message),
    )


def to_call(action: g.Action, case: g.Case) -> g.Call:
    return g.Call(f"POST /cases/{case.id}/replies", {"body": action.text}, receipt="id")


REPLY = g.Ability(to_call=to_call, max_chars=2000)
READING = g.ByTime(order="asc", max_span=timedelta(days=1), by_creation=True)
CASES = g.Stream(
    name="case",
    reading=READING,
    read_page=read_page,
    read_detail=read_detail,
    to_ticket=to_ticket,
    abilities=(REPLY,),
)
GOOD = g.Connector(api=1, platform="acme", settings=g.Settings, streams=(CASES,))


@g.hookimpl
def gongdan_connectors() -> list[g.Connector[g.Settings]]:
    return [GOOD]
