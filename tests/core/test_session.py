"""One shop's conversation: what is sent, how often, and what becomes of every answer."""

from __future__ import annotations

import json
import logging
import random
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import TypeAlias

import pytest

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
    Unsupported,
)
from gongdan.http import Answer
from gongdan.keys import MemoryKeys
from gongdan.secret import Secret, Settings
from gongdan.session import Session
from gongdan.skew import Skew
from gongdan.ticket import File
from gongdan.verdict import verdict
from gongdan.wire import (
    Call,
    Error,
    Fault,
    Means,
    Rate,
    Reply,
    Request,
    Token,
    Uploaded,
)
from tests.conftest import START, ManualClock

OK = {"code": 0}
HTML = Answer(200, {"content-type": "text/html"}, b"<title>Log in</title>")
STAMP = datetime(2026, 11, 21, 7, 59, tzinfo=UTC)
Told: TypeAlias = object  # an Answer, an error, or what becomes JSON


class Shopfront(Settings, frozen=True):
    base_url: str = "https://api.example.com"
    app_secret: Secret = Secret()


class Wire:
    """A network that gives what it is told, in order, the last for ever; it keeps what was sent."""

    def __init__(self, *told: Told) -> None:
        self.told = list(told)
        self.sent: list[Request] = []
        self.fresh: list[bool] = []
        self.before: Callable[[Request], None] = lambda _request: None

    def send(self, request: Request, *, fresh: bool = False, total_s: float = 30.0) -> Answer:
        assert total_s == 30.0
        self.before(request)
        self.sent.append(request)
        self.fresh.append(fresh)
        told = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        if isinstance(told, Exception):
            raise told
        return told if isinstance(told, Answer) else said(told)


class World:
    """What a session needs, all of it real but the network and the clock."""

    def __init__(self, clock: ManualClock, *told: Told) -> None:
        self.clock = clock
        self.wire = Wire(*(told or (OK,)))
        self.keys = MemoryKeys()
        self.skew = Skew()
        self.stopped = False

    def shop(
        self,
        connector: Connector[Shopfront] | None = None,
        *,
        alias: str = "main",
        token: str = "T",
        app_key: str = "68",
    ) -> Session[Shopfront]:
        return Session(
            alias=alias,
            remote_id="77977",
            connector=connector or plain(),
            settings=Shopfront(token=Secret(token), app_key=app_key, app_secret=Secret("S3cret!")),
            network=self.wire,
            clock=self.clock,
            keys=self.keys,
            skew=self.skew,
            stop=lambda: self.stopped,
            rng=random.Random(1),
        )


@pytest.fixture
def world(clock: ManualClock) -> World:
    return World(clock)


def said(value: object, status: int = 200, **headers: str) -> Answer:
    lower = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, lower, json.dumps(value).encode())


def plain(**more: object) -> Connector[Shopfront]:
    """A connector that speaks as the default does, or as *more* says."""
    given: dict[str, object] = {"api": 1, "platform": "acme", "settings": Shopfront, "streams": ()}
    return Connector(**(given | more))  # type: ignore[arg-type] # checked by running


def coded(**more: object) -> Connector[Shopfront]:
    """A connector whose answers carry a code, as 抖店's do."""

    def fault(reply: Reply) -> Fault | None:
        code = reply.body.need("code")
        text = reply.body.text("msg")
        return None if code == "0" else Fault(code, text if isinstance(text, str) else "")

    table = (
        Error("busy", Means.RETRY),
        Error("often", Means.WAIT),
        Error("token", Means.LOGIN),
        Error("done", Means.DONE, zh="已回复", en="somebody has answered", on="reply"),
        Error("no", Means.REFUSED),
    )
    return plain(**({"fault": fault, "errors": table, "encode": stamped} | more))


def stamped(shop: Shop[Shopfront], call: Call) -> Request:
    """Sign with nothing but the time and the token."""
    query = {"op": call.op, "t": shop.now().isoformat(), "token": shop.token}
    return Request("POST", shop.settings.base_url, query=query)


def answer(code: str, text: str = "") -> dict[str, str]:
    return {"code": code, "msg": text}


# --- reading


def test_an_answer_comes_back_as_a_reply(world: World) -> None:
    world.wire.told = [{"items": [{"id": 1}]}]

    reply = world.shop().call("GET /cases", {"page": 1})

    assert [bytes(row) for row in reply.rows("items")] == [b'{"id": 1}']
    assert world.wire.sent[0].query == {"page": "1"}
    assert world.wire.fresh == [False]


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

    with pytest.raises(AuthExpired, match=r"run 'gongdan shop login main'") as caught:
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


# --- time and budget


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


# --- logging in


class Logins:
    """A login that counts, and gives tokens T1, T2 ..."""

    def __init__(self, *, asks: str = "", owner: str = "77977") -> None:
        self.count = 0
        self.held: list[Token | None] = []
        self._asks = asks
        self._owner = owner

    def __call__(self, shop: Shop[Shopfront], held: Token | None) -> Token:
        self.held.append(held)
        if self._asks:
            shop.call(self._asks)
        self.count += 1
        return Token(access=Secret(f"T{self.count}"), owner=self._owner)


