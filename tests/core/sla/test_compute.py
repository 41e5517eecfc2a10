"""Deadlines by rule: the readings of requirements 2.2, and how they explain themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gongdan.sla import (
    BadTime,
    Calendar,
    Mode,
    Rule,
    compute,
    explain,
    find_rule,
    fitting_modes,
    override,
)

from .oracle import DAYS
from .packs import pack

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SERVICE = Calendar.from_dict(
    {"tz": "Asia/Shanghai", "week": {day: [["09:00", "21:00"]] for day in DAYS}}
)


def at(clock: str, day: int = 0) -> datetime:
    """Give a clock time on the day after 2026-03-02 that *day* counts."""
    return datetime.fromisoformat(f"2026-03-02T{clock}").replace(tzinfo=SHANGHAI) + day * DAY


def rule_in(mode: str) -> Rule:
    return Rule(
        id=f"test.{mode}",
        platform="test",
        streams=("case",),
        calendar=SERVICE,
        source="2.2",
        mode=Mode(mode),
    )


def agreed() -> Rule:
    return find_rule(pack("douyin"), "douyin.service.agreed", at("20:00"))


# requirements 2.2: received, hours, then (day, time) for A window, B roll, W wall
READINGS = [
    ("10:00", 2, (0, "12:00"), (0, "12:00"), (0, "12:00")),
    ("19:00", 2, (0, "21:00"), (0, "21:00"), (0, "21:00")),
    ("19:30", 2, (1, "09:30"), (1, "09:30"), (0, "21:30")),
    ("20:00", 12, (1, "20:00"), (1, "20:00"), (1, "08:00")),
    ("20:00", 13, (1, "21:00"), (1, "09:00"), (1, "09:00")),
    ("20:00", 14, (2, "10:00"), (1, "10:00"), (1, "10:00")),
    ("10:00", 24, (2, "10:00"), (1, "10:00"), (1, "10:00")),
    ("20:00", 24, (2, "20:00"), (1, "20:00"), (1, "20:00")),
    ("17:57:51", 24, (2, "17:57:51"), (1, "17:57:51"), (1, "17:57:51")),
]


@pytest.mark.parametrize(
    ("received", "hours", "mode", "due"),
    [
        pytest.param(row[0], row[1], mode, due, id=f"{row[0]}+{row[1]}h-{mode}")
        for row in READINGS
        for mode, due in zip(("window", "roll", "wall"), row[2:], strict=True)
    ],
)
def test_the_table_of_three_readings(
    received: str, hours: int, mode: str, due: tuple[int, str]
) -> None:
    deadline = compute(rule_in(mode), at(received), hours * HOUR)

    assert deadline.due == at(due[1], due[0])
    assert deadline.mode == mode


@pytest.mark.parametrize(
    ("received", "mode", "due"),
    [
        ("21:00", "window", at("11:00", 1)),
        ("21:00", "roll", at("11:00", 1)),
        ("21:00", "wall", at("23:00")),
        ("08:59:59", "window", at("11:00")),
        ("08:59:59", "roll", at("11:00")),
        ("08:59:59", "wall", at("10:59:59")),
        ("20:59:59", "window", at("10:59:59", 1)),
        ("20:59:59", "roll", at("10:59:59", 1)),
    ],
)
def test_a_start_in_closed_time_waits_for_the_opening_except_by_the_wall(
    received: str, mode: str, due: datetime
) -> None:
    assert compute(rule_in(mode), at(received), 2 * HOUR).due == due


def test_roll_and_window_agree_up_to_twelve_hours_inside_the_window() -> None:
    for minute in range(0, 720, 7):
        start = at("09:00") + timedelta(minutes=minute)
        for hours in range(1, 13):
            rolled = compute(rule_in("roll"), start, hours * HOUR, explain=False)
            windowed = compute(rule_in("window"), start, hours * HOUR, explain=False)
            assert rolled.due == windowed.due


def test_roll_carries_over_once_even_past_the_next_closing() -> None:
    """Closed from Tuesday 21:00 to Thursday 09:00: 24 h from 20:00 leave 23 h for Thursday."""
    calendar = Calendar.from_dict({**SERVICE.to_dict(), "holidays": ["2026-03-03"]})
    rule = override([rule_in("roll")], {"test.roll": {"calendar": "closed"}}, {"closed": calendar})

    deadline = compute(rule[0], at("20:00"), 24 * HOUR)

    assert deadline.due == at("09:00", 2) + 23 * HOUR


def test_roll_finds_the_last_closing_on_an_earlier_page_of_the_table() -> None:
    """The table of openings is cut at 2026-05-10 03:48:16 UTC, inside this closure."""
    calendar = Calendar.from_dict(
        {**SERVICE.to_dict(), "holidays": ["2026-05-09", "2026-05-10", "2026-05-11"]}
    )
    start = datetime(2026, 5, 8, 20, tzinfo=SHANGHAI)

    deadline = compute(replace(rule_in("roll"), calendar=calendar), start, 48 * HOUR)

    assert deadline.due == datetime(2026, 5, 12, 9, tzinfo=SHANGHAI) + 47 * HOUR


def test_a_calendar_without_closings_runs_in_one_stretch() -> None:
    """Over the midnights and over the cut in the table of openings."""
    always = Calendar.from_dict({"tz": "UTC", "week": dict.fromkeys(DAYS, (("00:00", "24:00"),))})

    deadline = compute(replace(rule_in("window"), calendar=always), at("10:00"), 100 * DAY)

    assert [step.code for step in deadline.steps] == ["rule", "received", "from", "due"]


def test_a_rolled_deadline_leaves_pauses_out_on_both_sides_of_the_night() -> None:
    pauses = [(at("19:40"), at("19:50")), (at("09:10", 1), at("10:00", 1))]

    deadline = compute(rule_in("roll"), at("19:30"), 2 * HOUR, pauses)

    # 19:30 + 2 h + 10 min = 21:40; 40 min from 09:00, of which 10 before the second pause
    assert deadline.due == at("10:30", 1)


def test_the_wall_clock_leaves_pauses_out() -> None:
    deadline = compute(rule_in("wall"), at("22:00"), HOUR, [(at("22:30"), at("23:30"))])

    assert deadline.due == at("00:00", 1)


@pytest.mark.parametrize(
    ("rule_id", "received", "target", "due"),
    [
        ("douyin.service.normal", "10:00", None, at("10:00", 1)),
        ("douyin.service.normal", "23:00", None, at("23:00", 1)),
        ("douyin.service.urgent", "10:00", None, at("12:00")),
        ("douyin.service.urgent", "19:30", None, at("09:30", 1)),
        ("douyin.service.agreed", "20:00", 12 * HOUR, at("20:00", 1)),
        ("douyin.service.agreed", "20:00", 13 * HOUR, at("09:00", 1)),
        ("douyin.service.agreed", "10:00", 24 * HOUR, at("10:00", 1)),
        ("douyin.provider", "22:00", None, at("22:00", 1)),
    ],
)
def test_the_rules_of_douyin(
    rule_id: str, received: str, target: timedelta | None, due: datetime
) -> None:
    rule = find_rule(pack("douyin"), rule_id, at(received))

    assert compute(rule, at(received), target).due == due


def test_tmall_gives_24_hours_from_creation() -> None:
    rule = find_rule(pack("qianniu"), "qianniu.coordination", at("22:00"))

    assert compute(rule, at("22:00")).due == at("22:00", 1)


def test_the_platforms_own_sample_fits_the_default_of_the_24_hour_class() -> None:
    created = datetime(2020, 11, 24, 17, 57, 51, tzinfo=SHANGHAI)
    rule = find_rule(pack("douyin"), "douyin.service.normal", created)

    assert compute(rule, created).due == datetime(2020, 11, 25, 17, 57, 51, tzinfo=SHANGHAI)


def test_the_24_hours_by_the_letter_are_one_setting_away() -> None:
    """Who reads 000:55 literally gets the window for the 24-h class; it is not the default."""
    rules = override(pack("douyin"), {"douyin.service.normal": {"mode": "window"}})
    rule = find_rule(rules, "douyin.service.normal", at("10:00"))

    assert compute(rule, at("10:00")).due == at("10:00", 2)


def test_agreed_above_twelve_hours_is_doubtful_and_at_twelve_is_not() -> None:
    above, upto = (
        compute(agreed(), at("20:00"), 13 * HOUR),
        compute(agreed(), at("20:00"), 12 * HOUR),
    )

    assert (above.confidence, above.mode) == ("low", Mode.WALL)
    assert "earliest-of-readings" in above.flags
    assert (upto.confidence, upto.mode) == ("high", Mode.WINDOW)


def test_an_agreed_target_under_two_hours_is_flagged_or_refused() -> None:
    deadline = compute(agreed(), at("10:00"), HOUR)

    assert deadline.due == at("11:00")
    assert "target-below-minimum" in deadline.flags
    assert "target-below-minimum" not in compute(agreed(), at("10:00"), 2 * HOUR).flags
    with pytest.raises(BadTime, match=r"1h is under 2h"):
        compute(agreed(), at("10:00"), HOUR, strict=True)


def test_an_agreed_ticket_without_a_target_gets_the_least_or_is_refused() -> None:
    deadline = compute(agreed(), at("10:00"))

    assert (deadline.due, deadline.confidence) == (at("12:00"), "low")
    assert "target-unknown" in deadline.flags
    with pytest.raises(BadTime, match="give one"):
        compute(agreed(), at("10:00"), strict=True)


def test_a_target_that_is_not_positive_is_refused() -> None:
    with pytest.raises(BadTime, match="longer than nothing"):
        compute(agreed(), at("10:00"), timedelta(0))


def test_what_the_platform_decides_is_not_computed() -> None:
    rule = find_rule(pack("qianniu"), "qianniu.refund", at("10:00"))

    with pytest.raises(BadTime, match=r"qianniu\.refund"):
        compute(rule, at("10:00"))


def test_a_tickets_own_target_beats_the_rules_but_not_the_shops() -> None:
    rules = override(pack("douyin"), {"douyin.service.urgent": {"target": "90m"}})
    usual = find_rule(pack("douyin"), "douyin.service.urgent", at("10:00"))
    own = find_rule(rules, "douyin.service.urgent", at("10:00"))

    brought = compute(usual, at("10:00"), 3 * HOUR)

    assert (brought.due, "target-from-ticket" in brought.flags) == (at("13:00"), True)
    assert compute(own, at("10:00"), 3 * HOUR).due == at("11:30")


def test_a_ticket_received_outside_the_window_is_noted() -> None:
    """R45: the platform says it sends from 09:00 to 21:00."""
    rule = find_rule(pack("douyin"), "douyin.service.normal", at("10:00"))

    assert "outside-hours" in compute(rule, at("21:00")).flags
    assert "outside-hours" not in compute(rule, at("20:59:59")).flags


def test_times_come_out_in_utc() -> None:
    deadline = compute(agreed(), at("20:00"), 12 * HOUR)

    assert (deadline.start.tzinfo, deadline.due.tzinfo) == (UTC, UTC)


def test_explains_the_example_of_the_document() -> None:
    deadline = compute(agreed(), at("20:00"), 12 * HOUR)

    assert explain(deadline.steps, deadline.zone) == (
        "rule douyin.service.agreed: 12 h (window; R44, 000:60; R47, 000:56)",
        "received 20:00 on 2026-03-02",
        "1 h until 21:00",
        "11 h from 09:00 on 2026-03-03",
        "due 20:00 on 2026-03-03",
    )
    assert explain(deadline.steps, deadline.zone, "zh")[1:] == (
        "2026-03-02 20:00 收到",
        "到 21:00 用去 1 小时",
        "从 2026-03-03 09:00 起 11 小时",
        "2026-03-03 20:00 到期",
    )


def test_explains_a_start_in_closed_time_and_seconds() -> None:
    deadline = compute(rule_in("window"), at("21:30:05"), timedelta(hours=1, seconds=5))

    assert explain(deadline.steps, deadline.zone)[1:] == (
        "received 21:30:05 on 2026-03-02",
        "outside hours, counts from 09:00 on 2026-03-03",
        "1 h 5 s from 09:00",
        "due 10:00:05 on 2026-03-03",
    )


def test_explains_what_was_carried_over() -> None:
    deadline = compute(rule_in("roll"), at("20:00"), 12 * HOUR)

    assert explain(deadline.steps, deadline.zone)[2:] == (
        "1 h from 20:00",
        "11 h left at 21:00, carried to 09:00 on 2026-03-03",
        "11 h from 09:00",
        "due 20:00 on 2026-03-03",
    )


def test_explains_pauses_where_they_fall() -> None:
    pauses = [(at("20:20"), at("10:00", 1)), (at("10:30", 3), at("11:00", 3))]
    deadline = compute(rule_in("window"), at("20:00"), 12 * HOUR, pauses)

    assert explain(deadline.steps, deadline.zone)[2:-1] == (
        "20 min until 20:20",
        "paused 13 h 40 min from 20:20 until 10:00 on 2026-03-03",
        "11 h from 10:00 until 21:00",
        "40 min from 09:00 on 2026-03-04",
    )


def test_explains_no_stretch_of_nothing_where_a_pause_meets_an_opening_or_a_closing() -> None:
    pauses = [(at("20:30"), at("21:00")), (at("09:00", 1), at("10:00", 1))]
    deadline = compute(rule_in("window"), at("20:00"), HOUR, pauses)

    assert [step.code for step in deadline.steps] == [
        "rule",
        "received",
        "until",
        "paused",
        "paused",
        "from",
        "due",
    ]


def test_explains_the_readings_it_chose_from_and_the_shops_settings() -> None:
    table = {"douyin.service.agreed": {"min_target": "1h"}}
    rule = find_rule(override(pack("douyin"), table), "douyin.service.agreed", at("20:00"))

    deadline = compute(rule, at("20:00"), 13 * HOUR)

    assert explain(deadline.steps, deadline.zone)[1:4] == (
        "the shop's setting: min_target = 1h",
        "by window it would be 21:00 on 2026-03-03",
        "by wall it would be 09:00 on 2026-03-03",
    )
    assert "overridden" in deadline.flags


def test_a_long_explanation_leaves_out_its_middle() -> None:
    deadline = compute(rule_in("window"), at("20:00"), 133 * HOUR)

    texts = explain(deadline.steps, deadline.zone)

    assert texts[5] == "96 h in 8 more stretches"
    assert texts[-2:] == ("12 h from 09:00 on 2026-03-13", "due 21:00 on 2026-03-13")


def test_without_explanation_only_the_steps_are_missing() -> None:
    told = compute(agreed(), at("20:00"), 13 * HOUR)
    short = compute(agreed(), at("20:00"), 13 * HOUR, explain=False)

    assert (short.due, short.flags, short.steps) == (told.due, told.flags, ())


def test_tells_which_mode_would_explain_the_platforms_deadline() -> None:
    rule = find_rule(pack("douyin"), "douyin.service.normal", at("20:00"))

    assert fitting_modes(rule, at("20:00"), 24 * HOUR, at("20:00:01", 2)) == (Mode.WINDOW,)
    assert fitting_modes(rule, at("20:00"), 24 * HOUR, at("20:00", 1)) == (Mode.ROLL, Mode.WALL)
    assert fitting_modes(rule, at("20:00"), 24 * HOUR, at("20:00:02", 1)) == ()


proved = settings(derandomize=True, max_examples=60, deadline=None, database=None)
seconds = st.integers(1, 300_000).map(lambda number: timedelta(seconds=number))


@proved
@given(st.sampled_from(["window", "wall"]), seconds, seconds, seconds)
def test_window_and_wall_are_monotone_and_split(
    mode: str, shift: timedelta, first: timedelta, second: timedelta
) -> None:
    rule, start = rule_in(mode), at("09:00") + shift
    due = compute(rule, start, first, explain=False).due

    whole = compute(rule, start, first + second, explain=False).due

    assert whole > due
    assert compute(rule, due, second, explain=False).due == whole


@proved
@given(st.sampled_from(["window", "roll", "wall"]), seconds, seconds)
def test_every_mode_shifts_by_a_day_with_its_start(
    mode: str, shift: timedelta, target: timedelta
) -> None:
    rule, start = rule_in(mode), at("09:00") + shift

    later = compute(rule, start + DAY, target, explain=False).due

    assert later == compute(rule, start, target, explain=False).due + DAY


@proved
@given(st.sampled_from(["window", "roll", "wall"]), seconds, seconds)
def test_the_steps_add_up_to_the_target(mode: str, shift: timedelta, target: timedelta) -> None:
    deadline = compute(rule_in(mode), at("09:00") + shift, target)

    ran = [step.length for step in deadline.steps if step.code in ("until", "from", "run", "more")]

    assert sum((length for length in ran if length), timedelta()) == target
