from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from gongdan.sandbox import Control, Sandbox, call, load

from .toy import START, make, sandbox


def ask(toy: Sandbox, route: str, body: object = None) -> Any:
    """The answer of `METHOD /path`, decoded."""
    method, path = route.split(" ")
    raw = b"" if body is None else json.dumps(body).encode()
    return json.loads(call(Control(toy), method, path, {}, raw).body)


def test_state_shows_shops_and_tickets() -> None:
    state = ask(sandbox(tickets=2), "GET /state")

    assert state["shops"] == [{"platform": "toy", "id": "1", "name": "toy shop"}]
    assert [t["id"] for t in state["tickets"]] == ["0", "1"]
    assert state["tickets"][0]["fields"]["colour"] == "red"
    assert state["now"] == "2026-11-21T09:00:00Z"


def test_state_can_be_asked_for_less() -> None:
    toy = sandbox()

    assert [t["id"] for t in ask(toy, "GET /state?id=3")["tickets"]] == ["3"]
    assert ask(toy, "GET /state?platform=other")["tickets"] == []
    assert ask(toy, "GET /state?shop=2")["tickets"] == []


def test_tickets_creates_and_changes() -> None:
    toy = sandbox(tickets=1)
    tickets = [{"id": 0, "colour": "green"}, {"id": "9", "platform": "toy", "fields": {"a": [1]}}]

    answer = ask(toy, "POST /tickets", tickets)

    state = ask(toy, "GET /state")["tickets"]
    assert answer == {"ok": True, "tickets": 2}
    assert [t["fields"].get("colour") for t in state] == ["green", None]
    assert state[0]["updated"] == "2026-11-21T09:00:00Z"
    assert len(state[0]["versions"]) == 2


def test_the_clock_is_set_advanced_and_given_back() -> None:
    toy = sandbox()

    put = ask(toy, "POST /clock", {"now": "2026-12-01T08:00:00+08:00"})
    ahead = ask(toy, "POST /clock", {"advance_s": 60})
    back = ask(toy, "POST /clock", {"now": None})

    assert put["now"] == "2026-12-01T00:00:00Z"
    assert ahead["now"] == "2026-12-01T00:01:00Z"
    assert back["now"] == ask(toy, "GET /clock")["now"] == "2026-11-21T09:00:00Z"


def test_faults_are_armed_listed_and_disarmed() -> None:
    toy = sandbox()

    armed = ask(toy, "POST /faults", {"name": "hidden-write", "when": 2, "api": "write"})
    listed = ask(toy, "GET /faults")
    ask(toy, "DELETE /faults")

    assert (armed["when"], armed["left"], armed["seconds"]) == (2, 1, 30.0)
    assert [fault["name"] for fault in listed] == ["hidden-write"]
    assert ask(toy, "GET /faults") == []


def test_the_log_has_every_request() -> None:
    toy = sandbox()
    call(toy.gateways["toy"], "POST", "/write/1")

    assert ask(toy, "GET /log") == [
        {
            "time": "2026-11-21T09:00:00Z",
            "platform": "toy",
            "shop": "1",
            "api": "write",
            "writing": True,
            "outcome": "ok",
            "status": 200,
        }
    ]


def test_state_and_log_include_a_late_commit_that_is_due() -> None:
    toy = sandbox()
    ask(toy, "POST /faults", {"name": "late-commit"})
    with pytest.raises(Exception, match="dropped"):
        call(toy.gateways["toy"], "POST", "/write/1")

    toy.clock.advance(61)

    assert ask(toy, "GET /state?id=1")["tickets"][0]["fields"]["colour"] == "blue"
    assert [e["outcome"] for e in ask(toy, "GET /log")] == ["late-commit", "late-commit: ok"]


def test_reset_begins_again_with_the_seed() -> None:
    toy = sandbox(seed=3)
    before = ask(toy, "GET /state")
    ask(toy, "POST /tickets", [{"id": "0", "colour": "green"}])
    ask(toy, "POST /clock", {"advance_s": 3600})
    ask(toy, "POST /faults", {"name": "html"})
    call(toy.gateways["toy"], "POST", "/write/1")

    ask(toy, "POST /reset")

    assert ask(toy, "GET /state") == before
    assert ask(toy, "GET /faults") == ask(toy, "GET /log") == []
    assert ask(toy, "POST /reset", {"seed": 4}) == {"ok": True, "seed": 4}
    assert ask(toy, "GET /state") != before


def test_a_sandbox_follows_from_its_seed() -> None:
    assert ask(sandbox(7), "GET /state") == ask(sandbox(7), "GET /state")
    assert ask(sandbox(7), "GET /state") != ask(sandbox(8), "GET /state")


@pytest.mark.parametrize(
    ("route", "body", "says"),
    [
        pytest.param("POST /faults", {"name": "bann"}, "did you mean ban?", id="no such fault"),
        pytest.param("POST /faults", {"nam": "ban"}, "`nam`", id="misspelt key"),
        pytest.param("POST /faults", {"name": "ban", "platform": "x"}, "toy", id="platform"),
        pytest.param("POST /clock", {"now": "2026-01-01T00:00:00"}, "needs a zone", id="no zone"),
        pytest.param("POST /clock", {"now": "soon"}, "$.now", id="no time"),
        pytest.param("POST /clock", {}, "advance_s", id="nothing to set"),
        pytest.param("POST /tickets", {"id": 1}, "array", id="not a list"),
        pytest.param("POST /tickets", [{"id": "0"}, {}], "$[1]: id", id="no id"),
        pytest.param("POST /tickets", [{"id": 1, "platform": "x"}], "$[0]: platform", id="other"),
        pytest.param("POST /tickets", [{"id": 1, "updated": 1}], "$.updated", id="bad time"),
        pytest.param("POST /reset", {"seed": "x"}, "$.seed", id="bad seed"),
        pytest.param("GET /nothing", None, "there are: GET /state", id="no such route"),
    ],
)
def test_bad_input_is_answered_with_one_clear_line(route: str, body: object, says: str) -> None:
    error = ask(sandbox(), route, body)["error"]

    assert says in error
    assert "\n" not in error


def test_bad_input_is_a_400() -> None:
    assert call(Control(sandbox()), "POST", "/faults", {}, b"{").status == 400
    assert call(Control(sandbox()), "POST", "/faults", {}, b"\xff").status == 400


def test_what_is_due_keeps_its_order() -> None:
    toy = sandbox()
    world = toy.worlds["toy"]
    done: list[str] = []
    world.later(START + timedelta(seconds=20), lambda: done.append("second"))
    world.later(START + timedelta(seconds=10), lambda: done.append("first"))
    world.later(START + timedelta(seconds=90), lambda: done.append("third"))

    toy.clock.advance(30)
    world.settle()

    assert done == ["first", "second"]


def test_loads_what_a_connector_names() -> None:
    assert load(f"{make.__module__}:make") is make


@pytest.mark.parametrize("address", ["nothing", f"{make.__module__}:nothing", "json:"])
def test_says_what_a_connector_named_wrong(address: str) -> None:
    with pytest.raises(ValueError, match="sandbox"):
        load(address)
