"""Rule packs, choosing from them, and a shop's settings over them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from gongdan.errors import ConfigError, NotFound
from gongdan.sla import (
    BadRule,
    Calendar,
    Mode,
    Rule,
    choose,
    find_rule,
    first_response,
    load_rules,
    override,
    version_of,
)

from .packs import pack

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEAD = """
platform = "acme"
[calendars.desk]
tz = "Asia/Shanghai"
week = { mon = [["09:00", "18:00"]] }
"""
ROW = """
[[rules]]
id = "acme.case"
streams = ["case"]
target = "8h"
mode = "window"
calendar = "desk"
source = "their terms, section 4"
"""


def one(**changes: str) -> str:
    """Write a pack of one row, some of its lines replaced; "" leaves a line out."""
    lines = dict(line.split(" = ", 1) for line in ROW.strip().splitlines()[1:])
    lines |= changes
    row = "\n".join(f"{key} = {value}" for key, value in lines.items() if value)
    return f"{HEAD}\n[[rules]]\n{row}\n"


def test_reads_a_row_with_its_calendar() -> None:
    (rule,) = load_rules(HEAD + ROW)

    assert (rule.id, rule.platform, rule.streams) == ("acme.case", "acme", ("case",))
    assert (rule.target, rule.mode) == (timedelta(hours=8), Mode.WINDOW)
    assert rule.calendar.hours.week[0] == ((9 * 3600, 18 * 3600),)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("platform = ", "not TOML", id="no TOML"),
        pytest.param(ROW, "platform", id="no platform"),
        pytest.param(HEAD + "[rule]", "'rule'", id="unknown table"),
        pytest.param(one(colour='"red"'), r"rule 1 \(acme.case\): .*colour", id="unknown key"),
        pytest.param(one(target='"8 hours"'), r"acme\.case\): target: .*'8 hours'", id="target"),
        pytest.param(one(target='"0h"'), r"target: .*longer than nothing", id="target of nothing"),
        pytest.param(one(target="8"), r"\$\.target", id="target without unit"),
        pytest.param(one(mode='"windows"'), r"windows.*\$\.mode", id="mode"),
        pytest.param(one(calendar='"home"'), "'home'", id="calendar"),
        pytest.param(one(source=""), "source", id="no source"),
        pytest.param(one(id=""), "rule 1: .*id", id="no id"),
        pytest.param(one(since="2026-01-02", until="2026-01-02"), "until", id="no day between"),
        pytest.param(one(since='"soon"'), r"date.*\$\.since", id="no date"),
        pytest.param(one(mode='"platform"'), "target", id="nothing to compute"),
        pytest.param(one(clock='"first_response"', target=""), "target: missing", id="no target"),
        pytest.param(one(above='{ target = "12h", modes = [] }'), r"above\.modes", id="no modes"),
        pytest.param(HEAD + ROW + ROW, "two rules 'acme.case'", id="twice"),
        pytest.param('platform = "x"\n[calendars.a]\ntz = "X"\nweek = {}', "calendars.a", id="tz"),
        pytest.param('platform = "x"\nrules = 1', "rules", id="no rows"),
        pytest.param('platform = "x"\ncalendars = 1', "calendars", id="no calendars"),
    ],
)
def test_a_wrong_pack_is_refused_with_file_row_and_key(text: str, named: str) -> None:
    with pytest.raises(BadRule, match=rf"^acme\.toml: .*{named}") as caught:
        load_rules(text, "acme.toml")

    assert isinstance(caught.value, ConfigError)


def test_dated_versions_of_a_rule_follow_each_other() -> None:
    """A day is the calendar's: 2026-03-01 begins at 16:00 UTC the day before."""
    rules = load_rules(one(until="2026-03-01") + ROW.replace("8h", "4h") + "since = 2026-03-01\n")

    before = find_rule(rules, "acme.case", datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC))
    after = find_rule(rules, "acme.case", datetime(2026, 2, 28, 16, 0, tzinfo=UTC))

    assert (before.target, after.target) == (timedelta(hours=8), timedelta(hours=4))
    assert after.since == date(2026, 3, 1)


def test_a_rule_that_is_not_there_is_said_with_those_that_are() -> None:
    rules = load_rules(one(until="2026-01-01"))

    with pytest.raises(NotFound, match=r"'acme\.cases'; there are: acme\.case"):
        find_rule(rules, "acme.cases", NOW)
    with pytest.raises(NotFound, match="no version"):
        find_rule(rules, "acme.case", NOW)


@pytest.mark.parametrize(
    ("stream", "classes", "rule_id", "named"),
    [
        ("service", ("urgent", "platform"), "douyin.service.urgent", True),
        ("service", ("normal", "provider"), "douyin.provider", True),
        ("service", ("agreed",), "douyin.service.agreed", True),
        ("service", ("normal",), "douyin.service.normal", True),
        ("service", ("brand-new",), "douyin.service.normal", False),
        ("service", (), "douyin.service.normal", False),
        ("aftersale", ("urgent",), "douyin.aftersale", True),
    ],
)
def test_the_class_of_a_ticket_chooses_its_rule(
    stream: str, classes: tuple[str, ...], rule_id: str, named: bool
) -> None:
    rule, was_named = choose(pack("douyin"), "douyin", stream, classes, NOW)

    assert (rule and rule.id, was_named) == (rule_id, named)


