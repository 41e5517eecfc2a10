"""An imitation of Acme: what the kit, the demo and the tests speak to instead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import gongdan.sandbox as s

SHOP, STREAM, TOKEN = "1001", "case", "acme-sandbox-token"
SPEAKERS = {"merchant": "shop", "buyer": "buyer"}


class Acme:
    def __init__(self, world: s.World) -> None:
        self.world = world

    def fill(self) -> None:
        for n in range(self.world.plan.tickets):
            at = self.world.start - timedelta(hours=n + 1)
            said = [{"who": "buyer", "text": f"Where is parcel {n}?", "at": at}]
            self.put({"id": 100 + n, "created": at, "updated": at, "messages": said})

    def name(self, request: s.Request) -> s.Named:
        if request.method == "POST":
            return s.Named("reply", "write", SHOP)
        kind: s.Kind = "list" if request.path == "/cases" else "detail"
        return s.Named(kind, kind, SHOP)

    def answer(self, request: s.Request) -> s.Answer:
        if status := s.status_of(request.strikes):
            return no(status)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return no(401)
        if request.path == "/cases":
            return self.page(request)
        case = self.world.cases.get(STREAM, request.path.split("/")[2])
        version = self.world.cases.read(case, request.strikes) if case else None
        if case is None or version is None:
            return no(404)
        if request.method == "POST":
            return self.reply(request, case)
        said = [
            {"id": one.id, "from": SPEAKERS[one.who], "body": one.text, "at": one.at}
            for one in version.messages
        ]
        return s.json_answer({**shown(s.Row(case, version)), "messages": said})

    def page(self, request: s.Request) -> s.Answer:
        asked = request.query
        query = s.Query(
            start=datetime.fromisoformat(asked["since"]),
            end=datetime.fromisoformat(asked["until"]),
            page=int(asked["page"]),
            size=int(asked["size"]),
        )
        listing = self.world.cases.page(SHOP, STREAM, query, request.strikes)
        rows = [shown(row) for row in listing.rows]
        s.spoil(rows, request.strikes, time="created_at", text="title", word="state")
        return s.json_answer({"items": rows, "total": listing.total})

    def reply(self, request: s.Request, case: s.Case) -> s.Answer:
        if case.newest.fields["state"] == "done":
            return no(409)
        at, text = self.world.clock.second(), json.loads(request.body)["body"]
        said = s.Message("merchant", text, at, self.world.new_id())
        hidden_s = request.strikes.get("hidden-write", 0.0)
        self.world.cases.change(case, {}, [said], hidden_s=hidden_s)
        return s.json_answer({"id": said.id}, status=201)

    def hello(self, url: str) -> s.Json:
        return {"base_url": url, "shops": [{"id": SHOP, "token": TOKEN}]}

    def shops(self) -> Sequence[s.Json]:
        return [{"id": SHOP}]

    def put(self, ticket: s.Json) -> None:
        new = {"title": f"Parcel {ticket['id']}", "state": "open"}
        s.keep(self.world, ticket, shop=SHOP, stream=STREAM, speakers=SPEAKERS, fields=new)


def shown(row: s.Row) -> s.Json:
    case, version = row
    times = {"created_at": case.created, "updated_at": version.updated}
    return {"id": case.id, **version.fields, **times}


def no(status: int) -> s.Answer:
    return s.json_answer({"error": status}, status=status, outcome=str(status))


def make(world: s.World) -> s.Imitation:
    return Acme(world)
