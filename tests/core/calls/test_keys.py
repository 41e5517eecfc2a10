"""What the shops of one app share, kept in memory."""

from __future__ import annotations

from datetime import timedelta

from gongdan.calls.keys import Keys, MemoryKeys, budget_name
from gongdan.secret import Secret, Settings
from gongdan.wire import Rate, Token
from tests.conftest import START, ManualClock

THREE = Rate(3, timedelta(seconds=1))


def test_keeps_tokens_by_alias() -> None:
    keys: Keys = MemoryKeys()

    keys.save_token("main", Token(access=Secret("T")))

    assert keys.token("main") == Token(access=Secret("T"))
    assert keys.token("other") is None


def test_the_later_hold_counts() -> None:
    keys = MemoryKeys()

    keys.hold("app", START + timedelta(seconds=60))
    keys.hold("app", START + timedelta(seconds=5))

    assert keys.not_before("app") == START + timedelta(seconds=60)
    assert keys.not_before("other") is None


def test_no_span_holds_more_than_the_budget(clock: ManualClock) -> None:
    keys, sent = MemoryKeys(), []
    for _ in range(10):
        wait_s = keys.take("app", [THREE], "op", clock.now())
        clock.advance(wait_s)
        sent.append(clock.monotonic())

    assert all(late - early >= 1 for early, late in zip(sent, sent[3:], strict=False))
    assert sent[-1] == 3


def test_a_budget_is_for_the_ops_it_names_and_of_one_app(clock: ManualClock) -> None:
    keys, rate = MemoryKeys(), Rate(1, timedelta(seconds=1), on="order.*")

    keys.take("app", [rate], "order.list", clock.now())

    assert keys.take("app", [rate], "order.list", clock.now()) == 1
    assert keys.take("app", [rate], "token.create", clock.now()) == 0
    assert keys.take("other", [rate], "order.list", clock.now()) == 0


def test_shops_share_a_budget_by_app_key() -> None:
    plain, keyed = Settings(base_url="x"), Settings(base_url="x", app_key="68")

    assert budget_name("douyin", keyed, "a") == budget_name("douyin", keyed, "b")
    assert budget_name("douyin", plain, "a") != budget_name("douyin", plain, "b")
    assert budget_name("douyin", keyed, "a") != budget_name("qianniu", keyed, "a")
