"""Every promise of the engine has a proof that exists; those that had none are proved here."""

from __future__ import annotations

import ast
import functools
import json
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gongdan import Ask, ByTime, ByToken, Page, Raw, Shop
from gongdan.conformance import CHECKS, of

from ..core.reading.desk import Desk
from ..simulation.planted import PLANTED
from ..simulation.sending_bugs import BUGS
from .engine import ENGINE, LATER
from .mutants import good
from .mutants.mutant import cases

ROOT = Path(__file__).parents[2]
PROOFS = [(one.id, proof) for one in ENGINE for proof in one.proofs]


@functools.cache
def functions(path: str) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("promise", "proof"), PROOFS, ids=[f"{a} {b}" for a, b in PROOFS])
def test_a_proof_exists(promise: str, proof: str) -> None:
    kind, _, name = proof.partition(": ")
    if kind in ("reading", "sending") and name:
        assert name in (PLANTED if kind == "reading" else BUGS), promise
    else:
        path, _, name = proof.partition("::")
        assert name in functions(path), promise


def test_everything_that_must_be_checked_is_a_check_a_promise_or_later() -> None:
    known = [*CHECKS, *(one.id for one in ENGINE), *LATER]

    assert sorted(known) == [f"C{n:02}" for n in range(1, 75)]


def test_a_token_that_comes_again_ends_the_list(tmp_path: Path) -> None:
    asked: list[str] = []

    def read_page(_shop: Shop[Any], ask: Ask) -> Page:
        asked.append(ask.token)
        assert len(asked) < 10
        return Page([Raw(b'{"id":"1","state":"open"}')], more=True, token="again")

    desk = Desk(tmp_path, ByToken(), read_page=read_page, read_detail=None)

    run = desk.sync()
    desk.store.close()

    assert run.outcome == "ok"
    assert asked == ["", "again"]


def test_a_second_sync_asks_for_the_overlap_only() -> None:
    subject = of(good.GOOD)
    with subject.stage() as stage:
        stage.fill(good.CASES, 30, apart_s=600)
        stage.good_sync()
        before = len(stage.line.exchanges)
        stage.clock.advance(600)

        stage.good_sync()

        asked = [request.query for request, _ in stage.line.exchanges[before:]]
    assert len(asked) == 1
    overlap = good.READING.overlap + good.READING.settle + timedelta(seconds=10)
    assert asked[0]["since"] >= f"{stage.clock.now() - timedelta(seconds=600) - overlap:%FT%T}"


def test_any_order_leaves_the_same_store() -> None:
    def read_page(shop: Shop[Any], ask: Ask) -> Page:
        page = good.read_page(shop, ask)
        return replace(page, rows=page.rows[::-1])

    kept = []
    for connector in (good.GOOD, cases(read_page=read_page, reading=ByTime(order="none"))):
        with of(connector).stage() as stage:
            stage.fill(good.CASES, 12)
            stage.good_sync()
            tickets = stage.tickets(good.CASES)
        kept.append({name: (one.ticket, one.thread) for name, one in tickets.items()})

    assert len(kept[0]) == 12
    assert kept[0] == kept[1]


def test_a_position_is_json_and_small() -> None:
    with of(good.GOOD).stage() as stage:
        stage.fill(good.CASES, 3)
        stage.good_sync()

        _, position = stage.desk.store.cases.cursor("conform", "case")

    assert len(position) < 4096
    assert isinstance(json.loads(position), dict)


def peak_of(folder: Path, count: int) -> int:
    """Return the most memory that a sync of *count* cases takes; they are made when asked for."""
    folder.mkdir()

    def read_page(_shop: Shop[Any], ask: Ask) -> Page:
        newest = desk.clock.now().replace(microsecond=0) - timedelta(minutes=10)
        oldest = newest - timedelta(seconds=count)
        first = max(0, int((ask.start - oldest).total_seconds()))
        last = min(count, int((ask.end - oldest).total_seconds()) + 1)
        numbers = range(first, last)[(ask.page - 1) * ask.size : ask.page * ask.size]
        return Page([row_of(n, oldest) for n in numbers], total=max(0, last - first))

    desk = Desk(folder, ByTime(order="asc"), read_page=read_page, read_detail=None)
    tracemalloc.start()
    run = desk.sync()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    desk.store.close()
    assert run.new == count
    return peak


def row_of(n: int, oldest: datetime) -> Raw:
    at = (oldest + timedelta(seconds=n)).isoformat()
    return Raw(json.dumps({"id": str(n), "state": "open", "at": at, "x": "x" * 1000}).encode())


def test_eight_times_the_cases_take_no_more_memory(tmp_path: Path) -> None:
    few, many = (peak_of(tmp_path / str(count), count) for count in (200, 1600))

    assert many < few + 600_000  # the bytes of all rows are 1.7 MB
