"""A desk that answers what a test told it to, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

from gongdan import GongdanError, NotFound, Option
from gongdan.config.settings import Config
from gongdan.plugins.registry import Plugins
from gongdan.ticket import Message, Ticket, Who
from gongdan.upkeep.checkup import Finding
from gongdan.views import (
    Draft,
    Drift,
    Health,
    OutboxRow,
    PushReport,
    QueueFilter,
    QueueRow,
    RunRow,
    ShopRow,
    SyncReport,
    TicketView,
    WhyView,
)

from .rows import NOW, ROWS, at

T = TypeVar("T")

REPLY = OutboxRow(
    id=12,
    ticket="main/service/10884357",
    kind="reply",
    text="您好，已补发。",
    state="queued",
    not_before=at(seconds=60),
    created=NOW,
)
VIEW = TicketView(
    row=ROWS[0],
    ticket=Ticket(status=ROWS[0].status, text="描述\x1b[31m第一行\n第二行", evidence_required=True),
    remote_id="10884357",
    thread=(
        Message(Who.PLATFORM, "请在 24 小时内处理", at(hours=-26), files=("https://p/1.jpg",)),
        Message(Who.BUYER, "三天了物流一点都没动\u202e！" * 12, at(hours=-3)),
    ),
    actions=(REPLY,),
)
SHOPS = (
    ShopRow(
        alias="main", platform="douyin", app="dy", remote_id="77977", state="ok", last_good=NOW
    ),
    ShopRow(
        alias="tm-1",
        platform="qianniu",
        app="tb",
        remote_id="2206",
        state="failing",
        error="token expired",
    ),
)


class FakeDesk:
    """Stands in for gongdan.desk.Desk."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.error: Exception | None = None
        self.rows: Sequence[QueueRow] = ROWS
        self.view = VIEW
        self.sent: list[OutboxRow] = []
        self.unsent: tuple[RunRow, ...] = ()
        self.reasons = WhyView(ticket=VIEW, clocks=(), origins=())
        self.findings: list[Finding] = []
        self.drifting: list[Drift] = []
        self.langs: list[str] = []
        self.actions: list[OutboxRow] = [REPLY]
        self.report = SyncReport(new=3, shops=(RunRow(id=1, shop="main", outcome="ok", new=3),))
        self.ledger: list[RunRow] = []
        self.health: dict[str, Health] = {}
        self.during_sync: Callable[[threading.Event], None] = lambda _stop: None
        self.offered: list[Option] = []
        self.closed = False
        self.config = Config(path=Path("none/gongdan.toml"), store_path=Path("none/gongdan.db"))
        self.plugins = Plugins([])
        self.store = SimpleNamespace(
            orders=SimpleNamespace(of=lambda *_: ()), local=SimpleNamespace(held_by=lambda *_: ""),
            pictures=SimpleNamespace(of=lambda *_: ()),
        )  # fmt: skip

    def __enter__(self) -> FakeDesk:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def now(self) -> datetime:
        return NOW

    def chosen(self, shops: Sequence[str] = (), platforms: Sequence[str] = ()) -> list[str]:
        if not set(shops) <= {row.alias for row in SHOPS}:
            raise NotFound(f"no shop {shops}")
        return self._answer("chosen", (shops, platforms), [row.alias for row in SHOPS])

    def queue(self, which: QueueFilter, lang: str = "en") -> Sequence[QueueRow]:
        self.langs.append(lang)
        return self._answer("queue", which, self.rows[: which.limit])

    def ticket(self, ref: str, lang: str = "en") -> TicketView:
        self.langs.append(lang)
        if not self.view.row.id.endswith(ref):
            raise NotFound(f"no ticket ends with {ref!r}")
        return self._answer("ticket", ref, self.view)

    def draft(self, draft: Draft, *, now: bool = False, dry_run: bool = False) -> list[OutboxRow]:
        return self._answer("draft", (draft, now, dry_run), self.actions)

    def preview(self, draft: Draft) -> list[str]:
        return self._answer("preview", draft, ["POST order.replyService {id, reply}"])

    def options(self, ref: str, kind: str) -> list[Option]:
        return self._answer("options", (ref, kind), self.offered)

    def cancel(self, outbox_id: int) -> OutboxRow:
        return self._answer("cancel", outbox_id, REPLY)

    def outbox(self, *, all: bool = False) -> list[OutboxRow]:  # noqa: A002 # Desk's own
        return self._answer("outbox", all, self.actions)

    def runs(self, *, shop: str = "", limit: int = 20) -> list[RunRow]:
        return self._answer("runs", (shop, limit), self.ledger)

    def shops(self) -> Sequence[ShopRow]:
        return self._answer("shops", None, SHOPS)

    def check(self, alias: str) -> Health:
        return self._answer("check", alias, self.health.get(alias, Health(alias=alias, state="ok")))

    def login(self, alias: str) -> Health:
        return self._answer("login", alias, Health(alias=alias, state="ok"))

    def why(self, ref: str, lang: str = "en") -> WhyView:
        return self._answer("why", (ref, lang), self.reasons)

    def checkup(self, *, ask: bool = False) -> list[Finding]:
        return self._answer("checkup", ask, self.findings)

    def offsets(self) -> dict[str, float]:
        return {}

    def allow_resending(self, name: str) -> None:
        self._answer("allow_resending", name, None)

    def drift(self) -> list[Drift]:
        return self._answer("drift", None, self.drifting)

    def push(self, **asked: Any) -> PushReport:
        return self._answer("push", asked, PushReport(rows=tuple(self.sent), failed=self.unsent))

    def sync(self, *, stop: threading.Event, **asked: Any) -> SyncReport:
        self.during_sync(stop)
        return self._answer("sync", asked, self.report)

    def _answer(self, name: str, asked: object, answer: T) -> T:
        if self.error is not None:
            raise self.error
        self.asked.append((name, asked))
        return answer


def last(desk: FakeDesk, name: str) -> Any:
    """Return what a desk was asked last under that name."""
    return next(asked for known, asked in reversed(desk.asked) if known == name)


__all__ = ["REPLY", "SHOPS", "VIEW", "FakeDesk", "GongdanError", "last"]
