"""`Calendar`: what is open, and arithmetic in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from gongdan.errors import ConfigError
from gongdan.sla import BadCalendar, BadTime, Calendar, NeverOpen

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = timedelta(hours=1)


def every_day(*intervals: tuple[str, str], tz: str = "Asia/Shanghai") -> Calendar:
    return Calendar.from_dict({"tz": tz, "week": {day: list(intervals) for day in DAYS}})


def office(**more: object) -> Calendar:
    week = {day: [["09:00", "18:00"]] for day in DAYS[:5]}
    return Calendar.from_dict({"tz": "Asia/Shanghai", "week": week, **more})


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


SERVICE = every_day(("09:00", "21:00"))


def test_twelve_hours_from_twenty_end_at_twenty_the_next_day() -> None:
    """R47, the document's own example."""
    assert SERVICE.deadline(at("2026-03-02 20:00"), 12 * HOUR) == at("2026-03-03 20:00")


@pytest.mark.parametrize(
    ("start", "target", "due"),
    [
        pytest.param("2026-03-02 19:00", 2 * HOUR, "2026-03-02 21:00", id="end at closing stays"),
        pytest.param("2026-03-02 21:00", HOUR, "2026-03-03 10:00", id="start at closing waits"),
        pytest.param("2026-03-02 09:00", HOUR, "2026-03-02 10:00", id="start at opening counts"),
        pytest.param("2026-03-02 03:00", HOUR, "2026-03-02 10:00", id="start before opening"),
        pytest.param(
            "2026-03-02 20:59:59", timedelta(seconds=2), "2026-03-03 09:00:01", id="seconds kept"
        ),
        pytest.param(
            "2026-03-02 20:00:00.000001", HOUR, "2026-03-03 09:00:00.000001", id="microseconds"
        ),
        pytest.param("2026-12-31 20:00", 12 * HOUR, "2027-01-01 20:00", id="over new year"),
        pytest.param("2026-03-02 20:00", 1200 * HOUR, "2026-06-10 20:00", id="a hundred days"),
    ],
)
def test_deadline_in_the_service_window(start: str, target: timedelta, due: str) -> None:
    assert SERVICE.deadline(at(start), target) == at(due)


def test_several_intervals_a_day_leave_out_lunch() -> None:
    calendar = every_day(("09:00", "12:00"), ("13:00", "18:00"))

    assert calendar.deadline(at("2026-03-02 11:30"), HOUR) == at("2026-03-02 13:30")
    assert calendar.elapsed(at("2026-03-02 11:30"), at("2026-03-02 13:30")) == HOUR


def test_midnight_is_written_24_and_23_59_is_a_minute_before_it() -> None:
    until_midnight, almost = every_day(("20:00", "24:00")), every_day(("00:00", "23:59"))

    assert until_midnight.deadline(at("2026-03-02 23:00"), HOUR) == at("2026-03-03 00:00")
    assert until_midnight.deadline(at("2026-03-02 23:00"), 2 * HOUR) == at("2026-03-03 21:00")
    assert almost.deadline(at("2026-03-02 23:00"), HOUR) == at("2026-03-03 00:01")


def test_a_day_of_24_hours_runs_through_midnight() -> None:
    assert every_day(("00:00", "24:00")).deadline(at("2026-03-02 20:00"), 100 * HOUR) == (
        at("2026-03-07 00:00")
    )


def test_holidays_are_closed_by_date_and_every_year() -> None:
    calendar = office(holidays=["2026-10-01", "*-01-01"])

    assert calendar.deadline(at("2026-09-30 17:30"), HOUR) == at("2026-10-02 09:30")
    assert calendar.deadline(at("2027-12-31 17:30"), HOUR) == at("2028-01-03 09:30")
    assert calendar.deadline(at("2031-10-01 09:00"), HOUR) == at("2031-10-01 10:00")


def test_a_yearly_29_february_closes_leap_years_only() -> None:
    calendar = Calendar.from_dict(
        {
            "tz": "UTC",
            "week": {day: [["00:00", "24:00"]] for day in DAYS},
            "holidays": ["*-02-29"],
        }
    )
    utc, day = ZoneInfo("UTC"), timedelta(days=1)

    assert calendar.elapsed(at("2028-02-28", utc), at("2028-03-01", utc)) == day
    assert calendar.elapsed(at("2027-02-28", utc), at("2027-03-01", utc)) == day


