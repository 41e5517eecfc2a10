"""`gongdan show` lists what belongs to a ticket."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from gongdan import Status, Ticket
from gongdan_cli.screens.case import render_case
from gongdan_cli.words.table import Words
from tests.core.office import Office, put


@pytest.mark.parametrize(("lang", "order"), [("en", "same order 69"), ("zh", "同一订单 69")])
def test_shows_tickets_of_the_same_order_in_other_streams(
    lang: str, order: str, tmp_path: Path
) -> None:
    with Office(tmp_path).desk() as desk:
        for number, stream in enumerate(("service", "aftersale")):
            created = desk.now() - timedelta(days=number)
            said = Ticket(status=Status.PENDING, created=created, order_ids=("69",), title="x" * 90)
            put(desk.store, f"10{number}", said, desk.now(), stream=stream)

        view, now = desk.ticket("douyin/service/100"), desk.now()

    assert [each.row.id for each in view.linked] == ["douyin/aftersale/101"]
    assert view.row.duplicate
    for width in (40, 80, 200):
        lines = render_case(view, now, width, Words(lang), False).split("\n")
        at = lines.index(Words(lang)("show.linked"))
        assert lines[at + 1].startswith("  dou")
        assert max(cell_len(line) for line in lines) <= width
    assert "douyin/aftersale/101" in lines[at + 1]
    assert order in lines[at + 1]
