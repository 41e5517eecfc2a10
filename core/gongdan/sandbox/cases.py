"""The cases of one imitated platform, with everything a list can do wrong.

A case is a chain of versions.  A write adds one; a version that becomes visible later than it was
committed is a hidden write; what a lagging replica shows is the chain as it was some seconds ago.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal, NamedTuple, TypeAlias
from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

from .case import Case, Message, Row, Version
from .clock import Clock
from .faults import Strikes

By: TypeAlias = Literal["create", "update"]


class Listing(NamedTuple):
    """One page, and how many rows match in all."""

    rows: list[Row]
    total: int


class Query(Struct, frozen=True, kw_only=True):
    """What a list is asked for.

    Attributes:
        start, end: aware, None is open; compared in whole seconds.
        by: the time that the bounds filter.
        sort: the time that orders the rows; None is the same as `by`. Ties are by id, and
            descending is exactly the other way round.
        descending: newest first.
        page: counted from `first_page`; beyond the end is empty, not an error.
        size: rows a page.
        first_page: what the platform calls it.
        start_inclusive, end_inclusive: whether a row at the very bound is shown.
        where: a further filter.
    """

    start: datetime | None = None
    end: datetime | None = None
    by: By = "update"
    sort: By | None = None
    descending: bool = False
    page: int = 1
    size: int = 20
    first_page: int = 1
    start_inclusive: bool = True
    end_inclusive: bool = True
    where: Callable[[Row], bool] | None = None


class _Index(NamedTuple):
    """The rows of one list in order; as long as `whole_from` has passed, all newest versions."""

    times: list[datetime]
    rows: list[Row]
    whole_from: datetime | None


class Cases:
    """All cases of one platform in memory, by shop and stream."""

    def __init__(self, clock: Clock, rng: Random) -> None:
        self._clock = clock
        self._rng = rng
        self._by_id: dict[tuple[str, str], Case] = {}
        self._by_shop: dict[tuple[str, str], dict[str, Case]] = {}
        self._indexes: dict[tuple[str, str, By], _Index] = {}

    def __iter__(self) -> Iterator[Case]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def add(
        self,
        case_id: str,
        *,
        shop: str,
        stream: str,
        fields: Mapping[str, object],
        created: datetime | None = None,
        updated: datetime | None = None,
        messages: Iterable[Message] = (),
        hidden_s: float = 0.0,
    ) -> Case:
        """Add a case; its times are now unless given, and it is visible from now or `updated`.

        Args:
            hidden_s: seconds until readers see it.

        Raises:
            ValueError: the stream has a case of this id.
        """
        if (stream, case_id) in self._by_id:
            raise ValueError(f"there is a case {case_id} in {stream} already")
        now = self._clock.second()
        created = whole_second(created or updated or now)
        updated = whole_second(updated or now)
        at = min(updated, now)
        seen = at + timedelta(seconds=hidden_s)
        version = Version(updated, dict(fields), tuple(messages), at, seen)
        case = Case(case_id, shop, stream, created, version)
        self._by_id[stream, case_id] = case
        self._by_shop.setdefault((shop, stream), {})[case_id] = case
        self._forget_order(case)
        return case

    def get(self, stream: str, case_id: str) -> Case | None:
        """The case of this id, of whichever shop."""
        return self._by_id.get((stream, case_id))

    def of(self, shop: str, stream: str) -> Iterable[Case]:
        """The cases of one shop's stream in the order they were added."""
        return self._by_shop.get((shop, stream), {}).values()

    def remove(self, case: Case) -> None:
        """Delete a case without a trace."""
        del self._by_id[case.stream, case.id]
        del self._by_shop[case.shop, case.stream][case.id]
        self._forget_order(case)

    def change(
        self,
        case: Case,
        fields: Mapping[str, object] | None = None,
        messages: Iterable[Message] = (),
        *,
        updated: datetime | None = None,
        hidden_s: float = 0.0,
    ) -> Version:
        """Commit a new version: *fields* over the newest ones, *messages* after the newest ones.

        Args:
            updated: now if not given; with nothing else given the case is merely touched.
            hidden_s: seconds until readers see it.
        """
        now = self._clock.second()
        newest = case.newest
        version = Version(
            updated=whole_second(updated or now),
            fields={**newest.fields, **(fields or {})},
            messages=(*newest.messages, *messages),
            committed=now,
            visible_from=now + timedelta(seconds=hidden_s),
        )
        case.versions.append(version)
        self._forget_order(case)
        return version

    def read(self, case: Case, strikes: Strikes) -> Version | None:
        """What a request for one case is shown: hidden writes are not, a stale replica lags."""
        return case.seen(self._as_of(strikes))

    def page(self, shop: str, stream: str, query: Query, strikes: Strikes) -> Listing:
        """One page of a shop's stream, with the data faults that strike the request.

        `same-second` gives all matching rows the newest one's update time first; `shift-pages`
        touches one matching case afterwards, so that it moves between this page and the next.
        """
        query = _misdeclared(query, strikes)
        if "same-second" in strikes and query.by == "update":
            self._level(self._matching(shop, stream, query, strikes))
        rows = self._matching(shop, stream, query, strikes)
        if query.descending:
            rows.reverse()
        if "shift-pages" in strikes and rows:
            self.change(self._rng.choice(rows).case)
        first = max(0, query.page - query.first_page) * query.size
        return Listing(rows[first : first + query.size], len(rows))

    def _as_of(self, strikes: Strikes) -> datetime:
        return self._clock.now() - timedelta(seconds=strikes.get("stale-replica", 0.0))

    def _matching(self, shop: str, stream: str, query: Query, strikes: Strikes) -> list[Row]:
        """All rows that match, oldest first by `query.sort`, ties by id."""
        at = self._as_of(strikes)
        index = self._index(shop, stream, query.by, at)
        find_start = bisect_left if query.start_inclusive else bisect_right
        find_end = bisect_right if query.end_inclusive else bisect_left
        first = 0 if query.start is None else find_start(index.times, query.start)
        last = None if query.end is None else find_end(index.times, query.end)
        rows = index.rows[first:last]
        if query.where is not None:
            rows = [row for row in rows if query.where(row)]
        if "late-rows" in strikes:
            rows = [row for row in rows if not _is_late(row, at, strikes["late-rows"])]
        if query.sort not in (None, query.by):
            rows.sort(key=_by_id)
            rows.sort(key=_TIME[query.sort or query.by])
        return rows

    def _index(self, shop: str, stream: str, by: By, at: datetime) -> _Index:
        """What is seen at *at*, in order; kept while nothing changes and all of it is seen."""
        key = (shop, stream, by)
        index = self._indexes.get(key)
        if index is None:
            index = _make_index([Row(case, case.newest) for case in self.of(shop, stream)], by)
            self._indexes[key] = index
        if index.whole_from is None or index.whole_from <= at:
            return index
        seen = ((case, case.seen(at)) for case in self.of(shop, stream))
        return _make_index([Row(case, version) for case, version in seen if version], by)

    def _forget_order(self, case: Case) -> None:
        for by in _TIME:
            self._indexes.pop((case.shop, case.stream, by), None)

    def _level(self, rows: Sequence[Row]) -> None:
        if rows:
            newest = max(row.version.updated for row in rows)
            for row in rows:
                case, version = row
                if version.updated != newest and version is case.newest:
                    moved = self.change(case, updated=newest)
                    # a replica that lags shows it too: it is as if it had always been so
                    case.versions[-1] = replace(moved, visible_from=version.visible_from)


