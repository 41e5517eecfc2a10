"""Sub-tasks with their own times, and tickets that come up again."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan import Conflict, NotFound, Status, Ticket, Who
from gongdan.desk import Desk
from gongdan.errors import BadArgument
from gongdan.people.playbooks import mark
from gongdan.people.todos import Todos
from gongdan.views import QueueFilter

from ..ears import HEARD, with_ears
from ..office import Office, ours, put


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=1)


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk(with_ears())


@pytest.fixture
def ref(desk: Desk) -> str:
    return put(desk.store, "1", Ticket(status=Status.PENDING, turn=Who.MERCHANT), desk.now())


def heard(kind: str) -> list[str]:
    return [data["due"] for each, _, data in HEARD if each == kind]


def test_a_sub_task_stands_in_the_ticket_and_the_queue_until_it_is_done(
    desk: Desk, ref: str
) -> None:
    due = desk.now() + timedelta(hours=2)
    todo = Todos(desk).add(ref, " 核实库存 ", dept="仓库", due=due)
    assert (todo.what, todo.dept, todo.due, todo.done) == ("核实库存", "仓库", due, None)
    assert [row.todos for row in desk.queue(QueueFilter())] == [1]

    done = Todos(desk).done(todo.id, "有货")

    assert (done.done, done.result) == (desk.now(), "有货")
    assert desk.ticket(ref).beside.todos == (done,)
    assert [row.todos for row in desk.queue(QueueFilter())] == [0]
    assert [act.what for act in desk.ticket(ref).history] == ["todo", "todo_done"]


def test_what_is_not_in_the_history_is_not_there_either(
    office: Office, desk: Desk, ref: str
) -> None:
    """As after a kill between the two: one transaction has both."""
    todo = Todos(desk).add(ref, "核实库存")
    before = desk.ticket(ref).beside
    with sqlite3.connect(office.path.with_name("gongdan.db")) as file:
        file.execute(
            "CREATE TRIGGER no_acts BEFORE INSERT ON acts BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    for deed in (
        lambda: Todos(desk).add(ref, "联系快递"),
        lambda: Todos(desk).done(todo.id, "有货"),
        lambda: Todos(desk).follow(ref, desk.now() + timedelta(days=3)),
        lambda: mark(desk, ref, 1, name="urge"),
    ):
        with pytest.raises(sqlite3.IntegrityError):
            deed()

    assert desk.ticket(ref).beside == before


def test_a_sub_task_that_is_due_is_told_once(office: Office, desk: Desk, ref: str) -> None:
    due = desk.now() + timedelta(hours=1)
    Todos(desk).add(ref, "核实库存", due=due)
    done = Todos(desk).add(ref, "联系快递", due=due)
    Todos(desk).add(ref, "不急")
    Todos(desk).done(done.id)
    desk.tell()
    assert heard("todo_due") == []

    office.clock.sleep(3601)
    desk.tell()
    desk.tell()

    assert heard("todo_due") == [due.isoformat()]


def test_sub_tasks_are_listed_by_department_due_first(desk: Desk, ref: str) -> None:
    late = Todos(desk).add(ref, "晚", dept="仓库", due=desk.now() + timedelta(hours=3))
    soon = Todos(desk).add(ref, "早", dept="仓库", due=desk.now() + timedelta(hours=1))
    Todos(desk).add(ref, "别的", dept="工厂")
    never = Todos(desk).add(ref, "无期", dept="仓库")

    found = desk.store.todos.todos(dept="仓库")

    assert [todo.id for todo in found] == [soon.id, late.id, never.id]


@pytest.mark.parametrize(("what", "hours"), [(" ", 1), ("核实", 0), ("核实", -1)])
def test_a_sub_task_that_is_none_is_refused(desk: Desk, ref: str, what: str, hours: int) -> None:
    with pytest.raises(BadArgument):
        Todos(desk).add(ref, what, due=desk.now() + timedelta(hours=hours))
    assert desk.ticket(ref).beside.todos == ()


def test_a_sub_task_is_done_once(desk: Desk, ref: str) -> None:
    todo = Todos(desk).add(ref, "核实库存")
    Todos(desk).done(todo.id, "有货")

    with pytest.raises(Conflict):
        Todos(desk).done(todo.id, "没货")
    with pytest.raises(NotFound):
        Todos(desk).done(99)
    assert desk.store.todos.todo(todo.id).result == "有货"


def test_a_ticket_comes_up_on_top_when_its_time_has_come(
    office: Office, desk: Desk, ref: str
) -> None:
    other = put(desk.store, "2", ours(desk.now() + timedelta(minutes=5)), desk.now())
    at = desk.now() + timedelta(days=1)
    Todos(desk).follow(ref, at, "确认收到补发")
    assert [row.follow for row in desk.queue(QueueFilter()) if row.id == ref] == [at]

    before = [row.id for row in desk.queue(QueueFilter())]
    office.clock.sleep(86_401)
    after = [row.id for row in desk.queue(QueueFilter())]

    assert set(before) == {other, ref}
    assert after == [ref, other]


def test_a_closed_ticket_comes_up_too_until_it_was_followed_up(office: Office, desk: Desk) -> None:
    shut = put(desk.store, "3", Ticket(status=Status.CLOSED), desk.now())
    Todos(desk).follow(shut, desk.now() + timedelta(hours=1))
    assert desk.queue(QueueFilter()) == []
    office.clock.sleep(3601)

    assert [row.id for row in desk.queue(QueueFilter())] == [shut]
    assert desk.queue(QueueFilter(lane="urgent")) == []
    assert desk.queue(QueueFilter(statuses=(Status.PENDING,))) == []
    Todos(desk).follow(shut, None)
    assert desk.queue(QueueFilter()) == []
    assert [act.what for act in desk.ticket(shut).history] == ["follow", "follow_done"]


def test_a_follow_up_is_told_once_and_again_for_another_time(
    office: Office, desk: Desk, ref: str
) -> None:
    first = desk.now() + timedelta(hours=1)
    Todos(desk).follow(ref, first)
    office.clock.sleep(3601)
    desk.tell()
    desk.tell()
    second = desk.now() + timedelta(hours=1)
    Todos(desk).follow(ref, second)
    office.clock.sleep(3601)
    desk.tell()

    assert heard("follow_due") == [first.isoformat(), second.isoformat()]


def test_a_follow_up_in_the_past_is_refused(desk: Desk, ref: str) -> None:
    with pytest.raises(BadArgument):
        Todos(desk).follow(ref, desk.now())
