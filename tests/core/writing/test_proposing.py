"""Drafts that propose themselves: what is said, when, once; and that a person has the last word."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongdan import Conflict, GongdanError, Refused, Status, Ticket, Who
from gongdan.classification.classifying import classify_new
from gongdan.desk import Desk
from gongdan.people.acts import Acts
from gongdan.people.byhand import prepare
from gongdan.people.todos import Todos
from gongdan.store.columns import Index
from gongdan.views import Draft, OutboxRow, QueueFilter
from gongdan.writing.drafting import Drafting
from gongdan.writing.proposing import approve, propose_new

from ..ears import HEARD, with_ears
from ..office import Office, put


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=1)


def sit(office: Office, drafts: str = "[drafts]\n") -> Desk:
    office.add(drafts)
    return office.desk(with_ears())


def ticket(desk: Desk, minutes: float = 10, remote_id: str = "1", **more: Any) -> str:
    due = desk.now() + timedelta(minutes=minutes)
    fields: dict[str, Any] = {"status": Status.PENDING, "turn": Who.MERCHANT, "order_ids": ("9",)}
    said = Ticket(**(fields | {"created": desk.now(), "deadline": due} | more))
    index = Index(due, "platform", desk.due("douyin").version)
    return put(desk.store, remote_id, said, desk.now(), index=index)


def drafts(desk: Desk) -> list[OutboxRow]:
    classify_new(desk)
    propose_new(desk)
    return [row for row in desk.outbox() if row.state == "draft"]


def test_without_the_table_nothing_is_proposed(office: Office) -> None:
    desk = office.desk()
    ticket(desk)

    assert drafts(desk) == []


def test_near_the_deadline_an_honest_word_is_proposed_and_not_sent(office: Office) -> None:
    desk = sit(office)
    ref = ticket(desk, 10)
    ticket(desk, 30, "2")

    (row,) = drafts(desk)

    assert row.ticket == ref
    assert "最迟" in row.text
    assert "正在核实" in row.text
    assert desk.push().rows == ()
    assert next((each.id, each.sending) for each in desk.queue(QueueFilter())) == (ref, "draft")


def test_why_it_is_not_solved_comes_from_what_is_known(office: Office) -> None:
    desk = sit(office, '[drafts]\nslots = {reason = "一般原因"}\n')
    waits, missed, plain = (ticket(desk, remote_id=str(number)) for number in range(3))
    Todos(desk).add(waits, "核实库存", dept="仓库")
    Acts(desk).contact(missed, "phone", "unreached")

    words = {row.ticket: row.text for row in drafts(desk)}

    assert "正在等仓库：核实库存" in words[waits]
    assert "已通过电话联系买家，暂未联系上" in words[missed]
    assert "一般原因" in words[plain]


def test_a_rule_proposes_for_tickets_that_have_all_it_names(office: Office) -> None:
    text = '[drafts]\nnear = []\n[[drafts.rules]]\nwhen = ["催发货", "douyin"]\n'
    desk = sit(office, f'{text}template = "urge-3-warehouse"\n')
    ref = ticket(desk, 600, text="怎么还不发货")
    ticket(desk, 600, "2", text="退款什么时候到账")

    (row,) = drafts(desk)

    assert (row.ticket, "订单 9 正在与仓库核实" in row.text) == (ref, True)


@pytest.mark.parametrize(
    "more",
    [{"status": Status.CLOSED}, {"turn": Who.BUYER}, {"answerable": False},
     {"evidence_required": True}],
    ids=["closed", "not our turn", "not answerable", "needs pictures"],
)  # fmt: skip
def test_what_would_not_be_taken_is_not_proposed(office: Office, more: dict[str, Any]) -> None:
    desk = sit(office)
    ticket(desk, **more)

    assert drafts(desk) == []


def test_a_stream_that_takes_no_reply_is_no_news(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    desk = sit(office)
    due = desk.now() + timedelta(minutes=10)
    said = Ticket(
        status=Status.PENDING, turn=Who.MERCHANT, order_ids=("9",), created=desk.now(), deadline=due
    )
    index = Index(due, "platform", desk.due("douyin").version)
    put(desk.store, "1", said, desk.now(), stream="aftersale", index=index)

    assert drafts(desk) == []
    assert [one for one in caplog.records if one.levelname == "WARNING"] == []


def test_where_an_answer_is_under_way_none_is_proposed(office: Office) -> None:
    desk = sit(office)
    desk.draft(Draft(ticket=ticket(desk), text="您好，已为您补发。"))

    assert drafts(desk) == []


def test_it_is_proposed_once_a_round(office: Office) -> None:
    desk = sit(office)
    ref = ticket(desk)
    (row,) = drafts(desk)
    assert drafts(desk) == [row]
    desk.cancel(row.id)

    assert drafts(desk) == []
    ticket(desk, round=1)
    assert [each.ticket for each in drafts(desk)] == [ref]


def test_a_draft_that_nobody_needs_any_more_is_taken_back(office: Office) -> None:
    desk = sit(office)
    ticket(desk)
    (row,) = drafts(desk)
    ticket(desk, status=Status.CLOSED)

    assert drafts(desk) == []
    assert desk.store.outbox.row(row.id).state == "cancelled"


def test_what_is_to_be_given_by_hand_is_not_taken_back(office: Office) -> None:
    """It was given on the platform, so the case is not our turn: now the person says so."""
    desk = office.desk()
    row = prepare(desk, Draft(ticket=ticket(desk), text="您好，已为您补发。"))
    ticket(desk, turn=Who.PLATFORM)

    propose_new(desk)

    assert desk.settle(row.id, "by-hand").state == "by_hand"


def test_two_processes_propose_one_draft(office: Office) -> None:
    """Syncs of two shops end at once, and both have seen the ticket without a draft."""
    desk, other = sit(office), office.desk()
    ref = ticket(desk)
    seen = other.store.drafts.due(desk.now(), desk.now() + timedelta(hours=1), 9)
    (row,) = drafts(desk)

    with pytest.raises(Conflict):
        Drafting(other).propose(Draft(ticket=seen[0].id, text="您好，正在核实。"))

    assert [each.id for each in desk.outbox() if each.ticket == ref] == [row.id]


def test_who_listens_is_told_once(office: Office) -> None:
    desk = sit(office)
    ref = ticket(desk)
    (row,) = drafts(desk)
    drafts(desk)
    desk.tell()

    (told,) = [data for kind, id_, data in HEARD if (kind, id_) == ("drafted", ref)]
    assert (told["action"], told["template"], told["text"]) == (str(row.id), "promise", row.text)


def test_an_approved_draft_is_queued_and_its_promise_kept_in_mind(office: Office) -> None:
    desk = sit(office)
    ref = ticket(desk)
    (row,) = drafts(desk)

    done = approve(desk, row.id)

    assert (done.id, done.state, done.text) == (row.id, "queued", row.text)
    assert done.not_before == desk.now() + timedelta(seconds=desk.config.undo_s)
    promised = [act for act in desk.ticket(ref).history if act.what == "promise"]
    assert [act.data["at"] for act in promised] == [(desk.now() + timedelta(hours=2)).isoformat()]
    with pytest.raises(Refused, match="no draft"):
        approve(desk, row.id)


def test_a_person_may_put_it_in_their_words(office: Office) -> None:
    desk = sit(office)
    ref = ticket(desk)
    (row,) = drafts(desk)

    done = approve(desk, row.id, "您好，今天补发。", now=True)

    assert (done.text, done.not_before) == ("您好，今天补发。", desk.now())
    assert not [act for act in desk.ticket(ref).history if act.what == "promise"]


def test_a_promise_that_is_over_is_not_sent(office: Office) -> None:
    desk = sit(office)
    ticket(desk)
    (row,) = drafts(desk)
    office.clock.sleep(7200)

    with pytest.raises(Refused, match="over"):
        approve(desk, row.id)
    assert desk.store.outbox.row(row.id).state == "draft"


def test_a_draft_is_checked_again_when_it_is_approved(office: Office) -> None:
    desk = sit(office)
    ticket(desk)
    (row,) = drafts(desk)
    ticket(desk, status=Status.CLOSED)

    with pytest.raises(GongdanError):
        approve(desk, row.id)
    assert desk.store.outbox.row(row.id).state == "draft"


def test_it_goes_behind_what_was_queued_meanwhile(office: Office) -> None:
    desk = sit(office)
    ref = ticket(desk)
    (row,) = drafts(desk)
    (later,) = desk.draft(Draft(ticket=ref, text="您好，已收到。"))

    approve(desk, row.id)

    order = [desk.store.outbox.work(each).seq for each in (later.id, row.id)]
    assert order[0] < order[1]
    desk.draft(Draft(ticket=ref, text="您好，再补一句。"))  # its key is still free


def test_two_people_approve_it_once(office: Office) -> None:
    desk = sit(office)
    ticket(desk)
    (row,) = drafts(desk)
    desk.store.drafts.approve(row.id, "甲", basis=(), not_before=desk.now(), now=desk.now())

    with pytest.raises(Conflict):
        desk.store.drafts.approve(row.id, "乙", basis=(), not_before=desk.now(), now=desk.now())
    assert desk.store.outbox.row(row.id).text == "甲"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('before = "soon"', "before"),
        ('near = ["promis"]', "did you mean promise?"),
        ("rule = []", "unknown field"),
        ('[[drafts.rules]]\nwhen = []\ntemplate = "promise"', "when"),
    ],
)
def test_a_mistake_in_the_table_is_said_and_stops_nothing(
    office: Office, caplog: pytest.LogCaptureFixture, text: str, told: str
) -> None:
    desk = sit(office, f"[drafts]\n{text}\n")
    ticket(desk)

    assert drafts(desk) == []
    assert "[drafts]" in caplog.text
    assert told in caplog.text
