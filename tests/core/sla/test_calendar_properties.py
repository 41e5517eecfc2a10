"""What holds of every calendar: against the slow oracle, and against itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.sla import Calendar

from . import oracle
from .oracle import DAYS, Pause, Table

# Two half-hour zones, one that changes at midnight, one on each hemisphere, one without changes.
ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Beirut",
    "UTC",
)
# Around both changes of the year in all of them, and a plain week.
SEASONS = tuple(
    datetime(2026, month, day, tzinfo=UTC)
    for month, day in ((3, 7), (3, 27), (4, 3), (6, 1), (10, 2), (10, 23), (10, 30), (12, 30))
)
checked = settings(derandomize=True, max_examples=50, deadline=None, database=None)
compared = settings(checked, max_examples=35)  # the oracle is slow


@st.composite
def days(draw: st.DrawFn) -> list[list[str]]:
    """Zero to two intervals on five-minute marks."""
    marks = sorted(draw(st.sets(st.integers(0, 288), max_size=4)))
    texts = [f"{mark // 12:02}:{mark % 12 * 5:02}" for mark in marks]
    return [[texts[place], texts[place + 1]] for place in range(0, len(texts) - 1, 2)]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A calendar open at least on Wednesdays, with holidays and workdays near the SEASONS."""
    week = {name: draw(days()) for name in DAYS}
    week["wed"] = week["wed"] or [["01:30", "03:00"]]
    near = [(at + timedelta(days=shift)).date().isoformat() for at in SEASONS for shift in range(4)]
    holidays = draw(st.lists(st.sampled_from([*near, "*-03-08", "*-12-31"]), max_size=4))
    chosen = draw(st.lists(st.sampled_from(near), max_size=2))
    workdays = {day: [["00:15", "02:30"], ["23:00", "24:00"]] for day in chosen}
    return Table(tz=draw(st.sampled_from(ZONES)), week=week, holidays=holidays, workdays=workdays)


def starts() -> st.SearchStrategy[datetime]:
    shifts = st.integers(0, 3 * 86_400 * 1_000_000)
    return st.builds(
        lambda season, shift: season + timedelta(microseconds=shift),
        st.sampled_from(SEASONS),
        shifts,
    )


def targets(hours: int = 20) -> st.SearchStrategy[timedelta]:
    seconds = st.one_of(
        st.integers(1, hours * 3600), st.integers(1, hours * 12).map(lambda n: n * 300)
    )
    return seconds.map(lambda number: timedelta(seconds=number))


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        since = start + timedelta(seconds=draw(st.integers(-7200, 300_000)))
        found.append((since, since + timedelta(seconds=draw(st.integers(0, 100_000)))))
    return found


@compared
@given(tables(), starts(), targets(6), st.data())
def test_agrees_with_looking_at_the_clock_minute_by_minute(
    table: Table, start: datetime, target: timedelta, data: st.DataObject
) -> None:
    calendar = Calendar.from_dict(table)
    breaks = data.draw(pauses(start))

    due = calendar.deadline(start, target, breaks)

    assert due == oracle.deadline(table, start, target, breaks)
    assert calendar.elapsed(start, due, breaks) == oracle.elapsed(table, start, due, breaks)


@checked
@given(tables(), starts(), targets(), st.data())
def test_elapsed_gives_the_target_back(
    table: Table, start: datetime, target: timedelta, data: st.DataObject
) -> None:
    calendar = Calendar.from_dict(table)
    breaks = data.draw(pauses(start))

    assert calendar.elapsed(start, calendar.deadline(start, target, breaks), breaks) == target


@checked
@given(tables(), starts(), targets(), targets())
def test_is_never_earlier_for_a_longer_target_or_a_later_start(
    table: Table, start: datetime, target: timedelta, more: timedelta
) -> None:
    calendar = Calendar.from_dict(table)
    due = calendar.deadline(start, target)

    assert calendar.deadline(start, target + more) > due
    assert calendar.deadline(start + more, target) >= due


@checked
@given(tables(), starts(), targets(), targets(), st.data())
def test_splitting_a_target_changes_nothing(
    table: Table, start: datetime, first: timedelta, second: timedelta, data: st.DataObject
) -> None:
    calendar = Calendar.from_dict(table)
    breaks = data.draw(pauses(start))
    middle = calendar.deadline(start, first, breaks)

    assert calendar.deadline(middle, second, breaks) == calendar.deadline(
        start, first + second, breaks
    )


@checked
@given(tables(), starts(), targets(), st.integers(-100_000, 100_000))
def test_an_empty_pause_changes_nothing(
    table: Table, start: datetime, target: timedelta, shift: int
) -> None:
    calendar = Calendar.from_dict(table)
    moment = start + timedelta(seconds=shift)

    assert calendar.deadline(start, target, [(moment, moment)]) == calendar.deadline(start, target)


@checked
@given(tables(), starts(), targets())
def test_ends_inside_open_time_or_exactly_at_a_closing(
    table: Table, start: datetime, target: timedelta
) -> None:
    calendar = Calendar.from_dict(table)
    due = calendar.deadline(start, target)

    assert calendar.is_open(due - timedelta(microseconds=1))


@checked
@given(days(), starts(), targets(), st.sampled_from(["Asia/Shanghai", "UTC"]))
def test_a_shift_of_a_day_shifts_the_end_where_all_days_are_alike(
    day: list[list[str]], start: datetime, target: timedelta, tz: str
) -> None:
    hours = day or [["09:00", "21:00"]]
    calendar = Calendar.from_dict({"tz": tz, "week": dict.fromkeys(DAYS, hours)})
    shift = timedelta(days=1)

    assert calendar.deadline(start + shift, target) == calendar.deadline(start, target) + shift


@checked
@given(tables(), st.integers(-60_000, 40_000), targets(400))
def test_holds_in_any_year(table: Table, day: int, target: timedelta) -> None:
    """Far from the present too, over many chunks of the table."""
    calendar = Calendar.from_dict(table)
    start = datetime(2026, 3, 2, 7, 0, 1, tzinfo=UTC) + timedelta(days=day)

    due = calendar.deadline(start, target)

    assert calendar.elapsed(start, due) == target
    assert calendar.is_open(due - timedelta(microseconds=1))