def expires(world: World, *good: str) -> None:
    """Make the network take these tokens only."""

    def send(request: Request, *, fresh: bool = False, total_s: float = 30.0) -> Answer:
        assert total_s == 30.0
        world.wire.sent.append(request)
        world.wire.fresh.append(fresh)
        return said(answer("0" if request.query["token"] in good else "token"))

    world.wire.send = send  # type: ignore[method-assign] # a network of its own


def test_logs_in_before_the_first_call_if_there_is_no_token(world: World) -> None:
    login = Logins()
    expires(world, "T1")

    world.shop(coded(login=login), token="").call("list")

    assert (login.count, login.held) == (1, [None])
    assert [request.query["token"] for request in world.wire.sent] == ["T1"]


def test_a_refused_token_is_renewed_once_and_the_call_made_again(world: World) -> None:
    login = Logins()
    expires(world, "T1")
    shop = world.shop(coded(login=login))

    shop.call("list")
    shop.call("list")

    assert [request.query["token"] for request in world.wire.sent] == ["T", "T1", "T1"]
    assert login.count == 1


def test_a_new_token_that_is_refused_too_needs_a_person(world: World) -> None:
    login = Logins()
    expires(world)

    with pytest.raises(AuthExpired, match="shop login main"):
        world.shop(coded(login=login)).call("list")

    assert (login.count, len(world.wire.sent)) == (1, 2)


def test_without_a_login_a_person_is_needed(world: World) -> None:
    expires(world)

    with pytest.raises(AuthExpired):
        world.shop(coded()).call("list")
    with pytest.raises(AuthExpired, match="GONGDAN_MAIN_TOKEN"):
        world.shop(coded()).login()

    assert len(world.wire.sent) == 1


