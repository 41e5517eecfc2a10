"""The clocks of a ticket: which there are, when they end, how they stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from gongdan.sla import BadTime, Calendar, Clock, Facts, Rule, clocks, explain, override
from gongdan.sla.facts import State

from .packs import pack

SHANGHAI = ZoneInfo("Asia/Shanghai")
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=number) for number in (1, 60, 3600, 86_400))
RULES = pack("douyin") + pack("qianniu")


def at(clock: str, day: int = 0) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{clock}").replace(tzinfo=SHANGHAI) + day * DAY


CREATED = at("10:00")
TICKET = Facts(
    platform="douyin",
    stream="service",
    received=CREATED + 3 * MINUTE,
    created=CREATED,
    classes=("normal",),
)


def clock_of(
    facts: Facts, kind: str = "handling", now: datetime = CREATED, rules: tuple[Rule, ...] = RULES
) -> Clock:
    found = [clock for clock in clocks(facts, rules, now) if clock.kind == kind]
    assert len(found) == 1
    return found[0]


def kinds(facts: Facts) -> list[str]:
    return [clock.kind for clock in clocks(facts, RULES, CREATED)]


def test_a_service_request_has_a_hard_and_a_soft_clock() -> None:
    handling, first = clocks(TICKET, RULES, CREATED)

    assert (handling.kind, handling.due, handling.soft) == ("handling", CREATED + DAY, False)
    assert (first.kind, first.due, first.soft) == ("first_response", CREATED + 5 * MINUTE, True)
    assert (handling.rule, handling.source, handling.target) == (
        "douyin.service.normal",
        "rule",
        DAY,
    )
    assert handling.breach == "violation"
    assert "违规" in handling.breach_cost.zh


def test_clocks_start_when_the_platform_made_the_ticket_not_when_we_saw_it() -> None:
    """R49."""
    late = replace(TICKET, received=CREATED + 5 * HOUR)

    assert clock_of(late).start == CREATED
    unknown = clock_of(replace(late, created=None))
    assert unknown.start == CREATED + 5 * HOUR
    assert "created-unknown" in unknown.flags
    assert unknown.confidence == "low"


def test_the_platforms_deadline_wins_and_the_difference_is_told() -> None:
    """R48."""
    clock = clock_of(replace(TICKET, deadline=CREATED + 26 * HOUR))

    assert (clock.due, clock.source) == (CREATED + 26 * HOUR, "platform")
    assert clock.target == 26 * HOUR
    assert clock.difference == -2 * HOUR
    assert "differs-from-platform" in clock.flags


@pytest.mark.parametrize(("more", "flagged"), [(SECOND, False), (2 * SECOND, True)])
def test_a_second_is_no_difference(more: timedelta, flagged: bool) -> None:
    clock = clock_of(replace(TICKET, deadline=CREATED + DAY + more))

    assert ("differs-from-platform" in clock.flags) is flagged


def test_the_explanation_names_the_reading_that_fits_the_platform() -> None:
    clock = clock_of(replace(TICKET, deadline=at("10:00", 2)))

    assert explain(clock.steps, clock.zone)[-3:] == (
        "the platform says 10:00 on 2026-03-04, which counts",
        "the platform's deadline fits window",
        "note: differs from the platform's deadline",
    )


@pytest.mark.parametrize(
    "deadline",
    [CREATED - SECOND, CREATED, CREATED + 4000 * DAY, datetime(1970, 1, 1, tzinfo=UTC)],
)
def test_an_impossible_deadline_is_flagged_and_not_used(deadline: datetime) -> None:
    clock = clock_of(replace(TICKET, deadline=deadline))

    assert (clock.due, clock.source, clock.confidence) == (CREATED + DAY, "rule", "low")
    assert "platform-deadline-implausible" in clock.flags


def test_an_impossible_deadline_without_a_rule_is_shown_with_its_flag() -> None:
    aftersale = replace(TICKET, stream="aftersale", deadline=CREATED - DAY)

    clock = clock_of(aftersale)

    assert (clock.due, clock.confidence) == (CREATED - DAY, "low")
    assert clock.flags == ("platform-deadline-implausible",)


def test_after_sales_have_the_platforms_deadline_or_none() -> None:
    aftersale = replace(TICKET, stream="aftersale")

    assert kinds(aftersale) == []
    assert kinds(replace(aftersale, deadline=CREATED + DAY)) == ["handling"]


def test_a_stream_without_rules_keeps_the_platforms_deadline() -> None:
    clock = clock_of(replace(TICKET, stream="lottery", deadline=CREATED + DAY))

    assert (clock.due, clock.rule, clock.difference) == (CREATED + DAY, "", None)
    assert explain(clock.steps, clock.zone)[0] == "received 10:00 on 2026-03-02"


@pytest.mark.parametrize(
    ("done", "now", "state"),
    [
        pytest.param(None, CREATED + DAY, "running", id="not late at the deadline"),
        pytest.param(None, CREATED + DAY + SECOND, "late", id="late after it"),
        pytest.param(CREATED + DAY, CREATED + 9 * DAY, "met", id="met at the deadline"),
        pytest.param(CREATED + DAY + SECOND, CREATED + 9 * DAY, "met_late", id="met late"),
    ],
)
def test_how_a_clock_stands(done: datetime | None, now: datetime, state: State) -> None:
    assert clock_of(replace(TICKET, answered_at=done), now=now).state == state


def test_a_closing_counts_as_done_where_no_answer_was_seen() -> None:
    """Somebody answered on the platform's own console, say."""
    assert clock_of(replace(TICKET, closed_at=CREATED + HOUR)).state == "met"


