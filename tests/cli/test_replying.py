"""Replies by template, to many, and with warnings: the command line over a whole desk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gongdan import GongdanError
from gongdan.desk import Desk
from gongdan.views import Draft, QueueFilter
from gongdan_cli import office as seam
from tests.core.office import Office

from .conftest import Run

TEXT = "您好，已为您补发，单号会同步给您。"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path)
    with made.desk() as desk:
        desk.sync()
    monkeypatch.setattr(seam, "open_desk", made.desk)
    monkeypatch.setenv("GONGDAN_USER", "小王")
    return made


def answerable(desk: Desk) -> list[str]:
    """Return tickets that take an answer now."""
    found = []
    for row in desk.queue(QueueFilter(platforms=("douyin",))):
        try:
            desk.draft(Draft(ticket=row.id, text=TEXT), dry_run=True)
        except GongdanError:
            continue
        found.append(row.id)
    return found


def test_a_template_fills_itself(run: Run, office: Office) -> None:
    with office.desk() as desk:
        ticket = answerable(desk)[0]
        order = desk.ticket(ticket).row.order_ids[0]

    result = run("reply", ticket, "--template", "refunded")

    assert (result.exit_code, result.stderr) == (0, "")
    with office.desk() as desk:
        assert order in desk.outbox()[0].text


def test_an_unfilled_slot_sends_nothing_and_is_named(run: Run, office: Office) -> None:
    with office.desk() as desk:
        ticket = answerable(desk)[0]

    result = run("reply", ticket, "-t", "resend", "--set", "courier=顺丰")

    assert result.exit_code == 1
    assert "{tracking_no} not filled; add --set tracking_no=…" in result.stderr
    with office.desk() as desk:
        assert desk.outbox() == []


def test_many_get_one_answer_and_one_refusal_stops_none(run: Run, office: Office) -> None:
    with office.desk() as desk:
        first, second = answerable(desk)[:2]

    result = run("reply", first, "no-such-ticket", second, "--template", "refunded")

    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert [line.partition(":")[0] for line in lines] == [first, "no-such-ticket", second]
    assert "not queued: no ticket's id ends in" in lines[1]
    with office.desk() as desk:
        assert {row.ticket for row in desk.outbox()} == {first, second}


def test_many_are_told_as_json_too(run: Run, office: Office) -> None:
    with office.desk() as desk:
        first = answerable(desk)[0]

    result = run("reply", first, "nobody", TEXT, "--json")

    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert (told[0]["ticket"], told[0]["state"]) == (first, "queued")
    assert (told[1]["ticket"], "error" in told[1]) == ("nobody", True)


def test_a_ticket_that_is_named_twice_is_answered_once(run: Run, office: Office) -> None:
    with office.desk() as desk:
        first = answerable(desk)[0]

    run("reply", first, first, TEXT)

    with office.desk() as desk:
        assert len(desk.outbox()) == 1


def test_a_warning_is_said_and_stops_nothing(run: Run, office: Office) -> None:
    with office.desk() as desk:
        ticket = answerable(desk)[0]

    result = run("reply", ticket, "请打 13812345678，微信也行")

    assert result.exit_code == 0
    assert [line.partition(": ")[2] for line in result.stderr.splitlines()] == [
        "warning: no polite word",
        "warning: a phone number: 13812345678",
        "warning: a contact outside the platform: 微信",
    ]


def test_a_rehearsal_of_many_stores_nothing(run: Run, office: Office) -> None:
    with office.desk() as desk:
        tickets = answerable(desk)[:2]

    result = run("reply", *tickets, TEXT, "--dry-run")

    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == tickets
    with office.desk() as desk:
        assert desk.outbox() == []


def test_templates_are_listed_shown_and_set(run: Run, office: Office) -> None:
    with office.desk() as desk:
        ticket = answerable(desk)[0]
        order = desk.ticket(ticket).row.order_ids[0]

    kept = run("template", "edit", "--set", "mine=您好，{order_id} 已收到")
    listed = [json.loads(line) for line in run("template", "list").stdout.splitlines()]
    shown = run("template", "show", "mine", "--ticket", ticket)

    assert kept.exit_code == 0
    assert {"send-back", "mine"} <= {each["name"] for each in listed}
    assert shown.stdout == f"您好，{order} 已收到\n"
    assert json.loads(run("template", "show", "mine").stdout)["own"] is True


def test_an_edited_file_that_is_wrong_is_said(
    run: Run, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(filename: str) -> None:
        Path(filename).write_text("[a]\ntext = 3\n", "utf-8")

    monkeypatch.setattr("click.edit", spoil)

    result = run("template", "edit")

    assert result.exit_code == 2
    assert "expected text in quotes" in result.stderr
    assert office.path.with_name("templates.toml").exists()
