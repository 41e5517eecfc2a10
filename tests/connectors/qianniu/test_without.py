"""Streams that a shop has no permission for: nothing of them is asked, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gongdan.upkeep.comparing import verify
from gongdan.upkeep.health import complete
from gongdan.views import QueueFilter
from gongdan_qianniu.sandbox.seller import seller
from tests.core.office import Office

from .doing import STREAMS, office_of, set_shop

LISTS = {
    "refund": "taobao.refunds.receive.get",
    "exchange": "tmall.exchange.receive.get",
    "task": "taobao.qianniu.tasks.get",
    "urge": "taobao.oc.tradetrace.alerts.get",
}


def asked(office: Office) -> set[str]:
    return {
        name for name, api in LISTS.items() if any(e.api == api for e in office.sandbox.traffic)
    }


@pytest.mark.parametrize("stream", STREAMS)
def test_a_stream_that_was_left_out_for_weeks_misses_no_case(tmp_path: Path, stream: str) -> None:
    """Longer than the daily sweep goes back: its cursor stays where it was."""
    office = office_of(tmp_path, stream, tickets=2)
    with office.desk() as desk:
        desk.sync()
        until = desk.store.cases.cursor("qianniu", stream)
    set_shop(office, without=f'["{stream}", "exchange", "task", "urge", "refund"]')
    office.put({"stream": stream, "id": "990001", "shop": seller(0).user_id}, "qianniu")
    with office.desk() as desk:
        office.clock.advance(timedelta(days=20).total_seconds())
        office.sandbox.traffic.clear()
        desk.sync()
        assert asked(office) == set()
        assert desk.store.cases.cursor("qianniu", stream) == until
    others = ", ".join(f'"{name}"' for name in STREAMS if name != stream)
    set_shop(office, without=f"[{others}]")

    with office.desk() as desk:
        desk.sync()
        ids = [row.id for row in desk.queue(QueueFilter(streams=(stream,)))]

    assert f"qianniu/{stream}/990001" in ids


def test_neither_check_nor_verify_asks_for_what_is_left_out(tmp_path: Path) -> None:
    office = office_of(tmp_path, "exchange", tickets=1)
    with office.desk() as desk:
        desk.sync()
        office.sandbox.traffic.clear()
        verify(desk, "qianniu", desk.now() - timedelta(days=1), desk.now())
        desk.check("qianniu")

        assert asked(office) == {"exchange"}
        assert complete(desk, "qianniu") is not None
