"""Tasks that are raised from here: once, found by a number of their own, known when they arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gongdan import UNSET, Action, Case, Fields, Found, Secret, Ticket, Who
from gongdan.desk import Desk
from gongdan.sandbox import Fault
from gongdan.views import Draft, OutboxRow, QueueFilter, TicketView
from gongdan_qianniu import QianniuSettings
from gongdan_qianniu.raising import CREATE, raise_call, seek, wrong
from gongdan_qianniu.sign import texts
from gongdan_qianniu.task import to_ticket
from tests.core.office import Office, ours, put

from ..stub import StubShop
from .doing import PNG, calls, draft, office_of, refusal, send, set_shop

SETTINGS = QianniuSettings(
    app_key="1", app_secret=Secret("s"), nick="山岚旗舰店", raise_type="trade"
)
TO = "2208000002=山岚旗舰店:小周"
WORDS = "请今天补发杯盖并写单号"
ORDER = "3900000000000000001"


def case(settings: QianniuSettings = SETTINGS, shop: str = "2208000001") -> Case:
    return Case("1", Ticket(order_ids=(ORDER,)), Fields({}), Fields({}), shop, settings)


def asked(**changed: Any) -> Action:
    fields = {"to": TO, "title": ""} | changed.pop("fields", {})
    return Action("main/refund/1#1@5", "raise", **{"text": WORDS, "fields": fields} | changed)


def test_says_who_sends_whom_and_bears_a_number_of_its_own() -> None:
    call = raise_call(asked(), case())
    told = texts(call.params)
    meta, (task,) = json.loads(told["meta"]), json.loads(told["tasks"])

    assert (meta["sender_uid"], meta["sender_nick"]) == (2208000001, "山岚旗舰店")
    assert (meta["title"], meta["content"]) == (WORDS, f"{WORDS}\n订单：{ORDER}")
    assert (task["receiver_uid"], task["receiver_nick"]) == (2208000002, "山岚旗舰店:小周")
    assert {meta["biz_type"], task["biz_type"], task["sub_biz_type"]} == {"trade"}
    assert task["biz_id"] == asked().mark
    assert replace(asked(), id="main/refund/1#2@5").mark != asked().mark


@pytest.mark.parametrize(
    ("settings", "shop", "action", "word"),
    [
        ({"raise_type": ""}, "2208000001", asked(), "raise_type"),
        ({"nick": ""}, "2208000001", asked(), "nick"),
        ({}, "", asked(), "nick"),
        ({"without": ("task",)}, "2208000001", asked(), "without"),
        ({"task_type": "memo"}, "2208000001", asked(), "'memo' only"),
        ({}, "2208000001", asked(fields={"to": ""}), "--to"),
        ({}, "2208000001", asked(fields={"to": "小周"}), "--to"),
        ({}, "2208000001", asked(fields={"to": f"{TO}\n小王"}), "--to"),
        ({}, "2208000001", asked(fields={"to": f"{TO}\n{TO}"}), "once"),
        ({}, "2208000001", asked(text="长" * 330), "shorten"),
    ],
)
def test_says_what_is_missing(
    settings: dict[str, Any], shop: str, action: Action, word: str
) -> None:
    assert word in wrong(action, case(replace(SETTINGS, **settings), shop))
    assert wrong(asked(), case()) == ""


def test_another_tasks_number_is_not_ours() -> None:
    here = {"tasks": [{"id": 1, "biz_id": asked().mark}]}
    shop = StubShop(SETTINGS, {"taobao.qianniu.tasks.get": [{}, {"tasks": [{"id": 2}]}, here]})

    found = [seek(shop, asked(), case()) for _ in range(3)]

    assert found == [Found.NO, Found.NO, Found.YES]
    told = texts(shop.calls[0].params)
    assert (told["biz_type"], told["sub_biz_type"], told["biz_ids"]) == (
        "trade", "trade", asked().mark,
    )  # fmt: skip


def test_a_task_of_ours_is_about_the_order_in_its_text_and_about_no_other_number() -> None:
    task = {"id": 1, "biz_type": "trade", "biz_id": asked().mark, "biz_nick": "山岚旗舰店"}

    assert to_ticket(Fields(task | {"content": f"补发\n订单：{ORDER}"})).order_ids == (ORDER,)
    assert not to_ticket(Fields(task | {"content": "补发"})).order_ids
    assert to_ticket(Fields(task)).buyer is UNSET  # it is the shop's own nick


# from the desk


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = office_of(tmp_path, "task", tickets=4)
    nick = made.sandbox.gateways["qianniu"].imitation.shops()[0]["nick"]
    set_shop(made, nick=f'"{nick}"', raise_type='"trade"', without='["exchange", "urge"]')
    return made


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        assert opened.sync().exit_code == 0
        yield opened


def refund(desk: Desk) -> TicketView:
    return desk.ticket(desk.queue(QueueFilter(streams=("refund",)))[0].id)


def raised(desk: Desk, **more: Any) -> Draft:
    return draft(refund(desk), "raise", WORDS, {"to": TO}, **more)


def arrived(office: Office, desk: Desk) -> list[TicketView]:
    """Return the tasks that came by the ordinary sync."""
    office.clock.advance(120)
    desk.sync()
    return [
        desk.ticket(row.id)
        for row in desk.queue(QueueFilter(streams=("task",)))
        if row.title == WORDS
    ]


@pytest.mark.parametrize("fault", ["", "lost-response", "hidden-write", "late-commit"])
def test_a_task_is_raised_once_and_arrives_and_is_known(
    office: Office, desk: Desk, fault: str
) -> None:
    if fault:
        office.sandbox.faults.arm(Fault(name=fault, api=CREATE))

    row = send(office, desk, raised(desk), 40)

    (view,) = arrived(office, desk)
    why = desk.why(view.row.id)
    assert desk.store.outbox.row(row.id).state == "confirmed"
    assert calls(office, CREATE) == 1
    assert (view.ticket.origin, view.ticket.order_ids) == (
        Who.MERCHANT, refund(desk).ticket.order_ids,
    )  # fmt: skip
    assert why.raised is not None
    assert (why.raised.id, why.raised.ticket) == (row.id, refund(desk).row.id)
    assert [one.row.id for one in view.linked] == [refund(desk).row.id]


def test_no_other_ticket_was_raised_from_here(office: Office, desk: Desk) -> None:
    send(office, desk, raised(desk))
    others = [row for row in desk.queue(QueueFilter()) if row.title != WORDS]

    assert [desk.why(row.id).raised for row in others[:3]] == [None] * 3


@pytest.mark.parametrize("fault", ["", "lost-response"])
def test_of_a_ticket_that_no_interface_reads_it_is_found_all_the_same(
    office: Office, desk: Desk, fault: str
) -> None:
    ref = put(desk.store, "5001", ours(desk.now()), desk.now(), shop="qianniu",
              stream="coordination")  # fmt: skip
    if fault:
        office.sandbox.faults.arm(Fault(name=fault, api=CREATE))

    row = send(office, desk, draft(desk.ticket(ref), "raise", WORDS, {"to": TO}))

    assert (row.state, calls(office, CREATE)) == ("confirmed", 1)


def test_a_request_that_never_arrived_goes_again_when_it_is_certain(
    office: Office, desk: Desk
) -> None:
    office.sandbox.faults.arm(Fault(name="lost-request", api=CREATE))
    first = send(office, desk, raised(desk), 40)

    office.clock.advance(16 * 60)
    desk.push()
    office.clock.advance(10)
    desk.push()

    assert first.state == "unknown"
    assert desk.store.outbox.row(first.id).state == "confirmed"
    assert (calls(office, CREATE), len(arrived(office, desk))) == (2, 1)


def test_one_that_was_sent_before_by_a_store_that_is_lost_is_found_and_not_made_again(
    office: Office, desk: Desk
) -> None:
    row = desk.draft(raised(desk), now=True)[0]
    work = desk.store.outbox.work(row.id)
    stored = desk.session("qianniu")
    sent = Action(work.key, work.kind, work.text, (), work.fields)
    view = refund(desk)
    about = Case("1", view.ticket, Fields({}), Fields({}), stored.remote_id, stored.settings)
    stored.write(raise_call(sent, about), stored.now())

    desk.push()

    assert desk.store.outbox.row(row.id).state == "confirmed"
    assert calls(office, CREATE) == 1


def test_a_screenshot_goes_with_it(office: Office, desk: Desk) -> None:
    row = send(office, desk, raised(desk, picture=PNG))

    (view,) = arrived(office, desk)
    assert row.state == "confirmed"
    assert "https://img.example/space/1.png" in str(view.ticket.text)


def test_what_the_platform_refuses_and_a_rehearsal_make_nothing(office: Office, desk: Desk) -> None:
    assert desk.preview(raised(desk))[0].startswith(f"{CREATE}  meta=")
    assert calls(office, CREATE) == 0
    office.sandbox.faults.arm(Fault(name="refused", api=CREATE))

    assert send(office, desk, raised(desk)).state == "refused"
    assert arrived(office, desk) == []


def test_a_list_that_cannot_be_asked_sends_nothing(office: Office, desk: Desk) -> None:
    office.sandbox.faults.arm(Fault(name="service-error", api="taobao.qianniu.tasks.get", count=99))

    row: OutboxRow = send(office, desk, raised(desk))

    assert (row.state, calls(office, CREATE)) == ("queued", 0)


@pytest.mark.usefixtures("desk")
def test_without_the_type_nothing_is_queued(office: Office) -> None:
    set_shop(office, raise_type='""')
    with office.desk() as other:
        assert "ask 千牛 which biz_type" in refusal(other, raised(other))
