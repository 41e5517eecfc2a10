"""Tokens by the platform's rules: both ways in, early renewal, one at a time, and what ends it."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongdan import Ask, Secret
from gongdan.calls.session import Session
from gongdan.clock import SystemClock
from gongdan.desk import Desk
from gongdan.sandbox import Fault
from gongdan.store import Store
from gongdan_douyin import DOUYIN, DouyinSettings
from gongdan_douyin.sandbox.access import APP_KEY, APP_SECRET
from tests.core.office import Office

from ..sandboxed import START, Rig

SHOP = "77977"


@pytest.fixture
def rig() -> Rig:
    return Rig("douyin", DOUYIN.sandbox)


def open_shop(rig: Rig, **parts: Any) -> Session[DouyinSettings]:
    settings = DouyinSettings(
        base_url="http://sandbox", app_key=APP_KEY, app_secret=Secret(APP_SECRET), **parts
    )
    return rig.session(DOUYIN, settings, SHOP)


def read(shop: Session[DouyinSettings]) -> None:
    read_page = DOUYIN.streams[0].read_page
    assert read_page is not None
    read_page(shop, Ask(START - timedelta(days=1), START, 1, 10))


def logins(rig: Rig) -> list[str]:
    return [entry.api for entry in rig.sandbox.traffic if entry.api.startswith("token.")]


def test_an_app_of_the_shops_own_needs_no_code(rig: Rig) -> None:
    read(open_shop(rig))

    assert logins(rig) == ["token.create"]


def test_a_tool_app_uses_the_code_once_and_lives_by_refreshing(rig: Rig) -> None:
    code = rig.sandbox.gateways["douyin"].imitation.shops()[0]["code"]
    shop = open_shop(rig, code=Secret(str(code)))

    read(shop)
    rig.sandbox.clock.advance(8 * 86400)
    read(shop)

    assert logins(rig) == ["token.create", "token.refresh"]


def test_a_token_is_renewed_before_it_ends_and_the_old_one_lives_on(rig: Rig) -> None:
    shop = open_shop(rig)
    read(shop)
    before = shop.token
    rig.sandbox.clock.advance(7 * 86400 - 1200)  # twenty minutes are left

    read(shop)

    outcomes = {entry.outcome for entry in rig.sandbox.traffic}
    assert shop.token != before
    assert logins(rig) == ["token.create", "token.refresh"]
    assert not any("expired" in outcome for outcome in outcomes)  # nobody was refused
    other = open_shop(rig, token=Secret(before))
    rig.keys._tokens.clear()
    read(other)  # a process that still has the old one is served for an hour
    assert logins(rig) == ["token.create", "token.refresh"]


def test_a_token_is_not_renewed_long_before_its_end(rig: Rig) -> None:
    """More than an hour before, the platform gives the same one back."""
    shop = open_shop(rig)
    read(shop)
    rig.sandbox.clock.advance(7 * 86400 - 7200)

    read(shop)

    assert logins(rig) == ["token.create"]


def test_an_early_renewal_that_fails_stops_nobody(rig: Rig) -> None:
    shop = open_shop(rig)
    read(shop)
    rig.sandbox.clock.advance(7 * 86400 - 1200)
    rig.sandbox.faults.arm(Fault(name="wrong-ip", api="token.refresh", when=1))

    read(shop)
    read(shop)

    assert logins(rig) == ["token.create", "token.refresh"]  # and is not tried at every call


def test_a_concurrent_refresh_is_asked_again_for_the_newest(rig: Rig) -> None:
    shop = open_shop(rig)
    read(shop)
    before = shop.token
    rig.sandbox.clock.advance(7 * 86400 - 1200)
    rig.sandbox.faults.arm(Fault(name="concurrent-refresh", when=1))

    read(shop)

    assert logins(rig) == ["token.create", "token.refresh", "token.refresh"]
    assert shop.token != before


def test_a_refresh_token_that_is_dead_makes_an_own_app_begin_anew(rig: Rig) -> None:
    shop = open_shop(rig)
    read(shop)
    rig.sandbox.clock.advance(15 * 86400)

    read(shop)

    assert logins(rig) == ["token.create", "token.create"]


# one refresher a shop, in all processes


def log_in_alone(path: str, order: Any) -> None:
    store = Store(Path(path))
    clock = SystemClock()
    with store.keys.alone("main", clock):
        order.append("in")
        time.sleep(0.3)
        order.append("out")
    store.close()


def test_two_processes_log_one_shop_in_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "gongdan.db"
    Store(path).close()
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        order = manager.list()
        both = [context.Process(target=log_in_alone, args=(str(path), order)) for _ in range(2)]
        for process in both:
            process.start()
        for process in both:
            process.join(30)
        seen = list(order)

    assert seen == ["in", "out", "in", "out"]


# what a person is told


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=3)


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as opened:
        yield opened


@pytest.mark.parametrize(
    ("fault", "state", "hint"),
    [
        pytest.param("", "ok", "", id="fine"),
        pytest.param("revoked", "authorisation closed", "gongdan shop login", id="closed"),
        pytest.param("no-permission", "no permission", "order.getServiceList", id="permission"),
        pytest.param("wrong-ip", "ip not allowed", "白名单", id="ip"),
        pytest.param("http-500", "unreachable", "", id="server"),
    ],
)
def test_a_check_tells_what_stands_between(
    office: Office, desk: Desk, fault: str, state: str, hint: str
) -> None:
    desk.sync()
    if fault:
        office.sandbox.faults.arm(Fault(name=fault, when=1.0))

    health = desk.check("douyin")

    assert health.state == state, health
    assert hint in health.hint_zh
    assert health.exit_code == (0 if state == "ok" else 1 if state == "unreachable" else 3)


def test_a_check_names_every_permission_that_is_missing(office: Office, desk: Desk) -> None:
    desk.sync()
    office.sandbox.faults.arm(Fault(name="no-permission", when=1.0))

    health = desk.check("douyin")

    assert "order.getServiceList" in health.text
    assert "afterSale.List" in health.text
    assert "afterSale.List" in health.hint_en


def test_a_permission_that_is_missing_for_one_list_hides_nothing_of_the_other(
    office: Office, desk: Desk
) -> None:
    desk.sync()
    office.sandbox.faults.arm(Fault(name="no-permission", when=1.0, api="order.getServiceList"))

    health = desk.check("douyin")

    assert health.state == "no permission"
    assert "afterSale.List" not in health.text


def test_a_check_knows_a_wrong_secret_and_a_shop_that_never_authorised(office: Office) -> None:
    secrets = office.path.with_name("secrets.toml")
    right = secrets.read_text()
    secrets.write_text(right.replace(APP_SECRET, "another"))
    with office.desk() as desk:
        wrong = desk.check("douyin")
    secrets.write_text(right)
    office.path.write_text(office.path.read_text().replace('"77977"', '"1"'))
    with office.desk() as desk:
        stranger = desk.check("douyin")

    assert (wrong.state, wrong.exit_code) == ("wrong secret", 3)
    assert "another" not in wrong.text
    assert (stranger.state, stranger.exit_code) == ("not authorised", 3)


def test_a_check_knows_that_nobody_answers(office: Office, desk: Desk) -> None:
    office.network.down.add("douyin.sandbox")

    assert desk.check("douyin").state == "unreachable"


def test_doctor_warns_before_the_refresh_token_dies(office: Office, desk: Desk) -> None:
    desk.sync()
    early = [one for one in desk.checkup() if one.check == "login"]
    office.clock.advance(12 * 86400)

    (late,) = [one for one in desk.checkup() if one.check == "login"]

    assert early == []
    assert (late.subject, late.problem) == ("douyin", "ends")
