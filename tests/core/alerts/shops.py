"""Many shops whose readings a test writes itself, and desks over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from gongdan.calls.http import Http
from gongdan.calls.network import Network
from gongdan.config.settings import load
from gongdan.desk import Desk
from gongdan.events.telling import round_off
from gongdan.plugins.registry import Plugins
from gongdan.store.columns import Index
from gongdan.testing import VirtualClock
from gongdan.ticket import Ticket
from gongdan.views import SyncReport

from ..office import ours, put

_PLUGINS: list[Plugins] = []


class Shops:
    """A settings file with shops and robots; every desk is a process of its own."""

    def __init__(
        self,
        folder: Path,
        robots: str,
        secrets: Mapping[str, str],
        shops: Iterable[str] = ("main",),
    ) -> None:
        self.path = folder / "gongdan.toml"
        self.clock = VirtualClock()
        self.env = dict(secrets)
        self.network: Network = Http()
        tables = [
            f'[shops.{alias}]\napp = "dy"\nremote_id = "{n}"' for n, alias in enumerate(shops)
        ]
        app = '[apps.dy]\nplatform = "douyin"\napp_key = "68"'
        self.path.write_text("\n".join([app, *tables, robots]), "utf-8")

    def desk(self) -> Desk:
        if not _PLUGINS:
            _PLUGINS.append(Plugins.installed())
        config = load(self.path, {"GONGDAN_DY_APP_SECRET": "s", **self.env})
        return Desk(config, _PLUGINS[0], network=self.network, clock=self.clock, seed=0)

    def tell(self, after: timedelta = timedelta(0)) -> list[str]:
        """Let time pass, and tell as a sync does at its end; return what could not be told."""
        self.clock.advance(after.total_seconds())
        with self.desk() as desk:
            return list(round_off(desk, SyncReport()).notes)


def read(desk: Desk, alias: str, outcome: str = "ok", exit_code: int = 0, error: str = "") -> None:
    """Write what a reading of a shop came to."""
    claim, run = desk.store.ledger.begin(alias, "douyin", desk.now())
    ended = replace(run, outcome=outcome, finished=desk.now(), exit_code=exit_code, error=error)
    desk.store.ledger.end(claim, ended, desk.now())


def add(desk: Desk, alias: str, name: str, due: datetime, **more: object) -> str:
    """Store a ticket that is ours and due then."""
    ticket: Ticket = ours(due, **{"created": desk.now(), **more})
    index = Index(due, "rule", desk.due(alias).version)
    return put(desk.store, name, ticket, desk.now(), shop=alias, index=index)
