"""Tasks (轻任务): what they say, how they are asked for, notes and finishing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gongdan import (
    UNSET,
    Action,
    Ask,
    BadField,
    Case,
    Fields,
    Gone,
    Ref,
    Secret,
    Status,
    Ticket,
    Who,
)
from gongdan.desk import Desk
from gongdan.people.acts import Acts
from gongdan.sandbox import Fault
from gongdan.views import QueueFilter, TicketView
from gongdan_qianniu import QianniuSettings
from gongdan_qianniu.sign import texts
from gongdan_qianniu.task import read_detail, read_page, to_ticket
from gongdan_qianniu.task_acts import not_ours
from tests.core.office import Office

from ..stub import StubShop, is_pure
from .doing import PNG, calls, draft, office_of, refusal, send

SETTINGS = QianniuSettings(app_key="1", app_secret=Secret("s"), token=Secret("t"))
API, UPDATE = "taobao.qianniu.tasks.get", "taobao.qianniu.task.update"
CANCEL = "taobao.qianniu.task.cancel"
START = datetime(2026, 11, 20, 0, 59, 59, 999999, tzinfo=UTC)
END = datetime(2026, 11, 20, 16, 0, 0, 1, tzinfo=UTC)
Object = dict[str, object]


def row(**changed: object) -> Object:
    known: Object = {
        "id": 9100000000,
        "status": 0,
        "biz_type": "memo",
        "biz_type_str": "备忘",
        "content": "请仓库核对",
        "sender_nick": "山岚旗舰店",
        "receiver_nick": "山岚旗舰店:小周",
        "gmt_create": "1763600000000",
        "gmt_create_long": 1763600000000,
        "gmt_modified_long": 1763600400000,
        "is_deleted": 0,
        "meta": {"title": "核对退货", "content": "请仓库核对", "end_time_long": 1763700000000},
    }
    return {name: value for name, value in (known | changed).items() if value is not UNSET}


def ticket_of(payload: Object) -> Ticket:
    return to_ticket(Fields(payload))


def page_of(answer: object, ask: Ask) -> tuple[list[str], dict[str, str]]:
    shop = StubShop(SETTINGS, {API: [answer]})
    found = read_page(shop, ask)
    assert found.total in (None, UNSET)
    return [Fields.of(bytes(raw)).id() for raw in found.rows], texts(shop.calls[0].params)


FLAT = {"tasks": [row()]}
NESTED = {"qianniu_tasks_get_response": {"tasks": {"q_task": [row()]}}}


@pytest.mark.parametrize("answer", [FLAT, NESTED])
def test_reads_a_page_in_either_form(answer: object) -> None:
    ids, told = page_of(answer, Ask(START, END, 2, 100))

    assert ids == ["9100000000"]
    assert told["modify_start_time_str"] == "2026-11-20 08:59:59"
    assert told["modify_end_time_str"] == "2026-11-21 00:00:01"
    assert (told["current_page"], told["need_meta"], told["need_deleted"]) == ("2", "true", "true")
    assert "biz_type" not in told


def test_the_daily_sweep_asks_by_days_of_china() -> None:
    _, told = page_of(FLAT, Ask(START, END, 1, 100, by="create"))

    assert (told["start_date"], told["end_date"]) == ("2026-11-20", "2026-11-21")
    assert not {name for name in told if name.startswith("modify")}


@pytest.mark.parametrize("empty", [{}, {"tasks": {}}, {"tasks": None}, {"tasks": []}])
def test_an_empty_list_has_many_forms(empty: object) -> None:
    assert page_of(empty, Ask(START, END, 1, 100))[0] == []


def test_a_task_that_is_not_shown_is_not_called_closed() -> None:
    with pytest.raises(Gone, match="no task 7"):
        read_detail(StubShop(SETTINGS, {API: [{}]}), Ref("7", Fields({})))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (0, Status.PENDING),
        ("1", Status.PENDING),
        (2, Status.CLOSED),
        (3, Status.PENDING),
        (4, Status.CLOSED),
        (5, Status.CLOSED),
        (6, Status.CLOSED),
        (7, Status.UNKNOWN),
        (None, Status.UNKNOWN),
        (UNSET, UNSET),
    ],
)
def test_maps_the_status_and_guesses_none(word: object, status: object) -> None:
    assert ticket_of(row(status=word)).status is status


def test_says_what_is_asked_of_whom_and_until_when() -> None:
    ticket = ticket_of(row(memo="已看"))

    assert ticket.title == "核对退货"
    assert ticket.text == "请仓库核对\n发起人：山岚旗舰店\n执行人：山岚旗舰店:小周\n备注：已看"
    assert ticket.origin is Who.MERCHANT
    assert ticket.created == datetime.fromtimestamp(1763600000, UTC)
    assert ticket.deadline == datetime.fromtimestamp(1763700000, UTC)
    assert (ticket.gone, ticket.order_ids) == (False, UNSET)


def test_takes_times_in_milliseconds_as_text_where_the_twin_is_missing() -> None:
    assert ticket_of(row(gmt_create_long=UNSET)).created == datetime.fromtimestamp(1763600000, UTC)


def test_names_the_order_only_of_a_task_about_one() -> None:
    number = "3900000000000000001"

    assert ticket_of(row(biz_type="trade", biz_id=number)).order_ids == (number,)
    assert ticket_of(row(biz_type="item", biz_id=number)).order_ids is UNSET
    assert ticket_of(row(biz_type="trade", biz_id="")).order_ids is UNSET


@pytest.mark.parametrize("meta", [None, {}, UNSET])
def test_goes_without_a_header(meta: object) -> None:
    ticket = ticket_of(row(meta=meta))

    assert (ticket.title, ticket.deadline) == ("请仓库核对", UNSET)


def test_an_official_task_is_the_platforms_and_a_deleted_one_gone() -> None:
    ticket = ticket_of(row(biz_type="officialTask", is_deleted="1"))

    assert (ticket.origin, ticket.gone) == (Who.PLATFORM, True)


def test_names_what_it_cannot_read() -> None:
    with pytest.raises(BadField, match="id"):
        ticket_of(row(id=None))


def test_says_the_same_of_the_same() -> None:
    assert is_pure(to_ticket, row())


# from the desk


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return office_of(tmp_path, "task", tickets=4)


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        assert opened.sync().exit_code == 0
        yield opened


def doing(desk: Desk) -> TicketView:
    """Return a task that has a memo already."""
    rows = desk.queue(QueueFilter(streams=("task",)))
    return next(view for row in rows if "备注：" in str((view := desk.ticket(row.id)).ticket.text))


def memo(desk: Desk, view: TicketView) -> str:
    return str(Fields.of(desk.store.cases.raw(view.row.id, "detail")).text("memo"))


def test_a_task_is_read_with_its_list_and_not_once_more(desk: Desk) -> None:
    (run,) = desk.runs()

    assert run.new > 3
    assert run.details == 0


def test_every_task_is_in_the_queue(office: Office, desk: Desk) -> None:
    kept = [case.id for case in office.sandbox.worlds["qianniu"].cases if case.stream == "task"]

    rows = desk.queue(QueueFilter(statuses=tuple(Status)))

    assert sorted(row.id.rpartition("/")[2] for row in rows) == sorted(kept)


@pytest.mark.parametrize("fault", ["", "lost-response", "hidden-write"])
def test_a_note_goes_behind_the_memo_once(office: Office, desk: Desk, fault: str) -> None:
    view = doing(desk)
    if fault:
        office.sandbox.faults.arm(Fault(name=fault, api=UPDATE))

    row = send(office, desk, draft(view, "remark", "仓库已确认"), 40)

    assert (row.state, memo(desk, view)) == ("confirmed", "已看，稍后处理\n仓库已确认")
    assert calls(office, UPDATE) == 1


def test_a_screenshot_goes_into_the_picture_space_and_its_address_into_the_note(
    office: Office, desk: Desk
) -> None:
    view = doing(desk)

    row = send(office, desk, draft(view, "remark", "见截图", picture=PNG))

    assert row.state == "confirmed"
    assert memo(desk, view).endswith("\n见截图 https://img.example/space/1.png")


def test_finishing_a_ticket_finishes_the_task(office: Office, desk: Desk) -> None:
    view = doing(desk)

    done = Acts(desk).finish(view.row.id, "resolved", reason="已补发")
    office.clock.advance(61)
    desk.push()
    office.clock.advance(10)
    desk.push()

    assert desk.store.outbox.row(done.rows[0].id).state == "confirmed"
    assert desk.ticket(view.row.id).row.status is Status.CLOSED
    assert memo(desk, view).endswith("已补发")


def test_a_task_that_ended_meanwhile_takes_no_note(office: Office, desk: Desk) -> None:
    view = doing(desk)
    office.sandbox.faults.arm(Fault(name="refused", api=UPDATE))

    assert send(office, desk, draft(view, "remark", "晚了")).state == "refused"


@pytest.mark.parametrize("fault", ["", "lost-response", "hidden-write"])
def test_a_task_of_ours_is_cancelled_once(office: Office, desk: Desk, fault: str) -> None:
    view = doing(desk)
    if fault:
        office.sandbox.faults.arm(Fault(name=fault, api=CANCEL))

    row = send(office, desk, draft(view, "withdraw", "仓库已自行处理"), 40)

    assert (row.state, desk.ticket(view.row.id).row.status_text) == ("confirmed", "取消")
    assert memo(desk, view).endswith("仓库已自行处理")
    assert calls(office, CANCEL) == 1


def test_one_that_never_left_is_not_taken_for_cancelled(office: Office, desk: Desk) -> None:
    view = doing(desk)
    office.sandbox.faults.arm(Fault(name="lost-request", api=CANCEL))

    first = send(office, desk, draft(view, "withdraw", "不用了"), 40)
    office.clock.advance(16 * 60)
    desk.push()
    office.clock.advance(10)
    desk.push()

    assert first.state == "unknown"
    assert desk.store.outbox.row(first.id).state == "confirmed"
    assert calls(office, CANCEL) == 2


def test_one_that_was_finished_meanwhile_is_refused(office: Office, desk: Desk) -> None:
    view = doing(desk)
    office.sandbox.faults.arm(Fault(name="other-person", api=CANCEL))

    assert send(office, desk, draft(view, "withdraw", "不用了")).state == "refused"
    desk.sync()
    assert desk.ticket(view.row.id).row.status_text == "执行完成"


def test_only_what_the_shop_itself_sent_and_is_open_is_withdrawn(
    office: Office, desk: Desk
) -> None:
    rows = desk.queue(QueueFilter(streams=("task",)))
    official = next(row for row in rows if row.kind_text == "官方任务")
    ours = doing(desk)
    why = refusal(desk, draft(desk.ticket(official.id), "withdraw", "不用了"))
    assert send(office, desk, draft(ours, "withdraw", "不用了")).state == "confirmed"

    assert why.endswith("千牛小二, not by the shop itself; only its sender may cancel it")
    assert "closed" in refusal(desk, draft(ours, "withdraw", "再取消一次"))
    assert calls(office, CANCEL) == 1


@pytest.mark.parametrize("sender", [UNSET, None, "", 7])
def test_a_task_whose_sender_is_not_told_is_nobodys(sender: object) -> None:
    detail = Fields(row(sender_uid=sender, sender_nick=UNSET, metadata_id=5))

    assert not_ours(Action("1", "withdraw"), Case("1", Ticket(), Fields({}), detail))


def test_a_rehearsed_withdrawal_sends_nothing(office: Office, desk: Desk) -> None:
    shown = desk.preview(draft(doing(desk), "withdraw", "不用了"))

    assert shown[0].startswith(f"{CANCEL}  meta_id=")
    assert calls(office, CANCEL) == 0


def test_a_task_deleted_on_the_platform_is_gone_here(office: Office, desk: Desk) -> None:
    view = doing(desk)
    office.clock.advance(60)
    office.put({"stream": "task", "id": view.row.id.rpartition("/")[2], "is_deleted": 1}, "qianniu")
    office.clock.advance(120)

    desk.sync()

    assert view.row.id not in {row.id for row in desk.queue(QueueFilter())}