def _by_id(row: Row) -> str:
    return row.case.id


_TIME: Mapping[By, Callable[[Row], datetime]] = {
    "create": lambda row: row.case.created,
    "update": lambda row: row.version.updated,
}


def _make_index(rows: list[Row], by: By) -> _Index:
    rows.sort(key=_by_id)
    rows.sort(key=_TIME[by])
    whole_from = max((row.version.visible_from for row in rows), default=None)
    return _Index([_TIME[by](row) for row in rows], rows, whole_from)


def victim(ids: Sequence[str]) -> str:
    """The one id of a page that a row fault strikes: the same one whenever it is on the page."""
    return min(ids, key=lambda case_id: (crc32(case_id.encode()), case_id), default="")


def _misdeclared(query: Query, strikes: Strikes) -> Query:
    """The query as a platform understands it whose page says otherwise."""
    if "filter-on-create" not in strikes and "exclusive-start" not in strikes:
        return query
    return Query(
        start=query.start,
        end=query.end,
        by="create" if "filter-on-create" in strikes else query.by,
        sort=query.sort or query.by,
        descending=query.descending,
        page=query.page,
        size=query.size,
        first_page=query.first_page,
        start_inclusive=query.start_inclusive and "exclusive-start" not in strikes,
        end_inclusive=query.end_inclusive,
        where=query.where,
    )


def _is_late(row: Row, at: datetime, longest_s: float) -> bool:
    """Whether a row is still on its way to the list.

    How late a version is follows from its id and time, so that it never disappears again.
    """
    key = f"{row.case.id} {row.version.updated.isoformat()}".encode()
    delay_s = longest_s * (crc32(key) % 1000 + 1) / 1000
    return row.version.updated + timedelta(seconds=delay_s) > at


def whole_second(at: datetime) -> datetime:
    """The time as aware UTC, rounded down to a second."""
    return at.astimezone(UTC).replace(microsecond=0)
