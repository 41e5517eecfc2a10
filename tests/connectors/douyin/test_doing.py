"""After-sales from the desk to the sandbox: evidence, remarks, and what moves money, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gongdan import Conflict, GongdanError, Refused, Unsupported
from gongdan.desk import Desk
from gongdan.sandbox import Fault
from gongdan.views import Draft, OutboxRow, QueueFilter, TicketView
from tests.core.office import Office

PICTURE = ("https://img.example.com/pod.jpg", b"")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, ["douyin"], tickets=9)
    text = made.path.read_text()
    made.path.write_text(text.replace("[shops.douyin]", "[shops.douyin]\nmoney = true"))
    return made


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        assert opened.sync().exit_code == 0
        yield opened


def find(desk: Desk, kind: str, **wanted: object) -> TicketView:
    """Return an after-sale on which an action could be queued."""
    for row in desk.queue(QueueFilter(streams=("aftersale",))):
        view = desk.ticket(row.id)
        if all(getattr(view.ticket, name) == value for name, value in wanted.items()):
            try:
                desk.preview(draft(view, kind))
            except GongdanError:
                continue
            return view
    raise AssertionError("no such after-sale")


def draft(view: TicketView, kind: str, text: str = "") -> Draft:
    fields = {"reason": "103"} if kind == "refuse" else {}
    files = (PICTURE,) if kind == "evidence" else ()
    words = text or ("您好" if kind in ("refuse", "evidence", "remark") else "")
    return Draft(ticket=view.row.id, kind=kind, text=words, files=files, fields=fields)


def send(office: Office, desk: Desk, asked: Draft, seconds: float = 0) -> OutboxRow:
    (row,) = desk.draft(asked, now=True)
    desk.push()
    if seconds:
        office.clock.advance(seconds)
        desk.push()
    return desk.store.outbox.row(row.id)


def writes(office: Office, api: str) -> int:
    return sum(entry.api == api for entry in office.sandbox.traffic)


def test_evidence_goes_with_a_picture_that_the_platform_has_fetched(
    office: Office, desk: Desk
) -> None:
    view = find(desk, "evidence", evidence_required=True)

    row = send(office, desk, draft(view, "evidence", "签收底单"), 10)

    shown = desk.ticket(view.row.id)
    assert row.state == "confirmed"
    assert "客服处理中" in shown.row.status_text
    assert any("material/" in url for one in shown.thread for url in one.files)
    assert writes(office, "afterSale.submitEvidence") == 1


def test_a_remark_is_taken_by_a_closed_case_too(office: Office, desk: Desk) -> None:
    from gongdan import Status

    closed = desk.queue(QueueFilter(streams=("aftersale",), statuses=(Status.CLOSED,)))[0]

    row = send(office, desk, Draft(ticket=closed.id, kind="remark", text="已归档"), 10)

    assert row.state == "confirmed"
    assert [one.text for one in desk.ticket(closed.id).thread][-1] == "备注:已归档"


def test_a_remark_whose_answer_is_lost_is_found(office: Office, desk: Desk) -> None:
    view = find(desk, "remark")
    office.sandbox.faults.arm(Fault(name="lost-response", when=1, api="afterSale.addOrderRemark"))

    row = send(office, desk, draft(view, "remark", "在查"), 10)

    assert row.state == "confirmed"
    assert writes(office, "afterSale.addOrderRemark") == 1


def test_a_remark_that_the_platform_alters_is_not_sent_again(office: Office, desk: Desk) -> None:
    view = find(desk, "remark")
    for fault in ("altered-text", "lost-response"):
        office.sandbox.faults.arm(Fault(name=fault, when=1, api="afterSale.addOrderRemark"))

    row = send(office, desk, draft(view, "remark", "在查物流"), 10)
    for _ in range(4):
        office.clock.advance(600)
        desk.push()

    assert writes(office, "afterSale.addOrderRemark") == 1
    row = desk.store.outbox.row(row.id)
    assert (row.state, row.hold) == ("unknown", True)


def test_an_agreement_is_sent_once_and_seen(office: Office, desk: Desk) -> None:
    view = find(desk, "agree", kind_text="已发货仅退款")

    row = send(office, desk, draft(view, "agree"), 10)

    assert row.state == "confirmed"
    assert writes(office, "afterSale.operate") == 1
    assert desk.ticket(view.row.id).row.status.value == "closed"


@pytest.mark.parametrize("kind", ["agree", "refuse", "extend"])
def test_money_is_off_until_the_shop_turns_it_on(office: Office, desk: Desk, kind: str) -> None:
    view = find(desk, kind)
    office.path.write_text(office.path.read_text().replace("money = true", "money = false"))

    with office.desk() as shut, pytest.raises(Refused, match="money = true"):
        shut.draft(draft(view, kind))


def test_a_case_that_changed_meanwhile_is_not_agreed_to(office: Office, desk: Desk) -> None:
    """The buyer asks for more between the look and the sending."""
    view = find(desk, "agree", kind_text="已发货仅退款")
    asked = draft(view, "agree")
    (row,) = desk.draft(asked, now=True)
    office.clock.advance(60)
    number = view.row.id.rpartition("/")[2]
    office.put({"stream": "aftersale", "id": number, "refund_amount": 999_900})

    desk.push()

    done = desk.store.outbox.row(row.id)
    assert (done.state, done.attempts) == ("refused", 0)
    assert "changed" in done.why
    assert writes(office, "afterSale.operate") == 0


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        pytest.param("lost-request", "unknown", id="the request was lost"),
        pytest.param("rate-limit", "queued", id="too fast: certainly not done"),
        pytest.param("http-500", "unknown", id="the gateway fell over"),
    ],
)
def test_what_is_not_certain_of_money_goes_to_a_person_at_once(
    office: Office, desk: Desk, fault: str, state: str
) -> None:
    view = find(desk, "agree", kind_text="已发货仅退款")
    office.sandbox.faults.arm(Fault(name=fault, when=1, api="afterSale.operate"))

    row = send(office, desk, draft(view, "agree"))

    assert (row.state, row.hold) == (state, True)
    assert "never does twice" in row.why
    for _ in range(10):
        office.clock.advance(600)
        desk.push()
    assert writes(office, "afterSale.operate") == 1


def test_an_agreement_whose_answer_is_lost_is_seen_by_itself(office: Office, desk: Desk) -> None:
    view = find(desk, "agree", kind_text="已发货仅退款")
    office.sandbox.faults.arm(Fault(name="lost-response", when=1, api="afterSale.operate"))

    row = send(office, desk, draft(view, "agree"))
    office.clock.advance(600)
    desk.push()

    assert row.state == "unknown"
    assert desk.store.outbox.row(row.id).state == "confirmed"
    assert writes(office, "afterSale.operate") == 1


def test_a_refusal_needs_a_reason_that_the_platform_offers(office: Office, desk: Desk) -> None:
    view = find(desk, "refuse")
    asked = draft(view, "refuse")

    offered = desk.options(view.row.id, "refuse")
    with pytest.raises(Refused, match="offers no reason '9'"):
        desk.draft(Draft(ticket=asked.ticket, kind="refuse", text="a", fields={"reason": "9"}))
    with pytest.raises(Refused, match="needs a picture"):
        desk.draft(Draft(ticket=asked.ticket, kind="refuse", text="a", fields={"reason": "102"}))
    row = send(office, desk, asked, 10)

    assert [option.code for option in offered] == ["101", "102", "103"]
    assert row.state == "confirmed"
    assert writes(office, "afterSale.operate") == 1


def test_files_are_refused_where_the_platform_takes_addresses(desk: Desk) -> None:
    view = find(desk, "evidence", evidence_required=True)
    asked: Any = draft(view, "evidence")

    with pytest.raises(Refused, match="https://"):
        desk.draft(
            Draft(ticket=asked.ticket, kind="evidence", text="a",
                  files=(("pod.jpg", b"\xff\xd8\xff"),))
        )  # fmt: skip


def test_a_service_request_that_wants_pictures_gets_them(office: Office, desk: Desk) -> None:
    row = next(
        view
        for one in desk.queue(QueueFilter(streams=("service",)))
        if (view := desk.ticket(one.id)).ticket.evidence_required and view.row.answerable
    )
    asked = Draft(ticket=row.row.id, text="您好，凭证见图。", files=(PICTURE,))

    done = send(office, desk, asked, 10)

    assert done.state == "confirmed"
    assert "material/" in desk.ticket(row.row.id).thread[-1].files[0]


def test_a_picture_that_the_platform_refuses_ends_it(office: Office, desk: Desk) -> None:
    view = find(desk, "evidence", evidence_required=True)
    bad = (("https://img.example.com/illegal.jpg", b""),)

    row = send(office, desk, Draft(ticket=view.row.id, kind="evidence", text="a", files=bad))

    assert writes(office, "afterSale.submitEvidence") == 0
    assert row.state == "refused"  # else what is queued behind it would wait for ever
    assert "rules" in row.why


def test_a_remark_on_an_order_holds_no_reply_up(office: Office, desk: Desk) -> None:
    rows = desk.queue(QueueFilter(streams=("service",)))
    view = next(view for one in rows if (view := desk.ticket(one.id)).row.answerable)
    remark = send(office, desk, Draft(ticket=view.row.id, kind="remark", text="要周末送"), 5)

    reply = send(office, desk, Draft(ticket=view.row.id, text="您好，今天 18:00 前发出。"), 5)

    assert (remark.state, remark.hold) == ("confirmed", False)
    assert "does not show" in remark.why
    assert reply.state == "confirmed"


def test_a_remark_on_an_order_whose_answer_is_lost_goes_to_a_person_at_once(
    office: Office, desk: Desk
) -> None:
    view = find(desk, "remark")
    office.sandbox.faults.arm(Fault(name="lost-response", when=1, api="order.addOrderRemark"))
    asked = Draft(ticket=view.row.id, kind="remark", text="在查", fields={"on": "order"})

    row = send(office, desk, asked, 10)

    assert (row.state, row.hold) == ("unknown", True)
    assert writes(office, "order.addOrderRemark") == 1


def test_what_was_noted_on_an_order_is_shown_with_it(office: Office, desk: Desk) -> None:
    view = find(desk, "remark")
    asked = Draft(ticket=view.row.id, kind="remark", text="已电话", fields={"on": "order"})
    send(office, desk, asked)
    read = desk.connector("douyin").streams[0].read_order
    assert read is not None

    order = read(desk.session("douyin"), view.row.order_ids[0])

    assert order is not None
    assert order.remark == "已电话"


@pytest.mark.parametrize("second", ["agree", "refuse"])
def test_what_moves_money_is_queued_once_for_a_case(desk: Desk, second: str) -> None:
    view = find(desk, "refuse")
    desk.draft(draft(view, "agree"))

    with pytest.raises(Conflict, match="gongdan cancel 1"):
        desk.draft(draft(view, second))

    desk.cancel(1)
    assert desk.draft(draft(view, second))[0].state == "queued"


def test_a_reason_that_there_is_not_is_told_before_anybody_is_asked(desk: Desk) -> None:
    view = find(desk, "refuse")
    asked = Draft(ticket=view.row.id, kind="refuse", text="您好", fields={"reason": "1"})

    with pytest.raises(Refused, match="no reason '1'; it has: 101"):
        desk.draft(asked, dry_run=True)


def test_who_agrees_sees_every_word_of_the_request(desk: Desk) -> None:
    view = find(desk, "refuse")
    words = "您好，商品已签收且完好，附签收底单，请您核对。" * 4

    (shown,) = desk.preview(draft(view, "refuse", words))

    assert words in shown
    assert "与买家协商一致不退款" in shown  # the reason that is sent, in the platform's words
    assert "null" not in shown
    assert "None" not in shown


def test_what_a_stream_does_not_take_tells_what_it_does(desk: Desk) -> None:
    view = find(desk, "refuse")

    with pytest.raises(Unsupported, match="but evidence, remark, agree, refuse, extend"):
        desk.preview(Draft(ticket=view.row.id, text="您好"))
