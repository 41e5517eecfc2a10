"""One shop of a platform that is a few functions: what a stream is made of can be replaced."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gongdan import (
    Ask,
    ByTime,
    ByToken,
    Connector,
    Detail,
    Fields,
    Gone,
    Page,
    Raw,
    Ref,
    Settings,
    Shop,
    Status,
    Stream,
    Ticket,
)
from gongdan.calls.session import Session
from gongdan.calls.skew import Skew
from gongdan.due import Due
from gongdan.shoprun import ShopRun
from gongdan.store import Store
from gongdan.testing import SandboxNetwork, VirtualClock
from gongdan.views import RunRow

Row = dict[str, Any]


class Desk:
    """A shop, its store, and a platform whose cases are rows in a list.

    Attributes:
        rows: of the list, by id; `at` is the update time.
        broken: errors that reading a case raises, by id.
        spoiled: the bytes that stand in the list instead of a row, by id.
        before: called before each page.
        asked: every ask; `read`: every id that was asked for.
    """

    def __init__(self, folder: Path, reading: ByTime | ByToken, **parts: Any) -> None:
        self.clock = VirtualClock()
        self.store = Store(folder / "gongdan.db", alive=lambda _pid: False)  # all others are dead
        self.rows: dict[str, Row] = {}
        self.broken: dict[str, Exception] = {}
        self.spoiled: dict[str, bytes] = {}
        self.before: Callable[[], None] = lambda: None
        self.asked: list[Ask] = []
        self.read: list[str] = []
        whole: dict[str, Any] = {
            "name": "case", "updated": "at", "reading": reading, "read_page": self.page,
            "read_detail": self.detail, "to_ticket": to_ticket,
        }  # fmt: skip
        stream = Stream(**{**whole, **parts})
        self.connector = Connector(api=1, platform="acme", settings=Settings, streams=(stream,))

    def put(self, row_id: str, ago_s: float = 0.0, **more: Any) -> None:
        """Let a case be as of *ago_s* seconds ago."""
        at = (self.clock.now() - timedelta(seconds=ago_s)).replace(microsecond=0)
        self.rows[row_id] = {"id": row_id, "state": "open", **more, "at": at.isoformat()}

    def page(self, _shop: Shop[Any], ask: Ask) -> Page:
        """Answer a list by update time, oldest first."""
        self.asked.append(ask)
        self.before()
        found = [row for row in self.rows.values() if ask.start <= moment(row) <= ask.end]
        found.sort(key=lambda row: (row["at"], row["id"]))
        first = (ask.page - 1) * ask.size
        return Page([self._raw(row) for row in found[first : first + ask.size]], total=len(found))

    def _raw(self, row: Row) -> Raw:
        return Raw(self.spoiled.get(row["id"]) or json.dumps(row).encode())

    def detail(self, _shop: Shop[Any], ref: Ref) -> Detail:
        """Answer one case."""
        self.read.append(ref.id)
        if ref.id in self.broken:
            raise self.broken[ref.id]
        if ref.id not in self.rows:
            raise Gone(f"no case {ref.id}")
        return Raw(json.dumps({**self.rows[ref.id], "whole": True}).encode())

    def run(self) -> ShopRun:
        """Return a run that has not begun."""
        session: Session[Settings] = Session(
            alias="main", remote_id="1", connector=self.connector,
            settings=Settings(base_url="http://nowhere"), network=SandboxNetwork({}),
            clock=self.clock, keys=self.store.keys, skew=Skew(), stop=lambda: False,
            rng=random.Random(0),
        )  # fmt: skip
        first = self.clock.now() - timedelta(days=2)
        due = Due("acme", ())
        return ShopRun(self.connector, session, self.store, self.clock, due=due, first=first)

    def sync(self) -> RunRow:
        """Read everything there is."""
        return self.run().read_and_send()

    def tables(self) -> list[object]:
        """Return what a sync of nothing new must leave as it is."""
        names = ("tickets", "payloads", "messages", "debts", "quarantine")
        return [self.store.cases._guard.rows(f"SELECT * FROM {name}") for name in names]

    def cursor(self) -> datetime | None:
        """Return how far the list is known to be complete."""
        return self.store.cases.cursor("main", "case")[0]

    def states(self) -> dict[str, Status]:
        """Return what is known: the status of every case, by its remote id."""
        found: dict[str, Status] = {}
        for ticket_id in self.store.cases.ids("main"):
            row, _, remote_id, *_ = self.store.queue.one(ticket_id)
            found[remote_id] = row.status
        return found


def moment(row: Row) -> datetime:
    """Return when a row was updated."""
    return datetime.fromisoformat(row["at"])


def to_ticket(case: Fields) -> Ticket:
    """Return what a row or a case says; "explode" is a bug of the connector."""
    if case.text("state") == "explode":
        raise KeyError("state")
    states = {"open": Status.PENDING, "done": Status.CLOSED}
    return Ticket(title=case.text("title"), status=case.choice("state", states))
