"""Pushes that bring a row: it lands at once, for it may be all that the platform ever tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan import Parcel
from gongdan.config.settings import load
from gongdan.desk import Desk
from gongdan.pushes.receiving import Receiver
from gongdan.views import QueueFilter
from tests.core.pusher import pushing

SHOPS = '[apps.p]\nplatform = "pusher"\nbase_url = "http://127.0.0.1:9"\n' + "".join(
    f'[shops.{alias}]\napp = "p"\nremote_id = "{number}"\n'
    for alias, number in (("a", 1), ("b", 2))
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    path = tmp_path / "gongdan.toml"
    path.write_text(SHOPS)
    with Desk(load(path, {}), pushing()) as opened:
        yield opened


def event(shop: str, stream: str = "case", **row: object) -> dict[str, object]:
    return {"shop": shop, "stream": stream, "row": row}


def push(desk: Desk, *events: dict[str, object]) -> int:
    parcel = Parcel("/push/pusher/p", {"sign": "mine"}, json.dumps(events).encode())
    return Receiver(desk).take(parcel).status


def titles(desk: Desk) -> dict[str, str]:
    return {row.id: row.title for row in desk.queue(QueueFilter())}


def test_a_row_lands_in_the_shop_and_stream_it_is_of(desk: Desk) -> None:
    status = push(
        desk,
        event("2", id="7", at="2026-11-20 10:00:00", title="少发一件", key="k1"),
        event("1", id="7", at="2026-11-20 10:00:00", title="要发票", key="k2"),
    )

    assert (status, titles(desk)) == (200, {"b/case/7": "少发一件", "a/case/7": "要发票"})


def test_an_older_row_that_comes_later_changes_nothing(desk: Desk) -> None:
    push(desk, event("1", id="7", at="2026-11-20 10:00:00", title="新", key="k2"))
    push(desk, event("1", id="7", at="2026-11-20 09:00:00", title="旧", key="k1"))

    assert titles(desk) == {"a/case/7": "新"}


def test_a_row_that_nobody_understands_waits_in_quarantine(desk: Desk) -> None:
    status = push(desk, event("1", id="7", at="2026-11-20 10:00:00", key="k"))

    (held,) = desk.store.payloads.quarantined("a")
    assert (status, held.stream, held.remote_id) == (200, "case", "7")


def test_a_row_that_has_no_place_is_not_acknowledged(desk: Desk) -> None:
    status = push(desk, event("1", "other", id="7", at="2026-11-20 10:00:00", title="x", key="k"))

    assert status == 400
    assert titles(desk) == {}


def test_a_row_of_a_strange_shop_is_told_of(desk: Desk) -> None:
    assert push(desk, event("9", id="7", at="2026-11-20 10:00:00", title="x", key="k")) == 200

    assert desk.store.arrivals.strangers() == {"pusher/p/9": 1}
