"""Answers given on the platform's own page: checked, kept, never sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan import Conflict, Refused, Status, Ticket
from gongdan.desk import Desk
from gongdan.people.byhand import prepare, record
from gongdan.views import Draft
from tests.core.office import Office, ours, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Office(tmp_path, ["qianniu"], tickets=1).desk() as opened:
        yield opened


def a_case(desk: Desk, ticket: Ticket | None = None, stream: str = "coordination") -> str:
    said = ticket or ours(desk.now() + timedelta(hours=5))
    return put(desk.store, "5001", said, desk.now(), shop="qianniu", stream=stream)


def test_a_prepared_answer_waits_as_a_draft_and_is_never_sent(desk: Desk) -> None:
    row = prepare(desk, Draft(ticket=a_case(desk), text="您好，已补发。"))

    desk.push()
    (kept,) = desk.outbox()
    assert (kept.id, kept.state, kept.attempts) == (row.id, "draft", 0)


def test_a_person_says_that_it_was_given(desk: Desk) -> None:
    row = prepare(desk, Draft(ticket=a_case(desk), text="您好，已补发。"))

    done = desk.settle(row.id, "by-hand")

    assert (done.state, done.attempts) == ("by_hand", 0)
    assert [act.what for act in desk.ticket("5001").history] == ["reply"]


def test_a_draft_can_be_dropped_and_not_sent_again(desk: Desk) -> None:
    row = prepare(desk, Draft(ticket=a_case(desk), text="您好，已补发。"))

    with pytest.raises(Conflict):
        desk.settle(row.id, "send-again")
    assert desk.settle(row.id, "drop").state == "cancelled"


def test_an_answer_that_was_given_is_kept_at_once_and_closes_nothing(desk: Desk) -> None:
    row = record(desk, Draft(ticket=a_case(desk), text="已电话联系买家。"))

    assert row.state == "by_hand"
    assert desk.ticket("5001").row.status is Status.PENDING  # only the platform says it is over


@pytest.mark.parametrize("text", ["", "  ", "您好\x07"])
def test_an_answer_without_good_words_is_refused(text: str, desk: Desk) -> None:
    ticket = a_case(desk)

    for keep in (prepare, record):
        with pytest.raises(Refused):
            keep(desk, Draft(ticket=ticket, text=text))
    assert desk.outbox(all=True) == []


def test_nothing_is_prepared_for_a_closed_case(desk: Desk) -> None:
    ticket = a_case(desk, Ticket(status=Status.CLOSED))

    with pytest.raises(Refused, match="closed"):
        prepare(desk, Draft(ticket=ticket, text="您好"))
    assert record(desk, Draft(ticket=ticket, text="昨天已处理")).state == "by_hand"


def test_where_the_platform_takes_answers_its_limits_count_by_hand_too(desk: Desk) -> None:
    ticket = a_case(desk, stream="refund")

    with pytest.raises(Refused, match="parts"):
        prepare(desk, Draft(ticket=ticket, text="您" * 2000))
