"""What the shops of one app share: its tokens, its budget, and how long it was told to wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Protocol

from ..clock import Clock
from ..secret import Settings
from ..wire import Rate, Token

LOGIN_WAIT_S = 60.0  # longer than a login with all its retries and waits takes as a rule


class Keys(Protocol):
    """The store's side of a session, safe to share between threads and processes.

    *app* is what `budget_name` gives.  Times are our own clock's, aware UTC.
    """

    def token(self, alias: str, /) -> Token | None:
        """Return the token of a shop's last login."""
        ...

    def save_token(self, alias: str, token: Token, /) -> None:
        """Keep a token; it is used only after this has returned."""
        ...

    def not_before(self, app: str, /) -> datetime | None:
        """Return when the platform will hear the app again, if it said so."""
        ...

    def hold(self, app: str, until: datetime, /) -> None:
        """Let no shop of the app ask before *until*; the later of two holds counts."""
        ...

    def take(self, app: str, rates: Sequence[Rate], op: str, now: datetime, /) -> float:
        """Take a place in every budget that *op* draws on; return the seconds until it has come.

        The place is taken: who has waited so long goes, and does not ask again.
        """
        ...

    def alone(self, alias: str, clock: Clock, /) -> AbstractContextManager[None]:
        """Let one process at a time log a shop in; the others wait.

        Raises:
            Busy: another has been at it for LOGIN_WAIT_S.
        """
        ...


class MemoryKeys:
    """Keys of one process, gone with it: for the kit and for tests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[str, Token] = {}
        self._holds: dict[str, datetime] = {}
        self._next: dict[tuple[str, Rate], list[datetime]] = {}

    def token(self, alias: str, /) -> Token | None:
        """See `Keys.token`."""
        return self._tokens.get(alias)

    def save_token(self, alias: str, token: Token, /) -> None:
        """See `Keys.save_token`."""
        self._tokens[alias] = token

    def not_before(self, app: str, /) -> datetime | None:
        """See `Keys.not_before`."""
        return self._holds.get(app)

    def hold(self, app: str, until: datetime, /) -> None:
        """See `Keys.hold`."""
        with self._lock:
            self._holds[app] = max(until, self._holds.get(app, until))

    def take(self, app: str, rates: Sequence[Rate], op: str, now: datetime, /) -> float:
        """See `Keys.take`; no `per` ever holds more than `calls`."""
        with self._lock:
            mine = [rate for rate in rates if fnmatchcase(op, rate.on)]
            return max((self._place(app, rate, now) for rate in mine), default=0.0)

    @contextmanager
    def alone(self, _alias: str, _clock: Clock, /) -> Iterator[None]:
        """See `Keys.alone`; a process of its own is alone."""
        yield

    def _place(self, app: str, rate: Rate, now: datetime) -> float:
        taken = self._next.setdefault((app, rate), [])
        oldest = taken[-rate.calls] + rate.per if len(taken) >= rate.calls else now
        place = max(oldest, now)
        taken.append(place)
        del taken[: -rate.calls]
        return (place - now).total_seconds()


def budget_name(platform: str, settings: Settings, alias: str) -> str:
    """Name what shops of one app key share; a shop without an app key has a budget of its own."""
    return f"{platform}/{settings.app_key}" if settings.app_key else f"{platform}//{alias}"
