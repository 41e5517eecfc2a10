"""Acme Helpdesk, with replies."""

import gongdan as g

STATES = {"open": g.Status.PENDING, "done": g.Status.CLOSED}


def read_page(shop: g.Shop[g.Settings], ask: g.Ask) -> g.Page:
    span = {"since": ask.start, "until": ask.end, "page": ask.page, "size": ask.size}
    return shop.call("GET /cases", span).page("items", total="total")


def read_detail(shop: g.Shop[g.Settings], ref: g.Ref) -> g.Detail:
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


@g.hookimpl
def gongdan_connectors() -> list[g.Connector[g.Settings]]:
    cases = g.Stream(
        name="case",
        reading=g.ByTime(order="asc"),
        read_page=read_page,
        read_detail=read_detail,
        to_ticket=to_ticket,
        abilities=(g.Ability(to_call=to_call, max_chars=2000),),
    )
    return [g.Connector(api=1, platform="acme", settings=g.Settings, streams=(cases,))]
