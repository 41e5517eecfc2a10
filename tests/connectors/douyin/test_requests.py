"""How many requests a sync makes: what docs/connectors/douyin.md says, counted at the platform."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gongdan.desk import Desk
from gongdan.sandbox import Json
from gongdan.views import QueueFilter
from tests.core.office import Office

LISTS = {"order.getServiceList": 1, "afterSale.List": 1}
SETTLE_S = 60


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=6)


def asked(office: Office, desk: Desk) -> Counter[str]:
    """Sync, and return what the platform was asked, but for pictures, which are no requests."""
    before = len(list(office.sandbox.traffic))
    assert desk.sync().exit_code == 0
    calls = list(office.sandbox.traffic)[before:]
    return Counter(call.api for call in calls if call.api != "picture")


def change(office: Office, desk: Desk, stream: str, count: int) -> None:
    rows = desk.queue(QueueFilter(streams=(stream,)))[:count]
    assert len(rows) == count
    for number, row in enumerate(rows):
        fields: Json = {"reply": f"改{number}"}
        if stream == "aftersale":
            fields = {"refund_amount": 100 + number}
        shop = office.sandbox.gateways["douyin"].imitation.shops()[0]["id"]
        office.put({"stream": stream, "shop": shop, "id": row.id.rpartition("/")[2],
                    "fields": fields})  # fmt: skip


def settled(office: Office, desk: Desk) -> None:
    for _ in range(2):
        desk.sync()
        office.clock.advance(2 * SETTLE_S)


def test_with_nothing_new_each_list_is_asked_for_once(office: Office) -> None:
    with office.desk() as desk:
        settled(office, desk)

        assert asked(office, desk) == LISTS


@pytest.mark.parametrize(
    ("stream", "detail"), [("service", "order.serviceDetail"), ("aftersale", "afterSale.Detail")]
)
def test_a_change_that_has_settled_costs_one_detail(
    office: Office, stream: str, detail: str
) -> None:
    with office.desk() as desk:
        settled(office, desk)
        change(office, desk, stream, 3)
        office.clock.advance(SETTLE_S + 5)

        first, second = asked(office, desk), asked(office, desk)

        assert first == {**LISTS, detail: 3}
        assert second == LISTS


@pytest.mark.parametrize(
    ("stream", "detail"), [("service", "order.serviceDetail"), ("aftersale", "afterSale.Detail")]
)
def test_a_change_of_the_last_minute_costs_one_more_a_minute_later(
    office: Office, stream: str, detail: str
) -> None:
    with office.desk() as desk:
        settled(office, desk)
        change(office, desk, stream, 3)
        office.clock.advance(5)

        at_once, soon = asked(office, desk), asked(office, desk)
        office.clock.advance(SETTLE_S)
        later, last = asked(office, desk), asked(office, desk)

        assert at_once == {**LISTS, detail: 3}
        assert soon == LISTS
        assert later == {**LISTS, detail: 3}
        assert last == LISTS
