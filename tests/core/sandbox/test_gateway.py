"""The transport faults, and what is left behind by them."""

from __future__ import annotations

import json

import pytest

from gongdan.sandbox import Dropped, Fault, Sandbox, call

from .toy import START, sandbox


def write(toy: Sandbox, *faults: Fault) -> int:
    """Make one write under the faults; 0 if the connection was dropped."""
    for fault in faults:
        toy.faults.arm(fault)
    try:
        return call(toy.gateways["toy"], "POST", "/write/1").status
    except Dropped:
        return 0


def colour(toy: Sandbox) -> object:
    """What a reader sees of case 1."""
    return json.loads(call(toy.gateways["toy"], "GET", "/list").body)["ids"]["1"]


@pytest.mark.parametrize(
    ("fault", "status", "after"),
    [
        pytest.param("http-500", 500, "red", id="not handled, 500"),
        pytest.param("html", 200, "red", id="not handled, a page"),
        pytest.param("reset", 0, "red", id="not handled, reset"),
        pytest.param("lost-request", 0, "red", id="not handled, dropped"),
        pytest.param("lost-response", 0, "blue", id="handled, dropped"),
        pytest.param("cut-body", 0, "blue", id="handled, half an answer"),
        pytest.param("slow", 200, "blue", id="handled late"),
    ],
)
def test_a_write_is_done_or_not(fault: str, status: int, after: str) -> None:
    toy = sandbox()

    assert write(toy, Fault(name=fault)) == status
    assert colour(toy) == after


def test_a_late_commit_happens_after_its_delay_and_at_its_time() -> None:
    toy = sandbox()

    assert write(toy, Fault(name="late-commit", seconds=20)) == 0
    toy.clock.advance(19)
    before = colour(toy)
    toy.clock.advance(500)
    after = colour(toy)

    case = toy.worlds["toy"].cases.get("case", "1")
    assert case is not None
    assert (before, after) == ("red", "blue")
    assert (case.newest.updated - START).total_seconds() == 20


def test_slow_moves_the_clock_when_no_server_sleeps() -> None:
    toy = sandbox()

    write(toy, Fault(name="slow", seconds=7))

    assert (toy.clock.now() - START).total_seconds() == 7


def test_the_log_says_what_became_of_each_request() -> None:
    toy = sandbox()
    write(toy)
    write(toy, Fault(name="lost-response"))
    write(toy, Fault(name="http-500"))
    write(toy, Fault(name="cut-body"))
    colour(toy)

    log = [(e.api, e.writing, e.outcome, e.status) for e in toy.traffic]

    assert log == [
        ("write", True, "ok", 200),
        ("write", True, "lost-response: ok", 0),
        ("write", True, "http-500", 500),
        ("write", True, "cut-body: ok", 200),
        ("list", False, "ok", 200),
    ]