def test_a_coordination_ticket_is_done_when_it_is_closed() -> None:
    """R50."""
    ticket = replace(
        TICKET, platform="qianniu", stream="coordination", classes=(), answered_at=CREATED + HOUR
    )
    now = CREATED + 25 * HOUR

    assert clock_of(ticket, now=now).state == "late"
    assert clock_of(replace(ticket, closed_at=CREATED + 24 * HOUR), now=now).state == "met"


def test_waiting_for_the_platform_pauses_the_clock() -> None:
    """R83."""
    waiting = replace(TICKET, waiting_platform=((CREATED + HOUR, None),))
    over = replace(TICKET, waiting_platform=((CREATED + HOUR, CREATED + 3 * HOUR),))

    now = CREATED + 40 * HOUR

    assert clock_of(waiting, now=now).state == "paused"
    assert clock_of(waiting, now=now).due == CREATED + DAY + 39 * HOUR
    assert clock_of(over, now=now).state == "late"
    assert clock_of(over, now=now).due == CREATED + 26 * HOUR
    assert clock_of(over, now=now).pauses == ((CREATED + HOUR, CREATED + 3 * HOUR),)


def test_waiting_does_not_move_the_platforms_own_deadline() -> None:
    ticket = replace(
        TICKET, deadline=CREATED + DAY, waiting_platform=((CREATED + HOUR, CREATED + 2 * HOUR),)
    )

    assert clock_of(ticket).due == CREATED + DAY


def test_an_impossible_pause_is_flagged_and_left_out() -> None:
    clock = clock_of(replace(TICKET, waiting_platform=((CREATED + HOUR, CREATED),)))

    assert (clock.due, clock.pauses) == (CREATED + DAY, ())
    assert "pause-ignored" in clock.flags


def test_an_unknown_class_is_taken_as_normal_and_flagged() -> None:
    """R27."""
    clock = clock_of(replace(TICKET, classes=("brand-new",)))

    assert (clock.rule, clock.confidence) == ("douyin.service.normal", "low")
    assert "class-unknown" in clock.flags


@pytest.mark.parametrize("target", [timedelta(0), -HOUR, timedelta(days=999_999_999)])
def test_an_impossible_target_never_costs_a_ticket_its_deadline(target: timedelta) -> None:
    agreed = replace(TICKET, classes=("agreed",), target=target)

    clock = clock_of(agreed)

    assert clock.due == CREATED + 2 * HOUR
    assert {"target-implausible", "target-unknown"} <= set(clock.flags)


