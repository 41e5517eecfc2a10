"""Who may work on a shop: claims, and runs that ended or did not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from gongdan import Busy
from gongdan.store import Batch, Store
from gongdan.store.ledger import LEASE

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
NAME = "shop main"


class Machine:
    """Some processes of one machine on one store."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.living: set[int] = set()
        self.stores: list[Store] = []

    def process(self, pid: int) -> Store:
        self.living.add(pid)
        store = Store(self._path, pid=pid, alive=self.living.__contains__)
        self.stores.append(store)
        return store


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "gongdan.db")
    yield machine
    for store in machine.stores:
        store.close()


def test_keeps_a_second_process_off_and_says_who_holds_it(machine: Machine) -> None:
    one, other = machine.process(1), machine.process(2)
    one.ledger.claim(NAME, NOW)

    with pytest.raises(
        Busy, match=r"shop main is held by process 1 on .* since 2026-11-21 16:00:00 Beijing time"
    ):
        other.ledger.claim(NAME, NOW + timedelta(seconds=5))


def test_gives_it_to_the_next_after_a_release(machine: Machine) -> None:
    one, other = machine.process(1), machine.process(2)
    held = one.ledger.claim(NAME, NOW)
    one.ledger.release(held)

    assert other.ledger.claim(NAME, NOW).fence > held.fence


def test_takes_over_from_a_dead_process_at_once(machine: Machine) -> None:
    one, other = machine.process(1), machine.process(2)
    held = one.ledger.claim(NAME, NOW)
    machine.living.discard(1)

    assert other.ledger.claim(NAME, NOW + timedelta(seconds=1)).fence > held.fence


def test_takes_over_when_the_lease_is_over(machine: Machine) -> None:
    one, other = machine.process(1), machine.process(2)
    held = one.ledger.claim(NAME, NOW)

    taken = other.ledger.claim(NAME, NOW + LEASE)

    assert taken.fence > held.fence
    assert not one.ledger.renew(held, NOW + LEASE)
    assert other.ledger.renew(taken, NOW + LEASE)


def test_a_renewed_claim_outlasts_its_first_lease(machine: Machine) -> None:
    one, other = machine.process(1), machine.process(2)
    held = one.ledger.claim(NAME, NOW)
    one.ledger.renew(held, NOW + LEASE / 2)

    with pytest.raises(Busy):
        other.ledger.claim(NAME, NOW + LEASE)


def test_a_late_release_leaves_the_claim_of_the_next(machine: Machine) -> None:
    one, other, third = (machine.process(pid) for pid in (1, 2, 3))
    held = one.ledger.claim(NAME, NOW)
    other.ledger.claim(NAME, NOW + LEASE)

    one.ledger.release(held)

    with pytest.raises(Busy, match="process 2"):
        third.ledger.claim(NAME, NOW + LEASE)


def test_who_slept_through_a_takeover_can_store_nothing(machine: Machine) -> None:
    one, other = machine.process(1), machine.process(2)
    held = one.ledger.claim(NAME, NOW)
    other.ledger.claim(NAME, NOW + LEASE)
    batch = Batch(
        platform="p", shop="main", stream="s", run=1, at=NOW, until=NOW, position="{}", claim=held
    )

    with pytest.raises(Busy, match="taken over"):
        one.cases.commit(batch)

    assert other.cases.cursor("main", "s") == (None, "")


def test_marks_a_run_that_never_ended_as_lost(machine: Machine) -> None:
    one, other = machine.process(1), machine.process(2)
    _, first = one.ledger.begin("main", "p", NOW)
    machine.living.discard(1)

    _, second = other.ledger.begin("main", "p", NOW + timedelta(minutes=1))

    outcomes = {run.id: run.outcome for run in other.ledger.runs()}
    assert outcomes == {first.id: "lost", second.id: "running"}


def test_a_run_that_cannot_have_its_shop_leaves_no_trace(machine: Machine) -> None:
    one, other = machine.process(1), machine.process(2)
    one.ledger.begin("main", "p", NOW)

    with pytest.raises(Busy, match="process 1"):
        other.ledger.begin("main", "p", NOW)

    assert [run.outcome for run in other.ledger.runs()] == ["running"]


def test_remembers_through_a_lost_run_since_when_a_shop_fails(machine: Machine) -> None:
    one, other = machine.process(1), machine.process(2)
    claim, run = one.ledger.begin("main", "p", NOW)
    one.ledger.end(claim, replace(run, outcome="failed", finished=NOW, failing_since=NOW), NOW)
    one.ledger.begin("main", "p", NOW + timedelta(minutes=1))
    machine.living.discard(1)

    _, third = other.ledger.begin("main", "p", NOW + timedelta(minutes=2))

    assert third.failing_since == NOW
