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

from msgspec import UNSET
from msgspec.structs import replace

from .clock import Clock, SystemClock
from .drafting import Drafting
from .due import Due, drift_of
from .errors import GongdanError, NotFound
from .escalation import Level, horizon, reached, read_levels
from .http import Http, Network
from .keys import budget_name
from .plugins import AnyConnector, Plugins
from .session import Session
from .settings import Config, ShopConfig, load
from .shoprun import ShopRun
from .skew import Skew
from .sla import Calendar, Rule, first_response, override
from .store import Store
from .sync import failed_run, sync
from .views import (
    Draft,
    Drift,
    Health,
    Origin,
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
        self.stop = threading.Event()
        self.clock: Clock = clock or SystemClock(self.stop)
        self._network: Network = network or Http()
        self._rng = random.Random(seed)
        self._skews: dict[str, Skew] = {}
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
        close = getattr(self._network, "close", None)
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

    def session(self, alias: str) -> Session[Any]:
        """Return a shop's way to its platform."""
        connector = self.connector(alias)
        settings = self.config.settings(alias, connector)
        app = budget_name(connector.platform, settings, alias)
        with self._lock:
            skew = self._skews.setdefault(app, Skew())
        return Session(
            alias=alias, remote_id=self.shop(alias).remote_id, connector=connector,
            settings=settings, network=self._network, clock=self.clock, keys=self.store.keys,
            skew=skew, stop=self.stop.is_set, rng=self._rng,
        )  # fmt: skip

    def due(self, alias: str) -> Due:
        """Return the deadlines of a shop: its platform's rules with its own table over them.

        Raises:
            ConfigError: the shop's table names a rule or a value that there is not.
        """
        if alias not in self._dues:
            connector = self.connector(alias)
            calendars = {
                name: Calendar.from_dict(table) for name, table in self.config.calendars.items()
            }
            rules = override(
                (*connector.rules, *self._rules_of_plugins(), first_response()),
                self.shop(alias).rules, calendars,
                where=f"{self.config.path}: [shops.{alias}.rules]",
            )  # fmt: skip
            self._dues[alias] = Due(connector.platform, rules)
        return self._dues[alias]

    def _rules_of_plugins(self) -> list[Rule]:
        found: list[Rule] = []
        for plugin, answer in self.plugins.ask("gongdan_rules"):
            if isinstance(answer, list | tuple) and all(isinstance(rule, Rule) for rule in answer):
                found.extend(answer)
            else:
                log.warning("plugin %s: gongdan_rules gave no list of rules", plugin)
        return found

    def run_of(
        self, alias: str, *, progress: Callable[[str, RunRow], None] | None = None
    ) -> ShopRun:
        """Return what one run of a shop is done with."""
        told = (lambda run: progress(alias, run)) if progress else None
        first = self.now() - timedelta(days=self.config.first_days)
        return ShopRun(
            self.connector(alias), self.session(alias), self.store, self.clock,
            due=self.due(alias), first=first, progress=told,
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
                raise NotFound(f"no shop of platform {platform!r} (there are: {sorted(known)})")
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
        with self._stopping(stop):
            self.levels()  # a mistake in them is said before anything is done
            report = sync(
                self, self.chosen(shops, platforms), since=since, full=full,
                max_seconds=max_seconds, dry_run=dry_run, progress=progress,
            )  # fmt: skip
        if not dry_run:
            self.escalate()
            self.tell()
        return report

    def levels(self) -> tuple[Level, ...]:
        """Return who is told when of a deadline that comes near."""
        return read_levels(self.config.levels, f"{self.config.path}: [[levels]]")

    def escalate(self) -> int:
        """Note which tickets have reached which level; return how many events are new."""
        self.reindex()
        levels = self.levels()
        nearing = self.store.queue.nearing(self.now(), horizon(levels))
        return self.store.events.add(reached(nearing, levels, self.now()), self.now())

    def tell(self) -> int:
        """Tell plugins what happened; one that raises is named, and the rest are told."""
        events = self.store.events.untold()
        for event in events:
            for plugin, answer in self.plugins.ask(
                "gongdan_event", kind=event.kind, ticket_id=event.ticket, data=event.data
            ):
                if isinstance(answer, Exception):
                    log.warning("plugin %s: gongdan_event: %s", plugin, type(answer).__name__)
        if events:
            self.store.events.told([event.id for event in events], self.now())
        return len(events)

    @contextmanager
    def _stopping(self, stop: threading.Event | None) -> Iterator[None]:
        """Let an event of the caller's end every sleep, and keep every request from leaving."""
        if stop is None:
            yield
            return
        watched, self.stop = self.stop, stop
        clock = self.clock
        if isinstance(clock, SystemClock):
            self.clock = SystemClock(stop)
        try:
            yield
        finally:
            self.stop, self.clock = watched, clock

    def queue(self, which: QueueFilter) -> list[QueueRow]:
        """Return tickets, most urgent first; deadlines of rules that changed are computed first.

        Raises:
            NotFound: there is no such shop, platform or lane; the message says which there are.
        """
        self.chosen(which.shops, which.platforms)
        self.reindex()
        return self.store.queue.rows(which, self.now())

    def reindex(self) -> int:
        """Compute deadlines anew where the rules changed; return of how many tickets."""
        done = 0
        for alias in self.config.shops:
            try:
                due = self.due(alias)
            except NotFound:  # its plugin is gone; what is known of its tickets stays
                continue
            done += self.store.queue.reindex(alias, due.version, due.index)
        return done

    def why(self, ref: str) -> WhyView:
        """Return where a ticket's values and deadlines come from, step by step."""
        view = self.ticket(ref)
        row, thread = view.row, view.thread
        received = view.first_seen or self.now()
        clocks = self.due(row.shop).clocks(row.stream, view.ticket, received, self.now(), thread)
        origins = [
            Origin(name=name, value=getattr(said, name), kind=kind, updated=updated, run=run,
                   page=page)
            for kind, updated, run, page, said in self.store.queue.said(row.id)
            for name in said.__struct_fields__ if getattr(said, name) is not UNSET
        ]  # fmt: skip
        newest = {origin.name: origin for origin in origins}
        return WhyView(ticket=view, clocks=clocks, origins=tuple(newest.values()))

    def ticket(self, ref: str) -> TicketView:
        """Return one ticket, by any ending of its id that is unique."""
        ticket_id = self.store.queue.find(ref)
        row, ticket, remote_id, first_seen, seen = self.store.queue.one(ticket_id)
        return TicketView(
            row=row, ticket=ticket, remote_id=remote_id, first_seen=first_seen, seen=seen,
            thread=self.store.queue.thread(ticket_id),
            actions=tuple(self.store.outbox.rows(ticket_id=ticket_id)),
        )  # fmt: skip

    # writing

    def draft(self, draft: Draft, *, now: bool = False, dry_run: bool = False) -> list[OutboxRow]:
        """Check what a person wants sent and queue it; *now* skips the undo time."""
        return Drafting(self).queue(draft, now=now, dry_run=dry_run)

    def preview(self, draft: Draft) -> list[str]:
        """Return what would be requested, one line a request, nothing secret in it."""
        return Drafting(self).preview(draft)

    def cancel(self, outbox_id: int) -> OutboxRow:
        """Take an action back before anything of it was sent."""
        return self.store.outbox.cancel(outbox_id, self.now())

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
        found = []
        for row in self.queue(QueueFilter(limit=100_000)):
            if row.due_source != "platform":
                continue
            _, ticket, _, first_seen, _ = self.store.queue.one(row.id)
            received = first_seen or self.now()
            for clock in self.due(row.shop).clocks(row.stream, ticket, received, self.now()):
                if clock.kind == "handling" and "differs-from-platform" in clock.flags:
                    found.append(drift_of(row.id, clock))
        return found

    def shops(self) -> list[ShopRow]:
        """Return every shop and its health."""
        return [self._shop_row(shop) for shop in self.config.shops.values()]

    def _shop_row(self, shop: ShopConfig) -> ShopRow:
        opened, queued, quarantined = self.store.queue.figures(shop.alias)
        row = ShopRow(
            alias=shop.alias, platform=shop.platform, app=shop.app, remote_id=shop.remote_id,
            name=shop.name, open=opened, queued=queued, quarantined=quarantined,
            last_good=self.store.ledger.last_good(shop.alias),
        )  # fmt: skip
        try:
            self.config.settings(shop.alias, self.connector(shop.alias))
        except GongdanError as error:
            return replace(row, state="setting", error=str(error))
        last = next(iter(self.runs(shop=shop.alias, limit=1)), None)
        if last is None:
            return row
        failing = last.outcome in ("failed", "lost")
        return replace(row, state="failing" if failing else "ok", error=last.error)

    def check(self, alias: str) -> Health:
        """Ask the platform whether a shop can be read."""
        from .health import check

        return check(alias, self.connector(alias), self.session(alias))

    def login(self, alias: str) -> Health:
        """Get a shop a new token."""
        from .health import log_in

        return log_in(alias, self.session(alias))
