"""Whether everything stands as it should, without asking a platform: `gongdan doctor`.

A finding says what was looked at and what is wrong with it; the words for both are the command
line's.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ..alerts import overview
from ..classification.classifying import rules_of
from ..config.vault import SECRETS
from ..due import drift_of
from ..errors import ConfigError, GongdanError, NotFound, StoreError
from ..people.assigning import roster_of
from ..people.playbooks import playbooks_of
from ..plugins.registry import Plugins
from ..store.state import Debts
from ..views import Drift, Health, OutboxRow, QueueFilter, ShopRow
from ..writing.proposing import read_drafts
from .timekeeping import SKEWED_S, offsets

if TYPE_CHECKING:
    from ..desk import Desk

STALE = timedelta(hours=1)  # cron reads every minute; an hour without one good run is a fault
BEHIND = timedelta(hours=1)  # older data than that, though every run was good: a long first import
SCARCE_BYTES = 500_000_000  # a first import of some large shops takes as much
SWOLLEN_BYTES = 256_000_000  # the journal is folded in every few MB, unless a reader holds it open
EVERY = 100_000  # more open tickets than anybody has


# What `Finding.check` may be, and what may be wrong with it.
PROBLEMS: Mapping[str, tuple[str, ...]] = {
    "settings": ("missing", "mode", "error"),
    "secrets": ("mode",),
    "plugin": ("broken",),
    "going": (),
    "store": ("mode", "journal", "swollen", "scarce", "error"),
    "shop": ("never", "setting", "failing", "unfinished", "old", "behind"),
    "resending": ("off",),
    "quarantine": ("rows",),
    "gaps": ("rows",),
    "details": ("failing",),
    "login": ("ends",),
    "push": ("stranger",),
    "access": ("asked",),
    "clock": ("skewed",),
    "outbox": ("person",),
    "stranded": ("gone",),
    "rules": ("error",),
    "levels": ("error",),
    "alert": ("error", "failing"),
}


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at.

    Attributes:
        check: what was looked at, a key of PROBLEMS.
        subject: which one: a path, an alias, a plugin's name, an app.
        problem: what is wrong, one of that check's; "" if nothing is.
        facts: figures and names for the text.
    """

    check: str
    subject: str = ""
    problem: str = ""
    facts: Mapping[str, str | int] = {}

    @property
    def ok(self) -> bool:
        """Whether nobody has to do anything."""
        return not self.problem


def files(settings: Path) -> Iterator[Finding]:
    """Look at the settings file and the secrets beside it."""
    yield _file("settings", settings, 0o022)
    secrets = settings.with_name(SECRETS)
    if secrets.exists():
        yield _file("secrets", secrets, 0o077)


def plugins(found: Plugins) -> Iterator[Finding]:
    """Look for plugins that do not run, or that a later gongdan will not run."""
    for plugin in found.all:
        facts = {"version": plugin.version, "error": plugin.error}
        problem = "broken" if plugin.error else ""
        yield Finding(check="plugin", subject=plugin.name, problem=problem, facts=facts)
        for warning in plugin.warnings:
            yield Finding(check="going", subject=plugin.name, facts={"warning": warning})


def examine(desk: Desk, *, ask: bool = False) -> Iterator[Finding]:
    """Look at everything that an open desk has; with *ask* the platforms are asked as well."""
    yield from files(desk.config.path)
    yield from ways(desk)
    yield from plugins(desk.plugins)
    yield from store(desk)
    debts = desk.store.state.debts_by_shop()
    for row in desk.shops():
        yield _shop(desk, row)
        yield from _arrears(desk, row, debts.get(row.alias))
        yield from _login(row)
    for name, count in desk.store.arrivals.strangers().items():
        yield Finding(check="push", subject=name, problem="stranger", facts={"count": count})
    if ask:
        yield from asked(desk.check(alias) for alias in desk.config.shops)
    yield from clocks(offsets(desk))
    yield outbox(desk)
    yield from stranded(desk)
    yield from resending(desk)
    yield from rules(desk)
    yield from alerts(desk)


def ways(desk: Desk) -> Iterator[Finding]:
    """Look for mistakes in what people wrote of classes, people, playbooks and drafts.

    A sync says them and goes on, so that none costs a ticket.
    """
    for read in (rules_of, roster_of, playbooks_of, read_drafts):
        try:
            read(desk)
        except ConfigError as error:
            facts = {"error": str(error)}
            yield Finding(check="settings", problem="error", facts=facts)


