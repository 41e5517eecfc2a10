"""Waiting for the platform's verdict pauses our clock (R83), and is remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from gongdan import Status, Ticket, Urgency, Who
from gongdan.views import QueueFilter

from .office import Office, put

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ticket(status: Status, updated: datetime) -> Ticket:
    turn = Who.PLATFORM if status is Status.WAITING_PLATFORM else Who.MERCHANT
    return Ticket(status=status, turn=turn, created=START, updated=updated, urgency=Urgency.NORMAL)


def test_the_time_of_a_verdict_does_not_count_against_us(tmp_path: Path) -> None:
    office = Office(tmp_path, ["douyin"])
    with office.desk() as desk:
        due = desk.due("douyin")
        for status, hours in (
            (Status.PENDING, 1),
            (Status.WAITING_PLATFORM, 2),
            (Status.PENDING, 6),
        ):
            at = START + hours * HOUR
            said = ticket(status, at)
            index = due.index("service", said, START)
            name = put(desk.store, "1", said, at, updated=at, index=index)

        (row,) = desk.queue(QueueFilter())
        why = desk.why(name)

    handling = next(clock for clock in why.clocks if clock.kind == "handling")
    assert row.due == START + 28 * HOUR  # 24 h, and the 4 h of the verdict
    assert handling.due == row.due
    assert handling.pauses == ((START + 2 * HOUR, START + 6 * HOUR),)


def test_a_case_that_still_waits_is_paused(tmp_path: Path) -> None:
    office = Office(tmp_path, ["douyin"])
    with office.desk() as desk:
        at = START + 2 * HOUR
        name = put(desk.store, "1", ticket(Status.WAITING_PLATFORM, at), at, updated=at)
        clocks = desk.why(name).clocks

    assert next(clock.state for clock in clocks if clock.kind == "handling") == "paused"
