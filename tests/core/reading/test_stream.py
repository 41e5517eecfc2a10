"""One stream of a shop, run by run: cursor, windows, tokens, details, quarantine."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongdan import (
    Ask,
    ByTime,
    ByToken,
    Page,
    Raw,
    Shop,
    Status,
    TokenForgotten,
    TooLarge,
    Transient,
)
from gongdan.reading.wants import Land, ReadPage, Say
from gongdan.shoprun import ShopRun

from .desk import Desk

MINUTE = timedelta(minutes=1)
ASC = ByTime(order="asc", page_size=5)
Open = Callable[..., Desk]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    desks: list[Desk] = []

    def make(reading: ByTime | ByToken = ASC, **parts: Any) -> Desk:
        desks.append(Desk(tmp_path, reading, **parts))
        return desks[-1]

    yield make
    for desk in desks:
        desk.store.close()


def filled(desk: Desk, count: int, apart_s: float = 100.0) -> Desk:
    for n in range(count):
        desk.put(f"c{n}", ago_s=3600 - n * apart_s if apart_s else 3600)
    return desk


def until(work: ShopRun, stop: Callable[[object], bool]) -> None:
    """Do what a run wants until *stop* says that it is killed, without doing that."""
    steps = work.steps()
    want = next(steps)
    while not stop(want):
        want = steps.send(work.do(want))
    work._store.close()
    steps.close()


def test_two_syncs_in_a_row_leave_the_same_tables(opened: Open) -> None:
    desk = filled(opened(), 12)
    first = desk.sync()
    before = desk.tables()

    second = desk.sync()

    assert (first.new, first.outcome) == (12, "ok")
    assert (second.new, second.changed, second.details) == (0, 0, 0)
    assert desk.tables() == before


def test_the_cursor_stays_behind_what_is_still_moving(opened: Open) -> None:
    desk = filled(opened(), 3)

    desk.sync()

    assert desk.cursor() == desk.clock.now() - ASC.settle


def test_a_row_that_appears_late_within_the_overlap_is_read(opened: Open) -> None:
    desk = filled(opened(), 3)
    desk.sync()
    desk.clock.advance(230)
    desk.put("late", ago_s=280)

    desk.sync()

    assert "late" in desk.states()


@pytest.mark.parametrize("wrong_s", [600, -600, 7200, -7200])
def test_a_local_clock_that_is_wrong_moves_no_cursor_past_a_row(
    opened: Open, wrong_s: float
) -> None:
    """Our clock tells until the platform's first answer; the page is asked for once more then."""
    desk = filled(opened(), 3)
    true = desk.clock.now()
    desk.clock.advance(0)
    work = desk.run()
    answered: list[object] = []
    real_now = work._session.now
    desk.clock.set(true + timedelta(seconds=wrong_s))
    desk.before = lambda: answered.append(0)
    shift = timedelta(seconds=-wrong_s)
    work._session.now = lambda: real_now() + (shift if answered else timedelta())  # type: ignore[method-assign]

    run = work.read_and_send()

    assert run.outcome == "ok", run.error
    assert desk.cursor() == true - ASC.settle
    assert set(desk.states()) == {"c0", "c1", "c2"}


def test_goes_on_in_the_window_where_it_was_killed(opened: Open) -> None:
    desk = filled(opened(), 23)
    pages = 0

    def third(want: object) -> bool:
        nonlocal pages
        pages += isinstance(want, ReadPage)
        return pages == 4

    until(desk.run(), third)
    again = opened()
    again.rows, again.asked = desk.rows, []

    again.sync()

    assert len(again.states()) == 23
    assert again.asked[0].start > desk.asked[0].start


def test_what_appeared_behind_a_reading_that_was_killed_is_read(opened: Open) -> None:
    """The part read before the kill is old by now: the next window goes back for it."""
    desk = opened()
    for n in range(12):
        desk.put(f"c{n}", ago_s=58 - 4 * n)
    pages = 0

    def fourth(want: object) -> bool:
        nonlocal pages
        pages += isinstance(want, ReadPage)
        return pages == 5  # the first one was asked for twice

    until(desk.run(), fourth)
    desk.put("behind", ago_s=80)
    desk.clock.advance(600)
    again = opened()
    again.clock, again.rows = desk.clock, desk.rows

    again.sync()
    again.clock.advance(600)
    again.sync()

    assert set(again.states()) == set(desk.rows)


