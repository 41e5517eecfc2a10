"""When tickets are due: facts from what is known, and an index that tells the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gongdan import Message, Status, Ticket, Urgency, Who
from gongdan.due import Due, rules_of_all
from gongdan.plugins.registry import Plugins
from gongdan.store.columns import Index
from gongdan.testing.clock import START
from gongdan.views import QueueFilter, QueueRow

from .office import Office, ours, put

NIGHT = START + timedelta(hours=11)  # 20:00 in China


@pytest.fixture(scope="module")
def douyin() -> Due:
    return Due("douyin", rules_of_all(Plugins.installed()))


def said(who: Who, hours: float) -> Message:
    return Message(who, "words", START + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("fields", "classes"),
    [
        pytest.param({}, (), id="nothing said"),
        pytest.param({"urgency": None, "origin": None}, (), id="said to be none"),
        pytest.param({"urgency": Urgency.URGENT}, ("urgent",), id="urgency"),
        pytest.param(
            {"urgency": Urgency.NORMAL, "origin": Who.PROVIDER}, ("provider", "normal"),
            id="a provider's rule goes before the urgency's",
        ),
    ],
)  # fmt: skip
def test_classes_are_what_rules_may_name(
    fields: dict[str, Any], classes: tuple[str, ...], douyin: Due
) -> None:
    assert douyin.facts("service", Ticket(**fields), START).classes == classes


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        pytest.param({"urgency": Urgency.URGENT}, "douyin.service.urgent", id="urgent"),
        pytest.param({"origin": Who.PROVIDER}, "douyin.provider", id="provider"),
        pytest.param({}, "douyin.service.normal", id="otherwise"),
    ],
)
def test_a_ticket_falls_under_the_rule_of_its_class(
    fields: dict[str, Any], rule: str, douyin: Due
) -> None:
    ticket = Ticket(status=Status.PENDING, created=NIGHT, **fields)

    (handling, *_) = douyin.clocks("service", ticket, NIGHT, NIGHT)

    assert handling.rule == rule
    assert handling.rule_source


@pytest.mark.parametrize(
    ("status", "turn", "thread", "answered"),
    [
        pytest.param("pending", None, [], None, id="nobody wrote"),
        pytest.param("pending", None, [said(Who.BUYER, 1)], None, id="only the buyer"),
        pytest.param("pending", None, [said(Who.MERCHANT, 1)], None, id="it is our turn again"),
        pytest.param("waiting_platform", None, [said(Who.MERCHANT, 1)], 1, id="answered"),
        pytest.param(
            "waiting_platform", None, [said(Who.MERCHANT, 3), said(Who.MERCHANT, 1)], 3,
            id="the newest counts",
        ),
        pytest.param("pending", "buyer", [said(Who.MERCHANT, 1)], 1, id="as the platform says"),
    ],
)  # fmt: skip
def test_answered_is_our_last_word_where_it_is_not_our_turn(
    status: str, turn: str | None, thread: Sequence[Message], answered: int | None, douyin: Due
) -> None:
    ticket = Ticket(status=Status(status), turn=Who(turn) if turn else None)

    facts = douyin.facts("service", ticket, START, thread)

    assert facts.answered_at == (None if answered is None else START + timedelta(hours=answered))


def test_the_first_word_is_not_the_last(douyin: Due) -> None:
    thread = [said(Who.BUYER, 0), said(Who.MERCHANT, 2), said(Who.MERCHANT, 5)]

    facts = douyin.facts("service", Ticket(status=Status.ANSWERED), START, thread)

    assert facts.first_reply_at == START + timedelta(hours=2)


def test_waiting_for_the_platform_pauses_from_the_last_change(douyin: Due) -> None:
    changed = START + timedelta(hours=3)
    ticket = Ticket(status=Status.WAITING_PLATFORM, created=START, updated=changed)
    late = START + timedelta(days=9)

    facts = douyin.facts("service", ticket, START)
    (handling, *_) = douyin.clocks("service", ticket, START, late)

    assert facts.waiting_platform == ((changed, None),)
    assert handling.state == "paused"
    assert handling.due == late + timedelta(hours=21)


@pytest.mark.parametrize(
    ("closed", "ends"),
    [pytest.param(2, 2, id="as the platform says"), pytest.param(None, 1, id="the last change")],
)
def test_a_closed_ticket_ends_its_clocks(closed: int | None, ends: int, douyin: Due) -> None:
    ticket = Ticket(
        status=Status.CLOSED, created=START, updated=START + timedelta(hours=1),
        closed=None if closed is None else START + timedelta(hours=closed),
    )  # fmt: skip

    facts = douyin.facts("service", ticket, START)

    assert facts.closed_at == START + timedelta(hours=ends)


def test_the_platforms_own_deadline_is_indexed_before_a_rules(douyin: Due) -> None:
    theirs = NIGHT + timedelta(hours=5)
    ticket = Ticket(urgency=Urgency.URGENT, created=NIGHT)
    told = Ticket(urgency=Urgency.URGENT, created=NIGHT, deadline=theirs)

    assert douyin.index("service", told, NIGHT) == Index(theirs, "platform", douyin.version)
    assert douyin.index("service", ticket, NIGHT) == Index(
        NIGHT + timedelta(hours=14), "rule", douyin.version
    )  # an hour until 21:00, one from 09:00


def test_a_ticket_without_rule_and_deadline_is_indexed_as_such(douyin: Due) -> None:
    assert douyin.index("unheard-of", Ticket(), START) == Index(None, "", douyin.version)


@pytest.mark.parametrize(
    ("lang", "cost"),
    [
        ("en", "no effect on the experience score; passivity is handled as a violation"),
        ("zh", "目前不影响体验分，消极处置会按违规处理"),
    ],
)
def test_what_being_late_costs_is_the_rules_word_unless_the_platform_says(
    lang: Any, cost: str, douyin: Due
) -> None:
    row = QueueRow(
        id="m/service/1", platform="douyin", shop="m", stream="service", status=Status.PENDING,
        urgency="urgent",
    )  # fmt: skip
    told = QueueRow(
        id="m/service/1", platform="douyin", shop="m", stream="service", status=Status.PENDING,
        urgency="urgent", breach_cost="扣一百分",
    )  # fmt: skip
    from_a_provider = QueueRow(
        id="m/service/1", platform="douyin", shop="m", stream="service", status=Status.PENDING,
        origin="provider",
    )  # fmt: skip

    assert douyin.costed(row, lang, START).breach_cost == cost
    assert douyin.costed(told, lang, START).breach_cost == "扣一百分"
    assert douyin.costed(from_a_provider, lang, START).breach_cost == ""


def test_the_index_says_what_a_computation_says(tmp_path: Path) -> None:
    office = Office(tmp_path, tickets=12)
    with office.desk() as desk:
        desk.sync()

        rows = desk.queue(QueueFilter(statuses=tuple(Status), limit=1000))

        assert len(rows) >= 24
        for row in rows:
            view = desk.ticket(row.id)
            assert view.first_seen is not None
            due = desk.due(row.shop)
            clocks = due.clocks(row.stream, view.ticket, view.first_seen, view.first_seen)
            ends = [(clock.due, clock.source) for clock in clocks if clock.kind == "handling"]
            assert ends == ([(row.due, row.due_source)] if row.due else [])


def test_a_changed_rule_makes_the_index_stale_and_the_next_queue_rebuilds_it(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path, ["douyin"])
    with office.desk() as desk:
        desk.sync()
        index = desk.due("douyin").index
        ticket = ours(NIGHT, created=NIGHT, deadline=None, urgency=Urgency.URGENT)
        name = put(desk.store, "1", ticket, NIGHT, index=index("service", ticket, NIGHT))
        before = due_of(desk.queue(QueueFilter()), name)
        assert desk.reindex() == 0

    office.add('[shops.douyin.rules."douyin.service.urgent"]\nmode = "wall"')
    with office.desk() as desk:
        rules = desk.due("douyin").version
        stale = desk.store.state.stale("douyin", rules)
        after = due_of(desk.queue(QueueFilter()), name)

        assert before == NIGHT + timedelta(hours=14)
        assert after == NIGHT + timedelta(hours=2)
        assert stale > 1
        assert desk.store.state.stale("douyin", rules) == 0


def test_a_closed_ticket_keeps_the_deadline_it_was_closed_under(tmp_path: Path) -> None:
    office = Office(tmp_path, ["douyin"])
    with office.desk() as desk:
        closed = Ticket(status=Status.CLOSED, created=NIGHT, urgency=Urgency.URGENT)
        index = desk.due("douyin").index("service", closed, NIGHT)
        name = put(desk.store, "1", closed, NIGHT, index=index)

    office.add('[shops.douyin.rules."douyin.service.urgent"]\nmode = "wall"')
    with office.desk() as desk:
        rows = desk.queue(QueueFilter(statuses=(Status.CLOSED,)))

        assert due_of(rows, name) == index.due


def due_of(rows: Sequence[QueueRow], name: str) -> datetime | None:
    return next(row.due for row in rows if row.id == name)
