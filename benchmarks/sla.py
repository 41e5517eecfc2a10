"""Measure deadlines: microseconds each, beside a plain loop over the same hours.

    python -m benchmarks.sla [--number N]

The plain loop is what one writes first: go from opening to opening, a day at a time, with aware
datetimes.  Every figure is the best of five rounds, so that other work on the machine counts least.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from gongdan.sla import Calendar, Facts, Mode, Rule, clocks, compute

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = {day: [["09:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ROUNDS = 5


def plain_loop(start: datetime, target: timedelta) -> datetime:
    """Compute a deadline in 09:00-21:00, Asia/Shanghai, a day at a time."""
    at = start.astimezone(SHANGHAI)
    while True:
        opens = at.replace(hour=9, minute=0, second=0, microsecond=0)
        closes = at.replace(hour=21, minute=0, second=0, microsecond=0)
        at = max(at, opens)
        if at < closes:
            if closes - at >= target:
                return (at + target).astimezone(UTC)
            target -= closes - at
        at = opens.replace(hour=0) + timedelta(days=1)


def measure(work: Callable[[], object], number: int) -> float:
    """Give the microseconds of one call: the best round of ROUNDS, *number* calls each."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(number):
            work()
        best = min(best, time.perf_counter() - begun)
    return best / number * 1e6


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.sla")
    parser.add_argument("--number", type=int, default=20_000, help="calls a round")
    number = parser.parse_args().number
    calendar = Calendar.from_dict({"tz": "Asia/Shanghai", "week": WEEK})
    for hours in (2, 24, 240, 2400):
        target = timedelta(hours=hours)
        assert calendar.deadline(START, target) == plain_loop(START, target)
        ours = measure(partial(calendar.deadline, START, target), number)
        plain = measure(partial(plain_loop, START, target), max(number // hours, 20))
        report(f"window, {hours} h target", ours, plain)
    for name, work in figures(calendar):
        report(name, measure(work, number // 4 or 1))


def figures(calendar: Calendar) -> list[tuple[str, Callable[[], object]]]:
    """Name what else is measured."""
    local, day = START.astimezone(SHANGHAI), timedelta(hours=24)
    pauses = [(START + n * timedelta(hours=4), START + n * timedelta(hours=5)) for n in (1, 3)]
    end = calendar.deadline(START, day)
    rule = Rule(
        id="bench",
        platform="bench",
        streams=("case",),
        calendar=calendar,
        source="here",
        mode=Mode.WINDOW,
        target=day,
    )
    facts = Facts(platform="bench", stream="case", received=START, created=START)
    return [
        ("window, 24 h, start in Asia/Shanghai", lambda: calendar.deadline(local, day)),
        ("window, 24 h, two pauses", lambda: calendar.deadline(START, day, pauses)),
        ("elapsed over 24 h of window", lambda: calendar.elapsed(START, end)),
        ("first deadline of a new calendar", lambda: Calendar(calendar.hours).deadline(START, day)),
        ("compute() with explanation", lambda: compute(rule, START)),
        ("compute() without", lambda: compute(rule, START, explain=False)),
        ("clocks() with explanation", lambda: clocks(facts, (rule,), START)),
        ("clocks() without", lambda: clocks(facts, (rule,), START, explain=False)),
    ]


def report(name: str, ours: float, plain: float | None = None) -> None:
    """Print one line."""
    ratio = "" if plain is None else f"   plain loop {plain:9.2f} us   {plain / ours:6.1f} x"
    sys.stdout.write(f"{name:40} {ours:8.2f} us{ratio}\n")


if __name__ == "__main__":
    main()
