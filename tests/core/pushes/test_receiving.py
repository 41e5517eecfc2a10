"""Pushes: stored before they are answered, taken once, in any order, and read at the next sync."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gongdan import Parcel, StoreError
from gongdan.desk import Desk
from gongdan.pushes.receiving import Receiver, Taken, addresses
from gongdan.sandbox import Outgoing, serve
from gongdan.views import QueueFilter
from tests.core.office import Office

PATH = "/push/douyin/douyin"
OK = b'{"code":0,"msg":"success"}'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, ["douyin"], tickets=3)
    world(made).push_to("http://127.0.0.1:9")
    world(made).outgoing.clear()
    return made


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        yield opened


def world(office: Office) -> Any:
    return office.sandbox.worlds["douyin"]


def parcel(push: Outgoing, path: str = PATH) -> Parcel:
    return Parcel(path, push.headers, push.body)


def pushed(office: Office, **ticket: object) -> Outgoing:
    """Change an after-sale on the platform, and return what it pushes."""
    office.put({"stream": "aftersale", **ticket})
    push = world(office).outgoing.pop()
    assert isinstance(push, Outgoing)
    return push


def an_open_one(desk: Desk) -> str:
    return desk.queue(QueueFilter(streams=("aftersale",)))[0].id


def details(office: Office, ticket: str) -> int:
    number = ticket.rpartition("/")[2].encode()
    return sum(
        request.url.endswith("/afterSale/Detail") and number in request.body
        for request in office.network.sent
    )


def test_the_next_sync_reads_a_pushed_case_at_once(office: Office, desk: Desk) -> None:
    desk.sync()
    office.clock.advance(600)
    desk.sync()
    ticket = an_open_one(desk)
    number, before = ticket.rpartition("/")[2], details(office, ticket)
    # a step of the negotiation that does not move the update time: no list would show it
    case = world(office).cases.get("aftersale", number)
    push = pushed(office, id=number, reason_remark="补充说明",
                  updated=case.newest.updated.isoformat())  # fmt: skip

    taken = Receiver(desk).take(parcel(push))
    desk.sync()

    assert taken == Taken(200, OK)
    assert details(office, ticket) == before + 1
    assert "补充说明" in str(desk.ticket(ticket).ticket.text)


def test_a_case_that_no_list_has_shown_is_read_by_its_id(office: Office, desk: Desk) -> None:
    desk.sync()
    shop = desk.shop("douyin").remote_id
    push = pushed(office, id="4711", shop=shop, updated="2025-01-01T00:00:00+08:00",
                  created="2025-01-01T00:00:00+08:00")  # fmt: skip

    Receiver(desk).take(parcel(push))
    desk.sync()

    assert desk.ticket("aftersale/4711").row.stream == "aftersale"
    assert desk.store.arrivals.announced("douyin", "aftersale") == []


def test_duplicates_and_any_order_do_no_harm(office: Office, desk: Desk) -> None:
    desk.sync()
    number = an_open_one(desk).rpartition("/")[2]
    first, second = (pushed(office, id=number, reason_remark=word) for word in "ab")
    receiver = Receiver(desk)

    answers = {receiver.take(parcel(push)).status for push in (second, first, second, first)}

    assert answers == {200}
    desk.sync()
    ticket = desk.ticket(number)
    assert "b" in str(ticket.ticket.text)


def test_a_push_is_taken_once(office: Office, desk: Desk) -> None:
    """The second of two alike finds the first; what was read since is not owed again."""
    desk.sync()
    office.clock.advance(600)
    ticket = an_open_one(desk)
    push = pushed(office, id=ticket.rpartition("/")[2], reason_remark="x")
    receiver = Receiver(desk)
    receiver.take(parcel(push))
    desk.sync()
    office.clock.advance(120)
    desk.sync()
    before = details(office, ticket)

    receiver.take(parcel(push))
    desk.sync()

    assert details(office, ticket) == before


def test_the_probe_is_answered(office: Office, desk: Desk) -> None:
    world(office).push_to("http://127.0.0.1:9")

    assert Receiver(desk).take(parcel(world(office).outgoing.pop())) == Taken(200, OK)


def test_a_push_for_a_shop_that_is_not_set_up_is_kept_and_told(office: Office, desk: Desk) -> None:
    push = pushed(office, id="5", shop=desk.shop("douyin").remote_id)
    world(office).outgoing.clear()
    imitation: Any = office.sandbox.gateways["douyin"].imitation
    data = json.loads(json.loads(push.body)[0]["data"]) | {"shop_id": 999}
    stranger = imitation._pushes.signed(imitation._pushes.body("200", "m", data))

    taken = Receiver(desk).take(parcel(stranger))

    assert taken == Taken(200, OK)
    assert desk.store.arrivals.strangers() == {"douyin/douyin/999": 1}
    assert [one.subject for one in desk.checkup() if one.check == "push"] == ["douyin/douyin/999"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (PATH, 401),
        ("/push/douyin/other", 404),
        ("/push/qianniu/douyin", 404),
        ("/push", 404),
        ("/", 404),
    ],
)
def test_what_is_not_from_the_platform_is_refused(desk: Desk, path: str, status: int) -> None:
    taken = Receiver(desk).take(Parcel(path, {"event-sign": "0" * 32}, b"[]"))

    assert taken.status == status
    assert json.loads(taken.body)["code"] != 0


def test_what_could_not_be_stored_is_not_acknowledged(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = pushed(office, id="5", shop=desk.shop("douyin").remote_id)

    def full(*_: object) -> int:
        raise StoreError("the disk is full")

    monkeypatch.setattr(desk.store.arrivals, "take", full)

    assert Receiver(desk).take(parcel(push)).status == 503


def test_tells_where_pushes_come_to(desk: Desk) -> None:
    assert addresses(desk) == [PATH]


def test_over_http(office: Office, desk: Desk) -> None:
    desk.sync()
    push = pushed(office, id="6", shop=desk.shop("douyin").remote_id)

    with serve({"receiver": Receiver(desk)}) as urls:
        request = urllib.request.Request(
            urls["receiver"] + PATH, push.body, dict(push.headers), method="POST"
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            status, body = answer.status, answer.read()
        get = urllib.request.Request(urls["receiver"] + PATH)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(get, timeout=5)
        refused.value.close()

    assert (status, body) == (200, OK)
    assert refused.value.code == 405


def test_a_store_that_takes_too_long_is_not_waited_for(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = pushed(office, id="6", shop=desk.shop("douyin").remote_id)
    go_on = threading.Event()
    receiver = Receiver(desk)
    take = receiver.take
    monkeypatch.setattr("gongdan.pushes.receiving.ANSWERS_WITHIN_S", 0.05)
    monkeypatch.setattr(receiver, "take", lambda one: (go_on.wait(5), take(one))[1])

    with serve({"receiver": receiver}) as urls:
        request = urllib.request.Request(
            urls["receiver"] + PATH, push.body, dict(push.headers), method="POST"
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        refused.value.close()
        go_on.set()

    assert refused.value.code == 503
