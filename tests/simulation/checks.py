"""What must hold at the end: every case in its newest version, nothing that never was."""

from __future__ import annotations

from datetime import datetime

from gongdan import UNSET, Status
from gongdan.errors import NotFound
from gongdan.sandbox import Case
from gongdan.store import Store

from .process import ALIAS
from .world import Simulated


class Violated(AssertionError):
    """An invariant does not hold."""


def check_all(world: Simulated, store: Store) -> None:
    """Check every case of the platform against the store.

    Raises:
        Violated: one is missing, stale, or not the platform's.
    """
    stream = world.connector.streams[0].name
    cases = {f"{ALIAS}/{stream}/{case.id}": case for case in world.cases()}
    wrong = [
        text for ticket_id, case in cases.items() if (text := _wrong(world, store, ticket_id, case))
    ]
    known = store.cases.ids(ALIAS)
    wrong += [f"{ticket_id}: the platform never had it" for ticket_id in known - set(cases)]
    wrong += [
        f"run {run.id} of {run.shop} is still running"
        for run in store.ledger.runs()
        if run.outcome == "running"
    ]
    if wrong:
        raise Violated("; ".join(wrong))


def _wrong(world: Simulated, store: Store, ticket_id: str, case: Case) -> str:
    """Return what is wrong with one ticket, or ""."""
    try:
        row, ticket, *_ = store.queue.one(ticket_id)
    except NotFound:
        return f"{ticket_id} (updated {case.newest.updated:%H:%M:%S}) is missing"
    expected = world.platform.expected(case)
    wanted = {
        "status": expected.status,
        "text": expected.text,
        "title": expected.title,
        "updated": case.newest.updated,
    }
    had = {
        "status": ticket.status,
        "text": ticket.text,
        "title": ticket.title,
        "updated": row.updated,
    }
    for name, value in wanted.items():
        if value is not UNSET and value != had[name]:
            return f"{ticket_id}: {name} is {_told(had[name])}, not {_told(value)}"
    said = sorted(message.text for message in store.queue.thread(ticket_id))
    meant = sorted(message.text for message in case.newest.messages)
    if said != meant:
        return f"{ticket_id}: {len(said)} messages, not {len(meant)}"
    return ""


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%H:%M:%S}"
    return value.value if isinstance(value, Status) else value
