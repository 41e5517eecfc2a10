"""One shop's conversation: what is read, how often, and what becomes of every answer."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from gongdan.calls.network import Answer
from gongdan.calls.retry import ATTEMPTS
from gongdan.contract import Connector, Shop
from gongdan.errors import (
    AccessDenied,
    AlreadyDone,
    AuthExpired,
    BadField,
    ConfigError,
    Gone,
    GongdanError,
    NotSent,
    ProtocolError,
    RateLimited,
    Refused,
    Stopped,
    Transient,
    Unreadable,
)
from gongdan.secret import Secret
from gongdan.wire import (
    Call,
    Error,
    Fault,
    Means,
    Rate,
    Reply,
    Request,
    Token,
)
from tests.conftest import START, ManualClock
from tests.core.conversation import (
    HTML,
    OK,
    Shopfront,
    World,
    answer,
    coded,
    plain,
    said,
)


@pytest.fixture
def world(clock: ManualClock) -> World:
    return World(clock)


def test_an_answer_comes_back_as_a_reply(world: World) -> None:
    world.wire.told = [{"items": [{"id": 1}]}]

    reply = world.shop().call("GET /cases", {"page": 1})

    assert [bytes(row) for row in reply.rows("items")] == [b'{"id": 1}']
    assert world.wire.sent[0].query == {"page": "1"}
    assert world.wire.fresh == [False]


def test_a_platform_that_cannot_be_reached_is_asked_at_length_by_one_shop_only(
    world: World,
) -> None:
    """And by all again as soon as one has got through."""
    world.wire.told = [NotSent("refused")]
    first, second = world.shop(), world.shop(alias="other")

    for shop in (first, second, first):
        with pytest.raises(NotSent):
            shop.call("GET /cases")
    assert (first.requests, second.requests) == (ATTEMPTS + 1, 1)

    world.wire.told = [{}]
    second.call("GET /cases")
    world.wire.told = [NotSent("refused")]
    with pytest.raises(NotSent):
        first.call("GET /cases")
    assert first.requests == 2 * ATTEMPTS + 1


def test_a_platform_that_answers_badly_is_asked_at_length_by_every_shop(world: World) -> None:
    world.wire.told = [Transient("reset")]

    for alias in ("main", "other"):
        shop = world.shop(alias=alias)
        with pytest.raises(Transient):
            shop.call("GET /cases")
        assert shop.requests == ATTEMPTS


def test_every_attempt_is_signed_anew_after_the_wait(world: World) -> None:
    world.wire.told = [answer("busy"), Transient("reset"), OK]
    shop = world.shop(coded())

    shop.call("list")

    times = [datetime.fromisoformat(request.query["t"]) for request in world.wire.sent]
    waits = [(after - before).total_seconds() for before, after in pairwise(times)]
    assert waits == pytest.approx(world.clock.sleeps)
    assert shop.requests == 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, Gone), (403, AccessDenied), (302, AccessDenied), (422, Refused), (401, AuthExpired)],
)
def test_a_status_is_an_error_where_the_connector_says_nothing(
    status: int, kind: type[GongdanError], world: World
) -> None:
    world.wire.told = [said({}, status)]

    with pytest.raises(kind, match=rf"^acme main: GET /x .*http {status}") as caught:
        world.shop().call("GET /x")

    assert caught.value.code == f"http {status}"
    assert len(world.wire.sent) == 1


def test_an_error_says_who_what_why_and_what_to_do(world: World) -> None:
    def fault(_reply: Reply) -> Fault | None:
        return Fault("20000 isp:10009", "已经回复", request_id="log-1")

    table = (Error("20000 isp:10009", Means.DONE, zh="看一下", en="look at it"),)
    shop = world.shop(plain(fault=fault, errors=table))

    with pytest.raises(AlreadyDone) as caught:
        shop.call("GET /x")

    error = caught.value
    assert str(error) == "acme main: GET /x was done before: 20000 isp:10009 (已经回复); look at it"
    assert (error.code, error.request_id) == ("20000 isp:10009", "log-1")
    assert (error.hint_zh, error.hint_en, error.means) == ("看一下", "look at it", Means.DONE)


def test_an_expired_authorisation_names_the_command(world: World) -> None:
    world.wire.told = [said({}, 401)]

    with pytest.raises(AuthExpired, match=r"set GONGDAN_MAIN_TOKEN") as caught:
        world.shop().call("GET /x")

    assert caught.value.means is Means.AUTHORISE


def test_a_code_in_no_row_is_no_guess(world: World) -> None:
    world.wire.told = [answer("new-code", "what?")]

    with pytest.raises(ProtocolError, match=r"new-code \(what\?\).*error table") as caught:
        world.shop(coded()).call("list")

    assert (caught.value.code, caught.value.means) == ("new-code", None)
    assert len(world.wire.sent) == 1


def test_a_row_for_one_op_says_nothing_of_another(world: World) -> None:
    world.wire.told = [answer("done")]

    with pytest.raises(AlreadyDone):
        world.shop(coded()).call("reply")
    with pytest.raises(ProtocolError):
        world.shop(coded()).call("list")


def test_a_gateways_page_of_html_is_told_by_its_status(world: World) -> None:
    world.wire.told = [Answer(502, {"content-type": "text/html"}, b"<title>x</title>"), OK]

    world.shop(coded()).call("list")

    assert len(world.wire.sent) == 2


@pytest.mark.parametrize("connector", [plain(), coded()], ids=["plain", "coded"])
def test_what_is_unreadable_is_asked_for_again(
    connector: Connector[Shopfront], world: World
) -> None:
    world.wire.told = [HTML, OK]

    assert world.shop(connector).call("GET /x").body.number("code") == 0

    world.wire.told = [HTML]
    with pytest.raises(Unreadable, match="acme main: GET /x: expected JSON"):
        world.shop(connector).call("GET /x")


def test_an_empty_answer_is_a_good_one(world: World) -> None:
    world.wire.told = [Answer(204, {}, b"")]

    assert world.shop().call("POST /read-marks").status == 204


def test_an_error_of_the_network_is_named_too(world: World) -> None:
    world.wire.told = [ConfigError("api.example.com: no address")]

    with pytest.raises(ConfigError, match=r"^acme main: GET /x: api\.example\.com: no address$"):
        world.shop().call("GET /x")


def test_a_payload_of_a_wrong_kind_is_not_asked_for_again(world: World) -> None:
    world.wire.told = [{"code": []}]

    with pytest.raises(BadField, match=r"acme main: list: \$\.code: expected text"):
        world.shop(coded()).call("list")

    assert len(world.wire.sent) == 1


def test_an_encode_that_makes_a_request_is_told_off(world: World) -> None:
    def encode(shop: Shop[Shopfront], _call: Call) -> Request:
        shop.call("GET /nonce")
        raise AssertionError

    with pytest.raises(ConfigError, match="makes none"):
        world.shop(plain(encode=encode)).call("GET /x")


def test_now_is_the_platforms_clock(world: World) -> None:
    ahead = START + timedelta(minutes=7)
    world.wire.told = [said(OK, date=format_datetime(ahead))]
    shop = world.shop()
    assert shop.now() == START

    shop.call("GET /x")

    assert shop.now() == ahead


def test_waits_as_long_as_the_platform_asks(world: World) -> None:
    world.wire.told = [said({}, 429, retry_after="17"), OK]

    world.shop().call("GET /x")

    assert 17 <= sum(world.clock.sleeps) < 19


def test_a_date_to_retry_after_is_by_the_platforms_clock(world: World) -> None:
    ahead = START + timedelta(hours=1)
    until = format_datetime(ahead + timedelta(seconds=20))
    world.wire.told = [said({}, 429, date=format_datetime(ahead), retry_after=until), OK]

    world.shop().call("GET /x")

    assert 20 <= sum(world.clock.sleeps) < 22


def test_a_platform_under_repair_may_say_for_how_long(world: World) -> None:
    world.wire.told = [said({}, 503, retry_after="30"), OK]

    world.shop().call("GET /x")

    assert sum(world.clock.sleeps) >= 30


def test_what_one_shop_is_told_all_shops_of_the_key_obey(world: World) -> None:
    world.wire.told = [said({}, 429, retry_after="40"), OK]
    other, stranger = world.shop(alias="other"), world.shop(alias="far", app_key="69")

    world.shop().call("GET /x")
    began = world.clock.monotonic()
    stranger.call("GET /x")
    assert world.clock.monotonic() == began

    world.keys.hold("acme/68", world.clock.now() + timedelta(seconds=25))
    other.call("GET /x")

    assert world.clock.monotonic() - began == 25


def test_a_ban_is_told_at_once_and_nobody_of_the_key_asks(world: World) -> None:
    world.wire.told = [said({}, 429, retry_after="600")]

    for alias in ("main", "other"):
        with pytest.raises(RateLimited) as caught:
            world.shop(alias=alias).call("GET /x")
        assert caught.value.retry_after_s == 600
        assert caught.value.means is Means.WAIT

    assert (len(world.wire.sent), world.clock.sleeps) == (1, [])


def test_requests_keep_within_the_budget_of_the_app(world: World) -> None:
    connector = plain(rates=(Rate(2, timedelta(seconds=1)),))
    shops = [world.shop(connector, alias=alias) for alias in ("a", "b", "c")]

    for shop in shops:
        shop.call("GET /x")
        shop.call("GET /y")

    assert world.clock.monotonic() == 2


def test_a_budget_of_a_shop_is_its_own(world: World) -> None:
    connector = plain(rates=(Rate(1, timedelta(seconds=10), scope="shop"),))

    for alias in ("a", "b", "c"):
        world.shop(connector, alias=alias).call("GET /x")

    assert world.clock.sleeps == []


def test_a_run_that_is_to_end_sends_nothing_more(world: World) -> None:
    world.stopped = True

    with pytest.raises(Stopped):
        world.shop().call("GET /x")

    assert world.wire.sent == []


def test_a_run_may_be_ended_while_it_waits(world: World) -> None:
    def end(_request: Request) -> None:
        world.stopped = True

    world.wire.told, world.wire.before = [said({}, 503), OK], end

    with pytest.raises(Stopped):
        world.shop().call("GET /x")

    assert len(world.wire.sent) == 1


@pytest.mark.parametrize("secret", ["T0ken-canary", "S3cret!", "R3fresh-canary", "13812345678"])
def test_no_message_or_log_repeats_what_must_not_be_shown(
    secret: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = Token(access=Secret("T0ken-canary"), refresh=Secret("R3fresh-canary"))
    world.keys.save_token("main", token)
    shop = world.shop(coded())
    world.wire.told = [answer("no", f"bad sign for {secret}\x1b[31m\n{secret}")]

    with pytest.raises(Refused) as caught:
        shop.call("list")

    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    shown += repr(shop) + repr(vars(caught.value))
    assert secret not in shown
    assert "\x1b" not in str(caught.value)
    assert "bad sign for ***" in str(caught.value)


def test_the_platforms_words_are_cut(world: World) -> None:
    world.wire.told = [answer("no", "长" * 5000)]

    with pytest.raises(Refused) as caught:
        world.shop(coded()).call("list")

    assert str(caught.value).count("长") == 200


def test_a_secret_is_not_cut_in_half(world: World) -> None:
    world.wire.told = [answer("no", "x" * 197 + "S3cret!")]

    with pytest.raises(Refused) as caught:
        world.shop(coded()).call("list")

    assert "S3c" not in str(caught.value)
