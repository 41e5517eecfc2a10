"""Erasing a buyer's data, and pruning what is old: what goes, what stays."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan import NotFound, Status, Ticket, Who
from gongdan.desk import Desk
from gongdan.store.batch import Batch, Reject
from gongdan.store.erasing import KEPT_FIELDS, SEARCHED, STATEMENTS, UNTOUCHED
from gongdan.testing.clock import START
from gongdan.ticket import Message
from gongdan.upkeep.rereading import renormalise
from gongdan.upkeep.retention import erase, named, prune
from gongdan.views import QueueFilter

from ..office import Office, ours, put

CANARY = "canary-0451-囍龘"
HANZI = "囍龘".encode()  # a piece of the search index
DAY = timedelta(days=1)
CLOSED = Ticket(
    status=Status.CLOSED, kind_text="退款", amount_fen=9900, created=START - 3 * DAY,
    updated=START - 2 * DAY, title=CANARY, text=CANARY, order_ids=(CANARY,), buyer_id="B1",
    buyer=f"{CANARY}**", contacts=(CANARY,), link=f"https://x/{CANARY}",
    thread=(Message(Who.BUYER, CANARY, START - 2 * DAY, files=(CANARY,)),),
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=2)


def full(desk: Desk, remote_id: str = "900") -> str:
    """Return a closed ticket with the buyer's data wherever it can be."""
    store = desk.store
    name = put(store, remote_id, CLOSED, START - 2 * DAY, updated=START - 2 * DAY)
    store.local.add(
        name, "contact", "小李", START, why=CANARY, data={"note": CANARY, "by": "phone"}
    )
    (row,) = store.outbox.queue(
        name, kind="reply", parts=[CANARY], not_before=START, now=START, state="queued",
        fields={"note": CANARY},
    )  # fmt: skip
    store.outbox.cancel(row, START)
    reject = Reject(kind="row", remote_id=remote_id, updated=START, raw=CANARY.encode(),
                    digest=b"q", reason="no id")  # fmt: skip
    store.cases.commit(
        Batch(platform="douyin", shop="douyin", stream="service", run=1, at=START, rejects=[reject])
    )
    return name


def everything(path: Path) -> bytes:
    """Return all that is on the disk of a store."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob("gongdan.db*")))


def test_nothing_of_the_buyer_is_left_on_the_disk(office: Office) -> None:
    with office.desk() as desk:
        name = full(desk)
        put(desk.store, "1", ours(START, title="囍事"), START)
        while desk.store.search.index():
            pass
        assert HANZI in everything(desk.config.store_path)

        erased = erase(desk, [name], "me")

        assert erased.tickets == (name,)
        for piece in (CANARY.encode(), HANZI, "囍龘".encode("gb18030"), b"canary", b"0451"):
            assert piece not in everything(desk.config.store_path)
        assert desk.store.search.find(QueueFilter(words=("囍事",)), START)[1] == 1
        assert "0451" not in str(desk.ticket(name))


def test_what_figures_need_stays(office: Office) -> None:
    with office.desk() as desk:
        name = full(desk)
        before = desk.ticket(name)

        erase(desk, [name], "me")
        view = desk.ticket(name)

    assert (view.ticket.status, view.ticket.kind_text) == (Status.CLOSED, "退款")
    assert (view.ticket.amount_fen, view.ticket.created) == (9900, before.ticket.created)
    assert [(one.who, one.at) for one in view.thread] == [(Who.BUYER, START - 2 * DAY)]
    assert [(act.who, act.what, act.data) for act in view.history] == [
        ("小李", "contact", {"by": "phone"})
    ]
    assert [row.state for row in view.actions] == ["cancelled"]


def test_every_table_is_either_seen_to_or_known_to_hold_nothing(office: Office) -> None:
    """Who adds a table decides here what becomes of a buyer's data in it."""
    with office.desk() as desk, sqlite3.connect(desk.config.store_path) as conn:
        names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master"
                                                  " WHERE type = 'table'")}  # fmt: skip
    conn.close()

    assert names - set(STATEMENTS) - UNTOUCHED - SEARCHED == set()


def test_every_field_of_a_ticket_that_is_a_buyers_goes() -> None:
    gone = set(Ticket.__struct_fields__) - KEPT_FIELDS

    assert set(Ticket.__struct_fields__) >= KEPT_FIELDS
    assert gone == {"title", "text", "order_ids", "buyer_id", "buyer", "contacts", "link",
                    "version", "thread"}  # fmt: skip


