"""The desk, whole: real connectors against imitated platforms in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest

from gongdan import GongdanError, NotFound, Status, Who
from gongdan.desk import Desk
from gongdan.sandbox import Fault
from gongdan.views import Draft, QueueFilter, QueueRow

from .office import Office

TEXT = "您好，已为您补发，单号会同步给您。"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give a desk that has read two shops; tests only look."""
    office = Office(tmp_path_factory.mktemp("read"), tickets=12)
    with office.desk() as desk:
        assert desk.sync().exit_code == 0
        yield desk


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def answerable(desk: Desk, platform: str = "douyin") -> QueueRow:
    """Return the most urgent ticket that takes an answer now."""
    for row in desk.queue(QueueFilter(platforms=(platform,))):
        if row.turn is Who.MERCHANT and row.last_who is not Who.MERCHANT:
            try:
                desk.draft(Draft(ticket=row.id, text=TEXT), dry_run=True)
            except GongdanError:
                continue
            return row
    raise AssertionError("no ticket takes an answer")


def test_a_sync_reads_every_shop_and_a_second_finds_nothing_new(office: Office) -> None:
    with office.desk() as desk:
        first = desk.sync()
        second = desk.sync()

    worlds = office.sandbox.worlds.values()
    listed = [case for world in worlds for case in world.cases if case.stream != "coordination"]
    there = len(listed)  # coordination tickets are listed nowhere
    assert (first.exit_code, first.new, first.quarantined) == (0, there, 0)
    assert (second.exit_code, second.new, second.changed) == (0, 0, 0)
    assert [run.shop for run in first.shops] == ["douyin", "qianniu"]


def test_one_platform_that_is_down_touches_no_other(office: Office) -> None:
    office.network.down.add("qianniu.sandbox")
    with office.desk() as desk:
        report = desk.sync()

        assert [run.outcome for run in report.shops] == ["ok", "failed"]
        assert report.exit_code == 1
        assert {row.platform for row in desk.queue(QueueFilter())} == {"douyin"}


def test_a_rehearsed_sync_makes_no_request(office: Office) -> None:
    with office.desk() as desk:
        desk.sync(dry_run=True)

    assert office.network.sent == []


def test_the_queue_is_most_urgent_first(read: Desk) -> None:
    rows = read.queue(QueueFilter())

    dues = [row.due for row in rows if row.due is not None and row.answerable]
    assert len(rows) >= 20
    assert dues == sorted(dues)
    assert all(row.status is not Status.CLOSED for row in rows)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_row_tells_what_being_late_costs(lang: str, read: Desk) -> None:
    rows = read.queue(QueueFilter(), "zh" if lang == "zh" else "en")

    assert all(row.breach_cost for row in rows)
    assert all(row.breach_cost.isascii() == (lang == "en") for row in rows)
    row = read.ticket(rows[0].id, "zh" if lang == "zh" else "en").row
    assert row.breach_cost == rows[0].breach_cost


def test_what_a_row_costs_takes_no_time(read: Desk) -> None:
    rows = read.store.queue.rows(QueueFilter(), read.now())[:20] * 10

    began = perf_counter()
    for row in rows:
        read.due(row.shop).costed(row, "zh", read.now())

    assert perf_counter() - began < 0.05


@pytest.mark.parametrize(
    "which",
    [
        pytest.param(QueueFilter(shops=("mian",)), id="shop"),
        pytest.param(QueueFilter(platforms=("taobao",)), id="platform"),
        pytest.param(QueueFilter(lane="later"), id="lane"),
    ],
)
def test_a_queue_of_what_is_not_there_is_a_mistake(which: QueueFilter, read: Desk) -> None:
    with pytest.raises(NotFound):
        read.queue(which)


def test_a_ticket_goes_by_any_ending_that_is_unique(read: Desk) -> None:
    names = [row.id for row in read.queue(QueueFilter())]
    ((digit, _),) = Counter(name[-1] for name in names).most_common(1)

    assert read.ticket(names[0][-9:]).row.id == names[0]
    with pytest.raises(NotFound, match="several"):
        read.ticket(digit)
    with pytest.raises(NotFound, match="no ticket's id ends"):
        read.ticket("nothing")


def test_why_explains_every_deadline_in_the_queue(read: Desk) -> None:
    for row in read.queue(QueueFilter()):
        view = read.why(row.id)

        handling = [clock for clock in view.clocks if clock.kind == "handling"]
        assert [clock.due for clock in handling] == ([row.due] if row.due else [])
        assert all(clock.steps and clock.rule and clock.rule_source for clock in handling)


def test_why_tells_where_each_value_came_from(read: Desk) -> None:
    for row in read.queue(QueueFilter()):
        view = read.why(row.id)

        came = {origin.name: origin for origin in view.origins}
        ticket = view.ticket.ticket
        runs = {run.id for run in read.runs(shop=row.shop)}
        assert {name: origin.value for name, origin in came.items()} == {
            name: getattr(ticket, name) for name in came
        }
        assert all(origin.kind in ("row", "detail") for origin in view.origins)
        assert {origin.run for origin in view.origins} <= runs


