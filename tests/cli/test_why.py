"""`gongdan why`: every clock with its arithmetic, and where each value came from."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from gongdan import Status, Urgency, Who
from gongdan.sla import FLAGS, Clock, Facts, Words, clocks, first_response
from gongdan.sla.facts import Kind
from gongdan.views import Origin, WhyView
from gongdan_cli.plugin_list import installed
from gongdan_cli.screens.reasons import render_why
from gongdan_cli.words import table as table

from .conftest import Run
from .desk import VIEW, FakeDesk, last
from .rows import NOW, at
from .test_queue_table import REMAKE
from .test_reading import objects

GOLDEN = Path(__file__).parent / "golden"
Terminal = Callable[[int], None]


def reasons() -> WhyView:
    """Return a ticket with a clock of every kind, computed by the real rules."""
    facts = Facts(
        platform="douyin", stream="service", received=at(hours=-23), created=at(hours=-23),
        classes=("urgent",), deadline=at(hours=-21), first_reply_at=at(hours=-22, minutes=-30),
        promise_made_at=at(hours=-2), promised_at=at(minutes=50), ordered_at=at(days=-2),
        ship_by=at(hours=5), buyer_term=at(days=6),
    )  # fmt: skip
    rules = (*installed().connector("douyin").rules, first_response())
    row = replace(VIEW.row, urgency="urgent")
    return WhyView(
        ticket=replace(VIEW, row=row), clocks=clocks(facts, rules, NOW), origins=origins()
    )


def origins() -> tuple[Origin, ...]:
    def one(name: str, value: object, kind: str = "detail") -> Origin:
        when, page = (at(hours=-1), 3) if kind == "row" else (at(hours=-20), 7)
        return Origin(name=name, value=value, kind=kind, updated=when, run=12, page=page)

    return (
        one("status", Status.PENDING, "row"),
        one("title", "买家反馈快递三天没有更新" * 5),
        one("text", "\x1b[31m红", "row"),
        one("urgency", Urgency.URGENT),
        one("origin", Who.PLATFORM),
        one("order_ids", ("6920000000000000123", "6920000000000000124")),
        one("amount_fen", 12900),
        one("deadline", at(hours=-21)),
        one("target", timedelta(hours=2)),
        one("evidence_required", True),
        one("closed", None),
        one("round", 0),
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120])
def test_looks_as_it_did(lang: str, width: int) -> None:
    path = GOLDEN / f"why-{lang}-{width}.txt"

    shown = render_why(reasons(), NOW, width, table.Words(lang), False) + "\n"

    if os.environ.get(REMAKE):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [20, 40, 79, 200])
def test_no_line_is_wider_than_the_screen(lang: str, width: int) -> None:
    shown = render_why(reasons(), NOW, width, table.Words(lang), False)

    assert max(cell_len(line) for line in shown.split("\n")) <= width


def test_json_has_every_clock_with_its_steps_and_every_origin(run: Run, desk: FakeDesk) -> None:
    desk.reasons = reasons()

    (found,) = objects(run("why", "10884357", "--json"))

    assert last(desk, "why") == ("10884357", "en")
    ticket, told, came = (found[name] for name in ("ticket", "clocks", "origins"))
    assert isinstance(ticket, dict)
    assert isinstance(told, list)
    assert isinstance(came, list)
    assert ticket["id"] == "main/service/10884357"
    assert [clock["kind"] for clock in told] == list(get_args(Kind))
    assert told[0]["difference_s"] == 12 * 3600
    assert told[0]["rule_source"] == "R43, 000:59; R46, 000:55"
    assert told[0]["steps"][0].startswith("rule douyin.service.urgent: 2 h (window; R43")
    assert "differs-from-platform" in told[0]["flags"]
    assert came[0] == {
        "name": "status", "value": "pending", "from": "row",
        "updated": "2026-11-21T18:00:00+08:00", "run": 12, "page": 3,
    }  # fmt: skip


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_flag_is_told_in_words(flag: str, lang: str) -> None:
    view = reasons()
    odd = replace(view, clocks=(replace(view.clocks[0], flags=(flag,)),))

    shown = render_why(odd, NOW, 200, table.Words(lang), False)

    assert (FLAGS[flag].zh if lang == "zh" else FLAGS[flag].en) in shown


@pytest.mark.parametrize(
    ("difference", "shown"),
    [
        pytest.param(None, None, id="no rule"),
        pytest.param(timedelta(0), "computed: the same", id="none"),
        pytest.param(timedelta(seconds=1), "computed: the same", id="a second"),
        pytest.param(
            timedelta(minutes=90), "23:30:00, 1 h 30 min after the platform's", id="later"
        ),
        pytest.param(
            timedelta(minutes=-90), "20:30:00, 1 h 30 min before the platform's",
            id="earlier",
        ),
    ],
)  # fmt: skip
def test_tells_how_far_the_rule_is_from_the_platform(
    difference: timedelta | None, shown: str | None
) -> None:
    far = difference is not None and abs(difference) > timedelta(seconds=1)
    clock = Clock(
        kind="handling", source="platform", state="running", start=NOW, due=at(hours=3),
        target=timedelta(hours=3), difference=difference,
        flags=("differs-from-platform",) if far else (),
    )  # fmt: skip

    output = render_why(
        WhyView(ticket=VIEW, clocks=(clock,), origins=()), NOW, 100, table.Words("en"), False
    )

    assert (shown or "") in output
    assert ("computed:" in output) == (shown is not None)


@pytest.mark.parametrize(
    ("state", "due", "head"),
    [
        ("running", at(minutes=48), "Handling: 48m left"),
        ("late", at(minutes=-48), "Handling: LATE by 48m"),
        ("paused", at(minutes=48), "Handling: paused"),
        ("met", at(minutes=48), "Handling: met"),
        ("met_late", at(minutes=-48), "Handling: met late"),
    ],
)
def test_the_head_tells_how_a_clock_stands(state: str, due: object, head: str) -> None:
    clock = replace(reasons().clocks[0], state=state, due=due)

    shown = render_why(
        WhyView(ticket=VIEW, clocks=(clock,), origins=()), NOW, 80, table.Words("en"), False
    )

    assert head in shown.split("\n")


def test_what_a_breach_costs_is_the_rules_words_else_its_kinds() -> None:
    clock = replace(reasons().clocks[0], breach_cost=Words(zh="扣分", en="costs points"))
    bare = replace(clock, breach_cost=Words())

    def shown(one: Clock, lang: str) -> str:
        view = WhyView(ticket=VIEW, clocks=(one,), origins=())
        return render_why(view, NOW, 80, table.Words(lang), False)

    assert "if late: costs points" in shown(clock, "en")
    assert "超时后果：扣分" in shown(clock, "zh")
    assert "if late: handled as a violation" in shown(bare, "en")


def test_a_ticket_without_a_clock_says_so(run: Run, desk: FakeDesk, terminal: Terminal) -> None:
    desk.reasons = WhyView(ticket=VIEW, clocks=(), origins=())
    terminal(80)

    assert "No deadline is known for it." in run("why", "10884357").stdout


def test_a_buyer_cannot_paint_the_terminal() -> None:
    assert "\x1b" not in render_why(reasons(), NOW, 80, table.Words("en"), False)


def test_an_ordinary_urgency_of_a_platform_is_told_in_chinese() -> None:
    origin = Origin(
        name="urgency", value=Urgency.NORMAL, kind="detail", updated=NOW, run=12, page=0
    )
    view = replace(reasons(), origins=(origin,))

    assert "紧急程度：普通" in render_why(view, NOW, 80, table.Words("zh"), False)
