"""How a shop is let in, and how the ends of an authorisation are told apart."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from gongdan import (
    AccessDenied,
    AuthExpired,
    GongdanError,
    Means,
    RateLimited,
    Secret,
    Token,
    TooLarge,
    Transient,
)
from gongdan.calls.network import Answer
from gongdan.calls.reply import Answered
from gongdan.calls.session import Session
from gongdan.calls.verdict import row_of
from gongdan.sandbox import Fault
from gongdan.upkeep.checkup import examine
from gongdan.views import QueueFilter
from gongdan_qianniu import QIANNIU, QianniuSettings
from gongdan_qianniu.client import fault
from gongdan_qianniu.errors import ERRORS
from gongdan_qianniu.login import address, login
from gongdan_qianniu.sandbox.seller import APP_KEY, APP_SECRET, Seller, seller
from tests.core.office import Office

from ..sandboxed import Rig, all_rows
from ..stub import NOW, StubShop, meaning, reply
from .doing import draft, office_of

TMALL, TAOBAO = seller(0), seller(1)
OAUTH, LIST = "oauth.token", "taobao.refunds.receive.get"


@pytest.fixture
def rig() -> Rig:
    return Rig("qianniu", QIANNIU.sandbox)


def opened(rig: Rig, shop: Seller = TMALL, **more: object) -> Session[QianniuSettings]:
    known: dict[str, object] = {
        "base_url": "http://sandbox/router/rest",
        "oauth_url": "http://sandbox/token",
        "app_key": APP_KEY,
        "app_secret": Secret(APP_SECRET),
    }
    settings = QianniuSettings(**(known | more))  # type: ignore[arg-type]  # a table of settings
    return rig.session(QIANNIU, settings, shop.user_id)


def code(rig: Rig, shop: Seller = TMALL) -> Secret:
    """Return what the platform's page shows when a shop authorises the app."""
    imitation = rig.sandbox.gateways["qianniu"].imitation
    grants = getattr(imitation, "_grants")  # noqa: B009  the page itself is tested elsewhere
    return Secret(grants.code(shop))


def test_a_code_opens_a_shop_that_has_no_session(rig: Rig) -> None:
    shop = opened(rig, code=code(rig))

    assert len(list(all_rows(QIANNIU, shop))) >= 20
    token = rig.keys.token("main")
    assert token is not None
    assert (token.owner, bool(token.refresh)) == (TMALL.user_id, True)
    assert token.refresh_expires is not None


def test_a_merchants_own_app_gets_a_session_that_cannot_be_renewed(rig: Rig) -> None:
    shop = opened(rig, TAOBAO, code=code(rig, TAOBAO))

    shop.login()

    token = rig.keys.token("main")
    assert token is not None
    assert not token.refresh
    assert token.expires == shop.now() + timedelta(days=365)


def test_a_code_of_another_shop_is_not_kept(rig: Rig) -> None:
    with pytest.raises(AccessDenied, match="opened shop"):
        opened(rig, code=code(rig, TAOBAO)).login()

    assert rig.keys.token("main") is None


def test_without_code_or_session_a_person_is_told_where_to_go(rig: Rig) -> None:
    shop = opened(rig)

    with pytest.raises(AuthExpired, match="must authorise") as caught:
        list(all_rows(QIANNIU, shop))

    found = re.search(r"http\S+", str(caught.value))
    assert found is not None
    parts = urlsplit(found[0])
    assert (parts.path, parse_qs(parts.query)["client_id"]) == ("/authorize", [APP_KEY])
    assert APP_SECRET not in str(caught.value)


def test_a_used_code_says_so_and_a_session_that_lives_is_renewed(rig: Rig) -> None:
    used = code(rig)
    opened(rig, code=used).login()
    first = rig.keys.token("main")

    opened(rig, code=used).login()

    second = rig.keys.token("main")
    assert first is not None
    assert second is not None
    assert first.access.reveal() != second.access.reveal()


def test_a_code_is_good_once(rig: Rig) -> None:
    used = code(rig, TAOBAO)
    opened(rig, TAOBAO, code=used).login()

    with pytest.raises(AuthExpired, match="authorize code expire"):
        opened(rig, TAOBAO, code=used).login()


