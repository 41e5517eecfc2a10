"""How often, and when, a request that failed is made again: the one door for tenacity.

Only reads are made again.  A write is made once; what becomes of it is the outbox's business.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import tenacity

from ..clock import Clock
from ..errors import NotSent, RateLimited, Transient, Unreadable

ATTEMPTS = 5
TOTAL_S = 120.0  # one call never holds a shop's turn for longer
LONGEST_WAIT_S = 60.0  # what is asked to wait longer is told to the caller, who has other shops
_FIRST_S = 1.0
_MOST_S = 30.0

T = TypeVar("T")


class Patience:
    """Whether a platform can be reached at all, as the shops of one app have found it.

    Shared by threads: where one shop could not connect for as long as it may ask, the others, and
    its own other streams, find that out by one attempt each, until somebody gets through.

    Attributes:
        lost: nobody has got through since a call was given up.
    """

    def __init__(self) -> None:
        self.lost = False

    @property
    def attempts(self) -> int:
        """How often a call may be made."""
        return 1 if self.lost else ATTEMPTS


def persist(
    make: Callable[[], T], *, clock: Clock, rng: random.Random, patience: Patience | None = None
) -> T:
    """Return what *make* returns, calling it up to ATTEMPTS times within TOTAL_S seconds.

    Again after `Transient`, `RateLimited` and `Unreadable`: not before the platform asks, and not
    before half to all of 1, 2, 4 ... 30 s, by *rng*.

    Raises:
        GongdanError: what *make* raised last; at once if it is of another kind, or asks for a
            longer wait than LONGEST_WAIT_S.
    """
    started, patience = clock.monotonic(), patience or Patience()

    def wait_s(state: tenacity.RetryCallState) -> float:
        backoff_s = min(_FIRST_S * 2.0 ** (state.attempt_number - 1), _MOST_S)
        error = state.outcome.exception() if state.outcome else None
        # Jitter: shops that failed together must not come back together.  Never before it is asked.
        return max(asked_s(error) + rng.random(), backoff_s * (1 + rng.random()) / 2)

    def is_over(state: tenacity.RetryCallState) -> bool:
        spent_s = clock.monotonic() - started
        return state.attempt_number >= patience.attempts or spent_s + state.upcoming_sleep > TOTAL_S

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(_may_pass),
        wait=wait_s,
        stop=is_over,
        sleep=clock.sleep,
        reraise=True,
    )
    try:
        made = retrying(make)
    except NotSent:
        patience.lost = True
        raise
    patience.lost = False
    return made


def asked_s(error: BaseException | None) -> float:
    """Return how many seconds the platform asks to wait; 0 if it does not say."""
    return error.retry_after_s if isinstance(error, RateLimited | Transient) else 0.0


def retry_after_s(header: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for: "120", or an HTTP date.

    Args:
        header: its value, "" if there is none.
        now: the platform's time, aware UTC, for the date is by its clock.

    Returns:
        zero or more; None for what is neither form.
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:  # "-0000": UTC, of which the standard library makes a naive time
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)


def _may_pass(error: BaseException) -> bool:
    kinds = (Transient, RateLimited, Unreadable)
    return isinstance(error, kinds) and asked_s(error) <= LONGEST_WAIT_S