def undesked(settings: Path, found: Plugins, error: GongdanError) -> list[Finding]:
    """Look at what can be looked at where no desk can be opened, and say why it cannot."""
    findings = [*files(settings), *plugins(found)]
    if settings.exists():  # else that has been said
        check = "store" if isinstance(error, StoreError) else "settings"
        facts = {"error": str(error)}
        findings.append(Finding(check=check, problem="error", facts=facts))
    return findings


def store(desk: Desk) -> Iterator[Finding]:
    """Look at the store's file."""
    state = desk.store.state.file()
    problem = ""
    if os.name == "posix" and state.mode & 0o077:
        problem = "mode"
    elif state.journal != "wal":
        problem = "journal"
    elif state.wal_bytes > SWOLLEN_BYTES:
        problem = "swollen"
    elif state.free_bytes < SCARCE_BYTES:
        problem = "scarce"
    facts = {
        "size": _mb(state.size_bytes), "wal": _mb(state.wal_bytes), "free": _mb(state.free_bytes),
        "journal": state.journal, "schema": state.schema, "mode": f"{state.mode:04o}",
    }  # fmt: skip
    yield Finding(check="store", subject=str(state.path), problem=problem, facts=facts)


def asked(answers: Iterable[Health]) -> Iterator[Finding]:
    """Look at what platforms answered."""
    for health in answers:
        facts = {"state": health.state, "error": health.text}
        problem = "" if health.exit_code == 0 else "asked"
        yield Finding(check="access", subject=health.alias, problem=problem, facts=facts)


def resending(desk: Desk) -> Iterator[Finding]:
    """Tell, by stream, whether something may be sent again, and what that rests on."""
    for name, trust in desk.trust().items():
        facts: dict[str, str | int] = {
            "off": trust.off,
            "probe": {True: "refused", False: "taken", None: "not told"}[trust.refused],
            "probed": _written(trust.probed),
            "s": round(trust.longest_s),
        }
        problem = "off" if trust.off else ""
        yield Finding(check="resending", subject=name, problem=problem, facts=facts)


def clocks(offsets: Mapping[str, float]) -> Iterator[Finding]:
    """Look at how far our clock is from the platforms', where they told theirs."""
    for app, offset_s in offsets.items():
        problem = "skewed" if abs(offset_s) > SKEWED_S else ""
        yield Finding(check="clock", subject=app, problem=problem, facts={"s": round(offset_s)})


def outbox(desk: Desk) -> Finding:
    """Look for actions that no machine will finish."""
    held = [row for row in desk.outbox() if _needs_a_person(row)]
    failed = desk.store.queue.rows(QueueFilter(lane="failed", limit=EVERY), desk.now())
    tickets = sorted({row.ticket for row in held} | {row.id for row in failed})
    shown = ", ".join(tickets[:3]) + (" …" if len(tickets) > 3 else "")
    return Finding(
        check="outbox", problem="person" if tickets else "",
        facts={"count": len(tickets), "tickets": shown},
    )  # fmt: skip


def stranded(desk: Desk) -> Iterator[Finding]:
    """Look for actions of shops that the settings no longer have: nothing sends them."""
    waiting = Counter(row.ticket.partition("/")[0] for row in desk.outbox())
    for alias in sorted(waiting.keys() - desk.config.shops.keys()):
        facts: dict[str, str | int] = {"count": waiting[alias]}
        yield Finding(check="stranded", subject=alias, problem="gone", facts=facts)


def rules(desk: Desk) -> Iterator[Finding]:
    """Look at the deadline rules of every shop, and at the levels."""
    for alias in desk.config.shops:
        yield _tried("rules", alias, partial(_rules, desk, alias))
    yield _tried("levels", "", lambda: {"count": len(desk.levels())})


def alerts(desk: Desk) -> Iterator[Finding]:
    """Look at who is told of what, and whether they can be."""
    try:
        for row in overview(desk):
            facts: dict[str, str | int] = {"waiting": row.waiting, "error": row.error}
            problem = "failing" if row.state == "failing" else ""
            yield Finding(check="alert", subject=row.name, problem=problem, facts=facts)
    except GongdanError as error:
        yield Finding(check="alert", problem="error", facts={"error": str(error)})


