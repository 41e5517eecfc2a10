"""Shops of the imitated platforms in this process, and a desk over them; no socket, no waiting."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from gongdan import Status, Ticket, Who
from gongdan.config.settings import load as load_settings
from gongdan.desk import Desk
from gongdan.plugins.registry import GROUP, Plugins
from gongdan.sandbox import Clock, Json, Plan, Sandbox, load
from gongdan.store import Store
from gongdan.store.batch import Batch, Payload
from gongdan.store.columns import Index
from gongdan.testing import SandboxNetwork, VirtualClock
from gongdan.testing.network import host_of

ADDRESSES = {"douyin": "base_url", "qianniu": "gateway"}
IDS = {"douyin": "shop_id", "qianniu": "user_id"}


class Office:
    """Imitated platforms, a settings file for one shop of each, and desks that come and go.

    Attributes:
        path: of the settings file.
        network: which may be made to fail.
        aliases: of the shops: the platforms' own names.
    """

    def __init__(
        self,
        folder: Path,
        platforms: Iterable[str] = ADDRESSES,
        tickets: int = 6,
        shops: int = 1,
    ) -> None:
        self.path = folder / "gongdan.toml"
        self.aliases = list(platforms)
        self.clock = VirtualClock()
        self.plugins = Plugins(_entries())
        makers = {name: load(self.plugins.connector(name).sandbox) for name in self.aliases}
        self.sandbox = Sandbox(makers, Plan(7, shops, tickets), Clock(self.clock.now))
        self.network = SandboxNetwork.of(self.sandbox)
        hello: Mapping[str, Any] = self.sandbox.hello(
            {name: f"http://{host_of(name)}" for name in self.aliases}
        )
        self.path.write_text("".join(_settings(name, hello[name]) for name in self.aliases))
        secrets = folder / "secrets.toml"
        secrets.write_text("".join(_secrets(name, hello[name]) for name in self.aliases))
        secrets.chmod(0o600)

    def add(self, text: str) -> None:
        """Write more into the settings file; desks opened from now on read it."""
        with self.path.open("a") as file:
            file.write(f"{text}\n")

    def desk(self, plugins: Plugins | None = None) -> Desk:
        """Open another desk, as another process would."""
        config = load_settings(self.path, {})
        return Desk(config, plugins or self.plugins, network=self.network, clock=self.clock, seed=0)

    def put(self, ticket: Json, platform: str = "douyin") -> None:
        """Create or change a case on a platform."""
        with self.sandbox.lock:
            self.sandbox.gateways[platform].imitation.put(ticket)


_numbers = itertools.count(1)


def put(
    store: Store, remote_id: str, ticket: Ticket, at: datetime, *, shop: str = "douyin",
    stream: str = "service", index: Index | None = None, updated: datetime | None = None,
) -> str:  # fmt: skip
    """Store one ticket as a reading would have; return its id."""
    number = next(_numbers)
    payload = Payload(
        kind="detail", remote_id=remote_id, updated=updated or at, raw=b"{}",
        digest=str(number).encode(), said=ticket,
    )  # fmt: skip
    batch = Batch(
        platform=shop, shop=shop, stream=stream, run=number, at=at, payloads=[payload],
        appraise=lambda _: index or Index(None, "", "none"),
    )  # fmt: skip
    store.cases.commit(batch)
    return f"{shop}/{stream}/{remote_id}"


def ours(due: datetime, **more: Any) -> Ticket:
    """Return a ticket that is our turn and due then."""
    fields: dict[str, Any] = {
        "status": Status.PENDING,
        "turn": Who.MERCHANT,
        "created": due - timedelta(hours=24),
    }
    return Ticket(**(fields | {"deadline": due} | more))


@lru_cache(1)
def _entries() -> metadata.EntryPoints:
    """Return where plugins are, looked for once: it takes longer than loading them."""
    return metadata.entry_points(group=GROUP)


def _settings(name: str, facts: Mapping[str, Any]) -> str:
    return (
        f'[apps.{name}]\nplatform = "{name}"\napp_key = "{facts["app_key"]}"\n'
        f'base_url = "{facts[ADDRESSES[name]]}"\n'
    ) + "".join(
        f'[shops.{alias}]\napp = "{name}"\nremote_id = "{shop[IDS[name]]}"\n'
        for alias, shop in _shops(name, facts)
    )


def _shops(name: str, facts: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the shops by alias: the platform's name, and that with a number behind it."""
    for number, shop in enumerate(facts["shops"], start=1):
        yield name if number == 1 else f"{name}-{number}", shop


def _secrets(name: str, facts: Mapping[str, Any]) -> str:
    """Return the secrets of an app and its shops, the first of which has the app's name."""
    text = f'[{name}]\napp_secret = "{facts["app_secret"]}"\n'
    for alias, shop in _shops(name, facts):
        text += "" if alias == name else f"[{alias}]\n"
        text += f'token = "{shop["session"]}"\n' if shop.get("session") else ""
    return text
