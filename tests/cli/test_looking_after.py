"""Commands that look after the store, over the imitated platforms in this process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gongdan import Ticket
from gongdan.sandbox import Fault
from gongdan.views import Draft, QueueFilter
from gongdan_cli import office as seam
from tests.core.office import Office

from .conftest import Run


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Sit at a real desk over one 抖店 shop."""
    made = Office(tmp_path, ["douyin"], tickets=20)
    monkeypatch.setattr(seam, "open_desk", made.desk)
    return made


def sync(office: Office) -> None:
    with office.desk() as desk:
        assert desk.sync().exit_code == 0


def answerable(office: Office) -> str:
    with office.desk() as desk:
        rows = desk.queue(QueueFilter())
        return next(row.id for row in rows if row.status.value == "pending" and row.answerable)


def test_quarantine_names_a_row_and_why_and_retry_tells_that_it_stays(
    run: Run, office: Office
) -> None:
    office.sandbox.faults.arm(Fault(name="malformed-row", when=1.0, api="order.getServiceList"))
    with office.desk() as desk:
        assert desk.sync().exit_code == 1

    rows = [json.loads(line) for line in run("quarantine", "list").stdout.splitlines()]
    retried = run("quarantine", "retry")

    assert rows
    assert all("expected time" in row["reason"] for row in rows)
    assert retried.exit_code == 1
    assert retried.stderr == f"0 landed, {len(rows)} stay in quarantine\n"


def test_a_retried_row_that_is_understood_now_lands(run: Run, office: Office) -> None:
    office.sandbox.faults.arm(Fault(name="malformed-row", when=1.0, api="order.getServiceList"))
    with office.desk() as desk:
        desk.sync()
        bad = desk.store.payloads.quarantined()[0]
        stream = desk.connector("douyin").streams[0]
    from msgspec.structs import force_setattr

    before = stream.to_ticket
    force_setattr(stream, "to_ticket", lambda fields: Ticket(title=fields.id()))
    try:
        result = run("quarantine", "retry")
    finally:
        force_setattr(stream, "to_ticket", before)

    with office.desk() as desk:
        assert desk.store.payloads.quarantined() == []
        assert desk.ticket(f"douyin/service/{bad.remote_id}").ticket.title == bad.remote_id
    assert result.exit_code == 0


def test_renormalise_shows_the_difference_and_changes_nothing_until_told(
    run: Run, office: Office
) -> None:
    sync(office)
    name = answerable(office)
    assert run("renormalise").stderr == "0 tickets would change; --apply changes them\n"
    with office.desk() as desk:
        stream = desk.connector("douyin").streams[0]
    from msgspec.structs import force_setattr, replace

    before = stream.to_ticket
    assert before is not None
    force_setattr(stream, "to_ticket", lambda fields: replace(before(fields), title="mended"))
    try:
        shown = run("renormalise", "--shop", "douyin")
        with office.desk() as desk:
            untouched = desk.ticket(name).ticket.title
        applied = run("renormalise", "--apply")
    finally:
        force_setattr(stream, "to_ticket", before)

    with office.desk() as desk:
        assert desk.ticket(name).ticket.title == "mended"
    assert untouched != "mended"
    assert json.loads(shown.stdout.splitlines()[0])["fields"][0][2] == "mended"
    assert applied.stderr.endswith("tickets changed\n")


def test_verify_names_what_is_missing_and_what_is_stale(run: Run, office: Office) -> None:
    sync(office)
    good = run("verify", "--since", "30d", "--until", "0s")
    name = answerable(office).rpartition("/")[2]
    office.clock.advance(60)
    office.put({"id": name, "detail": "改了"})
    office.put({"id": "999", "shop": office_shop(office), "detail": "新的"})

    result = run("verify", "--since", "30d", "--until", "0s")

    told, aftersales = map(json.loads, result.stdout.splitlines())
    assert good.exit_code == 0
    assert result.exit_code == 1
    assert (aftersales["missing"], aftersales["stale"]) == ([], [])
    assert told["missing"] == ["999"]
    assert told["stale"] == [name]


def office_shop(office: Office) -> str:
    with office.desk() as desk:
        return desk.shop("douyin").remote_id


def test_settle_lists_what_may_be_ours_and_does_what_a_person_says(
    run: Run, office: Office
) -> None:
    sync(office)
    with office.desk() as desk:
        row = desk.draft(Draft(ticket=answerable(office), text="您好，今天补发。"), now=True)[0]
        office.sandbox.faults.arm(Fault(name="lost-request", when=1))
        desk.push()
        assert desk.store.outbox.row(row.id).state == "unknown"

    listed = run("settle", str(row.id))
    early = run("settle", str(row.id), "send-again")
    dropped = run("settle", str(row.id), "drop")

    assert "您好，今天补发。" in listed.stdout
    assert "nothing there that may be it" in listed.stdout
    assert early.exit_code == 1
    assert "may still arrive" in early.stderr
    assert json.loads(dropped.stdout)["state"] == "cancelled"


def test_a_person_reads_it_in_chinese(
    run: Run, office: Office, terminal: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(office)
    terminal(80)
    monkeypatch.setenv("GONGDAN_LANG", "zh")

    told = [
        run(*words).output.splitlines()[-1]
        for words in (["quarantine", "list"], ["quarantine", "retry"], ["renormalise"])
    ]
    compared = run("verify", "--until", "0m").output.splitlines()[0]

    assert told == [
        "没有被隔离的行",
        "已写入 0 行，仍被隔离 0 行",
        "将更改 0 张工单；加 --apply 才会更改",
    ]
    assert re.fullmatch(r"douyin/service  平台 \d+，缺少 0，过时 0，多出 0", compared)