def drifts(desk: Desk) -> Iterator[Drift]:
    """Yield the open tickets on whose deadline the platform and our rule do not agree.

    Not those that wait for the platform: our clock pauses for them, the platform's does not.
    """
    for row in desk.queue(QueueFilter(limit=EVERY)):
        if row.due_source != "platform":
            continue
        _, ticket, _, first_seen, _ = desk.store.queue.one(row.id)
        received = first_seen or desk.now()
        try:
            due = desk.due(row.shop)
        except (ConfigError, NotFound):  # told by the checks; its shop may be gone
            continue
        for clock in due.clocks(row.stream, ticket, received, desk.now()):
            differs = clock.kind == "handling" and "differs-from-platform" in clock.flags
            if differs and clock.state != "paused":
                yield drift_of(row.id, clock)


def _rules(desk: Desk, alias: str) -> Mapping[str, str | int]:
    due = desk.due(alias)
    changed = {rule.id for rule in due.rules if rule.overrides}
    return {
        "count": len(due.rules), "version": due.version, "changed": ", ".join(sorted(changed)),
        "stale": desk.store.state.stale(alias, due.version),
    }  # fmt: skip


def _tried(check: str, subject: str, look: Callable[[], Mapping[str, str | int]]) -> Finding:
    try:
        return Finding(check=check, subject=subject, facts=look())
    except GongdanError as error:
        return Finding(check=check, subject=subject, problem="error", facts={"error": str(error)})


def _file(check: str, path: Path, forbidden: int) -> Finding:
    if not path.exists():
        return Finding(check=check, subject=str(path), problem="missing")
    mode = path.stat().st_mode & 0o777
    problem = "mode" if os.name == "posix" and mode & forbidden else ""
    return Finding(check=check, subject=str(path), problem=problem, facts={"mode": f"{mode:04o}"})


def _shop(desk: Desk, row: ShopRow) -> Finding:
    problem = "" if row.state == "ok" else row.state
    if not problem and row.last_good is None:
        problem = "unfinished"
    if not problem and row.last_good and desk.now() - row.last_good > STALE:
        problem = "old"
    if not problem and row.last_good and row.complete_until:
        problem = "behind" if row.last_good - row.complete_until > BEHIND else ""
    facts: dict[str, str | int] = {
        "error": row.error, "hint_zh": row.hint_zh, "hint_en": row.hint_en, "open": row.open,
        "queued": row.queued, "good": _written(row.last_good),
        "complete": _written(row.complete_until), "until": _written(row.authorised_until),
    }  # fmt: skip
    return Finding(check="shop", subject=row.alias, problem=problem, facts=facts)


def _arrears(desk: Desk, row: ShopRow, debts: Debts | None) -> Iterator[Finding]:
    """Tell of rows that nobody understood, and of details that cannot be read."""
    if row.quarantined:
        facts: dict[str, str | int] = {"count": row.quarantined}
        yield Finding(check="quarantine", subject=row.alias, problem="rows", facts=facts)
    gaps = [
        start
        for stream in desk.store.cases.streams(row.alias)
        for start, _ in desk.store.cases.gaps(row.alias, stream)
    ]
    if gaps:
        facts = {"count": len(gaps), "first": _written(min(gaps))}
        yield Finding(check="gaps", subject=row.alias, problem="rows", facts=facts)
    if debts is not None:
        problem = "failing" if debts.failing else ""
        facts = {"count": debts.owed, "failing": debts.failing, "error": debts.error}
        yield Finding(check="details", subject=row.alias, problem=problem, facts=facts)


def _login(row: ShopRow) -> Iterator[Finding]:
    """Tell of an authorisation that ends soon: a person must renew it."""
    if row.ending:
        facts = {"ends": _written(row.authorised_until)}
        yield Finding(check="login", subject=row.alias, problem="ends", facts=facts)


def _needs_a_person(row: OutboxRow) -> bool:
    """Tell whether a row waits for somebody: its fate is unknown, it was not seen, it is held."""
    held = row.state == "queued" and row.their_text
    return row.state == "unknown" or bool(held) or (row.state == "sent" and bool(row.why))


def _written(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _mb(size: int) -> str:
    return f"{size / 1_000_000:,.1f}"