def test_a_calendar_that_never_opens_never_costs_a_ticket_its_deadline() -> None:
    past = {"tz": "UTC", "week": {}, "workdays": {"2020-01-01": [["09:00", "10:00"]]}}
    table = {"douyin.service.urgent": {"calendar": "past"}}
    rules = override(RULES, table, {"past": Calendar.from_dict(past)})

    clock = clock_of(replace(TICKET, classes=("urgent",)), rules=rules)

    assert (clock.due, clock.confidence) == (CREATED + 2 * HOUR, "low")
    assert "never-open" in clock.flags


def test_a_first_word_is_due_five_minutes_into_the_shops_hours() -> None:
    """R53."""
    night = replace(TICKET, created=at("22:00"))

    assert clock_of(night, "first_response").due == at("09:05", 1)


@pytest.mark.parametrize("seen", ["first_reply_at", "answered_at", "closed_at"])
def test_any_word_is_a_first_word(seen: str) -> None:
    ticket = replace(TICKET, **{seen: CREATED + 5 * MINUTE})

    assert clock_of(ticket, "first_response", now=CREATED + HOUR).state == "met"


def test_a_promise_in_a_reply_is_a_clock() -> None:
    """R54."""
    promised = replace(TICKET, promise_made_at=CREATED + HOUR, promised_at=CREATED + 3 * HOUR)

    clock = clock_of(promised, "next_reply", now=CREATED + 4 * HOUR)

    assert (clock.start, clock.due) == (CREATED + HOUR, CREATED + 3 * HOUR)
    assert (clock.source, clock.state) == ("promise", "late")
    kept = replace(promised, promise_kept_at=CREATED + 3 * HOUR)
    assert clock_of(kept, "next_reply").state == "met"


def test_the_promised_shipping_is_a_clock() -> None:
    """R60."""
    urge = replace(
        TICKET, platform="qianniu", stream="urge", ordered_at=CREATED - DAY, ship_by=CREATED + DAY
    )

    assert kinds(urge) == ["shipping"]
    assert clock_of(urge, "shipping").target == 2 * DAY
    assert clock_of(replace(urge, shipped_at=CREATED), "shipping").state == "met"


def test_the_buyers_term_is_shown_and_is_not_ours() -> None:
    """R61."""
    clock = clock_of(replace(TICKET, buyer_term=CREATED + 7 * DAY), "buyer_term")

    assert (clock.ours, clock.due) == (False, CREATED + 7 * DAY)


def test_the_same_facts_rules_and_now_give_the_same_clocks_in_utc() -> None:
    facts = replace(TICKET, promised_at=CREATED + HOUR, deadline=CREATED + DAY)

    found = clocks(facts, RULES, CREATED)

    assert found == clocks(facts, RULES, CREATED)
    assert {time.tzinfo for clock in found for time in (clock.start, clock.due)} == {UTC}


def test_without_explanation_only_the_steps_are_missing() -> None:
    facts = replace(TICKET, deadline=at("10:00", 2), classes=("brand-new",))

    told = clocks(facts, RULES, CREATED)
    short = clocks(facts, RULES, CREATED, explain=False)

    assert short == tuple(replace(clock, steps=()) for clock in told)


def test_every_flag_and_step_has_words_in_both_languages() -> None:
    facts = replace(
        TICKET, classes=("brand-new",), deadline=at("10:00", 2), created=None, target=5 * HOUR
    )

    for clock in clocks(facts, RULES, CREATED):
        for language in ("en", "zh"):
            assert all(explain(clock.steps, clock.zone, language))


def test_naive_times_are_refused() -> None:
    naive = datetime(2026, 3, 2, 10)  # noqa: DTZ001  the very point

    with pytest.raises(BadTime):
        clocks(TICKET, RULES, naive)
    with pytest.raises(BadTime):
        clocks(replace(TICKET, created=naive), RULES, CREATED)
