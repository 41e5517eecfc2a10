"""Public holidays: announced years count, others are refused or taken the earlier way."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from gongdan.errors import ConfigError
from gongdan.sla import (
    BadCalendar,
    Calendar,
    Mode,
    UnannouncedYear,
    compute,
    find_rule,
    first_response,
)
from gongdan.sla.china import PublicDays, china_calendar, join, parse_days, read_package

from .oracle import DAYS
from .packs import pack

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
# 2026 as announced: 1 to 7 October off, Saturday 10 October worked
FILE = """
[2026]
holidays = [
    "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", 2026-10-07,
]
workdays = ["2026-10-10"]
"""
OFFICE = {"tz": "Asia/Shanghai", "week": dict.fromkeys(DAYS[:5], (("09:00", "18:00"),))}
SHOP = {"tz": "Asia/Shanghai", "week": dict.fromkeys(DAYS, (("09:00", "21:00"),))}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_holidays_are_closed_and_swapped_weekends_open() -> None:
    calendar = china_calendar(OFFICE, parse_days(FILE))

    assert calendar.deadline(at("2026-09-30 17:30"), HOUR) == at("2026-10-08 09:30")
    assert calendar.deadline(at("2026-10-09 17:30"), HOUR) == at("2026-10-10 09:30")


def test_a_holiday_on_a_weekend_closes_a_shop_that_is_open_all_week() -> None:
    calendar = china_calendar(SHOP, parse_days(FILE))

    assert calendar.deadline(at("2026-10-02 10:00"), HOUR) == at("2026-10-08 10:00")


def test_a_year_that_was_not_announced_is_refused_with_the_earliest_answer() -> None:
    calendar = china_calendar(OFFICE, parse_days(FILE))

    with pytest.raises(UnannouncedYear, match="2027") as caught:
        calendar.deadline(at("2026-12-31 17:30"), HOUR)

    # 1 January 2027 counts as open
    assert (caught.value.year, caught.value.answer) == (2027, at("2027-01-01 09:30"))


def test_an_end_at_midnight_does_not_touch_the_next_year() -> None:
    calendar = china_calendar(
        {"tz": "Asia/Shanghai", "week": {"thu": [["20:00", "24:00"]]}}, parse_days(FILE)
    )

    assert calendar.deadline(at("2026-12-31 20:00"), 4 * HOUR) == at("2027-01-01 00:00")


def test_elapsed_refuses_such_a_year_too_and_the_past() -> None:
    calendar = china_calendar(OFFICE, parse_days(FILE))

    with pytest.raises(UnannouncedYear, match="2027"):
        calendar.elapsed(at("2026-12-31 09:00"), at("2027-01-02 00:00"))
    with pytest.raises(UnannouncedYear, match="2025"):
        calendar.deadline(at("2025-06-01 09:00"), HOUR)
    assert calendar.elapsed(at("2027-01-02 00:00"), at("2026-12-31 00:00")) == timedelta(0)


def test_a_weekend_of_an_unannounced_year_may_be_worked_so_it_counts() -> None:
    calendar = china_calendar(OFFICE, parse_days(FILE))

    with pytest.raises(UnannouncedYear) as caught:
        calendar.deadline(at("2027-01-02 08:00"), HOUR)  # a Saturday

    assert caught.value.answer == at("2027-01-02 10:00")


def test_a_ticket_takes_the_earlier_answer_with_a_flag() -> None:
    calendar = china_calendar(SHOP, parse_days(FILE))
    urgent = find_rule(pack("douyin"), "douyin.service.urgent", at("2026-12-31 20:00"))

    deadline = compute(replace(urgent, calendar=calendar), at("2026-12-31 20:00"), 2 * HOUR)

    assert deadline.due == at("2027-01-01 10:00")
    assert (deadline.confidence, "unannounced-year" in deadline.flags) == ("low", True)


def test_the_wall_clock_does_not_ask_for_holidays() -> None:
    calendar = china_calendar(SHOP, parse_days(FILE))
    rule = replace(first_response(), calendar=calendar, mode=Mode.WALL)

    assert compute(rule, at("2030-01-01 10:00")).confidence == "high"


def test_a_plain_calendar_never_asks_for_a_year() -> None:
    assert Calendar.from_dict(SHOP).deadline(at("2099-12-31 20:00"), 2 * HOUR) == at(
        "2100-01-01 10:00"
    )


def test_the_shops_own_days_come_first() -> None:
    table = {**OFFICE, "holidays": ["2026-10-10"], "workdays": {"2026-10-01": [["10:00", "11:00"]]}}
    calendar = china_calendar(table, parse_days(FILE))

    assert calendar.elapsed(at("2026-10-10 00:00"), at("2026-10-11 00:00")) == timedelta(0)
    assert calendar.elapsed(at("2026-10-01 00:00"), at("2026-10-02 00:00")) == HOUR


def test_of_two_sources_the_second_counts_for_its_years() -> None:
    first = PublicDays(
        frozenset({2026, 2027}), frozenset({date(2026, 1, 1), date(2027, 1, 1)}), frozenset()
    )
    second = PublicDays(frozenset({2026}), frozenset({date(2026, 1, 2)}), frozenset())

    joined = join(first, second)

    assert joined.years == {2026, 2027}
    assert joined.holidays == {date(2026, 1, 2), date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("[2026", "not TOML", id="no TOML"),
        pytest.param("[next]\nholidays = []", "next", id="no year"),
        pytest.param("[2026]\nworkdays = []", "holidays", id="no holidays"),
        pytest.param("[2026]\nholidays = []\nhalf = []", "2026", id="unknown key"),
        pytest.param('[2026]\nholidays = ["2027-01-01"]', "2027-01-01", id="other year"),
        pytest.param('[2026]\nholidays = "2026-01-01"', "list", id="no list"),
        pytest.param('[2026]\nholidays = ["May"]', "'May'", id="no date"),
        pytest.param(
            '[2026]\nholidays = ["2026-01-01"]\nworkdays = ["2026-01-01"]', "both", id="both"
        ),
    ],
)
def test_a_wrong_holiday_file_is_refused(text: str, named: str) -> None:
    with pytest.raises(BadCalendar, match=rf"^days\.toml: .*{named}"):
        parse_days(text, "days.toml")


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of the shape of chinesecalendar that knows 2004 to 2006 and one holiday."""

    def get_holiday_detail(day: date) -> tuple[bool, str | None]:
        if not 2004 <= day.year <= 2006:
            raise NotImplementedError
        if (day.month, day.day) == (10, 1):
            return True, "National Day"
        if day == date(2005, 10, 8):  # a Saturday
            return False, "National Day"
        return day.weekday() > 4, None

    module = ModuleType("chinese_calendar")
    vars(module)["get_holiday_detail"] = get_holiday_detail
    monkeypatch.setitem(sys.modules, "chinese_calendar", module)


@pytest.mark.usefixtures("package")
def test_the_package_gives_all_years_it_knows() -> None:
    days = read_package()

    assert days.years == {2004, 2005, 2006}
    assert days.holidays == {date(year, 10, 1) for year in (2004, 2005, 2006)}
    assert days.workdays == {date(2005, 10, 8)}


@pytest.mark.usefixtures("package")
def test_a_year_that_the_package_does_not_know_is_refused() -> None:
    with pytest.raises(ConfigError, match="2007"):
        read_package([2006, 2007])


def test_a_missing_package_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chinese_calendar", None)

    with pytest.raises(ConfigError, match=r"gongdan\[china\]"):
        read_package()


def test_the_real_package_knows_the_autumn_of_2026() -> None:
    pytest.importorskip("chinese_calendar")

    days = read_package([2026])

    october = {day for day in days.holidays if day.month == 10}
    assert october == {date(2026, 10, number) for number in range(1, 8)}
    assert date(2026, 10, 10) in days.workdays
