"""What must hold at the end: every case in its newest version, nothing that never was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from gongdan import UNSET, Status
from gongdan.errors import NotFound
from gongdan.sandbox import Case
from gongdan.store import Store
from gongdan.store.moments import to_ms

from .platforms import Platform
from .process import ALIAS
from .world import Simulated


class Violated(AssertionError):
    """An invariant does not hold."""


class Watch:
    """Looks on while processes work: what must hold at every moment."""

    def __init__(self, world: Simulated) -> None:
        self._world = world
        self._newest: dict[tuple[str, str], int] = {}

    def landed(self, store: Store, until: datetime | None) -> None:
        """Check the store after a landing that moved the cursor to *until*, if it did.

        Raises:
            Violated: a payload gave way to an older one, or the cursor passed an unread row.
        """
        had: dict[str, int] = {}
        for ticket_id, kind, ms in store.cases.times(ALIAS):
            if ms < self._newest.get((ticket_id, kind), 0):
                raise Violated(f"{ticket_id}: an older {kind} over a newer one")
            self._newest[ticket_id, kind] = ms
            had[ticket_id] = max(ms, had.get(ticket_id, 0))
        if until is not None and "filter-on-create" not in self._world.traits.names:
            self._passed(had, until - self._world.lateness)

    def _passed(self, had: Mapping[str, int], until: datetime) -> None:
        stream = self._world.connector.streams[0].name
        for case in self._world.cases():
            at = case.newest.updated
            if at <= until and to_ms(at) > had.get(f"{ALIAS}/{stream}/{case.id}", 0):
                raise Violated(f"the cursor passed {case.id}, updated {at:%H:%M:%S}")


def check_all(world: Simulated, store: Store) -> None:
    """Check every case of the platform against the store.

    Raises:
        Violated: one is missing, stale, or not the platform's.
    """
    unseen = "filter-on-create" in world.traits.names
    wrong = differences(world.platform, world.cases(), store, ALIAS, unseen=unseen)
    wrong += [
        f"run {run.id} is still running" for run in store.ledger.runs() if run.outcome == "running"
    ]
    if wrong:
        raise Violated("; ".join(wrong))


def differences(
    platform: Platform, cases: Sequence[Case], store: Store, alias: str, *, unseen: bool = False
) -> list[str]:
    """Return in what the store differs from the cases of a shop.

    Args:
        unseen: changes of closed cases may have been in no list; they are the sweep's business.
    """
    by_id = {f"{alias}/{platform.stream}/{case.id}": case for case in cases}
    wrong = [
        text
        for ticket_id, case in by_id.items()
        if (text := _wrong(platform, store, ticket_id, case, unseen=unseen))
    ]
    known = {name for name in store.cases.ids(alias) if f"/{platform.stream}/" in name}
    return wrong + [f"{ticket_id}: the platform never had it" for ticket_id in known - set(by_id)]


def _wrong(platform: Platform, store: Store, ticket_id: str, case: Case, *, unseen: bool) -> str:
    """Return what is wrong with one ticket, or ""."""
    try:
        row, ticket, *_ = store.queue.one(ticket_id)
    except NotFound:
        return f"{ticket_id} (updated {case.newest.updated:%H:%M:%S}) is missing"
    if unseen and ticket.status is Status.CLOSED:
        return ""
    expected = platform.expected(case)
    for name, value, had in (
        ("status", expected.status, ticket.status),
        ("text", expected.text, ticket.text),
        ("title", expected.title, ticket.title),
        ("updated", case.newest.updated, row.updated),
    ):
        if value is not UNSET and value != had:
            return f"{ticket_id}: {name} is {_told(had)}, not {_told(value)}"
    said = sorted(message.text for message in store.queue.thread(ticket_id))
    meant = sorted(message.text for message in case.newest.messages)
    if said != meant:
        return f"{ticket_id}: {len(said)} messages, not {len(meant)}"
    return ""


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%H:%M:%S}"
    return value.value if isinstance(value, Status) else value
