"""The search index: what waits for it, what it finds and in which order, and that it stays true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongdan import Message, NotFound, Status, Ticket, Who
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


def add(
    store: Store, name: str, *texts: str, days: float = 0, shop: str = "a", **more: object
) -> str:
    """Store a ticket so many days old; the first text is its own, the others are its thread."""
    made = NOON - timedelta(days=days)
    fields = {"status": Status.PENDING, "turn": Who.MERCHANT, "created": made, "text": texts[0]}
    thread = tuple(
        Message(Who.BUYER, text, made + timedelta(minutes=n)) for n, text in enumerate(texts[1:])
    )
    ticket = Ticket(**{**fields, "thread": thread, **more})  # type: ignore[arg-type] # a test's own
    at = more.get("updated", NOON)
    assert isinstance(at, datetime)
    return put(store, name, ticket, at, shop=shop)


def drain(store: Store) -> None:
    while store.search.index():
        pass


def found(store: Store, *words: str, **more: object) -> list[str]:
    drain(store)
    which = QueueFilter(words=words, **more)  # type: ignore[arg-type] # a test's own
    return [row.id.rpartition("/")[2] for row in store.search.find(which, NOON)[0]]


def test_any_words_in_any_order_over_ticket_and_thread(store: Store) -> None:
    add(store, "1", "申请仅退款", "包裹破损了", order_ids=("6920000000000884357",))
    add(store, "2", "申请仅退款")

    assert found(store, "破损", "退款") == ["1"]
    assert found(store, "884357", "包裹") == ["1"]
    assert sorted(found(store, "退款")) == ["1", "2"]
    assert found(store, "退货") == []


def test_the_newest_ticket_is_first_whatever_was_stored_first(store: Store) -> None:
    for name, days in (("old", 30), ("new", 0), ("middle", 3)):
        add(store, name, "退款", days=days)

    assert found(store, "退款") == ["new", "middle", "old"]


def test_closed_tickets_are_found_too(store: Store) -> None:
    add(store, "1", "退款", status=Status.CLOSED)

    assert found(store, "退款") == ["1"]
    assert found(store, "退款", statuses=(Status.PENDING,)) == []


@pytest.mark.parametrize(
    ("more", "names"),
    [
        pytest.param({"shops": ("b",)}, ["2"], id="shop"),
        pytest.param({"shops": ("a", "b")}, ["2", "1"], id="two shops"),
        pytest.param({"shops": ("b",), "platforms": ("a",)}, [], id="shop and platform"),
        pytest.param({"streams": ("service",)}, ["2", "1"], id="stream"),
        pytest.param({"streams": ("refund",)}, [], id="another stream"),
        pytest.param({"created_after": NOON - timedelta(days=2)}, ["2"], id="since"),
        pytest.param({"created_before": NOON - timedelta(days=2)}, ["1"], id="before"),
        pytest.param({"evidence": True}, ["1"], id="evidence is wanted"),
        pytest.param({"evidence": False}, ["2"], id="none is wanted"),
    ],
)
def test_filters_hold_with_the_words(
    more: dict[str, object], names: list[str], store: Store
) -> None:
    add(store, "1", "退款", days=4, evidence_required=True)
    add(store, "2", "退款", days=1, shop="b")

    assert found(store, "退款", **more) == names


def test_what_a_ticket_says_no_more_is_not_found(store: Store) -> None:
    add(store, "1", "申请退款")
    drain(store)

    add(store, "1", "申请换货", updated=NOON + timedelta(hours=1))

    assert (found(store, "退款"), found(store, "换货")) == ([], ["1"])


def test_what_came_changed_and_went_is_indexed_in_one_go(store: Store) -> None:
    for name in ("goes", "changes", "stays"):
        add(store, name, "申请退款", order_ids=(f"69{name}",))
    drain(store)
    with store.queue._guard.write() as db:
        db.execute("DELETE FROM tickets WHERE id = 'a/service/goes'")
    add(store, "changes", "申请换货", updated=NOON + timedelta(hours=1))
    add(store, "comes", "申请退款")

    assert store.search.index() == 3

    assert sorted(found(store, "退款")) == ["comes", "stays"]
    assert found(store, "换货") == ["changes"]
    keys = store.queue._guard.rows("SELECT key FROM links WHERE key LIKE 'order %'")
    assert [row["key"] for row in keys] == ["order a 69stays"]


def test_a_new_message_lets_its_ticket_wait(store: Store) -> None:
    add(store, "1", "退款", "您好")
    drain(store)

    add(store, "1", "退款", "您好", "还没收到", updated=NOON + timedelta(hours=1))

    assert store.search.waiting() == 1
    assert found(store, "收到") == ["1"]


@pytest.mark.parametrize(
    "erase",
    ["DELETE FROM messages", "UPDATE messages SET text = ''", "DELETE FROM tickets"],
)
def test_what_is_erased_is_found_no_more_and_kept_nowhere(erase: str, store: Store) -> None:
    add(store, "1", "退款", "电话13800001111")
    assert found(store, "13800001111") == ["1"]

    with store.queue._guard.write() as db:
        db.execute(erase)

    drain(store)
    kept = store.queue._guard.rows("SELECT words FROM search_docs")
    assert all(b"13800001111" not in row["words"] for row in kept)  # type: ignore[operator]
    assert store.queue._guard.rows("SELECT rowid FROM search WHERE search MATCH '1380'") == []


def test_a_ticket_that_says_the_same_is_not_indexed_again(store: Store) -> None:
    add(store, "1", "退款")
    drain(store)
    before = store.queue._guard.db.conn.total_changes

    add(store, "1", "退款", updated=NOON + timedelta(hours=1))
    landed = store.queue._guard.db.conn.total_changes
    drain(store)

    assert landed > before
    assert store.queue._guard.db.conn.total_changes == landed + 1  # it waits no more


def test_tickets_of_one_moment_have_numbers_of_their_own(store: Store) -> None:
    for number in range(40):
        add(store, str(number), "退款", days=1)

    assert len(set(found(store, "退款"))) == 40
    assert found(store, "退款", created_before=NOON - timedelta(days=2)) == []


def test_counts_no_further_than_a_thousand(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongdan.store.search.COUNTED", 3)
    for number in range(6):
        add(store, str(number), "退款", "破损" if number < 2 else "您好")
    drain(store)

    counted = [
        store.search.find(QueueFilter(words=words, limit=1), NOON)[1]
        for words in (("退款",), ("破损",))
    ]

    assert counted == [4, 2]


def test_a_huge_thread_is_indexed_in_part_and_can_change(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongdan.store.search._MOST_CHARS", 50)
    add(store, "1", "退款", *("好" * 20 + str(number) for number in range(9)))

    assert found(store, "退款") == ["1"]
    assert found(store, "好8") == ["1"]  # the newest
    assert found(store, "好1") == []


@pytest.mark.parametrize("many", [9, 1], ids=["rare words", "frequent words"])
@pytest.mark.parametrize("sort", ["", "newest"])
def test_the_queue_finds_words_as_a_search_does(
    many: int, sort: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongdan.store.queue.LISTED", many)
    monkeypatch.setattr("gongdan.store.queue.LISTED_FIRST", many)
    add(store, "3", "退款", "没有破损的字样，破，损")
    add(store, "1", "退款", "包裹破损", days=1)
    add(store, "2", "退款", status=Status.CLOSED)
    drain(store)

    rows = store.queue.rows(QueueFilter(words=("包裹", "退款"), sort=sort), NOON)

    assert [row.id for row in rows] == ["a/service/1"]
    assert store.queue.count(QueueFilter(words=("退款",)), NOON) == 2


@pytest.mark.parametrize("share", [0, 9], ids=["in the text", "by the index"])
def test_no_hanzi_is_made_of_halves_of_two(
    share: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongdan.store.told.SHARE", share)
    pair = b"\xb0\xc4\xb3\xa4".decode("gb18030")
    between = b"\xc4\xb3".decode("gb18030")
    add(store, "1", f"好 {pair}", days=1)
    add(store, "2", f"{pair}{between}")

    assert found(store, between) == ["2"]
    assert found(store, pair[1]) == ["2", "1"]


def test_nothing_to_look_for_is_said(store: Store) -> None:
    for look in (store.search.find, store.queue.rows):
        with pytest.raises(NotFound, match="nothing to look for in '！'"):
            look(QueueFilter(words=("退款", "！")), NOON)
