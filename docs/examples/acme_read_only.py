"""Acme Helpdesk, read only."""

import gongdan as g


def read_page(shop: g.Shop[g.Settings], ask: g.Ask) -> g.Page:
    span = {"since": ask.start, "until": ask.end, "page": ask.page, "size": ask.size}
    return shop.call("GET /cases", span).page("items", total="total")


def to_ticket(row: g.Fields) -> g.Ticket:
    status = row.choice("state", {"open": g.Status.PENDING, "done": g.Status.CLOSED})
    return g.Ticket(title=row.text("title"), created=row.time("created_at"), status=status)


@g.hookimpl
def gongdan_connectors() -> list[g.Connector[g.Settings]]:
    cases = g.Stream(
        name="case", reading=g.ByTime(order="asc"), read_page=read_page, to_ticket=to_ticket
    )
    return [g.Connector(api=1, platform="acme", settings=g.Settings, streams=(cases,))]
