"""Whichever way words are looked for, the answer is that of reading every ticket."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from gongdan import Status, Ticket
from gongdan.queue.grams import plain
from gongdan.store import Store
from gongdan.store.moments import BEIJING
from gongdan.store.sorting import SORTS
from gongdan.views import QueueFilter

from ..office import put

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=BEIJING)
STATUSES = (Status.PENDING, Status.PENDING, Status.WAITING_BUYER, Status.CLOSED)
TAGS = ("", "", "", "vip", "急,vip", "viper")
FOUND_TAGS = ("", "", "物流", "vip")
WAYS: Mapping[str, Mapping[str, int]] = {
    "by the index": {"search.MANY_DOCS": 10**6, "told.SHARE": 10**6, "queue.LISTED_FIRST": 10**6},
    "by few tickets": {"search.MANY_DOCS": 1, "told.SHARE": 10**6, "queue.LISTED": 1},
    "by the newest": {"search.FEW_TICKETS": 0, "told.SHARE": 0, "queue.LISTED_FIRST": 1},
    "by few tickets that are the newest": {"search.MANY_DOCS": 1, "told.SHARE": 1},
}
WORDS = st.text("退款的物a1 2Ｂ", min_size=1, max_size=4).filter(lambda word: plain(word) != "")


class Case(Struct, frozen=True):
    """What a ticket was made of."""

    name: str
    shop: str
    days: int
    status: Status
    text: str
    holder: str
    tags: str
    priority: int


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    rng = random.Random(5)
    texts = ["".join(rng.choices("退款的物a1 2b", k=rng.randrange(1, 12))) for _ in range(60)]
    return [
        Case(
            name=str(700 + number), shop=rng.choice("ab"), days=number, text=text,
            status=rng.choice(STATUSES), holder=rng.choice(["", "", "小李"]),
            tags=rng.choice(TAGS) + "," + rng.choice(FOUND_TAGS), priority=rng.randrange(3),
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, cases: list[Case]) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("found") / "gongdan.db")
    for case in cases:
        made = NOON - timedelta(days=case.days)
        ticket = Ticket(status=case.status, text=case.text, created=made)
        name = put(store, case.name, ticket, NOON, shop=case.shop)
        own, found = case.tags.rsplit(",", 1)
        with store.queue._guard.write() as db:
            values = (case.holder, own, case.priority, name)
            db.execute("UPDATE tickets SET holder = ?, tags = ?, priority = ? WHERE id = ?", values)
            n = "(SELECT n FROM tickets WHERE id = ?)"
            db.execute(f"INSERT INTO classes (n, tags) VALUES ({n}, ?)", (name, found))
    while store.search.index():
        pass
    yield store
    store.close()


def reads(case: Case, word: str) -> bool:
    """Tell whether a ticket has a word; one or two letters or digits: at the end of one."""
    text, wanted = plain(f"{case.text}\n{case.name}"), plain(word)
    last = wanted.split()[-1]
    return wanted + " " * (last.isascii() and len(last) < 3) in text + " "


def passes(case: Case, which: QueueFilter) -> bool:
    """Tell whether a filter lets a ticket through."""
    return (
        all(reads(case, word) for word in which.words)
        and (not which.shops or case.shop in which.shops)
        and (not which.statuses or case.status in which.statuses)
        and which.holder in ("", case.holder)
        and (not which.tag or which.tag in case.tags.split(","))
        and case.priority >= (which.priority or 0)
        and (which.created_after is None or NOON - timedelta(days=case.days) >= which.created_after)
    )


FILTERS = st.builds(
    QueueFilter,
    words=st.lists(WORDS, min_size=1, max_size=3).map(tuple),
    shops=st.sampled_from([(), (), ("a",), ("a", "b"), ("c",)]),
    statuses=st.sampled_from(
        [(), (), (Status.PENDING,), (Status.WAITING_BUYER,), (Status.CLOSED, Status.PENDING)]
    ),
    holder=st.sampled_from(["", "", "小李", "小王"]),
    tag=st.sampled_from(["", "", "vip", "物流", "急", "vi"]),
    priority=st.sampled_from([None, None, 0, 1, 2, 3]),
    created_after=st.sampled_from([None, None, NOON - timedelta(days=20)]),
    limit=st.sampled_from([3, 100]),
    sort=st.sampled_from(["", *SORTS]),
)


@settings(max_examples=150, deadline=None)
@given(which=FILTERS, way=st.sampled_from(sorted(WAYS)))
def test_every_way_finds_the_same(
    which: QueueFilter, way: str, store: Store, cases: list[Case]
) -> None:
    wanted = [case.name for case in cases if passes(case, which)]
    waiting = [
        case.name for case in cases if passes(case, which)
        and (which.statuses or case.status is not Status.CLOSED)
    ]  # fmt: skip

    with pytest.MonkeyPatch.context() as patch:
        for name, value in WAYS[way].items():
            patch.setattr(f"gongdan.store.{name}", value)
        rows, many = store.search.find(which, NOON)
        page = store.queue.rows(which, NOON)
        count = store.queue.count(which, NOON)

    assert [row.id.rpartition("/")[2] for row in rows] == wanted[: which.limit]
    assert many == len(wanted)
    assert count == len(waiting)
    found = {row.id.rpartition("/")[2] for row in page}
    assert len(page) == len(found) == min(len(waiting), which.limit)
    assert found <= set(waiting)
