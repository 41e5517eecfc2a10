"""`[calendars.NAME]` of a settings file."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gongdan import ConfigError
from gongdan.config.calendars import calendar_of
from gongdan.sla import UnannouncedYear

WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
TABLE = {"tz": "Asia/Shanghai", "week": WEEK}
BEIJING = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def test_a_plain_calendar_knows_no_holidays(tmp_path: Path) -> None:
    calendar = calendar_of("office", TABLE, tmp_path / "gongdan.toml")

    assert calendar.deadline(at("2026-10-01T09:00"), timedelta(hours=1)) == at("2026-10-01T10:00")


def test_a_file_beside_the_settings_names_the_days_off_and_on(tmp_path: Path) -> None:
    (tmp_path / "holidays.toml").write_text(
        '[2026]\nholidays = ["2026-10-01", "2026-10-02"]\nworkdays = ["2026-10-03"]\n'
    )

    calendar = calendar_of("office", {**TABLE, "china": "holidays.toml"}, tmp_path / "g.toml")

    assert calendar.deadline(at("2026-09-30T17:00"), timedelta(hours=2)) == at("2026-10-03T10:00")
    with pytest.raises(UnannouncedYear, match="2031"):
        calendar.deadline(at("2031-01-05T09:00"), timedelta(hours=1))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        pytest.param({**TABLE, "china": 7}, r"china: expected true, or a file", id="number"),
        pytest.param({**TABLE, "china": "no.toml"}, r"no\.toml", id="no such file"),
        pytest.param({"week": {}}, r"\[calendars\.office\]", id="never open"),
        pytest.param([1], "expected a table", id="no table"),
    ],
)
def test_a_mistake_names_the_table(table: object, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=told):
        calendar_of("office", table, tmp_path / "gongdan.toml")
