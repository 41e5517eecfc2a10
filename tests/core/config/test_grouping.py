"""Groups of shops, and what counts where a shop says nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gongdan import ConfigError, NotFound
from gongdan.config.grouping import members
from gongdan.config.settings import Config, parse

PATH = Path("gongdan.toml")
APPS = '[apps.dy]\nplatform = "douyin"\n[apps.tb]\nplatform = "qianniu"\n'


def config(text: str) -> Config:
    shops = "".join(
        f'[shops.{alias}]\napp = "{app}"\nremote_id = "{number}"\n{more}\n'
        for number, (alias, app, more) in enumerate(
            [("b", "dy", 'group = "vip night"'), ("a", "dy", 'group = ["vip"]'), ("t", "tb", "")]
        )
    )
    return parse(PATH, APPS + shops + text)


def test_groups_are_named_by_shops_and_by_a_table_in_the_order_of_the_shops() -> None:
    found = config('[groups]\nvip = ["t", "a"]\nday = ["t"]\n').groups

    assert found == {"vip": ("b", "a", "t"), "night": ("b",), "day": ("t",)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('[groups]\nvip = ["nobody"]', "vip: there is no shop 'nobody'", id="no shop"),
        pytest.param('[groups]\nvip = "a"', "vip: expected a list of texts", id="no list"),
        pytest.param('[groups]\n"v p" = ["a"]', "group 'v p': use only", id="a blank"),
        pytest.param("[groups]\nnone = []", "[groups] none: no shop is in it", id="an empty one"),
        pytest.param("groups = 3", "groups must be a table", id="no table"),
        pytest.param("[defaults]\nmonney = true", "did you mean money?", id="a slip"),
        pytest.param("[defaults]\nmoney = 3", "money: expected true or false", id="a wrong type"),
    ],
)
def test_a_mistake_in_them_is_told(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)):
        parse(PATH, text + "\n" + APPS) if not text.startswith("[") else config(text)


def test_a_group_that_nobody_is_in_is_not_every_shop() -> None:
    known = {"vip": ("a", "b"), "empty": ()}

    assert members(PATH, known, ["vip", "vip"]) == ("a", "b")
    for name in ("empty", "vib"):
        with pytest.raises(NotFound, match=name):
            members(PATH, known, [name])


def test_a_shop_goes_over_the_defaults_and_gets_the_rules_of_its_platform() -> None:
    found = config(
        "[defaults]\nmoney = true\n"
        '[defaults.rules."douyin.service.normal"]\nmode = "roll"\n'
        '[shops.c]\napp = "dy"\nremote_id = "9"\nmoney = false\n'
        '[shops.c.rules."douyin.service.normal"]\ntarget = "20h"\n'
        '[shops.c.rules."douyin.provider"]\nmode = "wall"\n'
    ).shops

    assert (found["a"].money, found["c"].money) == (True, False)
    assert found["a"].rules == {"douyin.service.normal": {"mode": "roll"}}
    assert found["c"].rules == {
        "douyin.service.normal": {"mode": "roll", "target": "20h"},
        "douyin.provider": {"mode": "wall"},
    }
    assert found["t"].rules == {}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2027-05-01", datetime(2027, 5, 1, 15, 59, 59, tzinfo=UTC)),
        ('"2027-05-01"', datetime(2027, 5, 1, 15, 59, 59, tzinfo=UTC)),
        ("2027-05-01T08:00:00", datetime(2027, 5, 1, tzinfo=UTC)),
        ('"2027-05-01T08:00:00+00:00"', datetime(2027, 5, 1, 8, tzinfo=UTC)),
    ],
)
def test_an_authorisation_ends_with_the_day_in_china(written: str, meant: datetime) -> None:
    text = f'[shops.s]\nplatform = "x"\nremote_id = "1"\nauthorised_until = {written}\n'

    assert parse(PATH, text).shops["s"].authorised_until == meant


@pytest.mark.parametrize("written", ['"next year"', "3", '"2027-13-01"'])
def test_an_end_that_is_no_date_is_told(written: str) -> None:
    text = f'[shops.s]\nplatform = "x"\nremote_id = "1"\nauthorised_until = {written}\n'

    with pytest.raises(ConfigError, match=r"\[shops.s\] authorised_until: expected a date"):
        parse(PATH, text)
