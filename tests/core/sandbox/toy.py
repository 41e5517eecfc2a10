"""The smallest imitation: one shop, one stream, `GET /list`, `POST /write/ID`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gongdan.sandbox import (
    Answer,
    Clock,
    Imitation,
    Json,
    Named,
    Plan,
    Query,
    Request,
    Sandbox,
    World,
    json_answer,
    read_partial,
)

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Toy:
    """Tickets 0 to n-1, updated a minute apart, the last one an hour before the start."""

    def __init__(self, world: World) -> None:
        self._world = world

    def fill(self) -> None:
        for n in range(self._world.plan.tickets):
            at = self._world.start - timedelta(hours=1, minutes=self._world.plan.tickets - n)
            fields: Json = {"colour": "red", "order": self._world.rng.random()}
            self._world.cases.add(
                str(n), shop="1", stream="case", created=at, updated=at, fields=fields
            )

    def name(self, request: Request) -> Named:
        api = request.path.split("/")[1]
        return Named(api, "write" if api == "write" else "list", "1")

    def answer(self, request: Request) -> Answer:
        if request.path.startswith("/write/"):
            case = self._world.cases.get("case", request.path.removeprefix("/write/"))
            assert case is not None
            hidden_s = request.strikes.get("hidden-write", 0.0)
            self._world.cases.change(case, {"colour": "blue"}, hidden_s=hidden_s)
            return json_answer({"ok": True})
        rows, total = self._world.cases.page("1", "case", Query(size=1000), request.strikes)
        ids = {row.case.id: row.version.fields["colour"] for row in rows}
        form = request.form()
        files = {name: file.data.decode() for name, file in form.files.items()}
        return json_answer({"ids": ids, "total": total, "form": form.fields, "files": files})

    def hello(self, url: str) -> Json:
        return {"base_url": url}

    def shops(self) -> Sequence[Json]:
        return [{"id": "1", "name": "toy shop"}]

    def put(self, ticket: Json) -> None:
        partial = read_partial(ticket)
        case = self._world.cases.get("case", partial.id)
        if case is None:
            self._world.cases.add(partial.id, shop="1", stream="case", fields=partial.fields)
        else:
            self._world.cases.change(case, partial.fields, updated=partial.updated)


def make(world: World) -> Imitation:
    return Toy(world)


class Time:
    """A time source that stands still until it is told."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def sandbox(seed: int = 0, tickets: int = 5) -> Sandbox:
    """A sandbox of one toy at 09:00 UTC; nothing moves its clock but the test."""
    return Sandbox({"toy": make}, Plan(seed, 1, tickets), Clock(Time()))