def test_remembers_that_a_list_is_misdeclared_when_it_is_killed(opened: Open) -> None:
    desk = filled(opened(ByTime(order="desc", page_size=5)), 12)
    said = False

    def next_page(want: object) -> bool:
        nonlocal said
        said = said or isinstance(want, Say)
        return said and isinstance(want, ReadPage)

    until(desk.run(), next_page)
    again = opened(ByTime(order="desc", page_size=5))
    again.clock, again.rows = desk.clock, desk.rows

    run = again.sync()

    assert run.notes == ()
    assert len(again.states()) == 12


def test_a_list_that_is_not_as_declared_is_read_slowly_and_that_is_said(
    opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    desk = filled(opened(ByTime(order="desc", page_size=5)), 12)

    with caplog.at_level(logging.WARNING, "gongdan"):
        run = desk.sync()
    asked = len(desk.asked)
    desk.sync()

    assert run.outcome == "ok"
    assert len(desk.states()) == 12
    assert "stream-misdeclared: case: rows do not come in desc order" in " ".join(run.notes)
    assert "stream-misdeclared" in caplog.text
    assert {ask.page for ask in desk.asked[:asked]} > {1}
    assert run.notes
    assert desk.sync().notes == ()


def test_a_window_that_is_too_large_is_halved(opened: Open) -> None:
    desk = filled(opened(ByTime(page_size=5, max_rows=10)), 40, apart_s=80)

    run = desk.sync()

    assert run.outcome == "ok"
    assert len(desk.states()) == 40


def test_a_platform_that_asks_for_less_is_asked_for_less(opened: Open) -> None:
    desk = filled(opened(), 8)

    def refuse() -> None:
        if desk.asked[-1].end - desk.asked[-1].start > timedelta(hours=6):
            raise TooLarge("a span of six hours at most")

    desk.before = refuse

    assert desk.sync().outcome == "ok"
    assert len(desk.states()) == 8


def test_more_in_one_second_than_can_be_read_is_said(opened: Open) -> None:
    desk = filled(opened(ByTime(page_size=5, max_rows=10)), 30, apart_s=0)

    run = desk.sync()

    assert "30 rows, the platform shows 10" in " ".join((run.error, *run.notes))


def test_a_cursor_in_the_future_is_an_error_with_its_repair(opened: Open) -> None:
    desk = filled(opened(), 3)
    desk.sync()
    desk.clock.set(desk.clock.now() - timedelta(days=3))

    run = desk.sync()

    assert run.outcome == "failed"
    assert "in the future; run 'gongdan sync --shop main --full'" in run.error


def test_a_damaged_position_is_an_error_with_its_repair(opened: Open) -> None:
    desk = filled(opened(), 3)
    desk.sync()
    with desk.store.cases._guard.write() as db:
        db.execute("UPDATE cursors SET position = '{\"window\": 7}'")

    run = desk.sync()
    desk.store.cases.rewind_shop("main", None)

    assert "damaged; run 'gongdan sync --shop main --full'" in run.error
    assert desk.sync().outcome == "ok"


# details


def test_a_whole_row_owes_no_detail_until_it_is_not_heard_of(opened: Open) -> None:
    desk = filled(opened(whole=True), 3)

    run = desk.sync()
    first = list(desk.read)
    desk.rows["c0"]["state"] = "done"  # and its time as it was
    desk.clock.advance(7 * 3600)
    desk.sync()

    assert (run.new, first) == (3, [])
    assert sorted(desk.read) == ["c0", "c1", "c2"]
    assert desk.states()["c0"] is Status.CLOSED


def test_a_whole_row_that_is_malformed_is_read_by_id(opened: Open) -> None:
    desk = filled(opened(whole=True), 2)
    desk.sync()
    desk.put("c1", ago_s=20)
    desk.spoiled["c1"] = json.dumps({**desk.rows["c1"], "state": "explode"}).encode()
    desk.clock.advance(30)

    desk.sync()

    assert desk.read == ["c1"]


def test_a_detail_that_fails_stops_no_other_and_no_cursor(opened: Open) -> None:
    desk = filled(opened(), 4)
    desk.broken["c1"] = Transient("c1 is ill")

    run = desk.sync()

    assert sorted(desk.read) == ["c0", "c1", "c2", "c3"]
    assert run.outcome == "ok"
    assert "detail-failed: case/c1: c1 is ill" in run.notes
    assert desk.cursor() is not None


def test_a_detail_that_failed_is_tried_again_later_and_not_at_once(opened: Open) -> None:
    desk = filled(opened(), 1)
    desk.broken["c0"] = Transient("ill")
    desk.sync()
    desk.sync()
    early = len(desk.read)
    desk.broken.clear()
    desk.clock.advance(61)

    desk.sync()

    assert (early, len(desk.read)) == (1, 2)


def test_a_case_that_is_gone_is_not_closed_for_that(opened: Open) -> None:
    desk = filled(opened(), 2)
    desk.sync()
    del desk.rows["c0"]
    desk.clock.advance(7 * 3600)

    desk.sync()

    assert desk.states()["c0"] is Status.PENDING


def test_an_open_case_is_asked_for_when_it_was_not_heard_of(opened: Open) -> None:
    """Its change was in no list: a filter on creation, or a message that changes no time."""
    desk = filled(opened(), 1)
    desk.sync()
    desk.rows["c0"]["state"] = "done"
    desk.clock.advance(7 * 3600)

    run = desk.sync()

    assert desk.states()["c0"] is Status.CLOSED
    assert run.changed == 1


def test_a_case_that_just_changed_is_read_once_more(opened: Open) -> None:
    """Changed again within its second, its row looks the same."""
    desk = opened()
    desk.put("c0", title="first")
    desk.spoiled["c0"] = json.dumps(desk.rows["c0"]).encode()
    desk.sync()
    desk.rows["c0"]["state"] = "done"
    desk.clock.advance(61)

    desk.sync()

    assert desk.read == ["c0", "c0"]
    assert desk.states()["c0"] is Status.CLOSED


# quarantine


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [
        pytest.param(b'{"id":"c1","at":[]}', "$.at: expected time", id="no time"),
        pytest.param(b'{"id":"c1","title":{},"at":"%s"}', "$.title: expected text", id="kind"),
        pytest.param(b'{"id":"c1","title":"\\ud83d","at":"%s"}', "lone surrogate", id="surrogate"),
        pytest.param(b'{"id":"c1","state":"explode","at":"%s"}', "KeyError in desk.py", id="bug"),
        pytest.param(b'{"at":"%s"}', "$.id: expected id", id="no id"),
        pytest.param(b"[1]", "expected object", id="no object"),
    ],
)
def test_a_bad_row_costs_itself_only(opened: Open, spoiled: bytes, reason: str) -> None:
    desk = filled(opened(read_detail=None), 3)
    at = desk.rows["c1"]["at"].encode()
    desk.spoiled["c1"] = spoiled.replace(b"%s", at)

    first, second = desk.sync(), desk.sync()

    assert set(desk.states()) == {"c0", "c2"}
    assert (first.outcome, first.exit_code, first.quarantined) == ("partial", 1, 1)
    assert (second.outcome, second.quarantined) == ("ok", 0)
    assert reason in str(desk.store.cases.quarantined()[0]["reason"])


