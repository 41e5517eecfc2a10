from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from gongdan.sandbox import Case, Cases, Clock, Listing, Query, Strikes, victim

from .toy import START, Time


class Shop:
    """Twelve cases, created a day and updated an hour before the start, each a minute apart."""

    def __init__(self) -> None:
        self.time = Time()
        self.cases = Cases(Clock(self.time), Random(1))
        for n in range(12):
            self.cases.add(
                f"{n:02}",
                shop="s",
                stream="case",
                fields={"n": n},
                created=START - timedelta(days=1, minutes=n),
                updated=START - timedelta(hours=1, minutes=12 - n),
            )

    def page(self, query: Query, strikes: Strikes | None = None) -> Listing:
        return self.cases.page("s", "case", query, strikes or {})

    def ids(self, query: Query, strikes: Strikes | None = None) -> list[str]:
        return [row.case.id for row in self.page(query, strikes).rows]

    def case(self, case_id: str) -> Case:
        case = self.cases.get("case", case_id)
        assert case is not None
        return case


def updated(n: int) -> datetime:
    return START - timedelta(hours=1, minutes=12 - n)


def test_pages_cover_everything_once_in_either_order() -> None:
    shop = Shop()

    up = [i for page in (1, 2, 3, 4) for i in shop.ids(Query(page=page, size=5))]
    down = [
        i
        for page in (0, 1, 2)
        for i in shop.ids(Query(page=page, size=5, first_page=0, descending=True))
    ]

    assert up == sorted(up)
    assert len(up) == 12
    assert down == up[::-1]


def test_total_is_of_all_pages() -> None:
    assert Shop().page(Query(size=5, page=9)) == Listing([], 12)


def test_bounds_are_inclusive_unless_told() -> None:
    shop = Shop()

    both = shop.ids(Query(start=updated(3), end=updated(5)))
    start = shop.ids(Query(start=updated(3), end=updated(5), start_inclusive=False))
    end = shop.ids(Query(start=updated(3), end=updated(5), end_inclusive=False))

    assert (both, start, end) == (["03", "04", "05"], ["04", "05"], ["03", "04"])


def test_filters_and_sorts_by_creation() -> None:
    shop = Shop()

    ids = shop.ids(Query(by="create", end=START - timedelta(days=1, minutes=9)))

    assert ids == ["11", "10", "09"]


def test_a_change_moves_the_update_time_to_now() -> None:
    shop = Shop()

    shop.cases.change(shop.case("03"), {"n": 33})

    assert shop.ids(Query(start=START)) == ["03"]
    assert shop.case("03").newest.fields == {"n": 33}


def test_refuses_an_id_twice() -> None:
    shop = Shop()

    with pytest.raises(ValueError, match="there is a case 03"):
        shop.cases.add("03", shop="s", stream="case", fields={})


def test_a_hidden_write_is_seen_later() -> None:
    shop = Shop()
    shop.cases.change(shop.case("03"), {"n": 33}, hidden_s=30)

    before = shop.cases.read(shop.case("03"), {})
    shop.time.now += timedelta(seconds=30)
    after = shop.cases.read(shop.case("03"), {})

    assert before is not None
    assert after is not None
    assert (before.fields, after.fields) == ({"n": 3}, {"n": 33})
    assert shop.ids(Query(start=START)) == ["03"]


def test_a_stale_replica_lags() -> None:
    shop = Shop()
    shop.time.now += timedelta(seconds=60)
    shop.cases.change(shop.case("03"), {"n": 33})
    shop.cases.add("99", shop="s", stream="case", fields={})

    fresh = shop.ids(Query(start=START))
    stale = shop.ids(Query(start=START), {"stale-replica": 30})
    shop.time.now += timedelta(seconds=30)

    assert (fresh, stale) == (["03", "99"], [])
    assert shop.ids(Query(start=START), {"stale-replica": 30}) == ["03", "99"]


def test_shift_pages_touches_a_case_after_the_page() -> None:
    shop = Shop()
    window = Query(end=updated(11), size=5)

    first = shop.page(window, {"shift-pages": 0})
    second = shop.page(window)

    assert (first.total, second.total) == (12, 11)


def test_late_rows_come_within_their_time_and_stay() -> None:
    shop = Shop()
    shop.time.now += timedelta(seconds=1)
    for n in range(12):
        shop.cases.change(shop.case(f"{n:02}"))
    seen: list[int] = []

    for _ in range(41):
        seen.append(shop.page(Query(), {"late-rows": 40}).total)
        shop.time.now += timedelta(seconds=1)

    assert seen[0] < 12
    assert seen == sorted(seen)
    assert seen[-1] == 12


def test_late_rows_spare_what_is_old() -> None:
    assert Shop().page(Query(), {"late-rows": 40}).total == 12


def test_same_second_levels_what_is_asked_for() -> None:
    shop = Shop()

    rows = shop.page(Query(start=updated(3), end=updated(9)), {"same-second": 0}).rows

    assert {row.version.updated for row in rows} == {updated(9)}
    assert len(rows) == 7


def test_exclusive_start_leaves_the_first_second_out() -> None:
    assert Shop().ids(Query(start=updated(10)), {"exclusive-start": 0}) == ["11"]


def test_filter_on_create_sorts_by_update_and_filters_by_creation() -> None:
    window = Query(start=START - timedelta(days=2), end=START - timedelta(hours=20), size=3)

    assert Shop().ids(window) == []
    assert Shop().ids(window, {"filter-on-create": 0}) == ["00", "01", "02"]


def test_a_victim_stays_the_victim() -> None:
    ids = [str(n) for n in range(20)]

    struck = victim(ids)

    assert victim([*reversed(ids)]) == struck
    assert victim([]) == ""
