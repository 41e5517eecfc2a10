"""Sync many shops at once: each on its own, so that one that fails touches no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .errors import GongdanError
from .settings import ShopConfig
from .views import RunRow, SyncReport

if TYPE_CHECKING:
    from .desk import Desk


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
    with ThreadPoolExecutor(max_workers=max(1, desk.config.threads)) as pool:
        runs = dict(
            zip(
                order,
                pool.map(lambda alias: _sync_one(desk, alias, since, progress), order),
                strict=True,
            )
        )
    return total([runs[alias] for alias in aliases])


def _sync_one(
    desk: Desk, alias: str, since: datetime | None,
    progress: Callable[[str, RunRow], None] | None,
) -> RunRow:  # fmt: skip
    try:
        work = desk.run_of(alias, progress=progress)
    except GongdanError as error:  # its settings, or its plugin
        return failed_run(desk.shop(alias), error)
    if since is not None:
        work.begin_at(since)
    try:
        return work.read_and_send()
    except Exception:  # a mistake of ours or of a plugin: the other shops go on
        log.exception("%s: the run failed", alias)
        return work.run


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
