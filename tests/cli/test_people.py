"""Whose a ticket is, who was reached, how it ended: the command line over a whole desk."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from gongdan.desk import Desk
from gongdan.views import QueueFilter
from tests.core.office import Office

from .conftest import Run
from .test_replying import answerable, office

__all__ = ["office"]


@pytest.fixture
def ref(office: Office) -> str:
    with office.desk() as desk:
        return answerable(desk)[0]


def history(office: Office, ref: str) -> list[tuple[str, str, str]]:
    with office.desk() as desk:
        return [(act.what, act.why, act.data.get("to", "")) for act in desk.ticket(ref).history]


def test_a_claim_shows_in_the_queue(run: Run, office: Office, ref: str) -> None:
    result = run("claim", ref)

    assert result.exit_code == 0
    assert "claim" in result.stdout
    with office.desk() as desk:
        assert len(desk.queue(QueueFilter(holder=desk.ticket(ref).row.holder))) == 1


def test_a_transfer_needs_a_reason(run: Run, office: Office, ref: str) -> None:
    assert run("transfer", ref, "--to", "小李").exit_code == 2
    assert run("transfer", ref, "--to", "小李", "--reason", " ").exit_code == 2
    assert history(office, ref) == []

    result = run("transfer", ref, "--to", "小李", "--reason", "核实库存", "--json")

    told = json.loads(result.stdout)
    assert (told["ticket"], told["act"]["what"]) == (ref, "transfer")
    assert history(office, ref) == [("transfer", "核实库存", "小李")]


def test_what_stays_here_makes_no_request(run: Run, office: Office, ref: str) -> None:
    before = len(office.network.sent)

    run("assign", ref, "小李")
    run("contact", ref, "--by", "phone", "--result", "unreached", "--note", "无人接听")
    run("finish", ref, "--outcome", "unresolved", "--reason", "联系不上")
    run("release", ref, "--take")

    assert [what for what, _, _ in history(office, ref)] == [
        "assign", "contact", "finish", "release",
    ]  # fmt: skip
    assert len(office.network.sent) == before


def test_unresolved_without_a_reason_is_refused(run: Run, office: Office, ref: str) -> None:
    result = run("finish", ref, "--outcome", "unresolved")

    assert result.exit_code == 2
    assert "say a reason" in result.stderr
    assert history(office, ref) == []


@pytest.mark.parametrize(
    "words",
    [
        ["claim"],
        ["assign", "小李"],
        ["transfer", "--to", "小李", "--reason", "x"],
        ["contact", "--by", "sms", "--result", "reached"],
        ["finish", "--outcome", "resolved"],
    ],
)
def test_a_rehearsal_stores_nothing(words: list[str], run: Run, office: Office, ref: str) -> None:
    result = run(words[0], ref, *words[1:], "--dry-run")

    assert (result.exit_code, "Nothing stored" in result.stderr) == (0, True)
    assert history(office, ref) == []


def test_sending_back_where_nobody_can_says_how_to_say_it(
    run: Run, office: Office, ref: str
) -> None:
    result = run("sendback", ref)

    assert result.exit_code == 1
    assert "takes no 'send_back' but reply, remark (streams that do: none)" in result.stderr
    assert "gongdan reply T --template send-back" in result.stderr
    assert history(office, ref) == []


def test_show_prints_who_did_what(run: Run, office: Office, ref: str) -> None:
    run("contact", ref, "--by", "phone", "--result", "unreached", "--note", "无人接听")
    with office.desk() as desk:
        who = desk.ticket(ref).history[0].who

    shown = run("show", ref).stdout

    (line,) = [line for line in shown.splitlines() if "by phone" in line]
    assert who in line
    assert "not reached" in line
    assert line.endswith("无人接听")


def soon(desk: Desk) -> str:
    return (desk.now() + timedelta(hours=2)).isoformat()


def test_a_promise_goes_with_the_reply_and_is_a_clock(run: Run, office: Office, ref: str) -> None:
    with office.desk() as desk:
        at = soon(desk)

    result = run("reply", ref, "--template", "promise", "--promise", at)

    assert result.exit_code == 0
    with office.desk() as desk:
        assert "{" not in desk.outbox()[0].text
        kinds = {clock.kind: clock.due for clock in desk.why(ref).clocks}
    assert kinds["next_reply"] == datetime.fromisoformat(at).astimezone(UTC)


def test_a_promise_that_is_over_queues_nothing(run: Run, office: Office, ref: str) -> None:
    result = run("reply", ref, "您好", "--promise", "2020-01-01T00:00")

    assert (result.exit_code, "promised time is over" in result.stderr) == (2, True)
    with office.desk() as desk:
        assert desk.outbox() == []
