"""Every figure by SQL is what a plain recount of the same tickets gives."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from gongdan import ConfigError, Message, Status, Who
from gongdan.desk import Desk
from gongdan.figures.counting import Report, count
from gongdan.figures.figures import FIGURES
from gongdan.people.acts import Acts
from gongdan.store.columns import Index
from gongdan.store.figures import COUNTED, GROUPS, MEDIANS
from gongdan.testing.clock import START

from ..alerts.shops import Shops
from ..office import ours, put

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LATER = START + 3 * DAY
SENT, FAILED = ("sent", "confirmed", "by_hand"), ("refused", "unknown", "answered_by_other")


class Made(Struct, kw_only=True):
    """One ticket as it was made up."""

    shop: str
    kind: str
    made: datetime
    due: datetime | None
    status: Status
    words: list[datetime]
    closed: datetime | None
    round: int
    lost: bool
    fault: str
    outcome: str
    cause: str
    rows: list[tuple[str, str, int | None]]

    @property
    def turn_is_ours(self) -> bool:
        return self.status is Status.PENDING

    @property
    def over_s(self) -> float | None:
        """How long after its deadline it was met; None: nobody knows yet, or nobody's breach."""
        last = [max(self.words)] if self.words and not self.turn_is_ours else []
        met = min([*last, *([self.closed] if self.closed else [])], default=None)
        if self.due is None or self.due < START:
            return None
        if met is not None:
            return (met - self.due).total_seconds()
        late = self.turn_is_ours and self.due < LATER
        return (LATER - self.due).total_seconds() if late else None


def make_up(rng: random.Random) -> Made:
    made = START + rng.randint(-2000, 3000) * MINUTE
    status = rng.choice([Status.PENDING, Status.ANSWERED, Status.WAITING_PLATFORM, Status.CLOSED])
    is_closed = status is Status.CLOSED
    states = ("sent", "confirmed", "refused", "unknown", "answered_by_other", "queued", "by_hand")
    kinds = ("reply", "send_back", "refuse")
    lost = rng.random() < 0.3
    ended = rng.choice(["", "resolved", "unresolved"])
    return Made(
        shop=rng.choice(["main", "other"]),
        kind=rng.choice(["少件", "发票", ""]),
        made=made,
        due=rng.choice([None, made + rng.randint(1, 3000) * MINUTE]),
        status=status,
        words=[made + rng.randint(-5, 900) * MINUTE for _ in range(rng.choice([0, 1, 3]))],
        closed=made + rng.randint(0, 4000) * MINUTE if is_closed else None,
        round=rng.choice([0, 0, 1, 2]),
        lost=lost,
        fault=rng.choice(["商家责任", "买家责任", "双方责任", ""]) if lost else "",
        outcome=ended,
        cause=rng.choice(["仓库漏发", "物流", ""]) if ended else "",
        rows=[
            (rng.choice(kinds), rng.choice(states), rng.choice([None, 7]))
            for _ in range(rng.choice([0, 1, 4]))
        ],
    )


def keep(desk: Desk, number: int, made: Made) -> None:
    """Store it as a reading, a person and a sending would have."""
    outcome = "支持买家并立即退款" if made.lost else "支持商家"
    ticket = ours(
        made.due or LATER, created=made.made, status=made.status, kind_text=made.kind,
        turn=Who.MERCHANT if made.turn_is_ours else None, round=made.round, outcome=outcome,
        fault=made.fault or None, updated=made.closed or made.made,
        closed=made.closed if number % 2 else None,  # else its last change says it
        thread=tuple(Message(Who.MERCHANT, f"您好{at}", at) for at in made.words),
    )  # fmt: skip
    index = Index(made.due, "platform" if made.due else "", desk.due(made.shop).version)
    name = put(desk.store, str(number), ticket, START, shop=made.shop, index=index)
    if made.outcome:
        Acts(desk).finish(name, made.outcome, reason="如实", cause=made.cause)
    with desk.store._guard.write() as db:
        (n,) = db.execute("SELECT n FROM tickets WHERE id = ?", (name,)).fetchone()
        for seq, (kind, state, part) in enumerate(made.rows):
            db.execute(
                "INSERT INTO outbox (n, seq, key, kind, text, fields, state, part_of,"
                " not_before_ms, basis, created_ms, updated_ms)"
                " VALUES (?, ?, ?, ?, '', '{}', ?, ?, 0, '[]', 0, 0)",
                (n, seq, f"{n}-{seq}", kind, state, part),
            )


