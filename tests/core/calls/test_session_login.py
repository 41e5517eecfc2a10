"""Logging in: once, by one, before anything is asked with the new token."""

from __future__ import annotations

import threading

import pytest

from gongdan.calls.network import Answer
from gongdan.contract import Shop
from gongdan.errors import (
    AccessDenied,
    AuthExpired,
    ProtocolError,
    Transient,
)
from gongdan.secret import Secret
from gongdan.wire import (
    Request,
    Token,
)
from tests.conftest import ManualClock
from tests.core.conversation import (
    Logins,
    Shopfront,
    World,
    coded,
    expires,
)


@pytest.fixture
def world(clock: ManualClock) -> World:
    return World(clock)


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


def test_what_a_login_is_refused_for_does_not_advise_to_log_in(world: World) -> None:
    """Whoever reads it has just done so; the connector says what is missing."""
    expires(world)

    def login(shop: Shop[Shopfront], _old: Token | None) -> Token:
        shop.call("tokens")
        raise AssertionError

    with pytest.raises(AuthExpired) as caught:
        world.shop(coded(login=login)).login()

    assert "shop login" not in str(caught.value)


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


def test_an_alias_that_was_another_shop_is_read_no_more(world: World) -> None:
    """Its tickets would be filed with the other's, and its past would never be read."""
    login = Logins()
    world.keys.save_token("main", Token(access=Secret("T1"), owner="666"))

    with pytest.raises(
        AccessDenied, match=r"logged in as shop 666, not 77977.*an alias of its own"
    ):
        world.shop(coded(login=login)).call("list")

    assert (login.count, world.wire.sent) == (0, [])


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
