"""The table of legal steps, walked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gongdan import Conflict, Ticket
from gongdan.store import Batch, Payload, Store, Work
from gongdan.store.outbox import LEASE
from gongdan.store.steps import FINAL, STEPS, step

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TICKET = "main/case/1"
ALL = sorted(STEPS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "gongdan.db")
    for number in ("1", "2"):
        said = Payload(kind="row", remote_id=number, updated=NOW, raw=b"{}", digest=b"",
                       said=Ticket())  # fmt: skip
        store.cases.commit(Batch(platform="acme", shop="main", stream="case", run=1, at=NOW,
                                 payloads=[said]))  # fmt: skip
    yield store
    store.close()


def queue(store: Store, *texts: str, ticket: str = TICKET, at: datetime = NOW) -> list[int]:
    return store.outbox.queue(ticket, kind="reply", parts=texts, not_before=at, now=NOW)


def put(store: Store, row: int, state: str, **columns: object) -> None:
    names = {"state": state, **columns}
    with store.outbox._guard.write() as db:
        sets = ", ".join(f"{name} = ?" for name in names)
        db.execute(f"UPDATE outbox SET {sets} WHERE id = ?", (*names.values(), row))


def claimed(store: Store, at: datetime = NOW) -> Work:
    work = store.outbox.claim(TICKET, at)
    assert work is not None
    return work


@pytest.mark.parametrize("before", ALL)
def test_takes_legal_steps_and_no_other(store: Store, before: str) -> None:
    (row,) = queue(store, "您好")

    for after in ALL:
        put(store, row, before)
        work = store.outbox.work(row)
        with store.outbox._guard.write() as db:
            if after == before or after in STEPS[before]:
                assert step(db, work, after, {})
            else:
                with pytest.raises(AssertionError, match=f"no step leads from {before} to {after}"):
                    step(db, work, after, {})


def test_an_end_is_an_end() -> None:
    ends = {"answered_by_other", "by_hand", "cancelled", "confirmed", "refused"}
    assert set(FINAL) == ends


@pytest.mark.parametrize("change", [{"fence": 7}, {"state": "cancelled"}])
def test_a_step_is_not_taken_by_who_lost_the_row(store: Store, change: dict[str, object]) -> None:
    (row,) = queue(store, "您好")
    work = claimed(store)
    put(store, row, **{"state": "queued", **change})  # type: ignore[arg-type] # columns

    assert not store.outbox.move(work, "refused", NOW)
    assert store.outbox.begin(work, NOW, NOW) == 0


def test_only_one_process_has_a_ticket(store: Store) -> None:
    queue(store, "一", "二")
    claimed(store)

    assert store.outbox.claim(TICKET, NOW + timedelta(seconds=119)) is None
    assert store.outbox.claim(TICKET, NOW + LEASE) is not None


def test_a_lease_of_a_clock_that_was_set_back_is_no_lease(store: Store) -> None:
    queue(store, "一")
    claimed(store, NOW + timedelta(minutes=20))

    assert store.outbox.due("main", NOW) == [TICKET]
    assert store.outbox.claim(TICKET, NOW) is not None


@pytest.mark.parametrize(
    ("state", "columns", "goes"),
    [
        pytest.param("confirmed", {}, True, id="seen"),
        pytest.param("cancelled", {}, True, id="cancelled"),
        pytest.param("refused", {}, True, id="refused"),
        pytest.param("sent", {"hold": 1}, True, id="accepted and reported unseen"),
        pytest.param("sent", {"look_ms": 9e15}, False, id="accepted, not seen yet"),
        pytest.param("unknown", {"hold": 1}, False, id="with a person"),
        pytest.param("queued", {"hold": 1}, False, id="held"),
        pytest.param("queued", {"not_before_ms": 9e15}, False, id="in its undo time"),
    ],
)
def test_the_next_goes_when_the_last_is_done(
    store: Store, state: str, columns: dict[str, object], goes: bool
) -> None:
    first, second = queue(store, "一")[0], queue(store, "二")[0]
    whole = {name: int(value) for name, value in columns.items()}  # type: ignore[call-overload] # numbers
    put(store, first, state, **whole)

    work = store.outbox.claim(TICKET, NOW)

    assert (work.id if work else None) == (
        second if goes else (first if "look_ms" in whole else None)
    )


def test_an_expired_sending_is_unknown_and_never_queued(store: Store) -> None:
    (row,) = queue(store, "您好")
    store.outbox.begin(claimed(store), NOW, NOW)

    again = claimed(store, NOW + LEASE)

    assert (again.id, again.state, again.has_open_attempt) == (row, "unknown", True)


def test_a_success_counts_whatever_the_fence_says(store: Store) -> None:
    (row,) = queue(store, "您好")
    slow = claimed(store)
    number = store.outbox.begin(slow, NOW, NOW)
    claimed(store, NOW + LEASE)

    store.outbox.succeed(slow, number, "77", at=NOW, now=NOW)

    assert store.outbox.row(row).state == "sent"


def test_what_a_slow_process_tells_is_kept_and_decides_nothing(store: Store) -> None:
    (row,) = queue(store, "您好")
    slow = claimed(store)
    number = store.outbox.begin(slow, NOW, NOW)
    claimed(store, NOW + LEASE)

    assert not store.outbox.record(slow, number, "not_done", "", "queued", NOW)

    assert store.outbox.row(row).state == "unknown"
    assert not store.outbox.work(row).has_open_attempt


def test_parts_wait_for_a_person_behind_one_that_will_not_go(store: Store) -> None:
    first, second, third = queue(store, "一", "二", "三")
    (other,) = queue(store, "四")

    store.outbox.move(claimed(store), "refused", NOW, why="no")

    held = [store.outbox.row(row).hold for row in (first, second, third, other)]
    assert held == [False, True, True, False]


def test_a_row_is_taken_back_before_anything_was_sent(store: Store) -> None:
    (row,) = queue(store, "您好")
    work = claimed(store)

    assert store.outbox.cancel(row, NOW).state == "cancelled"
    assert store.outbox.begin(work, NOW, NOW) == 0
    with pytest.raises(Conflict, match=f"action {row} was cancelled before"):
        store.outbox.cancel(row, NOW)


def test_a_row_that_was_certainly_not_done_can_be_taken_back(store: Store) -> None:
    """A day of rate limits must not keep a person from changing their mind."""
    (row,) = queue(store, "您好")
    work = claimed(store)
    number = store.outbox.begin(work, NOW, NOW)
    sending = store.outbox.work(row)
    store.outbox.record(sending, number, "not_done", "7", "queued", NOW)

    assert store.outbox.cancel(row, NOW).state == "cancelled"


def test_it_is_too_late_once_a_request_may_have_left(store: Store) -> None:
    (row,) = queue(store, "您好")
    store.outbox.begin(claimed(store), NOW, NOW)

    with pytest.raises(Conflict, match="too late"):
        store.outbox.cancel(row, NOW)


def test_no_message_belongs_to_two_rows(store: Store) -> None:
    one, two = queue(store, "一")[0], queue(store, "二")[0]
    put(store, one, "confirmed", message="id:1")
    put(store, two, "unknown", look_ms=0)

    assert not store.outbox.move(claimed(store), "confirmed", NOW, message="id:1")
    assert store.outbox.row(two).state == "unknown"


def test_a_copied_store_sends_nothing_by_itself(store: Store) -> None:
    queue(store, "一")
    store.outbox.begin(claimed(store), NOW, NOW)
    (waiting,) = queue(store, "二", ticket="main/case/2")
    assert store.outbox.hold_if_copied() == 0
    with store.outbox._guard.write() as db:
        db.execute("UPDATE meta SET value = '0' WHERE key = 'attempts begun'")  # an older backup

    assert store.outbox.hold_if_copied() == 1

    row = store.outbox.row(waiting)
    assert row.hold
    assert "copied or restored" in row.why
    assert store.outbox.hold_if_copied() == 0


@pytest.mark.parametrize("file", ["kept", "lost"])
def test_a_file_that_was_copied_is_noticed(tmp_path: Path, file: str) -> None:
    path, copy = tmp_path / "gongdan.db", tmp_path / "other" / "gongdan.db"
    first = Store(path)
    said = Payload(kind="row", remote_id="1", updated=NOW, raw=b"{}", digest=b"", said=Ticket())
    first.cases.commit(Batch(platform="acme", shop="main", stream="case", run=1, at=NOW,
                             payloads=[said]))  # fmt: skip
    queue(first, "一", "二")
    first.outbox.begin(claimed(first), NOW, NOW)
    first.close()
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    if file == "kept":
        (copy.parent / "gongdan.db-count").write_bytes((tmp_path / "gongdan.db-count").read_bytes())
    second = Store(copy)

    assert second.outbox.hold_if_copied() == 1

    second.close()
