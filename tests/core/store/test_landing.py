"""What lands: new, changed, unchanged, older, owed, in quarantine; a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gongdan import UNSET, Message, Status, Ticket, Who
from gongdan.fold import Kind, Said, fold
from gongdan.store import Batch, Counts, Payload, Reject, Store

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
ID = "9007199254740993"
TICKET = f"main/case/{ID}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "gongdan.db")
    yield store
    store.close()


def payload(kind: Kind, second: int | None, digest: str = "", **said: Any) -> Payload:
    words = digest or f"{kind} {second}"
    return Payload(
        kind=kind,
        remote_id=ID,
        updated=None if second is None else AT + second * SECOND,
        raw=words.encode(),
        digest=words.encode(),
        said=Ticket(**said),
    )


def row(second: int | None, digest: str = "", **said: Any) -> Payload:
    return payload("row", second, digest, **said)


def detail(second: int | None, digest: str = "", **said: Any) -> Payload:
    return payload("detail", second, digest, **said)


def reject(kind: Kind, second: int, digest: str = "bad") -> Reject:
    return Reject(
        kind=kind, remote_id=ID, updated=AT + second * SECOND, raw=b"{", digest=digest.encode(),
        reason="$.at: expected time, got list",
    )  # fmt: skip


def land(store: Store, *payloads: Payload, run: int = 1, **parts: Any) -> Counts:
    return store.cases.commit(
        Batch(platform="p", shop="main", stream="case", run=run, at=AT, payloads=payloads, **parts)
    )


def ticket(store: Store) -> Ticket:
    return store.queue.one(TICKET)[1]


def test_counts_what_is_new_changed_and_unchanged(store: Store) -> None:
    counts = [
        land(store, row(1), run=1),
        land(store, row(1), run=2),
        land(store, row(2), run=3),
        land(store, row(3), run=3),
    ]

    assert [(c.new, c.changed, c.unchanged) for c in counts] == [
        (1, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (0, 0, 0),  # a ticket changes once a run
    ]


@pytest.mark.parametrize("kind", ["row", "detail"])
def test_older_never_overwrites_newer(store: Store, kind: Kind) -> None:
    land(store, payload(kind, 5, status=Status.CLOSED))

    came = land(store, payload(kind, 4, status=Status.PENDING), run=2)

    assert came == Counts(unchanged=1)
    assert ticket(store).status is Status.CLOSED
    assert store.cases.raw(TICKET, kind) == f"{kind} 5".encode()


def test_of_one_second_the_later_reading_wins(store: Store) -> None:
    land(store, row(5, "a", title="first"))

    land(store, row(5, "b", title="second"))

    assert ticket(store).title == "second"


def test_ids_beyond_2_to_the_53_stay_exact(store: Store) -> None:
    land(store, row(1))

    assert store.queue.one(TICKET)[2] == "9007199254740993"


def test_is_updated_when_its_place_in_the_list_says_so(store: Store) -> None:
    """The smallest connector's to_ticket does not repeat Stream.updated."""
    land(store, row(7, title="a"))

    assert store.queue.one(TICKET)[0].updated == AT + 7 * SECOND


def test_the_last_words_are_the_later_of_one_second(store: Store) -> None:
    thread = (Message(Who.BUYER, "why?", AT), Message(Who.MERCHANT, "because", AT))

    land(store, detail(1, thread=thread))

    assert store.queue.one(TICKET)[0].last_text == "because"


def test_two_equal_messages_of_one_second_are_two(store: Store) -> None:
    thread = (Message(Who.BUYER, "hello", AT), Message(Who.BUYER, "hello", AT))

    for _ in range(2):
        land(store, detail(1, thread=thread))

    assert [message.text for message in store.queue.thread(TICKET)] == ["hello", "hello"]


# debts


def owed(store: Store, now: datetime = AT) -> list[str]:
    return [remote_id for remote_id, _ in store.cases.owed("main", "case", now, 10)]


def test_a_changed_row_owes_a_detail_until_it_came(store: Store) -> None:
    land(store, row(1), owes=True)
    first = owed(store)
    land(store, detail(1), owes=True)
    after = owed(store)
    land(store, row(1), owes=True)

    assert (first, after, owed(store)) == ([ID], [], [])


def test_a_detail_older_than_its_row_leaves_the_debt(store: Store) -> None:
    land(store, row(2), owes=True)

    land(store, detail(1), owes=True, settles=False)

    assert owed(store) == [ID]


def test_a_young_detail_is_owed_again_later(store: Store) -> None:
    land(store, row(1), owes=True)

    land(store, detail(1), owes=True, again=AT + 60 * SECOND)

    assert (owed(store), owed(store, AT + 60 * SECOND)) == ([], [ID])
    assert not store.queue.one(TICKET)[0].detail_owed


def test_a_debt_that_failed_waits_and_a_new_change_calls_it_back(store: Store) -> None:
    land(store, row(1), owes=True)
    store.cases.postpone(TICKET, AT + DAY, "no answer")
    waiting = owed(store)

    land(store, row(2), owes=True, run=2)

    assert (waiting, owed(store), store.cases.tries(TICKET)) == ([], [ID], 0)


