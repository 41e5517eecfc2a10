"""How a shop stands: until when it may be read, how old its data is, what is wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongdan import Secret, Token
from gongdan.testing.clock import START
from gongdan.upkeep.health import LOGIN_ENDS, SESSION_ENDS
from gongdan_douyin.sandbox.access import AUTHORISED_FOR

from ..office import Office, ours, put

TICK = timedelta(seconds=1)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=2)


def test_the_datas_age_is_that_of_the_stream_furthest_behind(office: Office) -> None:
    with office.desk() as desk:
        assert desk.shops()[0].complete_until is None

        desk.sync()
        read = desk.shops()[0].complete_until
        office.clock.advance(600)
        again = desk.shops()[0].complete_until
        desk.store.cases.rewind_shop("douyin", START - timedelta(days=1))

        assert read is not None
        assert timedelta(0) < office.clock.now() - read < timedelta(minutes=15)
        assert again == read  # it grows old by itself
        assert desk.shops()[0].complete_until == START - timedelta(days=1)
        desk.store.cases.rewind_shop("douyin", None)
        assert desk.shops()[0].complete_until is None


@pytest.mark.parametrize(
    ("refresh", "left", "ending"),
    [
        pytest.param("R", LOGIN_ENDS, False, id="a login, three days"),
        pytest.param("R", LOGIN_ENDS - TICK, True, id="a login, less"),
        pytest.param("", SESSION_ENDS, False, id="a session, two weeks"),
        pytest.param("", SESSION_ENDS - TICK, True, id="a session, less"),
        pytest.param("", -TICK, True, id="a session that is over"),
    ],
)
def test_an_authorisation_that_ends_is_told_in_time(
    refresh: str, left: timedelta, ending: bool, office: Office
) -> None:
    ends: datetime = office.clock.now() + left
    with office.desk() as desk:
        token = Token(
            access=Secret("A"), expires=ends, refresh=Secret(refresh), refresh_expires=ends
        )
        desk.store.keys.save_token("douyin", token)

        (row,) = desk.shops()

        assert (row.authorised_until, row.ending) == (ends, ending)
        assert [one.problem for one in desk.checkup() if one.check == "login"] == ["ends"] * ending


def test_a_pasted_session_ends_when_the_settings_say(tmp_path: Path) -> None:
    office = Office(tmp_path, ["qianniu"], tickets=1)
    office.path.write_text(office.path.read_text() + "authorised_until = 2026-12-01\n")
    with office.desk() as desk:
        (row,) = desk.shops()

    assert row.ending
    assert row.authorised_until is not None
    assert row.authorised_until.isoformat() == "2026-12-01T15:59:59+00:00"


def test_a_shop_that_fails_tells_the_platforms_own_remedy(office: Office) -> None:
    office.path.with_name("secrets.toml").write_text('[douyin]\napp_secret = "wrong"\n')
    with office.desk() as desk:
        report = desk.sync()

        (row,) = desk.shops()

    assert report.exit_code == 3
    assert (row.state, row.error, row.hint_zh) == (
        "failing", report.shops[0].error, report.shops[0].hint_zh,
    )  # fmt: skip
    assert row.hint_zh
    assert row.hint_en


def test_what_is_unknown_is_counted_apart(office: Office) -> None:
    with office.desk() as desk:
        for number, state in enumerate(("queued", "unknown")):
            ticket = put(desk.store, str(number), ours(START), START)
            desk.store.outbox.queue(
                ticket, kind="reply", parts=["x"], not_before=START, now=START, state=state
            )

        (row,) = desk.shops()

    assert (row.queued, row.unknown) == (2, 1)


def test_good_runs_over_old_data_are_no_good_shop(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        desk.store.cases.rewind_shop("douyin", START - timedelta(days=30))

        found = [one.problem for one in desk.checkup() if one.check == "shop"]

    assert found == ["behind"]


def authorised_for(office: Office, left: timedelta) -> None:
    """Let the owner's leave end so soon."""
    shop = office.sandbox.gateways["douyin"].imitation._access.shops["77977"]  # type: ignore[attr-defined] # of Douyin
    shop.authorised = office.clock.now() + left - AUTHORISED_FOR


def test_a_check_tells_until_when_the_owner_lets_the_app_in(office: Office) -> None:
    authorised_for(office, timedelta(days=5))
    with office.desk() as desk:
        found = desk.check("douyin")
        (row,) = desk.shops()

    assert found.authorised_until == office.clock.now() + timedelta(days=5)
    assert (row.authorised_until, row.ending) == (found.authorised_until, True)


def test_a_login_that_ends_before_the_owners_leave_comes_first(office: Office) -> None:
    authorised_for(office, timedelta(days=300))
    with office.desk() as desk:
        found = desk.check("douyin")
        (row,) = desk.shops()
        token = desk.store.keys.token("douyin")

    assert token is not None
    assert found.authorised_until == office.clock.now() + timedelta(days=300)
    assert (row.authorised_until, row.ending) == (token.refresh_expires, False)


def test_a_leave_that_is_over_is_a_closed_authorisation(office: Office) -> None:
    authorised_for(office, timedelta(0))
    with office.desk() as desk:
        found = desk.check("douyin")

    assert (found.state, found.exit_code) == ("authorisation closed", 3)
    assert "服务市场" in found.text
