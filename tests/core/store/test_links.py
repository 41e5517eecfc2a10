"""Tickets that belong together: shown as such, in whatever stream and shop, and never merged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongdan import Status, Ticket, Who
from gongdan.store import Store
from gongdan.store.moments import BEIJING
from gongdan.views import QueueFilter

from ..office import put

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=BEIJING)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "gongdan.db")
    yield store
    store.close()


def add(store: Store, name: str, stream: str = "service", hours: float = 1, **more: object) -> str:
    """Store a ticket that was made so many hours ago."""
    fields = {"status": Status.PENDING, "turn": Who.MERCHANT, "kind_text": "物流", **more}
    made = Ticket(created=NOON - timedelta(hours=hours), **fields)  # type: ignore[arg-type] # a test's
    at = fields.get("closed") or fields.get("updated") or NOON
    assert isinstance(at, datetime)
    shop = str(name.partition("-")[0])
    return put(store, name, made, at, shop=shop, stream=stream)


def twins(store: Store) -> set[str]:
    while store.search.index():
        pass
    rows = store.queue.rows(QueueFilter(lane="duplicates"), NOON)
    assert all(row.duplicate for row in rows)
    marked = {row.id for row in store.queue.rows(QueueFilter(), NOON) if row.duplicate}
    assert marked == {row.id for row in rows}
    return {row.id.rpartition("/")[2] for row in rows}


def test_tickets_of_one_order_are_linked_over_streams_and_shops(store: Store) -> None:
    one = add(store, "a-1", order_ids=("69", "70"))
    other = add(store, "a-2", "aftersale", order_ids=("70",))
    add(store, "a-3", order_ids=("71",))

    assert twins(store) == {"a-1", "a-2"}
    assert [(each.row.id, each.orders) for each in store.links.of(one)] == [(other, ("70",))]
    assert [each.row.id for each in store.links.of(other)] == [one]


def test_an_order_number_of_another_platform_is_another_order(store: Store) -> None:
    add(store, "a-1", order_ids=("69",))
    add(store, "b-1", order_ids=("69",))

    assert twins(store) == set()


def test_a_closed_ticket_of_the_order_is_linked_but_no_duplicate_of_a_later_one(
    store: Store,
) -> None:
    over = add(
        store, "a-1", hours=90, order_ids=("69",), status=Status.CLOSED,
        closed=NOON - timedelta(hours=80),
    )  # fmt: skip
    new = add(store, "a-2", hours=5, order_ids=("69",))

    assert twins(store) == set()
    assert [each.row.id for each in store.links.of(new)] == [over]


def test_one_that_was_closed_meanwhile_may_have_been_the_same_case(store: Store) -> None:
    add(store, "a-1", hours=9, order_ids=("69",), status=Status.CLOSED, closed=NOON)
    add(store, "a-2", hours=5, order_ids=("69",))

    assert twins(store) == {"a-2"}


@pytest.mark.parametrize(
    ("hours", "kind", "buyer", "shown"),
    [
        pytest.param(73, "物流", "o1", {"a-1", "a-2"}, id="72 h apart"),
        pytest.param(73.1, "物流", "o1", set(), id="a little more"),
        pytest.param(2, "退款", "o1", set(), id="another kind"),
        pytest.param(2, "物流", "o2", set(), id="another buyer"),
        pytest.param(2, "物流", None, set(), id="nobody known"),
    ],
)
def test_one_buyer_and_kind_within_72_hours_may_be_one_case(
    hours: float, kind: str, buyer: str | None, shown: set[str], store: Store
) -> None:
    first = add(store, "a-1", buyer_id="o1")
    add(store, "a-2", "refund", hours=hours, buyer_id=buyer, kind_text=kind)

    assert twins(store) == shown
    assert {each.row.id for each in store.links.of(first)} == ({"a/refund/a-2"} if shown else set())


def test_a_ticket_that_gets_another_order_is_linked_anew(store: Store) -> None:
    add(store, "a-1", order_ids=("69",))
    add(store, "a-2", order_ids=("70",))
    assert twins(store) == set()

    add(store, "a-2", order_ids=("69",), updated=NOON + timedelta(hours=1))

    assert twins(store) == {"a-1", "a-2"}


def test_what_is_gone_is_linked_no_more(store: Store) -> None:
    first = add(store, "a-1", order_ids=("69",))
    add(store, "a-2", order_ids=("69",))
    assert twins(store) == {"a-1", "a-2"}

    with store.queue._guard.write() as db:
        db.execute("DELETE FROM tickets WHERE id = 'a/service/a-2'")

    assert twins(store) == set()
    assert store.links.of(first) == []
