"""The connector on the core's session, against the sandbox that somebody else wrote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongdan import (
    AccessDenied,
    Action,
    AlreadyDone,
    AuthExpired,
    Case,
    Fields,
    RateLimited,
    Ref,
    Secret,
    Status,
    Who,
)
from gongdan.calls.session import Session
from gongdan.sandbox import Fault
from gongdan_douyin import DOUYIN, DouyinSettings
from gongdan_douyin.sandbox.access import APP_KEY, APP_SECRET
from gongdan_douyin.tickets import read_detail, to_call, to_ticket

from ..sandboxed import Rig, all_rows
from ..stub import whole

SHOP = "77977"


@pytest.fixture
def rig() -> Rig:
    return Rig("douyin", DOUYIN.sandbox)


def open_shop(rig: Rig, secret: str = APP_SECRET, **parts: object) -> Session[DouyinSettings]:
    settings = DouyinSettings(base_url="http://sandbox", app_key=APP_KEY, app_secret=Secret(secret))
    ahead = parts.get("ahead", timedelta())
    assert isinstance(ahead, timedelta)
    return rig.session(DOUYIN, settings, SHOP, ahead=ahead)


def read_case(shop: Session[DouyinSettings], remote_id: str) -> Case:
    detail = whole(read_detail(shop, Ref(remote_id, Fields({}))))
    return Case(remote_id, to_ticket(detail), Fields({}), detail)


def pending(shop: Session[DouyinSettings]) -> Case:
    """Return a request that takes a plain answer."""
    for remote_id, _ in all_rows(DOUYIN, shop):
        case = read_case(shop, remote_id)
        if case.ticket.answerable and not case.ticket.evidence_required:
            return case
    raise AssertionError("the sandbox has none")


def test_reads_every_request_with_its_detail(rig: Rig) -> None:
    shop = open_shop(rig)

    rows = dict(all_rows(DOUYIN, shop))

    cases = [read_case(shop, remote_id) for remote_id in rows]
    listed = [to_ticket(Fields.of(bytes(row))) for row in rows.values()]
    assert len(rows) >= 20
    assert Status.UNKNOWN not in {case.ticket.status for case in cases}
    assert [case.ticket.status for case in cases] == [ticket.status for ticket in listed]
    assert all(case.ticket.deadline and case.ticket.thread for case in cases)
    assert not any(case.detail.notes for case in cases)


def test_sees_its_own_answer_in_the_thread(rig: Rig) -> None:
    shop = open_shop(rig)
    case = pending(shop)
    action = Action("a", "reply", '您好 <b>A&B</b> \'s "q" 已为您补发😀\n单号 1')

    shop.write(to_call(action, case), shop.now())

    after = read_case(shop, case.id).ticket
    assert after.thread
    assert (after.thread[-1].who, after.thread[-1].text) == (Who.MERCHANT, action.text)
    assert after.status is Status.WAITING_PLATFORM
    with pytest.raises(AlreadyDone):
        shop.write(to_call(action, case), shop.now())


def test_is_sent_back_for_another_round(rig: Rig) -> None:
    shop = open_shop(rig)
    case = pending(shop)
    rig.sandbox.faults.arm(Fault(name="new-round"))

    shop.write(to_call(Action("a", "reply", "您好"), case), shop.now())

    after = read_case(shop, case.id).ticket
    assert after.round == (case.ticket.round or 0) + 1
    assert after.answerable is True


def test_logs_in_anew_when_the_token_expires(rig: Rig) -> None:
    shop = open_shop(rig)
    list(all_rows(DOUYIN, shop))
    before = shop.token
    rig.sandbox.faults.arm(Fault(name="token-expired"))

    list(all_rows(DOUYIN, shop))

    assert shop.token != before


def test_logs_in_anew_after_a_month(rig: Rig) -> None:
    shop = open_shop(rig)
    list(all_rows(DOUYIN, shop))
    rig.sandbox.clock.advance(30 * 86400)

    assert list(all_rows(DOUYIN, shop))


def test_corrects_a_clock_that_is_wrong(rig: Rig) -> None:
    assert len(list(all_rows(DOUYIN, open_shop(rig, ahead=timedelta(hours=3))))) >= 20


def test_is_told_that_the_secret_is_wrong(rig: Rig) -> None:
    with pytest.raises(AccessDenied) as caught:
        list(all_rows(DOUYIN, open_shop(rig, secret="another")))

    assert "app_secret" in caught.value.hint_zh
    assert "another" not in str(caught.value)


def test_is_told_that_the_authorisation_is_closed(rig: Rig) -> None:
    shop = open_shop(rig)
    list(all_rows(DOUYIN, shop))
    rig.sandbox.faults.arm(Fault(name="revoked"))

    with pytest.raises(AuthExpired):
        list(all_rows(DOUYIN, shop))


def test_knows_that_nothing_was_done_when_it_comes_too_often(rig: Rig) -> None:
    shop = open_shop(rig)
    case = pending(shop)
    rig.sandbox.faults.arm(Fault(name="rate-limit"))

    with pytest.raises(RateLimited):
        shop.write(to_call(Action("a", "reply", "您好"), case), shop.now())


def test_is_refused_when_the_stamp_is_too_old(rig: Rig) -> None:
    """The only fence that the platform knows against a paused process (docs/sending.md)."""
    shop = open_shop(rig)
    case = pending(shop)

    with pytest.raises(RateLimited):
        shop.write(to_call(Action("a", "reply", "您好"), case), shop.now() - timedelta(minutes=11))

    assert read_case(shop, case.id).ticket.thread == case.ticket.thread