def test_an_expired_session_is_renewed_in_the_midst_of_reading(rig: Rig) -> None:
    shop = opened(rig, code=code(rig))
    shop.login()
    rig.sandbox.faults.arm(Fault(name="token-expired", seconds=9999))

    assert len(list(all_rows(QIANNIU, shop))) >= 20


def test_a_session_that_a_person_pastes_goes_before_a_dead_one(rig: Rig) -> None:
    rig.keys.save_token("main", Token(access=Secret("dead"), owner=TMALL.user_id))
    shop = opened(rig, token=Secret(TMALL.session))

    assert len(list(all_rows(QIANNIU, shop))) >= 20
    assert shop.token == TMALL.session


def answer(**lives: object) -> dict[str, object]:
    return {"access_token": "a", "refresh_token": "r", "taobao_user_id": "12345", **lives}


@pytest.mark.parametrize(
    ("lives", "ends", "renewable"),
    [
        pytest.param({"expires_in": 86400, "re_expires_in": 0, "w2_expires_in": 1800}, 1800, False,
                     id="writing ends first"),
        pytest.param({"expires_in": 86400, "re_expires_in": 999, "w2_expires_in": 1800}, 86400,
                     True, id="renewable"),
        pytest.param({"expires_in": "86400", "re_expires_in": "0"}, 86400, False, id="quoted"),
        pytest.param({"w1_expires_in": 0, "expires_in": 60}, 60, False, id="zero is no end"),
        pytest.param({}, None, False, id="nothing told"),
    ],
)  # fmt: skip
def test_a_session_ends_when_something_of_it_does(
    lives: dict[str, object], ends: int | None, renewable: bool
) -> None:
    settings = QianniuSettings(app_key="1", app_secret=Secret("s"), code=Secret("c"))

    token = login(StubShop(settings, {OAUTH: [answer(**lives)]}), None)

    assert token.expires == (None if ends is None else NOW + timedelta(seconds=ends))
    assert bool(token.refresh) is renewable


def test_the_page_to_authorise_on_is_that_of_the_kind_of_shop() -> None:
    settings = QianniuSettings(app_key="1", app_secret=Secret("s"), tmall=False)

    assert "view=web" in address(StubShop(settings))
    assert address(StubShop(settings)).startswith("https://oauth.taobao.com/authorize?")


# which end it is


def raised(rig: Rig, name: str, seconds: float | None = None) -> GongdanError:
    shop = opened(rig, token=Secret(TMALL.session))
    rig.sandbox.faults.arm(Fault(name=name, seconds=seconds, count=99))
    with pytest.raises(GongdanError) as caught:
        list(all_rows(QIANNIU, shop))
    return caught.value


@pytest.mark.parametrize(
    ("name", "kind", "about"),
    [
        ("revoked", AuthExpired, ""),
        ("no-permission", AccessDenied, "permission"),
        ("wrong-ip", AccessDenied, "ip"),
        ("service-error", Transient, ""),
        ("too-large", TooLarge, ""),
    ],
)
def test_every_trouble_has_its_own_kind(
    rig: Rig, name: str, kind: type[GongdanError], about: str
) -> None:
    error = raised(rig, name)

    assert type(error) is kind
    assert error.about == about


def test_a_passing_error_of_the_service_costs_a_read_nothing(rig: Rig) -> None:
    shop = opened(rig, token=Secret(TMALL.session))
    rig.sandbox.faults.arm(Fault(name="service-error"))

    assert len(list(all_rows(QIANNIU, shop))) >= 20


def test_too_large_a_result_is_read_in_smaller_windows(tmp_path: Path) -> None:
    office = office_of(tmp_path, "refund", tickets=2)
    office.sandbox.faults.arm(Fault(name="too-large", api=LIST, count=3))

    with office.desk() as desk:
        assert (desk.sync().exit_code, desk.sync().new) == (0, 0)


