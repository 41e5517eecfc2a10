"""The sandbox's clock: what `Date`, token ages and update times are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def real_time() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)


class Clock:
    """A clock that runs with its source, shifted by what `set` and `advance` say."""

    def __init__(self, source: Callable[[], datetime] = real_time) -> None:
        """Start at the source's time.

        Args:
            source: returns aware UTC; a simulation gives its virtual time.
        """
        self._source = source
        self._shift = timedelta()
        self._pinned: datetime | None = None

    def now(self) -> datetime:
        """The time, aware UTC, with the source's precision."""
        return self._pinned or self._source() + self._shift

    def second(self) -> datetime:
        """The time, aware UTC, rounded down to a whole second: what platforms store."""
        return self.now().replace(microsecond=0)

    def set(self, now: datetime | None) -> None:
        """Jump to *now* (aware) and run on from there; None goes back to the source's time."""
        if now is not None and now.tzinfo is None:
            raise ValueError("now: the time needs a zone, such as 2026-11-21T09:00:00+08:00")
        self._shift = timedelta() if now is None else now.astimezone(UTC) - self._source()

    def advance(self, seconds: float) -> None:
        """Jump *seconds* ahead; negative ones go back."""
        self._shift += timedelta(seconds=seconds)

    @contextmanager
    def pinned(self, at: datetime) -> Iterator[None]:
        """Stand still at *at* inside the block: a late commit happens at its own time."""
        before, self._pinned = self._pinned, at
        try:
            yield
        finally:
            self._pinned = before