def hour_of(made: Made) -> int:
    return (made.made + timedelta(hours=8)).hour


def recount(tickets: Sequence[Made]) -> dict[str, Any]:
    over = [one.over_s for one in tickets if one.over_s is not None]
    late = [seconds for seconds in over if seconds > 0]
    first = [
        (min(one.words) - one.made).total_seconds()
        for one in tickets
        if one.words and min(one.words) >= one.made
    ]
    handling = [(one.closed - one.made).total_seconds() for one in tickets if one.closed]
    kinds = [{kind for kind, state, _ in one.rows if state in SENT} for one in tickets]
    replies, failures = zip(*(parts(one) for one in tickets), strict=True) if tickets else ((), ())
    return {
        "received": len(tickets),
        "done": sum(one.status is Status.CLOSED for one in tickets),
        "on_time": len(over) - len(late),
        "late": len(late),
        "on_time_rate": (len(over) - len(late)) / len(over) if over else None,
        "late_s": statistics.mean(late) if late else None,
        "late_most_s": max(late, default=None),
        "first_response_s": statistics.mean(first) if first else None,
        "first_response_median_s": statistics.median(first) if first else None,
        "first_in_5m_rate": sum(s <= 300 for s in first) / len(first) if first else None,
        "handling_s": statistics.mean(handling) if handling else None,
        "handling_median_s": statistics.median(handling) if handling else None,
        "reopened": sum(one.round > 0 for one in tickets),
        "sent_back": sum("send_back" in done for done in kinds),
        "refused": sum("refuse" in done for done in kinds),
        "resolved": sum(one.outcome == "resolved" for one in tickets),
        "unresolved": sum(one.outcome == "unresolved" for one in tickets),
        "arbitration_lost": sum(one.lost for one in tickets),
        "lost_at_our_fault": sum(one.fault in ("商家责任", "双方责任") for one in tickets),
        "replies": sum(replies),
        "reply_failures": sum(failures),
        "off_hours": sum(not 9 <= hour_of(one) < 21 for one in tickets),
    }


def parts(made: Made) -> tuple[int, int]:
    """Return how many replies there were, and failed; parts of one are one."""
    told = [
        (state, part if part is not None else f"row {seq}")
        for seq, (kind, state, part) in enumerate(made.rows)
        if kind == "reply"
    ]
    known = {key for state, key in told if state in (*SENT, *FAILED)}
    return len(known), len({key for state, key in told if state in FAILED})


KEYS: dict[str, Callable[[Made], str | int]] = {
    "platform": lambda one: one.shop,
    "shop": lambda one: one.shop,
    "stream": lambda _: "service",
    "kind": lambda one: one.kind,
    "category": lambda _: "other",
    "person": lambda one: "小王" if one.outcome else "",
    "hour": hour_of,
}


@pytest.fixture
def shops(tmp_path: Path) -> Shops:
    return Shops(tmp_path, "", {"GONGDAN_USER": "小王"}, ["main", "other"])


@pytest.mark.parametrize("seed", range(6))
def test_the_figures_are_what_a_recount_gives(shops: Shops, seed: int) -> None:
    rng = random.Random(seed)
    tickets = [make_up(rng) for _ in range(40)]
    since, until = START - 1000 * MINUTE, START + 2500 * MINUTE
    with shops.desk() as desk:
        for number, made in enumerate(tickets):
            keep(desk, number, made)
        shops.clock.set(LATER)

        whole = count(desk, since, until)
        by = {name: count(desk, since, until, [name, "shop"]) for name in KEYS}

    inside = [one for one in tickets if since <= one.made < until]
    assert whole.total.figures == pytest.approx(recount(inside))
    for name, report in by.items():
        check_groups(report, name, inside)
    causes = Counter(one.cause for one in inside if one.cause)
    assert dict(whole.causes) == causes
    assert dict(whole.faults) == Counter(one.fault for one in inside if one.fault)