def test_reading_goes_on_when_risky_writes_are_over(tmp_path: Path) -> None:
    office = office_of(tmp_path, "refund", tickets=4)
    with office.desk() as desk:
        desk.sync()
        ticket = desk.queue(QueueFilter())[0].id
        office.sandbox.faults.arm(Fault(name="risky-writes-over"))
        (row,) = desk.draft(draft(desk.ticket(ticket), "reply", "您好"), now=True)

        desk.push()
        again = desk.sync()

        waiting = desk.store.outbox.row(row.id)
        assert waiting.state in ("queued", "confirmed")
        assert again.exit_code == 0


@pytest.mark.parametrize(
    ("code", "means", "word"),
    [
        ("26", Means.LOGIN, "缺少 session"),
        ("27 session-expired", Means.LOGIN, "授权已失效"),
        ("27 invalid-sessionkey", Means.LOGIN, "授权已失效"),
        ("27 x sessionkey-not-generated-by-server", Means.SETTING, "不属于该应用"),
        ("53 isv.w2-security-authorize-invalid", Means.AUTHORISE, "读取不受影响"),
        ("53", Means.AUTHORISE, "读取不受影响"),
        ("44", Means.LOGIN, "授权已失效"),
    ],
)
def test_26_27_and_53_are_told_apart(code: str, means: Means, word: str) -> None:
    row = row_of(code, LIST, ERRORS, can_log_in=True)

    assert row is not None
    assert (row.means, word in row.zh) == (means, True)


def refusal(code: int, sub: str, text: str) -> dict[str, object]:
    return {"error_response": {"code": code, "sub_code": sub, "sub_msg": text, "msg": "m"}}


def test_a_session_of_another_app_is_known_by_the_words() -> None:
    words = "sessionkey-not-generated-by-server:RealSession don&apos;t belong app and user !"

    found = fault(reply(refusal(27, "invalid-sessionkey", words)))

    assert found is not None
    assert meaning(ERRORS, found.code, LIST) is Means.SETTING


def test_the_quota_of_a_day_ends_at_midnight_in_china(rig: Rig) -> None:
    """The answer itself may say how long; where it does not, its Date does."""
    sub = b"accesscontrol.limited-by-app-access-count"
    body = b'{"error_response": {"code": 7, "sub_code": "%s"}}' % sub
    headers = {"date": "Sat, 21 Nov 2026 15:59:00 GMT", "content-type": "application/json"}

    found = fault(Answered(Answer(200, headers, body)))

    assert found is not None
    assert found.wait_s == 61
    assert isinstance(raised(rig, "ban", 31062), RateLimited)


@pytest.mark.parametrize(
    "body",
    [
        {"result": {"success": False, "msg_code": "E1", "message": "不行"}},
        {"result": {"error_code": "E1", "error_msg": "不行"}},
        {"error_codes": "E1", "error_msg": "不行"},
        {"is_success": "false", "error_code": "E1", "error_msg": "不行"},
        {"api_success": False, "error_code": "E1", "api_message": "不行"},
        {"succ": False, "msg_code": "E1", "results": [{"succ": False, "message": "不行"}]},
        {"tmall_exchange_agree_response": {"result": {"success": False, "msg_code": "E1",
                                                      "message": "不行"}}},
    ],
)  # fmt: skip
def test_a_refusal_inside_a_normal_answer_is_one(body: object) -> None:
    found = fault(reply(body))

    assert found is not None
    assert (found.code, found.text) == ("business E1", "不行")


@pytest.mark.parametrize(
    "body",
    [
        {"result": True},
        {"result": 7},
        {"is_success": True},
        {"result": {"success": "true", "error_code": "0"}},
        {"result": {"error_code": "", "results": []}},
        {"result": {"error_code": "SUCCESS"}},
        {"result": None},
    ],
)
def test_a_good_answer_is_no_refusal(body: object) -> None:
    assert fault(reply(body)) is None


def test_a_plain_false_is_a_refusal() -> None:
    assert fault(reply({"result": False})) is not None


def test_the_end_is_told_days_before(tmp_path: Path) -> None:
    office = Office(tmp_path, ["qianniu"], tickets=1)
    with office.desk() as desk:
        soon = desk.now() + timedelta(days=2)
        desk.store.keys.save_token("qianniu", Token(access=Secret("a"), expires=soon))

        told = {one.check: one.problem for one in examine(desk) if one.subject == "qianniu"}

    assert told["login"] == "ends"