def test_a_bad_row_that_becomes_good_leaves_the_quarantine(opened: Open) -> None:
    desk = filled(opened(read_detail=None), 2)
    desk.sync()
    desk.spoiled["c1"] = b'{"id":"c1","title":{},"at":"%s"}' % desk.rows["c1"]["at"].encode()
    desk.store.cases.rewind_shop("main", None)
    desk.sync()
    held = len(desk.store.cases.quarantined())
    desk.spoiled.clear()
    desk.store.cases.rewind_shop("main", None)

    desk.sync()

    assert (held, desk.store.cases.quarantined()) == (1, [])


def test_a_case_whose_row_is_bad_is_read_by_id(opened: Open) -> None:
    desk = filled(opened(), 2)
    desk.spoiled["c1"] = b'{"id":"c1","title":{},"at":"%s"}' % desk.rows["c1"]["at"].encode()

    desk.sync()

    assert set(desk.states()) == {"c0", "c1"}


def test_a_row_without_a_time_has_a_meaning_all_the_same(opened: Open) -> None:
    desk = filled(opened(read_detail=None), 2)
    desk.spoiled["c1"] = b'{"id":"c1","state":"done","at":""}'

    run = desk.sync()

    assert run.outcome == "ok"
    assert desk.states()["c1"] is Status.CLOSED


