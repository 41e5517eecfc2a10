"""How far a platform's clock is from ours."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ..clock import Clock

_NOISE_S = 2.0  # a Date names whole seconds, and an answer takes a while to come


class Skew:
    """The platform's clock minus ours, of one app, shared by threads.

    A Date is cut to whole seconds and is old when it arrives, so each one says only that the
    platform's clock is *at least* so far ahead; the best of them is kept.  Thus `now` is never
    after the platform's own time by more than noise, and never jumps back by noise.
    """

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._lock = threading.Lock()

    @property
    def known(self) -> bool:
        """Whether the platform has told its time."""
        return self._offset_s is not None

    @property
    def offset_s(self) -> float:
        """The platform's clock minus ours in seconds; 0 while it is not known."""
        return self._offset_s or 0.0

    def now(self, clock: Clock) -> datetime:
        """Return the platform's time, aware UTC; ours while it is not known."""
        return clock.now() + timedelta(seconds=self.offset_s)

    def note(self, date_header: str, now: datetime, *, took_s: float = 0.0) -> None:
        """Learn from the Date of an answer; nothing is learnt from one that is no date.

        Args:
            date_header: as it came, "" if there was none.
            now: our time when the answer had come, aware UTC.
            took_s: seconds from asking to then; the Date may be as old as that.
        """
        try:
            moment = parsedate_to_datetime(date_header)
        except (ValueError, OverflowError):
            return
        least_s = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
        with self._lock:
            held_s = self._offset_s
            if held_s is None or not least_s <= held_s <= least_s + _NOISE_S + took_s:
                self._offset_s = least_s