def test_open_tickets_that_were_not_heard_of_are_owed(store: Store) -> None:
    land(store, row(1, status=Status.PENDING))
    store.cases.owe_stale("main", "case", AT + 5 * SECOND, DAY, SECOND)
    early = owed(store, AT + 5 * SECOND)

    store.cases.owe_stale("main", "case", AT + DAY + SECOND, DAY, SECOND)

    assert (early, owed(store, AT + 2 * DAY)) == ([], [ID])


# quarantine


def quarantined(store: Store) -> list[object]:
    return [found["kind"] for found in store.cases.quarantined("main")]


def test_a_bad_row_is_counted_once_while_it_is_the_same(store: Store) -> None:
    counts = [land(store, rejects=[reject("row", 1)], run=run).quarantined for run in (1, 2)]
    changed = land(store, rejects=[reject("row", 2, "worse")], run=3).quarantined

    assert (counts, changed) == ([1, 0], 1)


@pytest.mark.parametrize("again", [5, 6], ids=["as it was", "newer"])
def test_a_row_that_is_understood_leaves_the_quarantine(store: Store, again: int) -> None:
    land(store, row(5))
    land(store, rejects=[reject("row", 5)], run=2)
    before = quarantined(store)

    land(store, row(again), run=3)

    assert (before, quarantined(store)) == (["row"], [])


def test_an_older_good_row_leaves_a_newer_bad_one_where_it_is(store: Store) -> None:
    land(store, rejects=[reject("row", 9)])

    land(store, row(5), run=2)

    assert quarantined(store) == ["row"]


def test_a_bad_row_that_is_older_than_what_is_known_is_no_news(store: Store) -> None:
    land(store, row(5))

    came = land(store, rejects=[reject("row", 4)], run=2)

    assert (came.quarantined, quarantined(store)) == (0, [])


def test_a_bad_row_of_a_known_case_owes_its_detail(store: Store) -> None:
    land(store, row(5))

    land(store, rejects=[reject("row", 6)], run=2, owes=True)

    assert owed(store) == [ID]


def test_a_bad_row_of_an_unknown_case_is_asked_for_by_id_now_and_then(store: Store) -> None:
    land(store, rejects=[reject("row", 6)], run=2, owes=True)

    def doubtful(run: int, now: datetime) -> list[str]:
        return store.cases.doubtful("main", "case", run, now, DAY)

    assert doubtful(2, AT) == [ID]
    assert doubtful(3, AT + SECOND) == []
    assert doubtful(3, AT + DAY) == [ID]
    store.cases.tried("main", "case", ID, AT + DAY)
    assert doubtful(4, AT + DAY + SECOND) == []


# folding


@pytest.mark.parametrize(
    ("row_at", "detail_at", "status"),
    [
        (5, 4, Status.CLOSED),
        (5, 5, Status.PENDING),
        (4, 5, Status.PENDING),
        (None, None, Status.PENDING),
    ],
    ids=["a newer row", "of one time the detail", "a newer detail", "no times"],
)
def test_the_newer_payload_lies_on_top(
    row_at: int | None, detail_at: int | None, status: Status
) -> None:
    def at(second: int | None) -> datetime | None:
        return None if second is None else AT + second * SECOND

    parts = [
        Said("row", at(row_at), Ticket(status=Status.CLOSED)),
        Said("detail", at(detail_at), Ticket(status=Status.PENDING, deadline=AT)),
    ]

    folded = fold(parts)

    assert (folded.status, folded.deadline) == (status, AT)


def test_what_a_newer_row_does_not_speak_of_shows_through() -> None:
    old = Said("detail", AT, Ticket(deadline=AT, title="a", status=Status.PENDING))
    new = Said("row", AT + SECOND, Ticket(title=None, status=Status.CLOSED))

    folded = fold([old, new])

    assert (folded.deadline, folded.title, folded.status) == (AT, None, Status.CLOSED)
    assert folded.text is UNSET


@given(
    seconds=st.lists(st.tuples(st.sampled_from(["row", "detail"]), st.integers(0, 6)), min_size=1)
)
@settings(max_examples=60, deadline=None)
def test_holds_the_newest_of_each_kind_in_whatever_order_they_come(
    tmp_path_factory: pytest.TempPathFactory, seconds: list[tuple[Kind, int]]
) -> None:
    store = Store(tmp_path_factory.mktemp("landing") / "gongdan.db")

    for kind, second in seconds:
        land(store, payload(kind, second))

    for kind in {kind for kind, _ in seconds}:
        newest = max(second for of, second in seconds if of == kind)
        assert store.cases.raw(TICKET, kind) == f"{kind} {newest}".encode()
    store.close()


def test_a_number_never_comes_back_for_another_ticket(store: Store) -> None:
    land(store, row(1))
    store.local.add(TICKET, "contact", "小王", AT)
    with store._guard.write() as db:
        db.execute("DELETE FROM tickets WHERE id = ?", (TICKET,))

    land(store, replace(row(2), remote_id="2"))

    assert store.local.history("main/case/2") == ()
