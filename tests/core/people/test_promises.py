"""A promised time is a clock of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from gongdan import Ticket, Who
from gongdan.desk import Desk
from gongdan.errors import BadArgument
from gongdan.people.acts import Acts
from gongdan.people.promises import promise_of
from gongdan.ticket import Message
from gongdan.views import Act, Draft, OutboxRow, TicketView
from tests.cli.rows import ROWS

from .test_acts import answerable, desk, office

__all__ = ["desk", "office"]
MADE = datetime.fromisoformat("2026-11-20T07:00:00+00:00")
AT = MADE + timedelta(hours=3)
SAID = "您好，最迟 18:00 答复。"


def view(state: str, *messages: tuple[Who, str, int]) -> TicketView:
    """Return a ticket with a promise, the state of its reply, and what was said minutes later."""
    data = {"at": AT.isoformat(), "actions": "12"}
    return TicketView(
        row=ROWS[0], ticket=Ticket(), remote_id="1",
        thread=tuple(Message(who, text, MADE + timedelta(minutes=m)) for who, text, m in messages),
        actions=(OutboxRow(id=12, ticket="t", kind="reply", text=SAID, state=state),),
        history=(Act(at=MADE, who="小王", what="promise", data=data),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("messages", "kept"),
    [
        pytest.param((), None, id="nothing said"),
        pytest.param(((Who.MERCHANT, SAID, 2),), None, id="the promise itself"),
        pytest.param(((Who.BUYER, "在吗", 5),), None, id="the buyer"),
        pytest.param(((Who.MERCHANT, "已处理", -5),), None, id="before it"),
        pytest.param(((Who.MERCHANT, SAID, 2), (Who.MERCHANT, "已处理", 60)), 60, id="kept"),
    ],
)
def test_a_promise_is_kept_by_the_next_word(
    messages: tuple[tuple[Who, str, int], ...], kept: int | None
) -> None:
    promise = promise_of(view("confirmed", *messages))

    assert promise is not None
    assert (promise.made, promise.at) == (MADE, AT)
    assert promise.kept == (None if kept is None else MADE + timedelta(minutes=kept))


@pytest.mark.parametrize("state", ["cancelled", "refused"])
def test_a_promise_that_never_went_is_none(state: str) -> None:
    assert promise_of(view(state)) is None


def test_the_newest_counts() -> None:
    found = view("queued")
    later = msgspec.structs.replace(found.history[0], at=MADE + timedelta(minutes=1), data={
        "at": (AT + timedelta(hours=1)).isoformat()})  # fmt: skip
    promise = promise_of(msgspec.structs.replace(found, history=(*found.history, later)))

    assert promise is not None
    assert promise.at == AT + timedelta(hours=1)


def test_why_shows_the_promise_as_a_clock(desk: Desk) -> None:
    desk.sync()
    ref = answerable(desk)
    rows = desk.draft(Draft(ticket=ref, text=SAID))
    at = desk.now() + timedelta(hours=1)

    Acts(desk).promise(ref, at, rows=rows)

    (clock,) = [clock for clock in desk.why(ref).clocks if clock.kind == "next_reply"]
    assert (clock.source, clock.due, clock.state) == ("promise", at, "running")


def test_a_time_that_is_over_is_no_promise(desk: Desk) -> None:
    desk.sync()

    with pytest.raises(BadArgument, match="promised time is over"):
        Acts(desk).promise(answerable(desk), desk.now())
