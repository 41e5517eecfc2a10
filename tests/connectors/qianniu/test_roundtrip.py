"""The connector on the core's session, against the sandbox that somebody else wrote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongdan import (
    AccessDenied,
    Action,
    AuthExpired,
    Case,
    Fields,
    File,
    Gone,
    RateLimited,
    Ref,
    Secret,
    Status,
    Who,
)
from gongdan.calls.session import Session
from gongdan.sandbox import Fault
from gongdan_qianniu import QIANNIU, QianniuSettings
from gongdan_qianniu.pictures import PLACEHOLDER
from gongdan_qianniu.refund_acts import reply_call as to_call
from gongdan_qianniu.sandbox.seller import APP_KEY, APP_SECRET, Seller, seller
from gongdan_qianniu.tickets import read_detail, to_ticket

from ..sandboxed import Rig, all_rows
from ..stub import whole

TMALL, TAOBAO = seller(0), seller(1)


@pytest.fixture
def rig() -> Rig:
    return Rig("qianniu", QIANNIU.sandbox)


def open_shop(
    rig: Rig,
    shop: Seller = TMALL,
    *,
    secret: str = APP_SECRET,
    ahead: timedelta = timedelta(),
) -> Session[QianniuSettings]:
    settings = QianniuSettings(
        base_url="http://sandbox/router/rest",
        app_key=APP_KEY,
        app_secret=Secret(secret),
        token=Secret(shop.session),
    )
    return rig.session(QIANNIU, settings, shop.user_id, ahead=ahead)


def read_case(shop: Session[QianniuSettings], remote_id: str) -> Case:
    detail = whole(read_detail(shop, Ref(remote_id, Fields({}))))
    return Case(remote_id, to_ticket(detail), Fields({}), detail)


def first(shop: Session[QianniuSettings]) -> Case:
    return read_case(shop, next(all_rows(QIANNIU, shop))[0])


@pytest.mark.parametrize("owner", [TMALL, TAOBAO])
def test_reads_every_refund_with_its_messages(rig: Rig, owner: Seller) -> None:
    shop = open_shop(rig, owner)

    rows = dict(all_rows(QIANNIU, shop))

    cases = [read_case(shop, remote_id) for remote_id in rows]
    kept = [case.id for case in rig.sandbox.worlds["qianniu"].cases.of(owner.user_id, "refund")]
    assert sorted(rows) == sorted(kept)
    assert Status.UNKNOWN not in {case.ticket.status for case in cases}
    assert any(case.ticket.thread for case in cases)
    assert any(case.ticket.deadline for case in cases)
    assert not any(case.detail.notes for case in cases)


def test_sees_its_own_message_in_the_thread(rig: Rig) -> None:
    shop = open_shop(rig)
    case = first(shop)
    call = to_call(Action("a", "reply", "您好，已安排补发😀 <b>&\n单号 1"), case)

    reply = shop.write(call, shop.now())

    after = read_case(shop, case.id).ticket.thread
    assert after
    said = {message.id: message for message in after}[reply.body.id(call.receipt)]
    assert (said.who, said.text) == (Who.MERCHANT, "您好，已安排补发😀 <b>&\n单号 1")
    assert rig.network.sent[-3].files == {"image": PLACEHOLDER}


def test_sends_a_picture(rig: Rig) -> None:
    shop = open_shop(rig)
    case = first(shop)
    picture = File("截图.png", "image/png", PLACEHOLDER.data)

    shop.write(to_call(Action("a", "reply", "见图", (picture,)), case), shop.now())

    thread = read_case(shop, case.id).ticket.thread
    assert thread
    assert thread[-1].files[0].endswith(".png")


def test_corrects_a_clock_that_is_wrong(rig: Rig) -> None:
    assert len(list(all_rows(QIANNIU, open_shop(rig, ahead=timedelta(hours=3))))) >= 20


def test_is_told_that_the_secret_is_wrong(rig: Rig) -> None:
    with pytest.raises(AccessDenied) as caught:
        list(all_rows(QIANNIU, open_shop(rig, secret="another")))

    assert "app_secret" in caught.value.hint_zh
    assert "another" not in str(caught.value)


@pytest.mark.parametrize("fault", ["token-expired", "revoked"])
def test_is_told_that_the_session_is_over(rig: Rig, fault: str) -> None:
    shop = open_shop(rig)
    rig.sandbox.faults.arm(Fault(name=fault))

    with pytest.raises(AuthExpired, match="must authorise"):
        list(all_rows(QIANNIU, shop))


def test_is_told_of_a_ban_and_how_long(rig: Rig) -> None:
    shop = open_shop(rig)
    case = first(shop)
    rig.sandbox.faults.arm(Fault(name="ban", seconds=31062))

    with pytest.raises(RateLimited) as caught:
        shop.write(to_call(Action("a", "reply", "您好"), case), shop.now())

    assert caught.value.retry_after_s == 31063


def test_is_told_that_there_is_no_such_refund(rig: Rig) -> None:
    with pytest.raises(Gone):
        read_case(open_shop(rig), "1")


def test_is_refused_when_the_stamp_is_too_old(rig: Rig) -> None:
    """The only fence that the platform knows against a paused process (docs/sending.md)."""
    shop = open_shop(rig)
    case = first(shop)

    with pytest.raises(RateLimited):
        shop.write(to_call(Action("a", "reply", "您好"), case), shop.now() - timedelta(minutes=11))

    assert read_case(shop, case.id).ticket.thread == case.ticket.thread