def test_a_workday_is_open_on_a_closed_weekday_with_the_hours_of_the_first_open_one() -> None:
    calendar = office(workdays=["2026-10-10"])  # a Saturday

    assert calendar.deadline(at("2026-10-09 17:30"), HOUR) == at("2026-10-10 09:30")


def test_a_workday_beats_a_holiday_and_keeps_its_weekdays_own_hours() -> None:
    week = {"mon": [["09:00", "18:00"]], "thu": [["10:00", "12:00"]]}
    calendar = Calendar.from_dict(
        {
            "tz": "Asia/Shanghai",
            "week": week,
            "holidays": ["2026-10-01", "*-10-01"],  # a Thursday
            "workdays": ["2026-10-01"],
        }
    )

    assert calendar.elapsed(at("2026-10-01 00:00"), at("2026-10-02 00:00")) == 2 * HOUR


def test_a_workday_may_have_hours_of_its_own() -> None:
    calendar = office(workdays={"2026-10-10": [["10:00", "12:00"]]})

    assert calendar.elapsed(at("2026-10-10 00:00"), at("2026-10-11 00:00")) == 2 * HOUR


def test_dates_may_be_toml_dates() -> None:
    assert office(holidays=[date(2026, 10, 1)]) == office(holidays=["2026-10-01"])


def test_a_closure_of_months_is_waited_out() -> None:
    days = [date(2026, 3, 3) + timedelta(days=number) for number in range(200)]
    calendar = Calendar.from_dict({**SERVICE.to_dict(), "holidays": days})

    assert calendar.deadline(at("2026-03-02 20:00"), 2 * HOUR) == at("2026-09-19 10:00")


def test_a_closure_of_years_is_said() -> None:
    days = [date(2026, 3, 3) + timedelta(days=number) for number in range(1200)]
    calendar = Calendar.from_dict({**SERVICE.to_dict(), "holidays": days})

    with pytest.raises(NeverOpen, match="after 2026-03-02 21:00"):
        calendar.deadline(at("2026-03-02 20:00"), 2 * HOUR)


def test_a_calendar_of_past_workdays_only_is_never_open_again() -> None:
    calendar = Calendar.from_dict(
        {"tz": "UTC", "week": {}, "workdays": {"2020-01-01": [["09:00", "10:00"]]}}
    )

    with pytest.raises(NeverOpen):
        calendar.deadline(at("2026-03-02 20:00"), HOUR)


def test_a_target_longer_than_three_years_of_open_time_is_fine_while_days_are_open() -> None:
    calendar = Calendar.from_dict({"tz": "UTC", "week": {"mon": [["09:00", "10:00"]]}})
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)

    assert calendar.deadline(start, 521 * HOUR) == start + timedelta(weeks=520, hours=1)


@pytest.mark.parametrize("days", [80_000, 5_000_000, 999_999_999])
def test_a_target_of_centuries_is_refused_at_once(days: int) -> None:
    with pytest.raises(BadTime, match="200 years"):
        SERVICE.deadline(at("2026-03-02 20:00"), timedelta(days=days))


def test_the_last_years_that_a_date_can_hold_are_an_error_of_ours() -> None:
    with pytest.raises(NeverOpen):
        SERVICE.deadline(at("9999-12-30 20:00"), 100 * HOUR)


@pytest.mark.parametrize(
    ("start", "target", "due"),
    [
        # 2026-03-08 02:00 -> 03:00
        pytest.param("2026-03-08T06:00+00:00", 2 * HOUR, "2026-03-08T08:00+00:00", id="spring"),
        # 2026-11-01 02:00 -> 01:00
        pytest.param("2026-11-01T04:00+00:00", 3 * HOUR, "2026-11-01T07:00+00:00", id="autumn"),
    ],
)
def test_an_all_day_calendar_counts_real_hours_through_clock_changes(
    start: str, target: timedelta, due: str
) -> None:
    calendar = every_day(("00:00", "24:00"), tz="America/New_York")

    assert calendar.deadline(datetime.fromisoformat(start), target) == datetime.fromisoformat(due)


