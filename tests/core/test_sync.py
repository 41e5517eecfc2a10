"""A sync of several shops: stopped, timed, and disturbed between any two requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gongdan.calls.network import Answer
from gongdan.calls.retry import ATTEMPTS
from gongdan.errors import NotSent
from gongdan.testing.network import host_of
from gongdan.views import SyncReport
from gongdan.wire import Request

from .office import Office

Send = Callable[..., Answer]


class Between:
    """A network that does something before every request, and counts them."""

    def __init__(self, send: Send, act: Callable[[int], None]) -> None:
        self._send = send
        self._act = act
        self.count = 0

    def send(self, request: Request, *, fresh: bool = False, total_s: float = 30.0) -> Answer:
        self.count += 1
        self._act(self.count)
        return self._send(request, fresh=fresh, total_s=total_s)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, tickets=20)


def sync(office: Office, act: Callable[[int], None], **how: object) -> tuple[SyncReport, Between]:
    with office.desk() as desk:
        between = Between(office.network.send, act)
        desk.network = between
        return desk.sync(**how), between  # type: ignore[arg-type] # as the test says


def test_no_request_leaves_after_the_signal(office: Office) -> None:
    stop = threading.Event()

    def act(count: int) -> None:
        if count == 5:
            stop.set()

    report, between = sync(office, act, stop=stop)
    rest, _ = sync(office, lambda _: None)

    assert between.count <= 5 + len(office.aliases)  # what was under way in the other threads
    assert {run.outcome for run in report.shops} == {"stopped"}
    assert report.exit_code == 0
    assert {run.outcome for run in rest.shops} == {"ok"}


def test_a_sync_ends_when_its_time_is_up_and_the_next_goes_on(office: Office) -> None:
    report, between = sync(office, lambda _: None, max_seconds=0.0)
    rest, _ = sync(office, lambda _: None)

    assert between.count == 0
    assert {run.outcome for run in report.shops} == {"stopped"}
    assert rest.new > 0


def test_what_changes_between_any_two_requests_is_there_after_the_next_sync(
    office: Office,
) -> None:
    cases = office.sandbox.gateways["douyin"].world.cases
    names = [case.id for case in cases.of("77977", "service")]

    def act(count: int) -> None:
        name = names[count % len(names)]
        office.clock.advance(1)
        office.put({"id": name, "stream": "service", "detail": f"第{count}次修改"})

    _, between = sync(office, act, platforms=["douyin"])
    sync(office, lambda _: None)

    newest = {case.id: case.newest for case in cases.of("77977", "service")}
    with office.desk() as desk:
        told = {name: desk.ticket(f"douyin/service/{name}").ticket.text for name in names}
    assert between.count > 2 * len(names)
    assert told == {name: newest[name].fields["detail"] for name in names}


def test_an_outage_is_logged_once_and_its_end_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="gongdan")  # whatever another test left it at
    sync(office, lambda _: None)

    for is_down in (True, True, True, False, False):
        office.network.down = {host_of("douyin")} if is_down else set()
        office.clock.advance(60)
        sync(office, lambda _: None)

    first, second = (one.message for one in caplog.records if one.levelname == "WARNING")
    assert first.startswith("douyin: cannot be synced: ")
    assert second.startswith("douyin: works again; failed since ")


def test_every_failed_run_knows_when_the_outage_began(office: Office) -> None:
    sync(office, lambda _: None)
    office.network.down = {host_of("douyin")}

    for _ in range(3):
        office.clock.advance(60)
        sync(office, lambda _: None)

    with office.desk() as desk:
        runs = desk.runs(shop="douyin", limit=3)
    assert {run.outcome for run in runs} == {"failed"}
    assert {run.failing_since for run in runs} == {runs[-1].started}


def test_one_platform_that_is_down_is_found_out_once(tmp_path: Path) -> None:
    """Not by every stream of every shop, each after its own five attempts."""
    office = Office(tmp_path, tickets=2, shops=3)
    office.add("[gongdan]\nthreads = 1")

    def refuse(_count: int) -> None:
        raise NotSent("cannot connect to the platform")

    report, between = sync(office, refuse, platforms=["douyin"])

    assert {run.outcome for run in report.shops} == {"failed"}
    streams, calls = 2, 2  # of a shop; of a stream: its first page, and whether the list answers
    assert between.count == ATTEMPTS - 1 + len(report.shops) * streams * calls
