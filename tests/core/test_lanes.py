"""The lanes: which tickets each lets through, to the second."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongdan import Message, NotFound, Status, Ticket, Who
from gongdan.events.happening import Happened
from gongdan.store import Store
from gongdan.store.columns import Index
from gongdan.store.lanes import LANES, night
from gongdan.store.moments import BEIJING
from gongdan.views import QueueFilter

from .office import put

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=BEIJING)
SECOND = timedelta(seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "gongdan.db")
    yield store
    store.close()


def add(store: Store, name: str, due: datetime | None, turn: Who = Who.MERCHANT) -> str:
    ticket = Ticket(status=Status.PENDING, turn=turn, deadline=due)
    return put(store, name, ticket, NOON, index=Index(due, "platform", "v"))


def lane(store: Store, name: str, now: datetime) -> list[str]:
    rows = store.queue.rows(QueueFilter(lane=name), now)
    return [row.id.rpartition("/")[2] for row in rows]


def at(clock: str, day: int = 21) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}T{clock}+08:00")


@pytest.mark.parametrize(
    ("due", "lanes"),
    [
        pytest.param(NOON - SECOND, {"late"}, id="a second late"),
        pytest.param(NOON, {"urgent", "today"}, id="met until its very second"),
        pytest.param(at("14:00:00"), {"urgent", "today"}, id="in two hours"),
        pytest.param(at("14:00:01"), {"today"}, id="a second more"),
        pytest.param(at("21:00:00"), {"today", "handover"}, id="at closing"),
        pytest.param(at("21:00:01"), {"handover"}, id="after closing"),
        pytest.param(at("09:00:00", 22), {"handover"}, id="at the next opening"),
        pytest.param(at("09:00:01", 22), set(), id="tomorrow"),
        pytest.param(None, set(), id="no deadline"),
    ],
)
def test_a_ticket_of_ours_is_in_the_lanes_of_its_deadline(
    due: datetime | None, lanes: set[str], store: Store
) -> None:
    add(store, "1", due)

    assert {name for name in LANES if lane(store, name, NOON)} == lanes


@pytest.mark.parametrize("turn", [Who.PLATFORM, Who.BUYER])
def test_what_waits_for_others_is_in_no_lane_of_ours(turn: Who, store: Store) -> None:
    add(store, "1", NOON - SECOND, turn)
    add(store, "2", at("21:30"), turn)

    assert {name for name in LANES if lane(store, name, NOON)} == {"waiting"}


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        pytest.param(at("12:00"), at("21:00"), at("09:00", 22), id="at noon: the night to come"),
        pytest.param(at("20:30"), at("21:00"), at("09:00", 22), id="when the list is handed over"),
        pytest.param(at("23:00"), at("23:00"), at("09:00", 22), id="at night: what is left of it"),
        pytest.param(at("03:00", 22), at("03:00", 22), at("09:00", 22), id="after midnight"),
        pytest.param(at("09:00"), at("21:00"), at("09:00", 22), id="at opening: the next night"),
    ],
)
def test_the_night_is_when_nobody_works(now: datetime, start: datetime, end: datetime) -> None:
    assert night(now) == (start, end)


def test_handover_lists_what_falls_due_before_the_others_come(store: Store) -> None:
    for name, due in (("1", at("20:45")), ("2", at("22:00")), ("3", at("08:59", 22))):
        add(store, name, due)

    assert lane(store, "handover", at("20:30")) == ["2", "3"]


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        pytest.param(["unknown"], True, id="unknown"),
        pytest.param(["refused"], True, id="refused"),
        pytest.param(["answered_by_other"], True, id="answered by another"),
        pytest.param(["queued"], False, id="queued"),
        pytest.param(["refused", "queued"], False, id="a newer one is on its way"),
        pytest.param(["queued", "refused"], True, id="the newest failed"),
        pytest.param([], False, id="nothing was sent"),
    ],
)
def test_failed_looks_at_the_newest_action(states: list[str], shown: bool, store: Store) -> None:
    name = add(store, "1", at("18:00"))
    for state in states:
        store.outbox.queue(
            name, kind="reply", parts=["words"], not_before=NOON, now=NOON, state=state
        )

    assert bool(lane(store, "failed", NOON)) == shown


def test_a_lane_and_other_filters_hold_together(store: Store) -> None:
    add(store, "1", NOON - SECOND)
    both = QueueFilter(lane="late", platforms=("qianniu",))

    assert store.queue.rows(both, NOON) == []
    assert store.queue.count(QueueFilter(lane="late"), NOON) == 1


def test_an_unknown_lane_is_refused_with_those_there_are(store: Store) -> None:
    with pytest.raises(NotFound, match="'later'; there are urgent, today, late, mine"):
        store.queue.rows(QueueFilter(lane="later"), NOON)


def test_mine_is_what_i_hold_until_my_claim_is_over(store: Store) -> None:
    claimed, given = add(store, "1", None), add(store, "2", None)
    add(store, "3", None)
    hour = timedelta(hours=1)
    store.local.hold(claimed, "小王", "小王", NOON, what="claim", until=NOON + hour)
    store.local.hold(given, "小王", "小李", NOON, what="assign")
    mine = QueueFilter(lane="mine", me="小王")

    assert {row.id for row in store.queue.rows(mine, NOON)} == {claimed, given}
    assert [row.id for row in store.queue.rows(mine, NOON + hour)] == [given]
    assert store.queue.rows(QueueFilter(lane="mine", me="小李"), NOON) == []


def said(store: Store, name: str, at: datetime, who: Who, status: Status = Status.PENDING) -> None:
    thread = (Message(who, "您好", at),)
    ticket = Ticket(status=status, turn=Who.MERCHANT, thread=thread)
    put(store, name, ticket, at, index=Index(None, "platform", "v"))


def test_solved_is_what_we_finished_and_the_buyer_has_not_come_back_to(store: Store) -> None:
    name = add(store, "1", None)
    said(store, "1", NOON, Who.BUYER)
    assert lane(store, "solved", NOON) == []

    store.local.add(name, "finish", "小王", NOON + SECOND)
    assert lane(store, "solved", NOON) == ["1"]

    said(store, "1", NOON + 2 * SECOND, Who.BUYER)
    assert lane(store, "solved", NOON) == []


def test_elsewhere_is_what_others_answered_lately_closed_or_not(store: Store) -> None:
    overtaken = add(store, "1", None)
    store.outbox.queue(
        overtaken, kind="reply", parts=["x"], not_before=NOON, now=NOON, state="answered_by_other"
    )
    said(store, "2", NOON, Who.MERCHANT, Status.CLOSED)
    told = Happened(kind="answered_elsewhere", ticket="douyin/service/2", once="x")
    store.events.add([told], NOON)
    add(store, "3", None)

    assert sorted(lane(store, "elsewhere", NOON)) == ["1", "2"]
    assert sorted(lane(store, "elsewhere", NOON + timedelta(days=7))) == ["1", "2"]
    assert lane(store, "elsewhere", NOON + timedelta(days=7) + SECOND) == []


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        pytest.param("", "late soon none", id="the queue's own"),
        pytest.param("due", "late soon none", id="named"),
        pytest.param("priority", "none late soon", id="priority, then deadline"),
        pytest.param("oldest", "soon none late", id="oldest"),
        pytest.param("newest", "late none soon", id="newest"),
        pytest.param("changed", "soon none late", id="last word first"),
        pytest.param("shop", "none late soon", id="shop"),
        pytest.param("order", "soon none late", id="order, none last"),
    ],
)
def test_sorts(sort: str, order: str, store: Store) -> None:
    for name, due, made, orders, shop in (
        ("late", NOON - SECOND, 1, (), "b"),
        ("soon", NOON + SECOND, 3, ("1",), "c"),
        ("none", None, 2, ("2",), "a"),
    ):
        created = NOON - timedelta(days=made)
        ticket = Ticket(status=Status.PENDING, turn=Who.MERCHANT, created=created, order_ids=orders)
        at = NOON + timedelta(minutes=made)
        put(store, name, ticket, at, shop=shop, index=Index(due, "platform", "v"))
    with store.queue._guard.write() as db:
        db.execute("UPDATE tickets SET priority = 5 WHERE due_ms IS NULL")

    rows = store.queue.rows(QueueFilter(sort=sort), NOON)

    assert [row.id.rpartition("/")[2] for row in rows] == order.split()
    assert store.queue.rows(QueueFilter(sort=sort, limit=1), NOON) == rows[:1]


def test_an_unknown_sort_is_refused_with_those_there_are(store: Store) -> None:
    with pytest.raises(NotFound, match="'size'; there are due, priority, oldest"):
        store.queue.rows(QueueFilter(sort="size"), NOON)
