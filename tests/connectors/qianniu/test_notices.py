"""The message service: one reader an app, kept before it is confirmed, in any order, twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from gongdan import BadField, ByToken, Fields, Status, StoreError, Who
from gongdan.desk import Desk
from gongdan.upkeep.rereading import retry_quarantine
from gongdan.views import QueueFilter
from gongdan_qianniu import QIANNIU
from gongdan_qianniu.sandbox.imitation import Top
from gongdan_qianniu.sandbox.seller import APP_KEY, seller
from tests.core.office import Office

FIRST, SECOND = seller(0), seller(1)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, ["qianniu"], tickets=1, shops=2)
    text = made.path.read_text().replace("[shops.qianniu]", "tmc = true\n[shops.qianniu]")
    text = text.replace("tmc =", 'without = ["refund", "exchange", "task", "urge"]\ntmc =')
    made.path.write_text(text)
    with made.desk() as desk:
        desk.sync()  # opens the service for both shops
    return made


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        yield opened


def top(office: Office) -> Top:
    imitation = office.sandbox.gateways["qianniu"].imitation
    assert isinstance(imitation, Top)
    return imitation


def make(office: Office, case_id: str, shop: str = FIRST.user_id) -> None:
    office.put({"stream": "coordination", "id": case_id, "shop": shop}, "qianniu")


def end(office: Office, case_id: str) -> None:
    office.put({"stream": "coordination", "id": case_id, "fields": {"type": "2"}}, "qianniu")


def asked(office: Office, api: str) -> list[Any]:
    return [entry for entry in office.sandbox.traffic if entry.api == api]


def read_refunds(office: Office) -> None:
    """Let desks that are opened from now on read refunds as well."""
    office.path.write_text(office.path.read_text().replace('"refund", ', ""))


def cases(desk: Desk) -> dict[str, Status]:
    which = QueueFilter(streams=("coordination",), statuses=tuple(Status))
    return {row.id: row.status for row in desk.queue(which)}


def test_a_notice_opens_a_ticket_with_24_hours(office: Office, desk: Desk) -> None:
    made = office.clock.now()
    make(office, "880001")

    desk.sync()

    row = desk.ticket("880001").row
    assert (row.id, row.status, row.origin) == (
        "qianniu/coordination/880001",
        Status.PENDING,
        "platform",
    )
    assert row.due == made.replace(microsecond=0) + timedelta(hours=24)  # R49


def test_a_notice_of_the_end_closes_it_and_keeps_when_it_was_made(
    office: Office, desk: Desk
) -> None:
    made = office.clock.now().replace(microsecond=0)
    make(office, "880001")
    desk.sync()
    office.clock.advance(3600)
    end(office, "880001")

    desk.sync()

    ticket = desk.ticket("880001").ticket
    assert (ticket.status, ticket.created) == (Status.CLOSED, made)


def test_the_end_may_come_before_the_beginning(office: Office, desk: Desk) -> None:
    make(office, "880001")
    end(office, "880001")  # of the same second, and handed out first

    desk.sync()

    assert desk.ticket("880001").row.status is Status.CLOSED


def test_a_message_of_another_shop_is_heard_for_it(office: Office, desk: Desk) -> None:
    make(office, "880002", SECOND.user_id)

    desk.sync(shops=("qianniu",))

    assert cases(desk) == {"qianniu-2/coordination/880002": Status.PENDING}


def test_what_is_not_kept_is_not_confirmed(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(office, "880001")
    confirmed = len(asked(office, "taobao.tmc.messages.confirm"))

    def full(*_: object) -> int:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(desk.store.arrivals, "take", full)
        report = desk.sync(shops=("qianniu",))
    assert "disk is full" in report.shops[0].error
    assert len(asked(office, "taobao.tmc.messages.confirm")) == confirmed

    office.clock.advance(301)  # it comes again
    desk.sync(shops=("qianniu",))
    assert cases(desk) == {"qianniu/coordination/880001": Status.PENDING}


def test_what_is_kept_is_confirmed_once_and_asked_for_no_more(office: Office, desk: Desk) -> None:
    make(office, "880001")
    desk.sync()
    office.clock.advance(301)

    report = desk.sync()

    assert len(asked(office, "taobao.tmc.messages.confirm")) == 1
    assert (report.new, report.changed) == (0, 0)


def test_a_message_that_comes_twice_changes_nothing(office: Office, desk: Desk) -> None:
    body = {"case_id": 880001, "seller_nick": FIRST.nick, "type": "0"}
    make(office, "880001")
    desk.sync()
    top(office).tmc.tell(FIRST, "taobao_ag_TicketsMsg", body)

    report = desk.sync()

    assert (report.new, len(cases(desk))) == (0, 1)


def test_the_service_is_opened_once_a_shop_and_again_for_a_new_session(
    office: Office, desk: Desk, tmp_path: Path
) -> None:
    desk.sync()
    assert len(asked(office, "taobao.tmc.user.permit")) == 2

    secrets = tmp_path / "secrets.toml"
    secrets.write_text(secrets.read_text().replace(FIRST.session, "another"))
    with office.desk() as other:
        other.sync(shops=("qianniu",))

    assert len(asked(office, "taobao.tmc.user.permit")) == 3


def test_a_session_that_is_over_keeps_no_other_shop_from_hearing(
    office: Office, desk: Desk, tmp_path: Path
) -> None:
    """The queue is the app's, so that it is asked without a session."""
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(secrets.read_text().replace(FIRST.session, "over"))
    make(office, "880002", SECOND.user_id)

    with office.desk() as other:
        report = other.sync(shops=("qianniu",))

    assert report.exit_code == 3
    assert "qianniu-2/coordination/880002" in cases(desk)