# lists with a token


class Tokens:
    """A list that hands out the next token; asking with one acknowledges what came with it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.forgotten: set[str] = set()
        self.asked: list[str] = []

    def page(self, _shop: Shop[Any], ask: Ask) -> Page:
        self.asked.append(ask.token)
        if ask.token in self.forgotten:
            raise TokenForgotten("no such token")
        first = int(ask.token or 0)
        rows = list(self.desk.rows.values())[first : first + ask.size]
        found = [self.desk._raw(row) for row in rows]
        return Page(found, token=str(first + len(found)) if found else "")


def by_token(opened: Open, count: int) -> tuple[Desk, Tokens]:
    held: list[Tokens] = []
    page: Callable[[Shop[Any], Ask], Page] = lambda shop, ask: held[0].page(shop, ask)  # noqa: E731
    desk = filled(opened(ByToken(page_size=5), read_page=page, read_detail=None), count)
    held.append(Tokens(desk))
    return desk, held[0]


def test_a_list_with_tokens_is_read_on_from_the_last(opened: Open) -> None:
    desk, tokens = by_token(opened, 12)
    desk.sync()
    desk.put("c12")

    run = desk.sync()

    assert tokens.asked == ["", "5", "10", "12", "12", "13"]
    assert (run.new, len(desk.states())) == (1, 13)


def test_the_cursor_of_a_list_with_tokens_waits_for_its_last_page(opened: Open) -> None:
    desk, _ = by_token(opened, 12)
    lands = 0

    def second(want: object) -> bool:
        nonlocal lands
        lands += isinstance(want, Land)
        return lands == 2

    work = desk.run()
    steps = work.steps()
    want = next(steps)
    while not second(want):
        want = steps.send(work.do(want))

    assert desk.cursor() is None
    steps.close()


def test_a_forgotten_token_begins_the_list_again(opened: Open) -> None:
    desk, tokens = by_token(opened, 7)
    desk.sync()
    tokens.forgotten.add("7")
    desk.put("c7")

    run = desk.sync()

    assert run.outcome == "ok"
    assert "token-forgotten" in run.notes[0]
    assert "c7" in desk.states()


def test_rows_are_kept_byte_for_byte(opened: Open) -> None:
    desk = filled(opened(read_detail=None), 1)
    raw = b'{ "id":9007199254740993 , "amount": 1.50,\t"at":"%s"}' % desk.rows["c0"]["at"].encode()
    desk.spoiled["c0"] = raw

    desk.sync()

    assert desk.store.cases.raw("main/case/9007199254740993", "row") == bytes(Raw(raw))


class Few(list[str]):
    """A list that does not grow without end."""

    def append(self, value: str) -> None:
        assert len(self) < 50, "read without end"
        super().append(value)


def test_a_case_that_went_back_is_not_read_without_end(opened: Open) -> None:
    """The platform was set back, or a replica lags for long: what came before stays."""
    desk = filled(opened(), 2)
    listed = desk.rows["c1"]
    desk.spoiled["c1"] = json.dumps(listed).encode()  # the list shows one state throughout
    desk.put("c1", title="a newer state")
    desk.sync()
    desk.clock.advance(7 * 3600)  # open cases are asked for again
    desk.rows["c1"] = listed
    desk.read = Few()

    for _ in range(6):
        desk.sync()
        desk.clock.advance(90)

    assert desk.read.count("c1") == 3
    assert desk.store.queue.one("main/case/c1")[1].title == "a newer state"
