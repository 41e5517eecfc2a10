"""Exchanges from the desk to the sandbox: words, steps that bind the shop, the order's memo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan import Action, Case, Fields, Refused, Status
from gongdan.desk import Desk
from gongdan.sandbox import Fault
from gongdan.views import QueueFilter
from gongdan_qianniu.exchange import to_ticket
from gongdan_qianniu.exchange_acts import agree_wrong, refuse_wrong
from tests.core.office import Office

from .doing import PNG, calls, draft, find, office_of, send, set_shop

PENDING, BACK, TO_SEND = "换货待处理", "买家已退货，待收货", "待发出换货商品"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return office_of(tmp_path, "exchange")


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        assert opened.sync().exit_code == 0
        yield opened


def test_every_exchange_is_in_the_queue(office: Office, desk: Desk) -> None:
    shop = desk.shop("qianniu").remote_id
    kept = [case.id for case in office.sandbox.worlds["qianniu"].cases.of(shop, "exchange")]

    rows = desk.queue(QueueFilter(streams=("exchange",), statuses=tuple(Status)))

    assert sorted(row.id.rpartition("/")[2] for row in rows) == sorted(kept)


@pytest.mark.parametrize("picture", [b"", PNG], ids=["words", "picture"])
def test_a_message_arrives_once_with_its_picture_or_without(
    office: Office, desk: Desk, picture: bytes
) -> None:
    view = find(desk, "exchange", PENDING)

    row = send(office, desk, draft(view, "reply", "您好，已收到，正在核实。", picture=picture))

    last = desk.ticket(view.row.id).thread[-1]
    assert (row.state, last.text) == ("confirmed", "您好，已收到，正在核实。")
    assert len(last.files) == bool(picture)
    assert calls(office, "tmall.exchange.message.add") == 1


def test_a_long_message_goes_in_parts(office: Office, desk: Desk) -> None:
    view = find(desk, "exchange", PENDING)

    for _ in range(3):
        if calls(office, "tmall.exchange.message.add") == 0:
            desk.draft(draft(view, "reply", "您好。" * 60), now=True)
        desk.push()
        office.clock.advance(10)

    ours = [one.text for one in desk.ticket(view.row.id).thread if "您好。您好。" in one.text]
    assert len(ours) == 2
    assert all(len(text.encode()) <= 400 for text in ours)


@pytest.mark.parametrize(
    ("status", "fields", "api", "after"),
    [
        (PENDING, {"address_id": "9"}, "tmall.exchange.agree", "待买家退货"),
        (BACK, {}, "tmall.exchange.returngoods.agree", TO_SEND),
        (TO_SEND, {"company": "顺丰速运", "tracking_no": "SF1"}, "tmall.exchange.consigngoods",
         "待买家收货"),
    ],
)  # fmt: skip
def test_the_next_step_is_taken_once(
    office: Office, desk: Desk, status: str, fields: dict[str, str], api: str, after: str
) -> None:
    view = find(desk, "exchange", status)

    row = send(office, desk, draft(view, "agree", fields=fields))

    assert (row.state, desk.ticket(view.row.id).row.status_text) == ("confirmed", after)
    assert calls(office, api) == 1


@pytest.mark.parametrize("fault", ["lost-response", "late-commit"])
def test_a_step_whose_answer_is_lost_is_never_sent_again(
    office: Office, desk: Desk, fault: str
) -> None:
    view = find(desk, "exchange", BACK)
    office.sandbox.faults.arm(Fault(name=fault, api="tmall.exchange.returngoods.agree"))

    send(office, desk, draft(view, "agree"))
    for _ in range(4):
        office.clock.advance(600)
        desk.push()

    assert calls(office, "tmall.exchange.returngoods.agree") == 1


def test_a_step_that_somebody_else_prevented_is_refused(office: Office, desk: Desk) -> None:
    """The platform says so inside a normal answer: success is false."""
    view = find(desk, "exchange", PENDING)
    office.sandbox.faults.arm(Fault(name="other-person", api="tmall.exchange.agree"))

    row = send(office, desk, draft(view, "agree", fields={"address_id": "9"}))

    assert row.state == "refused"
    assert calls(office, "tmall.exchange.agree") == 1


def test_a_refusal_gives_one_of_the_platforms_reasons(office: Office, desk: Desk) -> None:
    view = find(desk, "exchange", PENDING)
    options = desk.options(view.row.id, "refuse")

    with pytest.raises(Refused, match="701"):
        desk.draft(draft(view, "refuse", "已售罄", {"reason": "1"}))
    row = send(office, desk, draft(view, "refuse", "换货商品已售罄", {"reason": "702"}, PNG))

    assert [option.code for option in options] == ["701", "702", "703"]
    assert (row.state, desk.ticket(view.row.id).row.status_text) == ("confirmed", "待买家修改")


@pytest.mark.parametrize(
    ("status", "kind", "fields", "why"),
    [
        (PENDING, "agree", {}, "--field address_id=…"),
        (TO_SEND, "agree", {"company": "顺丰速运"}, "tracking_no"),
        (TO_SEND, "agree", {"company": "x", "tracking_no": "1", "type": "3"}, "100 (post)"),
        (TO_SEND, "refuse", {"reason": "701"}, "console"),
        ("待买家退货", "agree", {}, "console"),
        (PENDING, "refuse", {}, "gongdan reasons"),
    ],
)
def test_says_what_a_step_lacks(status: str, kind: str, fields: dict[str, str], why: str) -> None:
    detail = Fields({"exchange": {"dispute_id": "1", "status": status}, "messages": []})
    case = Case("1", to_ticket(detail), Fields({}), detail)
    wrong = refuse_wrong if kind == "refuse" else agree_wrong

    assert why in wrong(Action("a", kind, "您好", fields=fields), case)


def test_money_is_off_until_the_shop_turns_it_on(office: Office, desk: Desk) -> None:
    view = find(desk, "exchange", BACK)
    set_shop(office, money="false")

    with office.desk() as shut, pytest.raises(Refused, match="money = true"):
        shut.draft(draft(view, "agree"))