def test_one_reader_at_a_time(office: Office, desk: Desk) -> None:
    desk.store.ledger.claim(f"app qianniu/{APP_KEY} notices", desk.now())
    before = len(asked(office, "taobao.tmc.messages.consume"))

    report = desk.sync()

    assert report.exit_code == 0
    assert len(asked(office, "taobao.tmc.messages.consume")) == before


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        pytest.param("taobao_refund_RefundCreateMessage", {"refund_id": 0}, id="refund"),
        pytest.param(
            "taobao_dispute_RefundCreated", {"refund_id": 0, "biz_claim_type": 3}, id="new"
        ),
    ],
)
def test_a_message_brings_the_reading_of_its_case_forward(
    topic: str, body: dict[str, object], office: Office
) -> None:
    read_refunds(office)
    with office.desk() as reads:
        reads.sync(shops=("qianniu",), full=True)
        reads.sync(shops=("qianniu",))
        ticket = min(reads.store.cases.ids("qianniu"))
        before = len(asked(office, "taobao.refund.get"))
        number = int(ticket.rpartition("/")[2])
        top(office).tmc.tell(FIRST, topic, {**body, "refund_id": number})

        reads.sync(shops=("qianniu",))

    assert len(asked(office, "taobao.refund.get")) == before + 1


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("taobao_trade_TradeMemoModified", {"tid": 1}),
        ("tmall_refund_RefundModified", {}),
        ("taobao_dispute_TaobaoInterApplied", {"refund_id": "a-message-id", "biz_claim_type": 1}),
        ("taobao_dispute_ReshippingBuyerApply", {"refund_id": 1, "biz_claim_type": 10}),
    ],
)
def test_what_concerns_no_ticket_here_is_confirmed_and_forgotten(
    topic: str, body: dict[str, object], office: Office, desk: Desk
) -> None:
    top(office).tmc.tell(FIRST, topic, body)

    report = desk.sync()

    assert (report.exit_code, report.quarantined) == (0, 0)
    assert len(asked(office, "taobao.tmc.messages.confirm")) == 1


def test_a_message_that_nobody_understands_is_kept(office: Office, desk: Desk) -> None:
    top(office).tmc.tell(FIRST, "taobao_ag_TicketsMsg", {"case": "880001"})
    make(office, "880002")

    report = desk.sync()

    assert report.quarantined == 1
    assert [row.stream for row in desk.store.payloads.quarantined()] == ["notices"]
    assert "qianniu/coordination/880002" in cases(desk)


