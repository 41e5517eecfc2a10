"""协同工单: what a notice says, finishing by suppliers, AG shops, and the sandbox's own export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan import Fields, Refused, Status, Unsupported, Who
from gongdan.desk import Desk
from gongdan.files.columns import read_map
from gongdan.files.importing import Intake, propose
from gongdan.people.acts import Acts
from gongdan.sandbox import Request
from gongdan.views import Draft, QueueFilter
from gongdan_qianniu.coordination import to_ticket
from gongdan_qianniu.sandbox.seller import seller
from tests.core.office import Office

FIRST = seller(0)
QUIET = 'without = ["refund", "exchange", "task", "urge"]\ntmc = true\nsupplier = true\n'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, ["qianniu"], tickets=6)
    text = made.path.read_text()
    made.path.write_text(text.replace("[shops.", f"{QUIET}[shops."))
    with made.desk() as desk:
        desk.sync()
    return made


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        yield opened


def notice(kind: object) -> Fields:
    return Fields({"case_id": "880001", "type": kind, "pub_time": "2026-11-22 09:00:00"})


@pytest.mark.parametrize(
    ("kind", "status"),
    [("0", Status.PENDING), (0, Status.PENDING), ("2", Status.CLOSED), ("9", Status.UNKNOWN)],
)
def test_what_a_notice_says(kind: object, status: Status) -> None:
    ticket = to_ticket(notice(kind))

    assert (ticket.status, ticket.origin, ticket.channel) == (status, Who.PLATFORM, "AG")


def a_case(office: Office, desk: Desk) -> str:
    office.put({"stream": "coordination", "id": "880001", "shop": FIRST.user_id}, "qianniu")
    desk.sync()
    return desk.ticket("880001").row.id


def test_a_supplier_finishes_a_case_once(office: Office, desk: Desk) -> None:
    ticket = a_case(office, desk)
    fields = {"operator": "小王", "处理结果": "已补发"}

    (row,) = Acts(desk).finish(ticket, "resolved", fields=fields).rows
    office.clock.advance(61)
    desk.push()
    desk.sync()
    desk.push()

    case = next(one for one in office.sandbox.worlds["qianniu"].cases if one.id == "880001")
    assert case.newest.fields["reply"] == {"处理结果": "已补发"}
    assert desk.store.outbox.row(row.id).attempts == 1
    assert desk.ticket(ticket).row.status is Status.CLOSED


@pytest.mark.parametrize("fields", [{}, {"operator": "小王"}, {"处理结果": "已补发"}])
def test_who_and_what_must_be_said(fields: dict[str, str], office: Office, desk: Desk) -> None:
    ticket = a_case(office, desk)

    with pytest.raises(Refused, match="--field"):
        Acts(desk).finish(ticket, "resolved", fields=fields)


def test_who_is_no_supplier_finishes_by_hand(office: Office, desk: Desk) -> None:
    ticket = a_case(office, desk)
    office.path.write_text(office.path.read_text().replace("supplier = true\n", ""))

    with office.desk() as other:
        assert Acts(other).finish(ticket, "resolved").rows == ()
        with pytest.raises(Unsupported):
            other.draft(Draft(ticket=ticket, text="已补发"))


@pytest.mark.parametrize(("place", "told"), [(0, "ag_enabled: yes"), (1, "ag_enabled: no")])
def test_a_check_tells_whether_a_shop_works_in_ag(place: int, told: str, tmp_path: Path) -> None:
    office = Office(tmp_path, ["qianniu"], tickets=1, shops=2)
    alias = ("qianniu", "qianniu-2")[place]

    with office.desk() as desk:
        assert told in desk.check(alias).text
        assert "ag_enabled" in desk.store.meta.get(f"about {alias}")


def exported(office: Office, shop: str = FIRST.user_id) -> bytes:
    asked = Request("GET", "/export.csv", {"shop": shop}, {}, b"", office.clock.now())
    with office.sandbox.lock:
        return office.sandbox.gateways["qianniu"].imitation.answer(asked).body


def test_the_sandbox_hands_out_a_file_that_can_be_taken_in(
    office: Office, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(exported(office))
    (tmp_path / "map.toml").write_text(propose(path, "coordination"))

    _, (done,) = Intake(desk, "qianniu", "", read_map(tmp_path / "map.toml")).take([path])

    every = QueueFilter(streams=("coordination",), statuses=tuple(Status))
    rows = desk.queue(every)
    assert (done.new, done.bad, done.notes) == (6, 0, ())
    assert {row.status for row in rows} == {Status.PENDING, Status.CLOSED}
    assert all(row.created and row.order_ids and "*" in row.buyer for row in rows)


def test_every_column_of_it_says_that_it_is_an_example(office: Office) -> None:
    title, header, *_ = exported(office).decode("gbk").splitlines()

    assert title.startswith("示例")
    assert all(name.startswith("示例") for name in header.split(","))


def test_a_ticket_of_ag_that_no_export_has_stays(
    office: Office, desk: Desk, tmp_path: Path
) -> None:
    """R9, R65: absence closes nothing, whichever road it is absent from."""
    ticket = a_case(office, desk)
    path = tmp_path / "export.csv"
    path.write_bytes(b"\n".join(exported(office).splitlines()[:4]))
    (tmp_path / "map.toml").write_text(propose(path, "coordination"))

    Intake(desk, "qianniu", "", read_map(tmp_path / "map.toml")).take([path])
    desk.sync()

    assert desk.ticket(ticket).row.status is Status.PENDING
