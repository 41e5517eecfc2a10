"""Acme, for gongdan: what its words mean.  gongdan pages, paces, retries, stores and sends."""

from __future__ import annotations

import gongdan as g


class AcmeSettings(g.Settings, frozen=True, kw_only=True):
    base_url: str = "https://api.acme.example"


STATES = {"open": g.Status.PENDING, "done": g.Status.CLOSED}
SPEAKERS = {"shop": g.Who.MERCHANT, "buyer": g.Who.BUYER}


def read_page(shop: g.Shop[AcmeSettings], ask: g.Ask) -> g.Page:
    span = {"since": ask.start, "until": ask.end, "page": ask.page, "size": ask.size}
    return shop.call("GET /cases", span).page("items", total="total")


def read_detail(shop: g.Shop[AcmeSettings], ref: g.Ref) -> g.Detail:
    return shop.call(f"GET /cases/{ref.id}").raw("")


def to_ticket(case: g.Fields) -> g.Ticket:
    return g.Ticket(
        status=case.choice("state", STATES),
        status_text=case.text("state"),
        title=case.text("title"),
        created=case.time("created_at"),
        thread=case.each("messages", to_message),
    )


def to_message(entry: g.Fields) -> g.Message:
    who = SPEAKERS.get(entry.need("from"), g.Who.PLATFORM)
    return g.Message(who, entry.need("body"), entry.when("at"), id=entry.id())


def to_call(action: g.Action, case: g.Case) -> g.Call:
    return g.Call(f"POST /cases/{case.id}/replies", {"body": action.text}, receipt="id")


CASES = g.Stream(
    name="case",
    reading=g.ByTime(order="asc", page_size=100),
    read_page=read_page,
    read_detail=read_detail,
    to_ticket=to_ticket,
    abilities=(g.Ability(to_call=to_call, max_chars=2000),),
)


@g.hookimpl
def gongdan_connectors() -> list[g.Connector[AcmeSettings]]:
    sandbox = f"{__name__}.sandbox:make"
    acme = g.Connector(
        api=1, platform="acme", settings=AcmeSettings, streams=(CASES,), sandbox=sandbox
    )
    return [acme]
