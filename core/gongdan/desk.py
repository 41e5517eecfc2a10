"""Everything a command needs, put together once: settings, plugins, store, network, clock."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from . import ordering
from .calls.keys import budget_name
from .calls.network import Late, Network
from .calls.retry import Patience
from .calls.session import Session
from .calls.skew import Skew
from .clock import Clock, Halt, SystemClock
from .config.mistakes import instead
from .config.settings import Config, ShopConfig, load
from .due import Due, due_of
from .errors import ConfigError, GongdanError, NotFound
from .events import telling
from .events.escalation import Level, read_levels
from .pictures import fetching
from .plugins.registry import AnyConnector, Plugins
from .queue import explaining, looking, searching
from .secret import Secret, Settings
from .sending.decide import Decide
from .sending.trust import Trust, allow, streams
from .shoprun import ShopRun
from .sla.wording import Language
from .store import Store
from .sync import failed_run, sync
from .ticket import Message
from .upkeep import checkup, health
from .views import (
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
from .wire import Option
from .writing.drafting import Drafting

log = logging.getLogger("gongdan")


class Desk:
    """What a person, or a cron line, works at.

    Raises:
        ConfigError: a setting is wrong; the message names it, its file and the fix.
        StoreError: the store cannot be used as it is.
    """

    def __init__(
        self, config: Config, plugins: Plugins, *, network: Network | None = None,
        clock: Clock | None = None, seed: int | None = None,
    ) -> None:  # fmt: skip
        self.config = config
        self.plugins = plugins
        self.stop = Halt()
        self.clock: Clock = clock or SystemClock(self.stop)
        self.network: Network = network or Late()
        self._rng = random.Random(seed)
        self._skews: dict[str, Skew] = {}
        self._patience: dict[str, Patience] = {}
        self._dues: dict[str, Due] = {}
        self._lock = threading.Lock()
        self.store = Store(config.store_path)

    @classmethod
    def open(cls, config: Path | None = None, env: Mapping[str, str] | None = None) -> Desk:
        """Open what the settings name: *config*, else $GONGDAN_CONFIG, else ./gongdan.toml."""
        env = os.environ if env is None else env
        loaded = load(config, env)
        return cls(loaded, Plugins.installed(env.get("GONGDAN_PLUGINS", "")))

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store and the network."""
        self.store.close()
        close = getattr(self.network, "close", None)
        if close is not None:
            close()

    def now(self) -> datetime:
        """Return this machine's time, aware UTC."""
        return self.clock.now()

    # shops

    def shop(self, alias: str) -> ShopConfig:
        """Return a shop's settings.

        Raises:
            NotFound: there is no such shop; the message lists those there are.
        """
        return self.config.shop(alias)

    def connector(self, alias: str) -> AnyConnector:
        """Return the connector that serves a shop."""
        return self.plugins.connector(self.shop(alias).platform)

    def settings(self, alias: str) -> Settings:
        """Return what a shop is set up with, as its connector's own type.

        Raises:
            ConfigError: an option is unknown, missing or wrong; the message says how to mend it.
        """
        settings: Settings = self.config.settings(alias, self.connector(alias), self.ask_secret)
        return settings

    def session(self, alias: str) -> Session[Any]:
        """Return a shop's way to its platform."""
        connector = self.connector(alias)
        settings = self.settings(alias)
        app = budget_name(connector.platform, settings, alias)
        with self._lock:
            skew = self._skews.setdefault(app, Skew())
            patience = self._patience.setdefault(app, Patience())
        return Session(
            alias=alias, remote_id=self.shop(alias).remote_id, connector=connector,
            settings=settings, network=self.network, clock=self.clock, keys=self.store.keys,
            skew=skew, stop=self.stop.is_set, rng=self._rng, patience=patience,
        )  # fmt: skip

    def ask_secret(self, owner: str, field: str) -> Secret | None:
        """Ask plugins for a secret that neither the environment nor secrets.toml has."""
        for plugin, answer in self.plugins.ask("gongdan_secret", owner=owner, field=field):
            if isinstance(answer, Secret):
                return answer
            if answer is not None:
                log.warning("plugin %s: gongdan_secret gave no Secret for %s", plugin, owner)
        return None

    def due(self, alias: str) -> Due:
        """Return the deadlines of a shop: its platform's rules with its own table over them.

        Raises:
            ConfigError: the shop's table names a rule or a value that there is not.
        """
        connector, own = self.connector(alias), self.shop(alias).rules
        key = alias if own else f" {connector.platform}"  # no alias: most shops share one table
        if key not in self._dues:
            where = f"{self.config.path}: [shops.{alias}.rules]"
            self._dues[key] = due_of(connector, self.plugins, self.config, own, where)
        return self._dues[key]

    def run_of(
        self, alias: str, *, progress: Callable[[str, RunRow], None] | None = None
    ) -> ShopRun:
        """Return what one run of a shop is done with."""
        told = (lambda run: progress(alias, run)) if progress else None
        first = self.now() - timedelta(days=self.config.first_days)
        return ShopRun(
            self.connector(alias), self.session(alias), self.store, self.clock,
            due=self.due(alias), first=first,
            lease=timedelta(seconds=self.config.lease_s), progress=told,
        )  # fmt: skip

    def chosen(self, shops: Sequence[str] = (), platforms: Sequence[str] = ()) -> list[str]:
        """Return the aliases of shops that were asked for; all where nothing is named.

        Raises:
            NotFound: one of them is not set up.
        """
        for alias in shops:
            self.shop(alias)
        known = {shop.platform for shop in self.config.shops.values()}
        for platform in platforms:
            if platform not in known:
                raise NotFound(f"no shop of platform {platform!r}; {instead(platform, known)}")
        return [
            alias
            for alias, shop in self.config.shops.items()
            if (not shops or alias in shops) and (not platforms or shop.platform in platforms)
        ]

    # reading

    def sync(
        self, *, shops: Sequence[str] = (), platforms: Sequence[str] = (),
        since: datetime | None = None, full: bool = False, max_seconds: float | None = None,
        dry_run: bool = False, stop: threading.Event | None = None,
        progress: Callable[[str, RunRow], None] | None = None,
    ) -> SyncReport:  # fmt: skip
        """Send what is due, then read; see `gongdan.sync.sync`."""
        began = self.clock.monotonic()
        with self._stopping(stop, max_seconds):
            telling.check(self)  # a mistake is said before anything is done
            report = sync(
                self, self.chosen(shops, platforms), since=since, full=full,
                dry_run=dry_run, progress=progress,
            )  # fmt: skip
        if dry_run:
            return report
        report = telling.round_off(self, report)  # people first, then what can wait
        with self._stopping(stop, ordering.left(max_seconds, self.clock.monotonic() - began)):
            fetching.fetch(self, report.shops)
        with self._stopping(stop, ordering.left(max_seconds, self.clock.monotonic() - began)):
            searching.after_sync(self)
            ordering.enrich(self, report.shops)
        return report

    def levels(self) -> tuple[Level, ...]:
        """Return who is told when of a deadline that comes near."""
        return read_levels(self.config.levels, f"{self.config.path}: [[levels]]")

    def escalate(self) -> int:
        """Note which tickets have reached which level; return how many events are new."""
        return telling.escalate(self)

    def tell(self) -> int:
        """Tell plugins what happened; one that raises is named, and the rest are told."""
        return telling.tell(self)

    @contextmanager
    def _stopping(
        self, stop: threading.Event | None, seconds: float | None = None
    ) -> Iterator[None]:
        """Let an event of the caller's, or the time, end sleeps and keep requests from leaving."""
        before, clock = self.stop, self.clock
        if stop is not None or seconds is not None:
            self.stop = Halt(stop, seconds)
            if isinstance(clock, SystemClock):
                self.clock = SystemClock(self.stop)
        try:
            yield
        finally:
            self.stop, self.clock = before, clock

    def queue(self, which: QueueFilter, lang: Language = "en") -> list[QueueRow]:
        """Return tickets, most urgent first unless the filter sorts them otherwise.

        Deadlines of rules that changed are computed first.

        Args:
            which: tickets.
            lang: of what a rule says that being late costs.

        Raises:
            NotFound: no such shop, platform, stream or lane; the message says which there are.
        """
        return looking.queue(self, which, lang)

    def reindex(self) -> int:
        """Compute deadlines anew where the rules changed; return of how many tickets."""
        done = 0
        for alias in self.config.shops:
            try:
                due = self.due(alias)
            except (ConfigError, NotFound):  # its rules are wrong, or its plugin is gone:
                continue  # what is known of its tickets stays, and `shops` says what is wrong
            done += self.store.queue.reindex(alias, due.version, due.index)
        return done

    def why(self, ref: str, lang: Language = "en") -> WhyView:
        """Return where a ticket's values and deadlines come from, step by step."""
        return explaining.why(self, ref, lang)

    def ticket(self, ref: str, lang: Language = "en") -> TicketView:
        """Return one ticket, by any ending of its id that is unique."""
        return looking.ticket(self, ref, lang)

    # writing

    def draft(self, draft: Draft, *, now: bool = False, dry_run: bool = False) -> list[OutboxRow]:
        """Check what a person wants sent and queue it; *now* skips the undo time."""
        return Drafting(self).queue(draft, now=now, dry_run=dry_run)

    def preview(self, draft: Draft) -> list[str]:
        """Return what would be requested, one line a request, nothing secret in it."""
        return Drafting(self).preview(draft)

    def options(self, ref: str, kind: str) -> list[Option]:
        """Return what the platform offers to choose from for an action: the reasons to refuse."""
        return Drafting(self).options(ref, kind)

    def cancel(self, outbox_id: int) -> OutboxRow:
        """Take an action back before anything of it was sent."""
        return self.store.outbox.cancel(outbox_id, self.now())

    def settle(
        self, outbox_id: int, answer: str, *, key: str = "", sure: bool = False
    ) -> OutboxRow:
        """Do what a person decided of an action that waits; see `gongdan.sending.decide`."""
        return Decide(self.store, self.now()).settle(outbox_id, answer, key=key, sure=sure)

    def candidates(self, outbox_id: int) -> dict[str, Message]:
        """Return the messages that may be an action whose fate is unknown, by key."""
        return Decide(self.store, self.now()).candidates(outbox_id)

    def trust(self) -> dict[str, Trust]:
        """Return, by `shop/stream`, what sending again rests on; for `gongdan doctor`."""
        return streams(self.store.meta)

    def allow_resending(self, name: str) -> None:
        """Turn sending again on for a `shop/stream` where a self-check had turned it off."""
        allow(self.store.meta, name)

    def outbox(self, *, all: bool = False) -> list[OutboxRow]:  # noqa: A002 - as the command says
        """Return what waits to be sent and why; with *all*, what became of the rest."""
        return self.store.outbox.rows(everything=all)

    def push(
        self, *, shops: Sequence[str] = (), stop: threading.Event | None = None,
        dry_run: bool = False,
    ) -> PushReport:  # fmt: skip
        """Send what is due, and look for what is not certain; a shop that fails stops no other."""
        touched: list[int] = []
        failed: list[RunRow] = []
        with self._stopping(stop):
            for alias in self.chosen(shops):
                due = self.store.outbox.due(alias, self.now())
                if dry_run:
                    touched += self._waiting(due)
                elif due:
                    try:
                        touched += self.run_of(alias).send()
                    except GongdanError as error:
                        failed.append(failed_run(self.shop(alias), error))
        rows = tuple(self.store.outbox.row(row_id) for row_id in dict.fromkeys(touched))
        return PushReport(rows=rows, failed=tuple(failed))

    def _waiting(self, tickets: Sequence[str]) -> list[int]:
        rows = (row for ref in tickets for row in self.store.outbox.rows(ticket_id=ref))
        return [row.id for row in rows if row.state in ("queued", "unknown", "sent")]

    # operations

    def runs(self, *, shop: str = "", limit: int = 20) -> list[RunRow]:
        """Return what syncs came to, newest first."""
        return self.store.ledger.runs(shop, limit)

    def drift(self) -> list[Drift]:
        """Return the open tickets on whose deadline the platform and our rule do not agree."""
        return list(checkup.drifts(self))

    def checkup(self, *, ask: bool = False) -> list[checkup.Finding]:
        """Look whether everything stands as it should; with *ask* at the platforms as well."""
        return list(checkup.examine(self, ask=ask))

    def offsets(self) -> dict[str, float]:
        """Return the platform's clock minus ours, in seconds, of apps that were asked by now."""
        return {app: skew.offset_s for app, skew in self._skews.items() if skew.known}

    def shops(self) -> list[ShopRow]:
        """Return every shop and its health."""
        return [health.row(self, shop) for shop in self.config.shops.values()]

    def check(self, alias: str) -> Health:
        """Ask the platform whether a shop can be read.

        Raises:
            NotFound: there is no such shop.
        """
        self.shop(alias)
        try:
            return health.check(self, alias)
        except GongdanError as error:  # its settings, or its plugin
            return health.ill(alias, error)

    def login(self, alias: str) -> Health:
        """Get a shop a new token.

        Raises:
            NotFound: there is no such shop.
        """
        self.shop(alias)
        try:
            return health.log_in(alias, self.session(alias))
        except GongdanError as error:
            return health.ill(alias, error)
