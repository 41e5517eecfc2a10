"""Refunds from the desk to the sandbox: agree, take back, refuse, and the order's memo; once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan import Action, Case, Fields, Refused
from gongdan.desk import Desk
from gongdan.people.byhand import prepare
from gongdan.sandbox import Fault
from gongdan.views import QueueFilter, TicketView
from gongdan.writing.proposing import approve
from gongdan_qianniu.refund_acts import (
    AGREES,
    REFUSES,
    agree_wrong,
    place,
    refuse_wrong,
    stepped,
)
from gongdan_qianniu.tickets import to_ticket
from tests.core.office import Office

from .doing import PNG, calls, draft, office_of, refusal, send, set_shop

PAY, TAKE_BACK = "taobao.rp.refunds.agree", "taobao.rp.returngoods.agree"
REFUSE, REFUSE_GOODS = "taobao.refund.refuse", "taobao.rp.returngoods.refuse"
WAITING, BACK = "WAIT_SELLER_AGREE", "WAIT_SELLER_CONFIRM_GOODS"
NUMBER = "170000000000000099"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return office_of(tmp_path, "refund", tickets=1)


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        yield opened


def put(office: Office, desk: Desk, **fields: object) -> TicketView:
    """Make a refund on the platform, read it, and return it."""
    told = {
        "status": WAITING, "dispute_type": "REFUND", "has_good_return": False,
        "refund_fee": "45.60", "refund_phase": "aftersale", "cs_status": 1,
        "operation_contraint": "null", "order_status": "TRADE_FINISHED",
    }  # fmt: skip
    office.clock.advance(120)
    office.put({"id": NUMBER, **told, **fields}, "qianniu")
    office.clock.advance(120)
    assert desk.sync().exit_code == 0
    return desk.ticket(NUMBER)


def kept(office: Office) -> dict[str, object]:
    case = office.sandbox.worlds["qianniu"].cases.get("refund", NUMBER)
    assert case is not None
    return dict(case.newest.fields)


RETURN = {"dispute_type": "REFUND_AND_RETURN", "has_good_return": True}
ADDRESS = {"address_id": "9", "remark": "请寄回仓库"}


@pytest.mark.parametrize(
    ("case", "fields", "api", "after"),
    [
        ({}, {}, PAY, "SUCCESS"),
        ({**RETURN, "status": BACK}, {}, PAY, "SUCCESS"),
        (RETURN, ADDRESS, TAKE_BACK, "WAIT_BUYER_RETURN_GOODS"),
    ],
)
def test_agrees_once_with_version_phase_and_fen(
    office: Office,
    desk: Desk,
    case: dict[str, object],
    fields: dict[str, str],
    api: str,
    after: str,
) -> None:
    view = put(office, desk, **case)

    row = send(office, desk, draft(view, "agree", fields=fields))

    assert (row.state, kept(office)["status"]) == ("confirmed", after)
    assert calls(office, api) == 1
    if api == PAY:
        sent = next(one for one in office.network.sent if one.query.get("method") == PAY)
        number, fen, version, phase = sent.form["refund_infos"].split("|")
        assert (number, fen, version, phase) == (NUMBER, "4560", view.ticket.version, "aftersale")


@pytest.mark.parametrize(
    ("case", "api"), [({}, REFUSE), ({**RETURN, "status": BACK}, REFUSE_GOODS)]
)
def test_refuses_with_reason_and_proof(
    office: Office, desk: Desk, case: dict[str, object], api: str
) -> None:
    view = put(office, desk, **case)

    row = send(office, desk, draft(view, "refuse", "已发货，见凭证", {"reason": "31"}, PNG))

    assert kept(office)["status"] == "SELLER_REFUSE_BUYER"
    assert calls(office, api) == 1
    assert row.state == ("confirmed" if api == REFUSE else "sent")


@pytest.mark.parametrize(
    ("case", "kind", "fields", "why"),
    [
        pytest.param({"dispute_type": "REPAIR"}, "agree", {}, "console", id="a repair"),
        pytest.param({"dispute_type": "SOMETHING"}, "agree", {}, "console", id="a new kind"),
        pytest.param(RETURN, "agree", {}, "address_id", id="no address"),
        pytest.param({"operation_contraint": "refund_onweb"}, "agree", {}, "console", id="web"),
        pytest.param({"refund_fee": "10000.01"}, "agree", {}, "10000 yuan", id="too much"),
        pytest.param({"refund_fee": ""}, "agree", {}, "no amount", id="no amount"),
        pytest.param({"operation_contraint": "cannot_refuse"}, "refuse", {}, "not let", id="must"),
        pytest.param({"order_status": "WAIT_SELLER_SEND_GOODS"}, "refuse", {}, "not shipped",
                     id="unshipped"),
        pytest.param({}, "refuse", {}, "proof", id="no proof"),
    ],
)  # fmt: skip
def test_says_why_it_cannot_be_done(
    case: dict[str, object], kind: str, fields: dict[str, str], why: str
) -> None:
    wrong = refuse_wrong if kind == "refuse" else agree_wrong

    assert why in wrong(Action("a", kind, "您好", fields=fields), case_of(**case))


def test_a_taobao_return_wants_the_whole_address(office: Office) -> None:
    set_shop(office, tmall="false")
    with office.desk() as other:
        view = put(office, other, **RETURN)

        assert "address, mobile, post, name, tel" in refusal(
            other, draft(view, "agree", fields=ADDRESS)
        )


def test_a_refund_that_changed_meanwhile_is_not_paid(office: Office, desk: Desk) -> None:
    """The buyer asks for more between the look and the sending."""
    view = put(office, desk)
    (row,) = desk.draft(draft(view, "agree"), now=True)
    office.clock.advance(60)
    office.put({"id": NUMBER, "refund_fee": "99.00"}, "qianniu")

    desk.push()

    assert desk.store.outbox.row(row.id).state == "refused"
    assert calls(office, PAY) == 0


def test_a_withdrawal_in_the_last_moment_is_seen_by_the_version(office: Office, desk: Desk) -> None:
    view = put(office, desk)
    office.sandbox.faults.arm(Fault(name="other-person", api=PAY))

    row = send(office, desk, draft(view, "agree"))

    assert (row.state, kept(office)["status"]) == ("refused", "CLOSED")


@pytest.mark.parametrize("fault", ["lost-response", "late-commit", "http-500"])
def test_money_goes_once_whatever_becomes_of_the_answer(
    office: Office, desk: Desk, fault: str
) -> None:
    view = put(office, desk)
    office.sandbox.faults.arm(Fault(name=fault, api=PAY))

    send(office, desk, draft(view, "agree"))
    for _ in range(4):
        office.clock.advance(600)
        desk.push()

    assert calls(office, PAY) == 1


def test_money_does_not_go_by_a_draft_that_keeps_no_version(office: Office, desk: Desk) -> None:
    view = put(office, desk)
    row = prepare(desk, draft(view, "agree"))

    with pytest.raises(Refused, match="moves money"):
        approve(desk, row.id, now=True)

    desk.push()
    assert calls(office, PAY) == 0


def test_a_large_sum_wants_the_code_of_a_text_message(office: Office, desk: Desk) -> None:
    view = put(office, desk, refund_fee="5000.00")

    first = send(office, desk, draft(view, "agree"))
    second = send(office, desk, draft(view, "agree", fields={"code": "123456"}))

    assert (first.state, second.state) == ("refused", "confirmed")
    assert "--field code=验证码" in first.why
    assert "queue it again" in first.why


def test_offers_the_platforms_own_reasons(office: Office, desk: Desk) -> None:
    view = put(office, desk)

    assert [one.code for one in desk.options(view.row.id, "refuse")] == ["31", "32", "33"]
    with pytest.raises(Refused, match="31 商品已发出"):
        desk.draft(draft(view, "refuse", "不行", {"reason": "9"}, PNG))


def test_money_is_off_until_the_shop_turns_it_on(office: Office, desk: Desk) -> None:
    view = put(office, desk)
    set_shop(office, money="false")

    with office.desk() as shut, pytest.raises(Refused, match="money = true"):
        shut.draft(draft(view, "agree"))


def test_a_remark_goes_into_the_memo_of_the_order(office: Office, desk: Desk) -> None:
    view = put(office, desk)

    first = send(office, desk, draft(view, "remark", "已联系买家"))
    second = send(office, desk, draft(view, "remark", "明天再打"))

    memo = Fields.of(desk.store.cases.raw(desk.ticket(NUMBER).row.id, "detail"))
    assert (first.state, second.state) == ("confirmed", "confirmed")
    assert memo.text("trade.seller_memo") == "已联系买家\n明天再打"


def test_a_remark_needs_the_memo_to_be_read(office: Office) -> None:
    set_shop(office, memo="false")
    with office.desk() as other:
        view = put(office, other)

        assert "memo = true" in refusal(other, draft(view, "remark", "已联系"))


@pytest.mark.parametrize(
    ("kind", "returns", "found"),
    [("REFUND", "false", "REFUND"), ("", "true", "REFUND_AND_RETURN"), ("", "false", "REFUND"),
     ("", None, ""), ("NEW", "true", "NEW")],
)  # fmt: skip
def test_names_the_kind_by_the_goods_only_where_the_platform_names_none(
    kind: str, returns: object, found: str
) -> None:
    assert place(case_of(dispute_type=kind, has_good_return=returns))[0] == found


def test_an_unmoved_case_was_not_done_and_another_road_needs_a_person() -> None:
    before, other = case_of(), case_of(status="CLOSED")

    for kind, table in (("agree", AGREES), ("refuse", REFUSES)):
        road = table[place(before)]
        after = case_of(status=road.after)
        action = Action("a", kind)
        found = [stepped(action, before, one).name for one in (after, before, other)]
        assert found == ["YES", "NO", "UNSURE"]


def case_of(**fields: object) -> Case:
    refund = {
        "refund_id": 1, "status": WAITING, "dispute_type": "REFUND", "refund_version": 5,
        "refund_fee": "45.60", **fields,
    }  # fmt: skip
    detail = Fields({"refund": refund, "messages": [], "trade": {}, "tmall": True})
    return Case("1", to_ticket(detail), Fields({}), detail)


def test_the_queue_holds_nothing_of_other_streams(office: Office, desk: Desk) -> None:
    put(office, desk)

    assert {row.stream for row in desk.queue(QueueFilter())} == {"refund"}
