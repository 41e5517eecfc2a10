"""Indexing before a search and after a sync: for a bounded time, and nothing that waits is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongdan import Status, Ticket
from gongdan.queue import searching
from gongdan.views import QueueFilter

from ..office import Office, put


def test_indexing_stops_in_time_and_the_next_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongdan.store.search.AT_ONCE", 1)
    office = Office(tmp_path, ("douyin",))
    with office.desk() as desk:
        for number in range(5):
            put(desk.store, str(number), Ticket(status=Status.PENDING, text="退款"), desk.now())
        index = desk.store.search.index

        def slow() -> int:
            office.clock.sleep(4)
            return index()

        monkeypatch.setattr(desk.store.search, "index", slow)

        left = [searching.catch_up(desk, seconds) for seconds in (10.0, 0.0, 60.0)]

    assert left == [2, 2, 0]


def test_a_sync_indexes_no_longer_than_the_settings_say(tmp_path: Path) -> None:
    office = Office(tmp_path, ("douyin",))
    office.add("[gongdan]\nchores_s = 0")
    with office.desk() as desk:
        desk.sync()
        waiting = desk.store.search.waiting()
        found = searching.search(desk, QueueFilter(words=("77977",)))

    assert waiting > 0
    assert found.waiting == 0
