"""`gongdan sla`: a deadline worked out by a rule, and the rules."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from rich.cells import cell_len

from gongdan.sla import Calendar
from gongdan_cli.screens.rulings import hours
from gongdan_cli.screens.times import BEIJING
from gongdan_cli.words.table import Words

from .conftest import Run
from .test_reading import Terminal, objects

AGREED = ["sla", "due", "--rule", "douyin.service.agreed"]
R47 = [*AGREED, "--start", "2026-03-02T20:00+08:00", "--target", "12h"]


def test_twelve_hours_from_eight_in_the_evening_end_at_eight_the_next(run: Run) -> None:
    """The example of the platform's own rule (R47)."""
    assert objects(run(*R47, "--json")) == [
        {
            "rule": "douyin.service.agreed",
            "start": "2026-03-02T20:00:00+08:00",
            "target_s": 43200,
            "due": "2026-03-03T20:00:00+08:00",
            "mode": "window",
            "steps": [
                "rule douyin.service.agreed: 12 h (window; R44, 000:60; R47, 000:56)",
                "received 20:00 on 2026-03-02",
                "1 h until 21:00",
                "11 h from 09:00 on 2026-03-03",
                "due 20:00 on 2026-03-03",
            ],
        }
    ]


def test_a_person_gets_the_same_in_chinese(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_LANG", "zh")

    assert run(*R47).stdout.splitlines() == [
        "2026-03-03 20:00:00 到期（Asia/Shanghai；时段内）",
        "  规则 douyin.service.agreed：时限 12 小时（时段内; R44, 000:60; R47, 000:56）",
        "  2026-03-02 20:00 收到",
        "  到 21:00 用去 1 小时",
        "  从 2026-03-03 09:00 起 11 小时",
        "  2026-03-03 20:00 到期",
    ]


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param("2026-03-02T12:00+00:00", "2026-03-03T20:00:00+08:00", id="another zone"),
        pytest.param("2026-03-02T12:00Z", "2026-03-03T20:00:00+08:00", id="UTC"),
        pytest.param("2026-03-02T20:00", "2026-03-03T20:00:00+08:00", id="Beijing's"),
        pytest.param("2026-03-02 20:00:01", "2026-03-03T20:00:01+08:00", id="seconds"),
    ],
)
def test_a_start_is_a_moment(start: str, due: str, run: Run) -> None:
    (found,) = objects(run(*AGREED, "--start", start, "--target", "12h", "--json"))

    assert found["due"] == due


def test_a_time_alone_is_today(run: Run) -> None:
    before = datetime.now(BEIJING).date()
    (found,) = objects(run(*AGREED, "--start", "9:30", "--target", "2h", "--json"))
    after = datetime.now(BEIJING).date()

    assert found["start"] in {f"{day}T09:30:00+08:00" for day in (before, after)}


@pytest.mark.parametrize(
    ("target", "seconds"), [("12h", 43200), ("150m", 9000), ("1d", 86400), ("2h30m", 9000)]
)
def test_a_target_is_a_length(target: str, seconds: int, run: Run) -> None:
    (found,) = objects(run(*AGREED, "--start", "20:00", "--target", target, "--json"))

    assert found["target_s"] == seconds


def test_a_rule_brings_its_own_target(run: Run) -> None:
    (found,) = objects(run("sla", "due", "-r", "douyin.provider", "-t", "20:00", "--json"))

    assert found["target_s"] == 86400


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param([*AGREED, "--target", "90m"], "1h30m is under 2h", id="too short"),
        pytest.param([*AGREED, "--target", "0h"], "longer than nothing", id="nothing"),
        pytest.param([*AGREED, "--target", "-3h"], "expected a duration", id="negative"),
        pytest.param([*AGREED, "--target", "soon"], "expected a duration", id="no length"),
        pytest.param(AGREED, "comes with the ticket", id="no target"),
        pytest.param(["sla", "due", "-r", "qianniu.refund"], "platform's own", id="platform's"),
        pytest.param(
            ["sla", "due", "-r", "douyin.urgent"], "there are: douyin.aftersale, ", id="no rule"
        ),
        pytest.param([*AGREED, "--start", "25:00", "--target", "3h"], "is no time", id="no time"),
    ],
)
def test_what_makes_no_deadline_is_a_usage_error(
    words: list[str], complaint: str, run: Run
) -> None:
    words = words if "--start" in words else [*words, "--start", "20:00"]

    result = run(*words, "--json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_rules_are_listed_in_the_order_in_which_they_are_tried(run: Run) -> None:
    found = objects(run("sla", "rules"))

    ids = [rule["id"] for rule in found]
    assert ids[:2] == ["douyin.provider", "douyin.service.urgent"]
    assert ids[-1] == "shop.first_response"
    assert all(rule["source"] for rule in found)
    assert found[1]["target_s"] == 7200
    assert found[2]["above"] == {
        "target_s": 43200, "modes": ["window", "wall"], "confidence": "low",
    }  # fmt: skip


def test_rules_of_one_platform_and_those_for_all(run: Run) -> None:
    found = objects(run("sla", "rules", "--platform", "qianniu"))

    assert {str(rule["id"]).partition(".")[0] for rule in found} == {"qianniu", "shop"}
    assert run("sla", "rules", "--platform", "taobao").exit_code == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_and_tells_the_source(
    width: int, lang: str, run: Run, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LANG", lang)
    terminal(width)

    lines = run("sla", "rules").stdout.splitlines()

    assert max(cell_len(line) for line in lines) <= width
    assert "R42, 000:58" in next(line for line in lines if "service.normal" in line)
    assert ("09:00-21:00" in "".join(lines)) == (width == 120)


@pytest.mark.parametrize(
    ("week", "en", "zh"),
    [
        ({"mon": [["09:00", "12:00"], ["13:00", "18:00"]]}, "Mon 09:00-12:00 13:00-18:00", None),
        (
            {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "sat", "sun")},
            "Mon-Wed 09:00-18:00, Sat-Sun 09:00-18:00",
            "周一-周三 09:00-18:00, 周六-周日 09:00-18:00",
        ),
    ],
)
def test_days_that_are_alike_stand_together(week: object, en: str, zh: str | None) -> None:
    calendar = Calendar.from_dict({"tz": "Asia/Shanghai", "week": week})

    assert hours(calendar, Words("en")) == en
    assert zh is None or hours(calendar, Words("zh")) == zh


def test_needs_no_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_CONFIG", "not/there.toml")

    assert json.loads(run(*R47, "--json").stdout)["due"] == "2026-03-03T20:00:00+08:00"