def test_a_stream_that_no_rule_knows_has_none() -> None:
    assert choose(pack("douyin"), "douyin", "lottery", ("normal",), NOW) == (None, False)
    assert choose(pack("douyin"), "acme", "service", ("normal",), NOW) == (None, False)


@pytest.mark.parametrize("platform", ["douyin", "qianniu"])
def test_every_rule_of_the_packs_cites_its_source(platform: str) -> None:
    rules = pack(platform)

    assert all(rule.source.startswith("R") and ":" in rule.source for rule in rules)
    assert all(rule.id.startswith(f"{platform}.") for rule in rules)


def test_done_is_the_closing_where_the_platform_says_so() -> None:
    """R50: a note alone does not finish a coordination ticket."""
    assert find_rule(pack("qianniu"), "qianniu.coordination", NOW).done == "closed"
    assert find_rule(pack("douyin"), "douyin.service.normal", NOW).done == "answered"


def overridden(table: dict[str, object]) -> Rule:
    return find_rule(override(pack("douyin"), table), next(iter(table)), NOW)


def test_a_shop_may_choose_another_mode_and_target() -> None:
    rule = overridden({"douyin.service.normal": {"mode": "window", "target": "20h"}})

    assert (rule.mode, rule.target) == (Mode.WINDOW, timedelta(hours=20))
    assert rule.overrides == (("mode", "window"), ("target", "20h"))


def test_a_shop_that_chooses_a_mode_means_it_for_long_targets_too() -> None:
    assert overridden({"douyin.service.agreed": {"mode": "window"}}).above is None
    both = {"mode": "window", "above": {"target": "24h", "modes": ["roll", "wall"]}}
    above = overridden({"douyin.service.agreed": both}).above
    assert above is not None
    assert above.modes == (Mode.ROLL, Mode.WALL)


def test_a_shop_may_compute_what_the_pack_leaves_to_the_platform() -> None:
    rule = overridden({"douyin.aftersale": {"mode": "wall", "target": "48h"}})

    assert (rule.mode, rule.target) == (Mode.WALL, timedelta(hours=48))


def test_a_shop_may_leave_a_rule_to_the_platform() -> None:
    assert overridden({"douyin.service.normal": {"mode": "platform"}}).target is None


def test_a_shop_may_bring_a_calendar_by_name_or_in_place() -> None:
    table: dict[str, object] = {"tz": "UTC", "week": {"mon": [["10:00", "12:00"]]}}
    calendar = Calendar.from_dict(table)
    (named,) = override(
        [first_response()], {"shop.first_response": {"calendar": "desk"}}, {"desk": calendar}
    )
    (placed,) = override([first_response()], {"shop.first_response": {"calendar": table}})

    assert named.calendar == placed.calendar == calendar


@pytest.mark.parametrize(
    ("table", "named"),
    [
        pytest.param(
            {"douyin.servise.normal": {}}, "did you mean 'douyin.service.normal'", id="id"
        ),
        pytest.param({"x": {}}, "no rule is called 'x'", id="nothing like it"),
        pytest.param({"douyin.provider": {"colour": 1}}, "colour", id="key"),
        pytest.param({"douyin.provider": {"mode": "fast"}}, "fast", id="mode"),
        pytest.param({"douyin.provider": {"target": "-1h"}}, "target: .*'-1h'", id="target"),
        pytest.param({"douyin.provider": {"calendar": "desk"}}, "'desk'", id="calendar"),
        pytest.param({"douyin.provider": {"calendar": {"tz": "X"}}}, "calendar: ", id="in place"),
        pytest.param({"douyin.provider": 24}, "douyin.provider", id="no table"),
        pytest.param({"douyin.aftersale": {"target": "1h"}}, "target", id="without a mode"),
    ],
)
def test_a_wrong_override_is_refused_with_rule_and_key(
    table: dict[str, object], named: str
) -> None:
    with pytest.raises(BadRule, match=rf"^shops\.main\.sla.*{named}"):
        override(pack("douyin"), table, where="shops.main.sla")


def test_the_version_changes_with_anything_in_the_rules() -> None:
    rules = pack("douyin")
    calendar = Calendar.from_dict({**rules[0].calendar.to_dict(), "holidays": ["2026-10-01"]})
    closed = {"douyin.provider": {"calendar": "closed"}}

    version = version_of(rules)

    assert version == version_of(load_rules_again())
    assert version != version_of(override(rules, {"douyin.provider": {"target": "23h"}}))
    assert version_of(override(rules, closed, {"closed": rules[0].calendar})) != version_of(
        override(rules, closed, {"closed": calendar})
    )


def load_rules_again() -> tuple[Rule, ...]:
    pack.cache_clear()
    return pack("douyin")