def test_a_later_sync_brings_nothing_back_that_did_not_change(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        (done, *_) = close_one(office, desk)
        erase(desk, [done], "me")
        office.clock.advance(600)

        desk.sync(full=True)

        assert desk.store.cases.raw(done, "row") == b""
        assert desk.ticket(done).ticket.title is not None
        assert all(not message.text for message in desk.ticket(done).thread)


def test_what_the_platform_newly_says_lands(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        (done, *_) = close_one(office, desk)
        erase(desk, [done], "me")
        office.clock.advance(600)
        office.put({"id": done.split("/")[2], "operate_status": 0})

        desk.sync()

        assert desk.ticket(done).ticket.status is not Status.CLOSED
        assert desk.store.cases.raw(done, "row") != b""


def test_renormalise_leaves_it_alone(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        (done, *_) = close_one(office, desk)
        erase(desk, [done], "me")

        assert [one.ticket for one in renormalise(desk, ["douyin"], apply=True)] == []
        assert all(not message.text for message in desk.ticket(done).thread)


def test_acts_still_stay_in_every_other_way(office: Office) -> None:
    with office.desk() as desk:
        name = full(desk)
        kept = full(desk, "901")
        erase(desk, [name], "me")
        assert kept
        with sqlite3.connect(desk.config.store_path) as conn:
            for sql in ("UPDATE acts SET who = 'x'", "UPDATE acts SET why = 'x'",
                        "UPDATE acts SET why = ''", "DELETE FROM acts"):  # fmt: skip
                with pytest.raises(sqlite3.IntegrityError, match="acts stay"):
                    conn.execute(sql)
        conn.close()


@pytest.mark.parametrize("state", ["queued", "sending", "unknown", "sent", "draft"])
def test_what_is_open_or_unsent_is_left_and_named(state: str, office: Office) -> None:
    with office.desk() as desk:
        is_open = put(desk.store, "1", ours(START), START)
        unsent = put(desk.store, "2", CLOSED, START)
        desk.store.outbox.queue(
            unsent, kind="reply", parts=["x"], not_before=START, now=START, state=state
        )

        erased = erase(desk, [is_open, unsent], "me")

        assert (erased.tickets, erased.busy) == ((), (is_open, unsent))
        assert desk.ticket(unsent).ticket.text == CANARY


def test_a_buyer_is_found_by_open_id_and_by_the_name_that_is_shown(office: Office) -> None:
    with office.desk() as desk:
        name = full(desk)

        assert named(desk, ["B1"]) == named(desk, [f"{CANARY}**"]) == named(desk, [], ["900"])
        assert named(desk, ["B1"]) == [name]
        for nobody in ("B2", ""):
            with pytest.raises(NotFound, match="no ticket here has that buyer"):
                named(desk, [nobody])


def quarantine(desk: Desk, remote_id: str, raw: bytes) -> str:
    """Put a row into quarantine; return what it is called."""
    reject = Reject(kind="row", remote_id=remote_id, updated=START, raw=raw, digest=raw[:16],
                    reason="no id")  # fmt: skip
    desk.store.cases.commit(
        Batch(platform="douyin", shop="douyin", stream="service", run=1, at=START, rejects=[reject])
    )
    return f"douyin/service/{remote_id} row"


@pytest.mark.parametrize(
    ("raw", "goes"),
    [
        (b'{"buyer":"1@#gF/k8=="}', True),
        (b'{"buyer":"1@#gF\\/k8==","id":', True),
        ("{'name':'王囍龘'}".encode(), True),
        (b'{"name":"\\u738b\\u56cd\\u9f98"}', True),
        (b'{"name":"\\u738B\\u56CD\\u9F98"}', True),
        ("王囍龘".encode("gb18030"), False),
        (b'{"buyer":"1@#gF/k8==9"}', False),
        ('{"name":"王囍龘龘"}'.encode(), False),
        (b'{"name":"\\u738b\\u56cd\\u9f98\\u9f98"}', False),
    ],
)
def test_rows_that_no_ticket_was_made_of_are_found_by_what_they_hold(
    raw: bytes, goes: bool, office: Office
) -> None:
    buyers = ("1@#gF/k8==", "王囍龘")
    with office.desk() as desk:
        other = quarantine(desk, "?00", b'{"buyer":"1@#other"}')
        row = quarantine(desk, "?0123456789abcdef", raw)
        put(
            desk.store,
            "1",
            Ticket(status=Status.CLOSED, buyer_id=buyers[0], buyer=buyers[1]),
            START,
        )

        told = erase(desk, named(desk, buyers), "me", buyers=buyers, dry_run=True)
        erased = erase(desk, named(desk, buyers), "me", buyers=buyers)
        left = [f"douyin/service/{row.remote_id} row" for row in desk.store.payloads.quarantined()]

    assert told.unread == erased.unread == ((row,) if goes else ())
    assert sorted(left) == sorted([other] if goes else [other, row])


def test_a_buyer_who_is_in_quarantine_only_is_known(office: Office) -> None:
    with office.desk() as desk:
        row = quarantine(desk, "?1", b'{"buyer":"1@#gFk8"}')

        assert named(desk, ["1@#gFk8"]) == []
        assert erase(desk, [], "me", buyers=["1@#gFk8"]).unread == (row,)
        assert b"gFk8" not in everything(desk.config.store_path)


def test_a_masked_name_is_many_peoples(office: Office) -> None:
    """Rows of its tickets' buyers go; a row that holds the masked name alone may be anybody's."""
    with office.desk() as desk:
        put(desk.store, "1", Ticket(status=Status.CLOSED, buyer_id="B0001", buyer="王**"), START)
        quarantine(desk, "?1", '{"name":"王**"}'.encode())
        row = quarantine(desk, "?2", b'{"id":"B0001"}')

        assert erase(desk, named(desk, ["王**"]), "me", buyers=["王**"]).unread == (row,)


def test_a_row_of_a_case_that_is_open_waits_with_it(office: Office) -> None:
    with office.desk() as desk:
        put(desk.store, "1", ours(START, buyer_id="B0001"), START)
        quarantine(desk, "1", b'{"id":"B0001"}')
        row = quarantine(desk, "?1", b'{"id":"B0001"}')

        assert erase(desk, named(desk, ["B0001"]), "me", buyers=["B0001"]).unread == (row,)
        assert len(desk.store.payloads.quarantined()) == 1


@pytest.mark.parametrize(
    ("days", "gone"), [(0, 0), (1, 1), (2, 0), (30, 0)], ids=["for ever", "1", "2", "30"]
)
def test_prune_lets_go_of_what_was_closed_before(days: int, gone: int, office: Office) -> None:
    office.add(f"[gongdan]\nkeep_days = {days}")
    with office.desk() as desk:
        name = full(desk)
        put(desk.store, "1", ours(START - 9 * DAY, text=CANARY), START - 9 * DAY)

        assert prune(desk, dry_run=True).tickets == gone
        assert prune(desk).tickets == gone

        assert (desk.ticket(name).ticket.buyer_id == "B1") is (gone == 0)
        assert desk.ticket("1").ticket.text == CANARY
        assert prune(desk).tickets == 0


def test_a_clock_that_is_slow_does_not_prune_for_ever(office: Office) -> None:
    office.add("[gongdan]\nkeep_days = 1")
    with office.desk() as desk:
        put(desk.store, "1", CLOSED, START + DAY, updated=START - 2 * DAY)

        assert prune(desk).tickets == 1
        assert prune(desk).tickets == 0


def test_raw_bytes_go_and_what_was_understood_stays(office: Office) -> None:
    office.add("[gongdan]\nkeep_raw_days = 1")
    with office.desk() as desk:
        name = full(desk)
        open_one = put(desk.store, "1", ours(START - 9 * DAY), START - 9 * DAY)

        assert (prune(desk, dry_run=True).payloads, prune(desk).payloads) == (1, 1)

        assert desk.ticket(name).ticket.text == CANARY
        assert desk.store.cases.raw(name, "detail") == b""
        assert desk.store.cases.raw(open_one, "detail") == b"{}"
        reread = [one.ticket for one in renormalise(desk, ["douyin"], apply=True)]
        assert reread == [open_one]  # what `put` stored is no payload of the platform's


def close_one(office: Office, desk: Desk) -> list[str]:
    """Close a case on the platform and read that; return the closed ones."""
    for row in desk.store.cases.ids("douyin"):
        if "/service/" in row:
            office.put({"id": row.split("/")[2], "operate_status": 100})
    office.clock.advance(600)
    desk.sync()
    done = [
        name for name in sorted(desk.store.cases.ids("douyin"))
        if desk.ticket(name).ticket.status is Status.CLOSED
    ]  # fmt: skip
    assert done
    return [name for name in done if desk.store.cases.raw(name, "row")]