def check_groups(report: Report, name: str, inside: Sequence[Made]) -> None:
    expected: dict[tuple[str | int, str | int], list[Made]] = {}
    for one in inside:
        expected.setdefault((KEYS[name](one), one.shop), []).append(one)
    found = {(counts.group[name], counts.group["shop"]): counts.figures for counts in report.groups}
    if name == "category":  # which category is the classifier's business
        assert sum(int(figures["received"] or 0) for figures in found.values()) == len(inside)
        return
    assert set(found) == set(expected)
    for group, members in expected.items():
        assert found[group] == pytest.approx(recount(members))


def test_nothing_counted_is_zero_and_no_share(shops: Shops) -> None:
    with shops.desk() as desk:
        report = count(desk, START, LATER, ["shop"])

    assert report.total.figures == recount([])
    assert report.groups == ()


def test_old_tickets_of_a_first_import_are_no_breach(shops: Shops) -> None:
    """They were over before anybody here could do anything about them (first-import cut-off)."""
    with shops.desk() as desk:
        for number in range(3):
            due = START - number * DAY - MINUTE
            index = Index(due, "platform", desk.due("main").version)
            put(desk.store, str(number), ours(due), START, shop="main", index=index)
        due = START + MINUTE
        index = Index(due, "platform", desk.due("main").version)
        put(desk.store, "9", ours(due), START, shop="main", index=index)
        shops.clock.set(LATER)
        figures = count(desk, START - 30 * DAY, LATER).total.figures

    assert (figures["received"], figures["late"], figures["on_time_rate"]) == (4, 1, 0)


def test_an_answer_at_the_very_deadline_is_on_time(shops: Shops) -> None:
    due = START + MINUTE
    answer = (Message(Who.MERCHANT, "您好", due),)
    with shops.desk() as desk:
        index = Index(due, "platform", desk.due("main").version)
        ticket = ours(due, status=Status.ANSWERED, turn=None, thread=answer)
        put(desk.store, "1", ticket, START, shop="main", index=index)
        figures = count(desk, START - 2 * DAY, LATER).total.figures

    assert (figures["on_time"], figures["late"], figures["on_time_rate"]) == (1, 0, 1)


def test_counting_leaves_nothing_behind_and_two_can_count(shops: Shops) -> None:
    with shops.desk() as one, shops.desk() as other:
        with one.store.figures.over(START, LATER, LATER):
            assert count(other, START, LATER).total.figures["received"] == 0
        names = one.store._guard.rows("SELECT name FROM temp.sqlite_master")

    assert names == []


@pytest.mark.parametrize(
    ("by", "since", "told"),
    [
        (["shops"], START, "did you mean shop?"),
        (["n; DROP TABLE tickets"], START, "cannot count by"),
        ([], LATER, "ends before it begins"),
    ],
)
def test_a_mistake_is_said(shops: Shops, by: list[str], since: datetime, told: str) -> None:
    with shops.desk() as desk, pytest.raises(ConfigError, match=told):
        count(desk, since, LATER, by)


def test_every_figure_is_told_and_counted() -> None:
    assert set(FIGURES) == {*COUNTED, *MEDIANS}
    assert set(KEYS) == set(GROUPS)


def test_a_ticket_that_was_made_after_it_was_first_seen_counts(shops: Shops) -> None:
    """A platform's clock that is far ahead, or a date that a person mistyped."""
    with shops.desk() as desk:
        later = START + 30 * DAY
        for number, made in enumerate([START, later, later + DAY]):
            put(desk.store, str(number), ours(later + DAY, created=made), START, shop="main")

        report = count(desk, later, later + DAY)

    assert report.total.figures["received"] == 1