def test_a_message_that_is_understood_later_is_taken_in_then(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was confirmed when it was kept: the platform does not tell it again."""
    make(office, "880001")
    with monkeypatch.context() as older:
        older.setattr(Fields, "need", lambda *_: broken("$.topic"))
        desk.sync()
    assert [row.stream for row in desk.store.payloads.quarantined()] == ["notices"]

    assert [row.reason for row in retry_quarantine(desk, [*desk.config.shops])] == [""]

    assert cases(desk) == {"qianniu/coordination/880001": Status.PENDING}
    assert desk.store.payloads.quarantined() == []


def test_a_case_of_a_shop_that_is_not_set_up_waits_until_it_is(office: Office, desk: Desk) -> None:
    text = office.path.read_text()
    make(office, "880002", SECOND.user_id)
    office.path.write_text(text.partition("[shops.qianniu-2]")[0])
    with office.desk() as alone:
        alone.sync()
        (still,) = retry_quarantine(alone, ["qianniu"])
    assert f"shop {SECOND.user_id}, which is not set up" in still.reason

    office.path.write_text(text)
    assert [row.reason for row in retry_quarantine(desk, [*desk.config.shops])] == [""]
    assert cases(desk) == {"qianniu-2/coordination/880002": Status.PENDING}


def test_a_message_without_a_number_stops_no_other(office: Office, desk: Desk) -> None:
    make(office, "880001")
    del next(iter(top(office).tmc._queue.values())).body["id"]
    make(office, "880002")

    report = desk.sync(shops=("qianniu",))

    assert report.quarantined == 1
    assert cases(desk) == {"qianniu/coordination/880002": Status.PENDING}
    assert len(asked(office, "taobao.tmc.messages.confirm")) == 1


def broken(where: str) -> str:
    raise BadField(f"{where}: expected text")


def test_an_authorisation_that_was_cancelled_stops_the_shop_and_says_so(
    office: Office, desk: Desk, tmp_path: Path
) -> None:
    top(office).tmc.tell(FIRST, "taobao_top_AuthCancel", {"open_id": "x"})
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(secrets.read_text().replace(FIRST.session, "cancelled"))
    desk.sync(shops=("qianniu-2",))
    read_refunds(office)
    lists = len(asked(office, "taobao.refunds.receive.get"))

    with office.desk() as other:
        report = other.sync(shops=("qianniu",))

    assert "was cancelled on the platform" in report.shops[0].error
    assert report.exit_code == 3
    assert len(asked(office, "taobao.refunds.receive.get")) == lists + 1  # asked once, to be sure


def test_a_late_word_of_a_cancellation_stops_no_new_authorisation(
    office: Office, desk: Desk
) -> None:
    top(office).tmc.tell(FIRST, "taobao_top_AuthCancel", {"open_id": "x"})
    desk.sync(shops=("qianniu-2",))

    assert [desk.sync().exit_code for _ in range(2)] == [0, 0]


def test_a_ticket_of_two_roads_is_one(office: Office, desk: Desk, tmp_path: Path) -> None:
    """R9, R11: told by AG, exported from the ticket centre; nothing is counted twice."""
    from gongdan.files.columns import read_map
    from gongdan.files.importing import Intake

    make(office, "880001")
    desk.sync()
    (tmp_path / "map.toml").write_text('[columns]\nid = "编号"\ntitle = "标题"\ncreated = "创建"\n')
    path = tmp_path / "export.csv"
    path.write_text("编号,标题,创建\n880001,物流不动,2026-01-01 00:00:00\n")
    Intake(desk, "qianniu", "coordination", read_map(tmp_path / "map.toml")).take([path])

    assert cases(desk) == {"qianniu/coordination/880001": Status.PENDING}
    assert desk.ticket("880001").row.title == "物流不动"

    path.write_text("编号,标题,创建\n880009,别的工单,2026-01-01 00:00:00\n")
    Intake(desk, "qianniu", "coordination", read_map(tmp_path / "map.toml")).take([path])
    desk.sync()
    assert cases(desk)["qianniu/coordination/880001"] is Status.PENDING  # absent, and not closed


def test_without_the_service_nothing_of_it_is_asked(tmp_path: Path) -> None:
    office = Office(tmp_path, ["qianniu"], tickets=1)
    with office.desk() as desk:
        desk.sync()

    assert [entry for entry in office.sandbox.traffic if ".tmc." in entry.api] == []


def test_who_speaks_in_it_is_the_platform(office: Office, desk: Desk) -> None:
    make(office, "880001")
    desk.sync()

    assert desk.ticket("880001").ticket.origin is Who.PLATFORM


@pytest.mark.parametrize(("scope", "heard"), [("app", False), ("shop", True)])
def test_a_queue_of_a_shops_own_is_read_whoever_reads_the_apps(
    office: Office, scope: Literal["app", "shop"], heard: bool
) -> None:
    streams = tuple(
        replace(one, reading=replace(one.reading, scope=scope))
        if one.to_events is not None and isinstance(one.reading, ByToken)
        else one
        for one in QIANNIU.streams
    )
    office.plugins._connectors["qianniu"] = replace(QIANNIU, streams=streams)
    make(office, "880001")

    with office.desk() as desk:
        desk.store.ledger.claim(f"app qianniu/{APP_KEY} notices", office.clock.now())
        desk.sync(shops=("qianniu",))

        assert (cases(desk) != {}) is heard
