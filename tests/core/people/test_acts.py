"""What people do with tickets here: who holds one, whom they reached, how it ended."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gongdan import Conflict, Refused, Status, Ticket, Who
from gongdan.desk import Desk
from gongdan.errors import BadArgument
from gongdan.people.acts import Acts, me
from gongdan.plugins.registry import Plugins
from gongdan.views import Draft, QueueFilter
from gongdan.writing.lint import Warned
from gongdan.writing.vetting import warnings

from ..office import Office, put


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def sit(office: Office, name: str) -> Desk:
    """Return a desk at which somebody sits."""
    desk = office.desk()
    secret = type(next(iter(desk.config.secrets["douyin"].values())))
    said = {**desk.config.variables, "GONGDAN_USER": secret(name)}
    desk.config = msgspec.structs.replace(desk.config, variables=said)
    return desk


@pytest.fixture
def desk(office: Office) -> Desk:
    return sit(office, "小王")


def ticket(desk: Desk, remote_id: str = "1") -> str:
    said = Ticket(status=Status.PENDING, turn=Who.MERCHANT, created=desk.now(), order_ids=("9",))
    return put(desk.store, remote_id, said, desk.now())


def passes(office: Office, minutes: int) -> None:
    office.clock.sleep(minutes * 60)


def test_the_name_is_the_variables_else_the_accounts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "account")

    assert me(sit(office, "小王")) == "小王"
    assert me(office.desk()) == "account"


def test_a_ticket_is_claimed_by_one(office: Office, desk: Desk) -> None:
    ref, other = ticket(desk), sit(office, "小李")
    Acts(desk).claim(ref)

    with pytest.raises(Conflict, match=r"小王's until \d\d:\d\d Beijing time; --take"):
        Acts(other).claim(ref)
    assert desk.ticket(ref).row.holder == "小王"
    assert [row.id for row in desk.queue(QueueFilter(holder="小王"))] == [ref]


def test_a_claim_ends_without_activity_and_activity_renews_it(office: Office, desk: Desk) -> None:
    ref, other = ticket(desk), sit(office, "小李")
    Acts(desk).claim(ref)
    passes(office, 20)
    Acts(desk).contact(ref, "phone", "reached")
    passes(office, 20)
    with pytest.raises(Conflict):
        Acts(other).claim(ref)
    passes(office, 11)

    assert desk.store.local.held_by(ref, desk.now()) == ""
    Acts(other).claim(ref)
    assert desk.ticket(ref).row.holder == "小李"


def test_what_somebody_else_does_renews_no_claim(office: Office, desk: Desk) -> None:
    ref, other = ticket(desk), sit(office, "小李")
    Acts(desk).claim(ref)
    passes(office, 20)
    Acts(other).contact(ref, "phone", "reached")
    passes(office, 11)

    assert desk.store.local.held_by(ref, desk.now()) == ""


def test_a_claim_can_be_taken_over_and_given_back(office: Office, desk: Desk) -> None:
    ref, other = ticket(desk), sit(office, "小李")
    Acts(desk).claim(ref)
    Acts(other).claim(ref, take=True)
    with pytest.raises(Conflict):
        Acts(desk).release(ref)

    Acts(other).release(ref)

    assert desk.ticket(ref).row.holder == ""
    told = [(act.who, act.what, dict(act.data)) for act in desk.ticket(ref).history]
    assert told == [
        ("小王", "claim", {"to": "小王"}),
        ("小李", "claim", {"from": "小王", "to": "小李"}),
        ("小李", "release", {"from": "小李"}),
    ]


def test_an_assignment_lasts(office: Office, desk: Desk) -> None:
    ref = ticket(desk)
    Acts(desk).assign(ref, "小李")
    passes(office, 10_000)

    assert desk.store.local.held_by(ref, desk.now()) == "小李"


def test_a_transfer_needs_a_reason_and_tells_from_whom_to_whom(desk: Desk) -> None:
    ref = ticket(desk)
    Acts(desk).claim(ref)

    with pytest.raises(BadArgument, match="reason"):
        Acts(desk).transfer(ref, "小李", " ")
    Acts(desk).transfer(ref, "小李", "要仓库核实")

    last = desk.ticket(ref).history[-1]
    assert (last.what, last.why, dict(last.data)) == (
        "transfer", "要仓库核实", {"from": "小王", "to": "小李"},
    )  # fmt: skip


def test_a_sync_leaves_the_holder(desk: Desk) -> None:
    desk.sync()
    ref = desk.queue(QueueFilter())[0].id
    Acts(desk).assign(ref, "小李")
    desk.sync(full=True)

    assert desk.ticket(ref).row.holder == "小李"


def test_unresolved_needs_a_true_reason(desk: Desk) -> None:
    ref = ticket(desk)

    with pytest.raises(BadArgument, match="why it is not resolved"):
        Acts(desk).finish(ref, "unresolved")
    assert desk.ticket(ref).history == ()


def test_an_end_is_kept_and_told(desk: Desk) -> None:
    ref = ticket(desk)
    Acts(desk).finish(ref, "unresolved", reason="联系不上", cause="地址有误")

    (act,) = desk.ticket(ref).history
    (event,) = desk.store.events.untold()
    assert (act.why, dict(act.data)) == ("联系不上", {"outcome": "unresolved", "cause": "地址有误"})
    assert (event.kind, event.ticket, event.data["outcome"]) == ("done", ref, "unresolved")


@pytest.mark.parametrize(
    "deed",
    [
        lambda acts, ref: acts.claim(ref),
        lambda acts, ref: acts.assign(ref, "小李"),
        lambda acts, ref: acts.transfer(ref, "小李", "why"),
        lambda acts, ref: acts.contact(ref, "sms", "reached"),
        lambda acts, ref: acts.finish(ref, "resolved"),
    ],
)
def test_a_rehearsal_stores_nothing(deed: Any, desk: Desk) -> None:
    ref = ticket(desk)

    deed(Acts(desk, dry_run=True), ref)

    view = desk.ticket(ref)
    assert (view.history, view.row.holder, desk.store.events.untold()) == ((), "", [])


def test_history_cannot_be_changed(desk: Desk, office: Office) -> None:
    Acts(desk).claim(ticket(desk))
    db = sqlite3.connect(office.path.with_name("gongdan.db"))

    for statement in ("UPDATE acts SET who = 'x'", "DELETE FROM acts"):
        with pytest.raises(sqlite3.IntegrityError, match="acts stay"):
            db.execute(statement)
    db.close()


def test_who_queued_a_reply_is_kept(desk: Desk) -> None:
    desk.sync()
    ref = answerable(desk)
    (row,) = desk.draft(Draft(ticket=ref, text="您好，已核实。"))

    (act,) = desk.ticket(ref).history
    assert (act.who, act.what, dict(act.data)) == ("小王", "reply", {"actions": str(row.id)})


def answerable(desk: Desk) -> str:
    for row in desk.queue(QueueFilter(platforms=("douyin",), streams=("service",))):
        try:
            desk.draft(Draft(ticket=row.id, text="您好"), dry_run=True)
        except Refused:
            continue
        return row.id
    raise AssertionError("no ticket takes an answer")


def test_a_reply_to_somebody_elses_ticket_is_warned_of(office: Office, desk: Desk) -> None:
    ref, other = ticket(desk), sit(office, "小李")
    Acts(desk).claim(ref)

    assert warnings(desk, ref, "您好") == []
    assert warnings(other, ref, "您好") == [Warned("held", "小王")]
    passes(office, 31)
    assert warnings(other, ref, "您好") == []


def strict(plugins: Plugins) -> None:
    """Let the replies of 抖店 need a contact first."""
    douyin = plugins.connector("douyin")
    streams = tuple(
        msgspec.structs.replace(
            stream,
            abilities=tuple(
                msgspec.structs.replace(ability, contact=ability.kind == "reply")
                for ability in stream.abilities
            ),
        )
        for stream in douyin.streams
    )
    plugins._connectors["douyin"] = msgspec.structs.replace(douyin, streams=streams)


@pytest.mark.parametrize("result", ["reached", "unreached"])
def test_an_answer_may_need_a_contact_since_the_case_was_made(result: str, desk: Desk) -> None:
    desk.sync()
    ref = answerable(desk)
    strict(desk.plugins)
    created = desk.ticket(ref).row.created
    assert created is not None
    Acts(desk).contact(ref, "phone", result, at=created - timedelta(seconds=1))
    with pytest.raises(Refused, match="gongdan contact T --by"):
        desk.draft(Draft(ticket=ref, text="您好"))

    Acts(desk).contact(ref, "phone", result, at=created)

    assert len(desk.draft(Draft(ticket=ref, text="您好"))) == 1


def test_a_contact_to_come_is_none(desk: Desk) -> None:
    with pytest.raises(BadArgument, match="has not been yet"):
        Acts(desk).contact(ticket(desk), "phone", "reached", at=desk.now() + timedelta(seconds=1))
