"""Sync many shops at once: each on its own, so that one that fails touches no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from .config.settings import ShopConfig
from .errors import GongdanError
from .files.inbox import watch
from .pushes.hearing import listen
from .turns import TURN, Turns
from .views import RunRow, SyncReport

if TYPE_CHECKING:
    from .desk import Desk
    from .shoprun import ShopRun


log = logging.getLogger("gongdan")
NEVER = datetime.max.replace(tzinfo=UTC)


def sync(
    desk: Desk, aliases: Sequence[str], *, since: datetime | None, full: bool,
    dry_run: bool, progress: Callable[[str, RunRow], None] | None,
) -> SyncReport:  # fmt: skip
    """Send what is due of these shops, then read them, a bounded number at once.

    Args:
        desk: what to work with.
        aliases: of shops that are set up.
        since: read from there again, aware UTC.
        full: read everything again from the first day.
        dry_run: make no request at all; only say what would be read.
        progress: told of every page.
    """
    if dry_run:
        return SyncReport(shops=tuple(_unsynced(desk, alias) for alias in aliases))
    if since is not None or full:
        for alias in aliases:
            desk.store.cases.rewind_shop(alias, since)
    urgent = desk.store.queue.next_due(desk.now())
    order = sorted(aliases, key=lambda alias: urgent.get(alias, NEVER))
    shops = [_Shop(desk, alias, since, progress) for alias in order]
    turns = Turns(shops, patience=timedelta(seconds=desk.config.lease_s) / 4, now=desk.now)
    threads = max(1, desk.config.threads)
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(_take_turns, turns) for _ in range(threads)]:
            done.result()
    runs = {shop.alias: shop.run for shop in shops}
    return total([runs[alias] for alias in aliases])


class _Shop:
    """One shop's run, begun at its first turn; what goes wrong in it goes no further."""

    def __init__(
        self, desk: Desk, alias: str, since: datetime | None,
        progress: Callable[[str, RunRow], None] | None,
    ) -> None:  # fmt: skip
        self.alias = alias
        self._desk = desk
        self._since = since
        self._progress = progress
        self._work: ShopRun | None = None
        self.run = RunRow(id=0, shop=alias)
        self._done = 0

    @property
    def done(self) -> int:
        """How much it has done so far."""
        return self._work.work if self._work else self._done

    def go_on(self, enough: Callable[[], bool]) -> bool:
        """Sync the shop (True), or as much of it as is *enough* (False)."""
        try:
            if self._work is None:
                self._work = self._desk.run_of(self.alias, progress=self._progress)
                listen(self._desk, self.alias, self._work)
                watch(self._desk, self.alias, self._work)
                if self._since is not None:
                    self._work.begin_at(self._since)
        except GongdanError as error:  # its settings, or its plugin
            self.run = failed_run(self._desk.shop(self.alias), error)
            return True
        try:
            ended = self._work.go_on(enough)
        except Exception:  # a mistake of ours or of a plugin: the other shops go on
            log.exception("%s: the run failed", self.alias)
            ended = True
        self.run, self._done = self._work.run, self._work.work
        if ended:
            self._work = None  # its last page and its session would be held until all have ended
        return ended


def _take_turns(turns: Turns[_Shop]) -> None:
    while (shop := turns.take()) is not None:
        enough = shop.done + TURN
        if not shop.go_on(lambda: shop.done >= enough and turns.anybody_waits()):  # noqa: B023
            turns.stand_back(shop, shop.done)


def failed_run(shop: ShopConfig, error: GongdanError) -> RunRow:
    """Return what a shop came to that could not even be begun."""
    return RunRow(
        id=0, shop=shop.alias, platform=shop.platform, outcome="failed", error=str(error),
        exit_code=error.exit_code, hint_zh=error.hint_zh, hint_en=error.hint_en,
    )  # fmt: skip


def _unsynced(desk: Desk, alias: str) -> RunRow:
    return RunRow(id=0, shop=alias, platform=desk.config.shops[alias].platform, outcome="dry run")


def total(runs: Sequence[RunRow]) -> SyncReport:
    """Return what runs came to together."""

    def sum_of(name: str) -> int:
        return sum(getattr(run, name) for run in runs)

    return SyncReport(
        new=sum_of("new"), changed=sum_of("changed"), unchanged=sum_of("unchanged"),
        quarantined=sum_of("quarantined"), sent=sum_of("sent"), failed=sum_of("failed"),
        shops=tuple(runs),
    )  # fmt: skip
