"""A small invented platform whose list comes in no order, and its connector.

    GET /cases?since=&until=&page=&size=    rows by creation time, filtered by update time
    GET /cases/ID                           the case with its messages

A page deeper than MAX_ROWS rows is answered 413.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import gongdan as g
from gongdan.sandbox import (
    Answer,
    Case,
    Imitation,
    Json,
    Message,
    Named,
    Query,
    Request,
    Row,
    Version,
    World,
    json_answer,
    read_partial,
    victim,
)

SHOP = "1"
STREAM = "case"
MAX_ROWS = 40
STATES = {
    "open": g.Status.PENDING,
    "waiting": g.Status.WAITING_BUYER,
    "done": g.Status.CLOSED,
}


class Plain:
    """The imitation: cases an hour apart, the last one an hour before the start."""

    def __init__(self, world: World) -> None:
        self._world = world

    def fill(self) -> None:
        """Make the cases of the one shop."""
        world = self._world
        for n in range(world.plan.tickets):
            at = world.start - timedelta(hours=world.plan.tickets - n, seconds=-n % 7)
            state = world.rng.choice(list(STATES))
            first = Message("buyer", f"first words of {n}", at, f"m{n}")
            world.cases.add(
                str(9_007_199_254_740_993 + n),
                shop=SHOP,
                stream=STREAM,
                created=at,
                updated=at,
                fields={"state": state, "title": f"case {n}"},
                messages=[first],
            )

    def name(self, request: Request) -> Named:
        """Name a request: the list or a detail."""
        kind = "list" if request.path == "/cases" else "detail"
        return Named(kind, "list" if kind == "list" else "detail", SHOP)

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        strikes = request.strikes
        for fault, status in (("rate-limit", 429), ("ban", 429), ("token-expired", 401)):
            if fault in strikes:
                headers = {"retry-after": "2"} if status == 429 else {}
                return Answer(b"{}", status, headers, fault)
        if request.path == "/cases":
            return self._list(request)
        case = self._world.cases.get(STREAM, request.path.removeprefix("/cases/"))
        version = self._world.cases.read(case, strikes) if case is not None else None
        if case is None or version is None:
            return Answer(b"{}", 404, {}, "404")
        messages = [
            {"id": m.id, "from": m.who, "body": m.text, "at": m.at.isoformat()}
            for m in version.messages
        ]
        return json_answer({**_shown(case, version), "messages": messages})

    def _list(self, request: Request) -> Answer:
        asked = request.query
        page, size = int(asked["page"]), int(asked["size"])
        if page * size > MAX_ROWS:
            return Answer(b"{}", 413, {}, "too deep")
        query = Query(
            start=datetime.fromisoformat(asked["since"]),
            end=datetime.fromisoformat(asked["until"]),
            sort="create",
            page=page,
            size=size,
        )
        listing = self._world.cases.page(SHOP, STREAM, query, request.strikes)
        items = [_shown(row.case, row.version) for row in listing.rows]
        _spoil(items, listing.rows, request)
        return json_answer({"items": items, "total": listing.total})

    def hello(self, url: str) -> Json:
        """Tell the address."""
        return {"base_url": url}

    def shops(self) -> Sequence[Json]:
        """Tell the one shop."""
        return [{"id": SHOP}]

    def put(self, ticket: Json) -> None:
        """Create or change a case."""
        partial = read_partial(ticket)
        cases, now = self._world.cases, self._world.clock.second()
        said = [Message(m.who, m.text, m.at or now, m.id) for m in partial.messages]
        case = cases.get(STREAM, partial.id)
        if case is not None:
            cases.change(case, partial.fields, said, updated=partial.updated)
            return
        fields = {"state": "open", "title": "", **partial.fields}
        cases.add(
            partial.id, shop=SHOP, stream=STREAM, fields=fields, created=partial.created,
            updated=partial.updated, messages=said,
        )  # fmt: skip


def _shown(case: Case, version: Version) -> Json:
    return {
        "id": int(case.id),
        "title": version.fields["title"],
        "state": version.fields["state"],
        "created_at": case.created.isoformat(),
        "updated_at": version.updated.isoformat(),
    }


def _spoil(items: list[Json], rows: Sequence[Row], request: Request) -> None:
    struck = victim([row.case.id for row in rows])
    for item in items:
        if str(item["id"]) != struck:
            continue
        if "malformed-row" in request.strikes:
            item["created_at"] = []
        if "lone-surrogate" in request.strikes:
            item["title"] = f"{item['title']}\ud83d"
        if "new-field" in request.strikes:
            item["colour"] = "red"
        if "new-enum" in request.strikes:
            item["state"] = "frozen"


def make(world: World) -> Imitation:
    """Return the imitation of one world."""
    return Plain(world)


# the connector


def read_page(shop: g.Shop[g.Settings], ask: g.Ask) -> g.Page:
    span = {"since": ask.start, "until": ask.end, "page": ask.page, "size": ask.size}
    return shop.call("GET /cases", span).page("items", total="total")


def read_detail(shop: g.Shop[g.Settings], ref: g.Ref) -> g.Detail:
    return shop.call(f"GET /cases/{ref.id}").raw("")


def to_message(entry: g.Fields) -> g.Message:
    return g.Message(g.Who(entry.need("from")), entry.need("body"), entry.when("at"), entry.id())


def to_ticket(case: g.Fields) -> g.Ticket:
    return g.Ticket(
        title=case.text("title"),
        created=case.time("created_at"),
        status=case.choice("state", STATES),
        thread=case.each("messages", to_message),
    )


CASES = g.Stream(
    name=STREAM,
    reading=g.ByTime(page_size=5, max_rows=MAX_ROWS, max_span=timedelta(days=1)),
    read_page=read_page,
    read_detail=read_detail,
    to_ticket=to_ticket,
)
PLAIN = g.Connector(api=1, platform="plain", settings=g.Settings, streams=(CASES,))