def test_sixteen_threads_on_one_expired_token_log_in_once(world: World) -> None:
    login, gate = Logins(), threading.Barrier(16)
    expires(world, "T1")
    shops = [world.shop(coded(login=login)) for _ in range(16)]
    send = world.wire.send

    def together(request: Request, *, fresh: bool = False, total_s: float = 30.0) -> Answer:
        if request.query["token"] == "T":
            gate.wait(timeout=10)  # all have been refused before anybody logs in
        return send(request, fresh=fresh, total_s=total_s)

    world.wire.send = together  # type: ignore[method-assign] # a network of its own
    threads = [threading.Thread(target=shop.call, args=("list",)) for shop in shops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert login.count == 1
    assert len(world.wire.sent) == 32


def test_what_a_login_asks_never_logs_in(world: World) -> None:
    login = Logins(asks="token.create")
    expires(world)

    with pytest.raises(AuthExpired, match=r"token\.create"):
        world.shop(coded(login=login), token="").call("list")

    assert (login.count, len(world.wire.sent)) == (0, 1)


def test_a_token_is_kept_before_it_is_used(world: World) -> None:
    kept: list[Token | None] = []
    login = Logins()
    world.wire.before = lambda _request: kept.append(world.keys.token("main"))

    world.shop(coded(login=login), token="").call("list")

    assert kept == [Token(access=Secret("T1"), owner="77977")]


def test_a_token_of_another_shop_is_refused_and_not_kept(world: World) -> None:
    with pytest.raises(AccessDenied, match=r"opened shop 666, not 77977"):
        world.shop(coded(login=Logins(owner="666"))).login()

    assert world.keys.token("main") is None


def test_a_login_that_gives_nothing_is_no_login(world: World) -> None:
    def login(_shop: Shop[Shopfront], _held: Token | None) -> Token:
        return Token(access=Secret())

    with pytest.raises(ProtocolError, match="gave no token"):
        world.shop(coded(login=login)).login()

    assert world.keys.token("main") is None


def test_another_process_that_logged_in_meanwhile_is_believed(world: World) -> None:
    """抖店 refuses the second of two refreshes: "call again to read the newest token"."""

    def login(_shop: Shop[Shopfront], _held: Token | None) -> Token:
        world.keys.save_token("main", Token(access=Secret("T9")))
        raise Transient("concurrent refresh")

    expires(world, "T9")

    world.shop(coded(login=login)).call("list")

    assert [request.query["token"] for request in world.wire.sent] == ["T", "T9"]


def test_login_can_be_forced(world: World) -> None:
    login = Logins()
    shop = world.shop(coded(login=login))

    shop.login()
    shop.login()

    assert shop.token == "T2"
    assert login.held == [None, Token(access=Secret("T1"), owner="77977")]


# --- writing


def test_a_write_is_one_request_on_its_own_connection_signed_with_the_stamp(world: World) -> None:
    world.wire.told = [said({"code": 0, "id": 7})]

    reply = world.shop(coded()).write(Call("reply", {"text": "好"}), STAMP)

    assert reply.body.id() == "7"
    assert world.wire.fresh == [True]
    assert world.wire.sent[0].query["t"] == STAMP.isoformat()


@pytest.mark.parametrize(
    ("told", "kind", "fate"),
    [
        pytest.param(Transient("reset"), Transient, "unknown", id="reset"),
        pytest.param(NotSent("refused"), NotSent, "not_done", id="refused connection"),
        pytest.param(said({}, 502), Transient, "unknown", id="502"),
        pytest.param(said({"code": "0"}, 302), AccessDenied, "not_done", id="redirect"),
        pytest.param(answer("busy"), Transient, "unknown", id="busy"),
        pytest.param(answer("often"), RateLimited, "not_done", id="too often"),
        pytest.param(answer("token"), AuthExpired, "not_done", id="token"),
        pytest.param(answer("done"), AlreadyDone, "already", id="done"),
        pytest.param(answer("no"), Refused, "refused", id="refused"),
        pytest.param(answer("odd"), ProtocolError, "unknown", id="a code in no row"),
        pytest.param(HTML, Unreadable, "unknown", id="html"),
        pytest.param({"code": []}, BadField, "unknown", id="malformed"),
        pytest.param(ProtocolError("too long"), ProtocolError, "unknown", id="too long"),
    ],
)
def test_a_write_is_made_once_whatever_comes_of_it(
    told: Told, kind: type[GongdanError], fate: str, world: World
) -> None:
    world.wire.told = [told]
    login = Logins()

    with pytest.raises(GongdanError) as caught:
        world.shop(coded(login=login)).write(Call("reply"), STAMP)

    assert type(caught.value) is kind
    assert verdict(caught.value) == fate
    assert (len(world.wire.sent), login.count, world.clock.sleeps) == (1, 0, [])


def test_a_mistake_in_fault_leaves_a_write_unknown(world: World) -> None:
    def fault(_reply: Reply) -> Fault | None:
        raise KeyError("code")

    with pytest.raises(KeyError) as caught:
        world.shop(plain(fault=fault)).write(Call("POST /x"), STAMP)

    assert verdict(caught.value) == "unknown"


@pytest.mark.parametrize("raised", [KeyError("a"), ConfigError("no template"), BadField("$.a")])
def test_a_mistake_in_encode_is_not_sent(raised: Exception, world: World) -> None:
    def encode(_shop: Shop[Shopfront], _call: Call) -> Request:
        raise raised

    with pytest.raises(NotSent) as caught:
        world.shop(plain(encode=encode)).write(Call("POST /x"), STAMP)

    assert verdict(caught.value) == "not_done"
    assert world.wire.sent == []


def test_a_write_does_not_wait_for_the_budget(world: World) -> None:
    """What was decided on is sent within five seconds or not at all (outbox.md, 7)."""
    world.keys.hold("acme/68", START + timedelta(seconds=10))

    with pytest.raises(RateLimited) as caught:
        world.shop().write(Call("POST /x"), STAMP)

    assert verdict(caught.value) == "not_done"
    assert (world.wire.sent, world.clock.sleeps) == ([], [])


def test_a_write_waits_its_turn_for_a_moment(world: World) -> None:
    shop = world.shop(plain(rates=(Rate(1, timedelta(seconds=2)),)))
    shop.call("GET /x")

    shop.write(Call("POST /x"), STAMP)

    assert world.clock.sleeps == [2]


def test_a_write_that_is_stopped_was_not_made(world: World) -> None:
    world.stopped = True

    with pytest.raises(Stopped) as caught:
        world.shop().write(Call("POST /x"), STAMP)

    assert (verdict(caught.value), world.wire.sent) == ("not_done", [])


# --- uploading


def test_an_upload_is_asked_after_until_there_is_an_address(world: World) -> None:
    tokens: list[str] = []

    def upload(_shop: Shop[Shopfront], _file: File, token: str) -> Uploaded:
        tokens.append(token)
        done = len(tokens) == 3
        return Uploaded(url="https://img/1") if done else Uploaded(token="t1", wait_s=4)

    file = world.shop(plain(upload=upload)).upload(File("a.png", "image/png", b"x"))

    assert (file.url, file.data) == ("https://img/1", b"x")
    assert (tokens, world.clock.sleeps) == (["", "t1", "t1"], [4, 4])


def test_an_upload_that_never_ends_is_given_up(world: World) -> None:
    def upload(_shop: Shop[Shopfront], _file: File, _token: str) -> Uploaded:
        return Uploaded(token="t1")

    with pytest.raises(Transient, match=r"a\.png is still being checked"):
        world.shop(plain(upload=upload)).upload(File("a.png", "image/png", b"x"))

    assert sum(world.clock.sleeps) <= 120


def test_a_platform_without_uploads_says_so(world: World) -> None:
    with pytest.raises(Unsupported):
        world.shop().upload(File("a.png", "image/png", b"x"))


# --- secrets


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
