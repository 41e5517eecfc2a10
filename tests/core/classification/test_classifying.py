"""What tickets are taken for at a desk, who says so, and that what a person says stays."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongdan import Category, Message, Status, Ticket, Urgency, Who
from gongdan.classification.classifying import classify_new, correct
from gongdan.desk import Desk
from gongdan.errors import BadArgument
from gongdan.queue.beside import Classed
from gongdan.store.classes import _OPEN
from gongdan.store.columns import Index
from gongdan.views import QueueFilter
from gongdan_cli.words.table import Words

from ..judge import with_judge
from ..office import Office, ours, put


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=1)


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk()


def ticket(desk: Desk, text: str = "怎么还不发货", remote_id: str = "1", **more: Any) -> str:
    fields: dict[str, Any] = {"status": Status.PENDING, "turn": Who.MERCHANT, "text": text}
    return put(desk.store, remote_id, Ticket(**(fields | more)), desk.now())


def of(desk: Desk, ref: str) -> Classed:
    classify_new(desk)
    found = desk.store.classes.of(ref)
    assert found is not None
    return found


def reason(classed: Classed, name: str) -> tuple[str, str, str]:
    found = next(each for each in classed.reasons if each.field == name)
    return found.by, found.name, found.found


def test_the_queue_shows_what_rules_say(desk: Desk) -> None:
    ref = ticket(desk, "快递显示签收了但是我没收到")

    (row,) = desk.queue(QueueFilter(tag="签收未收到"))

    assert (row.id, row.category, row.urgency, row.priority) == (ref, "logistics", "urgent", 1)
    assert row.tags == ("签收未收到",)
    assert reason(of(desk, ref), "category") == ("rule", "not-received", "签收…没收到")


def test_a_look_takes_so_long_and_the_next_goes_on(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A store whose tickets nobody has looked at yet answers all the same, due ones first."""
    desk = office.desk(with_judge(lambda: office.clock.sleep(0.5)))
    for hours in range(6, 0, -1):
        due = desk.now() + timedelta(hours=hours)
        index = Index(due, "platform", "")
        put(desk.store, str(hours), ours(due, text="急"), desk.now(), index=index)

    with caplog.at_level(logging.WARNING, "gongdan"):
        desk.queue(QueueFilter())
        assert "not all open tickets are classified yet" in caplog.text
        left = desk.store.classes.unclassed(limit=9)
        caplog.clear()
        desk.queue(QueueFilter())

    assert [each.ticket.deadline for each in left] == [
        office.clock.now() - timedelta(seconds=3) + timedelta(hours=hours) for hours in (5, 6)
    ]
    assert caplog.text == ""
    assert desk.store.classes.unclassed() == []


def test_open_tickets_are_found_though_closed_ones_wait(desk: Desk) -> None:
    """By the index of open ones: a first import's closed tickets may be a million."""
    ticket(desk, remote_id="closed", status=Status.CLOSED)
    ref = ticket(desk)
    sql = f"EXPLAIN QUERY PLAN SELECT t.n, t.doc FROM tickets t {_OPEN} LIMIT ?2"

    plan = [row["detail"] for row in desk.store.classes._guard.rows(sql, ("", 1))]

    assert plan[0] == "SCAN t USING INDEX tickets_due"
    assert [each.ticket.text for each in desk.store.classes.unclassed(limit=9)] == ["怎么还不发货"]
    assert of(desk, ref).category == "logistics"


def test_what_the_platform_says_comes_before_plugins_and_rules(office: Office) -> None:
    desk = office.desk(with_judge({"category": "other", "urgency": "urgent"}))
    ref = ticket(desk, category=Category.PAYMENT, urgency=Urgency.NORMAL)

    found = of(desk, ref)

    assert (found.category, found.urgency) == ("payment", "normal")
    assert reason(found, "urgency")[0] == "platform"


def test_a_plugin_comes_before_the_rules_and_its_reason_is_kept(office: Office) -> None:
    desk = office.desk(with_judge({"category": "product", "tags": "老客, 大单", "reason": "模型"}))
    ref = ticket(desk)

    found = of(desk, ref)

    assert (found.category, found.urgency) == ("product", "normal")
    assert found.tags == ("老客", "大单", "催发货")
    assert reason(found, "category")[:2] == ("plugin", "judge")
    assert found.reasons[0].source == "模型"