def test_an_hour_that_the_clock_skips_never_was() -> None:
    calendar = every_day(("01:30", "03:30"), tz="America/New_York")
    day, after = at("2026-03-08", NEW_YORK), at("2026-03-09", NEW_YORK)

    assert calendar.elapsed(day, after) == HOUR
    assert calendar.deadline(day, HOUR) == at("2026-03-08 03:30", NEW_YORK)


def test_an_hour_that_the_clock_shows_twice_counts_twice() -> None:
    calendar = every_day(("01:00", "02:00"), tz="America/New_York")
    day, after = at("2026-11-01", NEW_YORK), at("2026-11-02", NEW_YORK)

    assert calendar.elapsed(day, after) == 2 * HOUR


def test_a_closing_inside_the_repeated_hour_closes_twice() -> None:
    calendar = every_day(("00:00", "01:30"), tz="America/New_York")
    opens = datetime(2026, 11, 1, 4, tzinfo=UTC)

    assert calendar.deadline(opens, timedelta(minutes=91)) == opens + timedelta(minutes=121)


def test_a_zone_that_skipped_a_whole_day_skips_it_here() -> None:
    """Samoa had no 30 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    calendar = every_day(("09:00", "17:00"), tz="Pacific/Apia")

    due = calendar.deadline(at("2011-12-29 16:00", apia), 2 * HOUR)

    assert due == at("2011-12-31 10:00", apia)


def test_the_answer_is_in_the_zone_of_the_start() -> None:
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)
    fixed = timezone(timedelta(hours=-3))

    assert SERVICE.deadline(start, HOUR).tzinfo is UTC
    assert SERVICE.deadline(at("2026-03-02 20:00"), HOUR).tzinfo is SHANGHAI
    assert SERVICE.deadline(start.astimezone(fixed), HOUR).tzinfo is fixed


def test_open_time_inside_a_pause_does_not_count_and_overlaps_count_once() -> None:
    start = at("2026-03-02 10:00")
    pauses = [
        (at("2026-03-02 11:30"), at("2026-03-02 13:00")),
        (at("2026-03-02 11:00"), at("2026-03-02 12:00")),
        (at("2026-03-02 08:00"), at("2026-03-02 08:30")),
    ]

    assert SERVICE.deadline(start, 2 * HOUR, pauses) == at("2026-03-02 14:00")
    assert SERVICE.elapsed(start, at("2026-03-02 14:00"), iter(pauses)) == 2 * HOUR


def test_a_pause_over_the_start_moves_the_start() -> None:
    pauses = [(at("2026-03-02 09:00"), at("2026-03-02 20:30"))]

    assert SERVICE.deadline(at("2026-03-02 10:00"), HOUR, pauses) == at("2026-03-03 09:30")


def test_a_pause_that_begins_at_the_end_changes_nothing() -> None:
    pauses = [(at("2026-03-02 11:00"), at("2026-03-02 12:00"))]

    assert SERVICE.deadline(at("2026-03-02 10:00"), HOUR, pauses) == at("2026-03-02 11:00")


@pytest.mark.parametrize("end", ["2026-03-02 10:00", "2026-03-01 10:00"])
def test_elapsed_is_zero_when_the_end_is_not_after_the_start(end: str) -> None:
    assert SERVICE.elapsed(at("2026-03-02 10:00"), at(end)) == timedelta(0)


def test_a_naive_time_is_refused_wherever_it_stands() -> None:
    naive, aware = datetime(2026, 3, 2, 20), at("2026-03-02 20:00")  # noqa: DTZ001  the very point

    with pytest.raises(BadTime, match="time zone"):
        SERVICE.deadline(naive, HOUR)
    with pytest.raises(ValueError, match="time zone"):
        SERVICE.elapsed(aware, naive)
    with pytest.raises(BadTime, match="time zone"):
        SERVICE.deadline(aware, HOUR, [(aware, naive)])


@pytest.mark.parametrize("target", [timedelta(0), timedelta(seconds=-1)])
def test_a_target_that_is_not_positive_is_refused(target: timedelta) -> None:
    with pytest.raises(BadTime, match="longer than nothing"):
        SERVICE.deadline(at("2026-03-02 20:00"), target)


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BadTime, match="ends before it starts"):
        SERVICE.deadline(
            at("2026-03-02 20:00"), HOUR, [(at("2026-03-02 20:30"), at("2026-03-02 20:00"))]
        )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"tz": "Asia/Peking"}, "'Asia/Peking'", id="unknown zone"),
        pytest.param({"tz": "Asia"}, "'Asia'", id="a folder of zones"),
        pytest.param({"tz": "../etc/passwd"}, "passwd", id="a path"),
        pytest.param({"tz": None}, "None", id="no zone"),
        pytest.param({"weak": {}}, "'weak'", id="unknown key"),
        pytest.param({"week": {"monday": []}}, "'monday'", id="unknown day"),
        pytest.param({"week": {"mon": [["9:00", "21:00"]]}}, "'9:00'", id="one digit"),
        pytest.param({"week": {"mon": [["09:00", "24:01"]]}}, "'24:01'", id="after 24:00"),
        pytest.param({"week": {"mon": [["09:00", "21:60"]]}}, "'21:60'", id="minute 60"),
        pytest.param({"week": {"mon": [["09:00", "21:0\uff10"]]}}, "21:0", id="full-width digit"),
        pytest.param({"week": {"mon": [[9, 21]]}}, "9", id="numbers"),
        pytest.param({"week": {"mon": ["09:00-21:00"]}}, "'09:00-21:00'", id="one text"),
        pytest.param({"week": {"mon": "09:00-21:00"}}, "week.mon", id="no list"),
        pytest.param({"week": {"mon": [["21:00", "09:00"]]}}, "'21:00'", id="reversed"),
        pytest.param({"week": {"mon": [["09:00", "09:00"]]}}, "'09:00'", id="empty"),
        pytest.param(
            {"week": {"mon": [["12:00", "18:00"], ["09:00", "12:01"]]}}, "12:00", id="overlap"
        ),
        pytest.param({"week": {"mon": []}}, "no open time", id="never open"),
        pytest.param({"week": []}, "week", id="no table"),
        pytest.param({"holidays": ["2026-02-30"]}, "'2026-02-30'", id="no such day"),
        pytest.param({"holidays": ["*-02-30"]}, r"\*-02-30", id="no such yearly day"),
        pytest.param({"holidays": "2026-10-01"}, "2026-10-01", id="no list of holidays"),
        pytest.param({"holidays": ["20261001"]}, "'20261001'", id="other form"),
        pytest.param({"workdays": ["*-10-10"]}, r"\*-10-10", id="yearly workday"),
        pytest.param({"workdays": {"2026-10-10": []}}, "2026-10-10", id="workday without hours"),
        pytest.param({"week": {}, "workdays": ["2026-10-10"]}, "2026-10-10", id="hours from where"),
    ],
)
def test_a_wrong_table_is_refused_with_its_value(change: dict[str, object], named: str) -> None:
    with pytest.raises(BadCalendar, match=named) as caught:
        Calendar.from_dict({**SERVICE.to_dict(), **change})

    assert isinstance(caught.value, ConfigError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("key", ["tz", "week"])
def test_a_missing_key_is_named(key: str) -> None:
    table = SERVICE.to_dict()
    del table[key]

    with pytest.raises(BadCalendar, match=f"'{key}' is missing"):
        Calendar.from_dict(table)


def test_all_days_of_the_year_as_holidays_leave_no_open_time() -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]

    with pytest.raises(BadCalendar, match="no open time"):
        Calendar.from_dict({**SERVICE.to_dict(), "holidays": [f"*{day:-%m-%d}" for day in days]})


def test_touching_intervals_are_one_and_their_order_does_not_matter() -> None:
    calendar = every_day(("12:00", "18:00"), ("09:00", "12:00"))

    assert calendar.deadline(at("2026-03-02 11:30"), HOUR) == at("2026-03-02 12:30")


def test_a_calendar_survives_its_own_table() -> None:
    calendar = office(holidays=["2026-10-01", "*-01-01"], workdays=["2026-10-10"])

    again = Calendar.from_dict(calendar.to_dict())

    assert again == calendar
    assert hash(again) == hash(calendar)
    assert again != SERVICE
    assert "Asia/Shanghai" in repr(again)


def test_an_opening_is_open_and_a_closing_is_closed() -> None:
    assert SERVICE.is_open(at("2026-03-02 09:00"))
    assert SERVICE.is_open(at("2026-03-02 20:59:59"))
    assert not SERVICE.is_open(at("2026-03-02 21:00"))
    assert not SERVICE.is_open(at("2026-03-02 08:59:59"))