def test_drift_is_where_platform_and_rule_differ(read: Desk) -> None:
    found = read.drift()

    assert found
    for drift in found:
        row = read.ticket(drift.ticket).row
        assert drift.platform == row.due
        assert abs(drift.difference_s) > 1
        assert row.status is not Status.WAITING_PLATFORM
        assert (drift.computed - drift.platform).total_seconds() == drift.difference_s
        assert drift.fits == ("wall",)  # so the imitation has it


def test_a_reply_arrives_once_and_is_seen(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        row = answerable(desk)
        (queued,) = desk.draft(Draft(ticket=row.id, text=TEXT), now=True)

        report = desk.push()
        again = desk.push()

        assert (queued.state, report.exit_code) == ("queued", 0)
        assert [(one.id, one.state) for one in report.rows] == [(queued.id, "confirmed")]
        assert again.rows == ()
        said = [one.text for one in desk.ticket(row.id).thread if one.who is Who.MERCHANT]
        assert said.count(TEXT) == 1


def test_a_reply_waits_for_its_undo_time(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        row = answerable(desk)
        desk.draft(Draft(ticket=row.id, text=TEXT))

        early = desk.push()
        office.clock.advance(desk.config.undo_s)
        late = desk.push()

    assert early.rows == ()
    assert [one.state for one in late.rows] == ["confirmed"]


def test_a_shop_that_cannot_be_served_stops_no_other(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        for platform in ("douyin", "qianniu"):
            desk.draft(Draft(ticket=answerable(desk, platform).id, text=TEXT), now=True)
    secrets = office.path.with_name("secrets.toml")
    secrets.write_text(secrets.read_text().replace("[douyin]\napp_secret", "[douyin]\nother"))
    with office.desk() as desk:
        report = desk.push()

    assert [run.shop for run in report.failed] == ["douyin"]
    assert "app_secret" in report.failed[0].error
    assert [row.state for row in report.rows] == ["confirmed"]
    assert report.exit_code == 2


def test_a_rehearsed_push_tells_what_would_go_and_makes_no_request(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        (queued,) = desk.draft(Draft(ticket=answerable(desk).id, text=TEXT), now=True)
        before = len(office.network.sent)

        report = desk.push(dry_run=True)

        assert [row.id for row in report.rows] == [queued.id]
        assert len(office.network.sent) == before
        assert desk.outbox()[0].state == "queued"


def test_what_has_an_unknown_fate_is_said_and_looked_up(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        row = answerable(desk)
        desk.draft(Draft(ticket=row.id, text=TEXT), now=True)
        with office.sandbox.lock:
            office.sandbox.faults.arm(Fault(name="lost-response", when=1))

        report = desk.push()
        office.clock.advance(3600)
        later = desk.push()

        assert {one.state for one in (*report.rows, *later.rows)} <= {"unknown", "confirmed"}
        assert desk.outbox(all=True)[0].state == "confirmed"
        thread = desk.ticket(row.id).thread
        assert sum(message.text == TEXT for message in thread) == 1


def test_shops_tell_their_health(office: Office) -> None:
    office.network.down.add("qianniu.sandbox")
    with office.desk() as desk:
        before = [row.state for row in desk.shops()]
        desk.sync()
        after = desk.shops()

    assert before == ["never", "never"]
    assert [row.state for row in after] == ["ok", "failing"]
    assert "qianniu.sandbox" in after[1].error
    assert after[0].open > 0


def test_a_desk_needs_no_connector_for_what_it_knows(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
    with office.desk() as desk:
        desk.plugins._connectors.pop("qianniu")

        rows = desk.queue(QueueFilter())

    assert {row.platform for row in rows} == {"douyin", "qianniu"}
    assert all(row.breach_cost == "" for row in rows if row.platform == "qianniu")


def test_asking_the_platforms_tells_their_clocks(office: Office) -> None:
    with office.desk() as desk:
        assert desk.offsets() == {}

        assert [desk.check(alias).state for alias in office.aliases] == ["ok", "ok"]

        assert all(abs(offset_s) < 2 for offset_s in desk.offsets().values())
        assert len(desk.offsets()) == 2


def test_wrong_rules_of_one_shop_touch_no_other(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
    office.add('[shops.qianniu.rules."qianniu.refund"]\nmode = "fast"\n')
    with office.desk() as desk:
        report = desk.sync()
        rows = desk.queue(QueueFilter())
        shops = desk.shops()
        drifts = desk.drift()

    assert [run.outcome for run in report.shops] == ["ok", "failed"]
    assert report.exit_code == 2
    assert "qianniu.refund" in report.shops[1].error
    assert {row.platform for row in rows} == {"douyin", "qianniu"}
    assert [row.state for row in shops] == ["ok", "setting"]
    assert {drift.ticket.partition("/")[0] for drift in drifts} <= {"douyin"}


def test_a_shop_that_was_taken_out_stays_in_the_queue(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
    text = office.path.read_text()
    office.path.write_text(text[: text.index("[shops.qianniu]")])
    with office.desk() as desk:
        platforms = {row.platform for row in desk.queue(QueueFilter())}
        drifts = desk.drift()

    assert platforms == {"douyin", "qianniu"}
    assert all(drift.ticket.startswith("douyin/") for drift in drifts)
