"""The index of deadlines, computed without the rest, is what the clocks say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from gongdan.sla import Facts, clocks, handling_due

from .packs import pack

RULES = pack("douyin") + pack("qianniu")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STREAMS = sorted({stream for rule in RULES for stream in rule.streams} | {"unheard-of"})
CLASSES = sorted({name for rule in RULES for name in rule.when} | {"odd"})
times = some.timedeltas(-timedelta(days=60), timedelta(days=300)).map(lambda length: NOW + length)
lengths = some.timedeltas(-timedelta(days=1), timedelta(days=5000))


@given(
    some.builds(
        Facts,
        platform=some.sampled_from(("douyin", "qianniu", "other")),
        stream=some.sampled_from(STREAMS),
        received=times,
        created=some.none() | times,
        classes=some.lists(some.sampled_from(CLASSES), max_size=2).map(tuple),
        target=some.none() | lengths,
        deadline=some.none() | times | some.just(datetime(2099, 1, 1, tzinfo=UTC)),
        waiting_platform=some.just(()) | some.tuples(some.tuples(times, some.none() | times)),
    )
)
def test_says_what_the_handling_clock_says(facts: Facts) -> None:
    told = [clock for clock in clocks(facts, RULES, NOW, explain=False) if clock.kind == "handling"]

    found = handling_due(facts, RULES, NOW)

    assert found == next(((clock.due, clock.source) for clock in told), None)
