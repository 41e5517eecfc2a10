"""Writing: one request, whatever comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongdan.calls.verdict import verdict
from gongdan.contract import Shop
from gongdan.errors import (
    AccessDenied,
    AlreadyDone,
    AuthExpired,
    BadField,
    ConfigError,
    GongdanError,
    NotSent,
    PluginError,
    ProtocolError,
    RateLimited,
    Refused,
    Stopped,
    Transient,
    Unreadable,
    Unsupported,
)
from gongdan.ticket import File
from gongdan.wire import (
    Call,
    Fault,
    Rate,
    Reply,
    Request,
    Uploaded,
)
from tests.conftest import START, ManualClock
from tests.core.conversation import (
    HTML,
    STAMP,
    Logins,
    Shopfront,
    Told,
    World,
    answer,
    coded,
    plain,
    said,
)


@pytest.fixture
def world(clock: ManualClock) -> World:
    return World(clock)


def test_a_write_is_one_request_on_its_own_connection_signed_with_the_stamp(world: World) -> None:
    world.wire.told = [said({"code": 0, "id": 7})]

    reply = world.shop(coded()).write(Call("reply", {"text": "好"}), STAMP)

    assert reply.body.id() == "7"
    assert world.wire.fresh == [True]
    assert world.wire.sent[0].query["t"] == STAMP.isoformat()


@pytest.mark.parametrize("error", [NotSent("x"), ConfigError("x"), Refused("x"), KeyError("x")])
def test_a_connector_that_stumbles_over_the_answer_leaves_a_write_unknown(
    world: World, error: Exception
) -> None:
    """The answer came, so that the request was there, whatever the connector raises."""

    def fault(_: Reply) -> Fault | None:
        raise error

    world.wire.told = [said({"code": 0})]

    with pytest.raises(GongdanError) as caught:
        world.shop(coded(fault=fault)).write(Call("reply"), STAMP)

    assert verdict(caught.value) == "unknown"


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

    with pytest.raises(PluginError, match="fault failed: KeyError") as caught:
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
    """What was decided on is sent within five seconds or not at all (docs/sending.md, 7)."""
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
