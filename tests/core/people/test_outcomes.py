"""What came of people's work is told once: answered elsewhere, done, a promise that comes near."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan import Message, Status, Ticket, Who
from gongdan.desk import Desk
from gongdan.people.acts import Acts
from gongdan.views import Draft

from ..ears import HEARD, with_ears
from ..office import Office, put
from .test_acts import answerable

SAID = "您好，已核实，今天补发。"
THEIRS = "您好，已在后台回复。"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk(with_ears())


def told(desk: Desk, kind: str) -> list[tuple[str, Mapping[str, str]]]:
    """Return the events of a kind that plugins hear of now."""
    HEARD.clear()
    desk.tell()
    return [(ref, data) for heard, ref, data in HEARD if heard == kind]


def said(desk: Desk, *messages: tuple[Who, str]) -> str:
    """Store a ticket of the service stream with a thread, as a reading would."""
    thread = tuple(
        Message(who, text, desk.now() + timedelta(seconds=place), f"m{place}")
        for place, (who, text) in enumerate(messages)
    )
    ticket = Ticket(
        status=Status.PENDING, turn=Who.MERCHANT, created=desk.now(), updated=desk.now(),
        order_ids=("77",), thread=thread,
    )  # fmt: skip
    return put(desk.store, "1", ticket, desk.now())


def queue(desk: Desk, ref: str, text: str = SAID) -> int:
    (row,) = desk.store.outbox.queue(
        ref, kind="reply", parts=[text], not_before=desk.now() + timedelta(hours=1),
        now=desk.now(), basis=list(desk.store.outbox.seen(ref)),
    )  # fmt: skip
    return row


def test_a_queued_reply_is_held_when_somebody_answers_on_the_platform(desk: Desk) -> None:
    ref = said(desk, (Who.BUYER, "在吗"))
    Acts(desk).assign(ref, "小李")
    row = queue(desk, ref)
    assert told(desk, "answered_elsewhere") == []
    said(desk, (Who.BUYER, "在吗"), (Who.MERCHANT, THEIRS))

    ((ticket, data),) = told(desk, "answered_elsewhere")

    assert (ticket, data["holder"], data["text"], data["held"]) == (ref, "小李", THEIRS, str(row))
    held = desk.store.outbox.row(row)
    assert (held.state, held.hold, held.their_text) == ("queued", True, THEIRS)
    assert told(desk, "answered_elsewhere") == []


def test_a_person_who_has_seen_the_other_answer_may_add_to_it(desk: Desk) -> None:
    ref = said(desk, (Who.MERCHANT, THEIRS))
    row = queue(desk, ref)

    assert told(desk, "answered_elsewhere") == []
    assert desk.store.outbox.row(row).hold is False


def test_a_held_reply_that_a_person_sends_all_the_same_is_not_held_again(desk: Desk) -> None:
    ref = said(desk, (Who.BUYER, "在吗"))
    row = queue(desk, ref)
    said(desk, (Who.BUYER, "在吗"), (Who.MERCHANT, THEIRS))
    desk.tell()

    desk.settle(row, "send-again")

    assert told(desk, "answered_elsewhere") == []
    assert desk.store.outbox.row(row).hold is False


def test_the_holder_hears_of_it_with_nothing_queued(desk: Desk) -> None:
    ref = said(desk, (Who.BUYER, "在吗"))
    Acts(desk).assign(ref, "小李")
    said(desk, (Who.BUYER, "在吗"), (Who.MERCHANT, THEIRS))

    assert [data["holder"] for _, data in told(desk, "answered_elsewhere")] == ["小李"]


def test_nobody_is_told_of_a_ticket_that_is_nobodys(desk: Desk) -> None:
    said(desk, (Who.BUYER, "在吗"), (Who.MERCHANT, THEIRS))

    assert told(desk, "answered_elsewhere") == []


def test_our_own_reply_is_nobody_elses_and_is_told_as_done(office: Office, desk: Desk) -> None:
    desk.sync()
    ref = answerable(desk)
    Acts(desk).claim(ref)
    (row,) = desk.draft(Draft(ticket=ref, text=SAID), now=True)
    office.clock.sleep(1)
    desk.push()
    office.clock.sleep(60)
    desk.sync()
    heard = [(kind, data) for kind, ticket, data in HEARD if ticket == ref]

    assert desk.store.outbox.row(row.id).state == "confirmed"
    assert [kind for kind, _ in heard if kind in ("done", "answered_elsewhere")] == ["done"]
    (data,) = [data for kind, data in heard if kind == "done"]
    assert (data["what"], data["action"], data["text"]) == ("reply", str(row.id), SAID)
    assert data["who"] == desk.ticket(ref).history[0].who
    assert data["order_ids"] == " ".join(desk.ticket(ref).row.order_ids)
    assert told(desk, "done") == []


def test_a_finished_ticket_is_told_as_done(desk: Desk) -> None:
    ref = said(desk, (Who.BUYER, "在吗"))
    Acts(desk).finish(ref, "resolved", cause="仓库漏发")

    ((ticket, data),) = told(desk, "done")

    assert (ticket, data["outcome"], data["cause"]) == (ref, "resolved", "仓库漏发")


def test_a_promise_is_reminded_of_once_before_it_is_due(office: Office, desk: Desk) -> None:
    ref = said(desk, (Who.BUYER, "在吗"))
    at = desk.now() + timedelta(hours=1)
    Acts(desk).promise(ref, at)
    assert told(desk, "promise_due") == []
    office.clock.sleep(46 * 60)

    assert told(desk, "promise_due") == [(ref, {"holder": "", "due": at.isoformat()})]
    assert told(desk, "promise_due") == []


def test_a_plugin_may_be_named_alerts(office: Office) -> None:
    desk = office.desk(with_ears("alerts"))
    ref = said(desk, (Who.BUYER, "在吗"))
    Acts(desk).finish(ref, "resolved")

    assert [ticket for ticket, _ in told(desk, "done")] == [ref]