@pytest.mark.parametrize(
    "answer",
    [RuntimeError("secret"), "complaint", {"category": "nonsense"}],
    ids=["raises", "no mapping", "no such category"],
)
def test_a_plugin_that_is_wrong_is_named_and_the_rules_go_on(
    office: Office, answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    from gongdan.classification import classifying

    classifying._complain.cache_clear()
    desk = office.desk(with_judge(answer))
    refs = [ticket(desk, remote_id=str(number)) for number in range(3)]

    with caplog.at_level(logging.WARNING, "gongdan"):
        found = [of(desk, ref).category for ref in refs]

    assert found == ["logistics"] * 3
    assert len(caplog.records) == 1
    assert "judge" in caplog.text
    assert "secret" not in caplog.text


def test_a_correction_outlives_a_change_of_the_ticket_and_of_the_rules(office: Office) -> None:
    desk = office.desk()
    ref = ticket(desk, category=Category.PAYMENT)
    correct(desk, ref, {"category": "complaint", "tags": "大客户", "priority": "5"}, why="老客户")
    ticket(desk, "物流三天没有更新了", category=Category.PRODUCT, urgency=Urgency.URGENT)
    office.path.with_name("classes.toml").write_text('[x]\ncategory="other"\nwords=["物流"]\n')

    (row,) = desk.queue(QueueFilter())

    assert (row.category, row.urgency, row.priority) == ("complaint", "urgent", 5)
    assert row.tags == ("大客户", "物流停滞")
    (act,) = desk.ticket(ref).history
    assert (act.what, act.why, act.data["category"]) == ("classify", "老客户", "complaint")


def test_between_a_sync_and_the_next_look_a_correction_stands_too(desk: Desk) -> None:
    ref = ticket(desk)
    correct(desk, ref, {"category": "complaint"})

    ticket(desk, "退款什么时候到账", category=Category.PRODUCT)

    assert desk.ticket(ref).row.category == "complaint"


def test_auto_gives_a_value_back(desk: Desk) -> None:
    ref = ticket(desk)
    correct(desk, ref, {"category": "complaint", "urgency": "urgent"})

    _, _, found = correct(desk, ref, {"category": ""})

    assert (found.category, found.urgency) == ("logistics", "urgent")


@pytest.mark.parametrize(
    "wrong", [{}, {"category": "x"}, {"urgency": "agreed"}, {"priority": "10"}, {"priority": "²"}]
)
def test_a_correction_that_is_none_is_refused(desk: Desk, wrong: dict[str, str]) -> None:
    ref = ticket(desk)

    with pytest.raises(BadArgument):
        correct(desk, ref, wrong)
    assert desk.ticket(ref).history == ()


def test_open_tickets_are_looked_at_again_when_the_rules_change(office: Office) -> None:
    desk = office.desk()
    ref = ticket(desk, "在吗")
    done = ticket(desk, "在吗", "2", status=Status.CLOSED)
    assert classify_new(desk, closed=10) == 2

    office.path.with_name("classes.toml").write_text('[x]\ncategory="other"\nwords=["在吗"]\n')

    assert classify_new(desk, closed=10) == 1
    assert reason(of(desk, ref), "category")[:2] == ("rule", "x")
    assert reason(of(desk, done), "category")[0] == "none"
    assert classify_new(desk, closed=10) == 0


def test_closed_tickets_are_looked_at_some_at_a_time_after_a_sync(desk: Desk) -> None:
    for number in range(3):
        ticket(desk, remote_id=str(number), status=Status.CLOSED)

    assert classify_new(desk) == 0
    assert classify_new(desk, closed=1) == 3  # a whole transaction of them


def test_what_the_buyer_writes_later_counts(desk: Desk) -> None:
    ref = ticket(desk, "优惠券用不了")
    assert of(desk, ref).urgency == "normal"

    ticket(desk, "优惠券用不了", thread=(Message(Who.BUYER, "我打12315了", desk.now()),))

    assert (of(desk, ref).category, of(desk, ref).urgency) == ("promotion", "urgent")


def test_a_wrong_rule_file_is_said_and_the_queue_is_shown(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    desk = office.desk()
    ticket(desk)
    office.path.with_name("classes.toml").write_text("[x]\nwords = 1\n")

    with caplog.at_level(logging.WARNING, "gongdan"):
        assert len(desk.queue(QueueFilter())) == 1

    assert "classes.toml: line 2, column 1" in caplog.text


def test_no_deadline_moves_by_it(desk: Desk) -> None:

    index = Index(desk.now(), "rule", desk.due("douyin").version)
    said = Ticket(status=Status.PENDING, turn=Who.MERCHANT, created=desk.now())
    ref = put(desk.store, "1", said, desk.now(), index=index)

    correct(desk, ref, {"urgency": "urgent"})

    assert desk.queue(QueueFilter())[0].due == desk.now()


def test_every_class_has_a_word_in_both_languages() -> None:
    for lang in ("zh", "en"):
        words = Words(lang)
        assert all(words.value("category", each.value) != "" for each in Category)
