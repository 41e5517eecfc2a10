"""Tokens that the platforms gave, and the budgets of app keys, shared by every process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from ..calls.keys import LOGIN_WAIT_S
from ..calls.retry import LONGEST_WAIT_S
from ..clock import Clock
from ..errors import Busy
from ..secret import Secret
from ..wire import Rate, Token
from .guard import Guard, rows
from .ledger import Claim, Ledger
from .moments import from_ms, ms_or_none, to_ms

_LOOK_EVERY_S = 0.5  # while another process logs in


class Keys:
    """What a session needs to be let in, and to keep within its budget."""

    def __init__(self, guard: Guard, ledger: Ledger) -> None:
        self._guard = guard
        self._ledger = ledger

    def token(self, shop: str) -> Token | None:
        """Return the token of a shop's last login."""
        row = self._guard.one(
            "SELECT access, refresh, owner, expires_ms, refresh_expires_ms FROM tokens"
            " WHERE shop = ?",
            (shop,),
        )
        if row is None:
            return None
        return Token(
            access=Secret(str(row["access"])),
            refresh=Secret(str(row["refresh"])),
            owner=str(row["owner"]),
            expires=from_ms(row["expires_ms"]),
            refresh_expires=from_ms(row["refresh_expires_ms"]),
        )

    def save_token(self, shop: str, token: Token) -> None:
        """Keep a token, before it is used."""
        with self._guard.write(lasting=True) as db:
            db.execute(
                "INSERT OR REPLACE INTO tokens (shop, access, refresh, owner, expires_ms,"
                " refresh_expires_ms) VALUES (?, ?, ?, ?, ?, ?)",
                (shop, token.access.reveal(), token.refresh.reveal(), token.owner,
                 ms_or_none(token.expires), ms_or_none(token.refresh_expires)),
            )  # fmt: skip

    @contextmanager
    def alone(self, shop: str, clock: Clock) -> Iterator[None]:
        """Let one process at a time log a shop in; the others wait their turn.

        Raises:
            Busy: another has been at it for LOGIN_WAIT_S.
        """
        claim = self._claimed(f"login {shop}", clock)
        try:
            yield
        finally:
            self._ledger.release(claim)

    def _claimed(self, name: str, clock: Clock) -> Claim:
        until = clock.monotonic() + LOGIN_WAIT_S
        while True:
            try:
                return self._ledger.claim(name, clock.now())
            except Busy:
                if clock.monotonic() >= until:
                    raise
            clock.sleep(_LOOK_EVERY_S)

    def not_before(self, app: str) -> datetime | None:
        """Return when the platform will hear the app again, if it said so."""
        row = self._guard.one("SELECT not_before_ms FROM budgets WHERE name = ?", (app,))
        return from_ms(row["not_before_ms"]) if row else None

    def hold(self, app: str, until: datetime) -> None:
        """Let no shop of the app ask before *until*; the later of two holds counts."""
        with self._guard.write() as db:
            db.execute(
                "INSERT INTO budgets (name, level, at_ms, not_before_ms) VALUES (?, 0, 0, ?)"
                " ON CONFLICT (name) DO UPDATE SET"
                " not_before_ms = max(coalesce(not_before_ms, 0), excluded.not_before_ms)",
                (app, to_ms(until)),
            )

    def take(self, app: str, rates: Sequence[Rate], op: str, now: datetime) -> float:
        """Take one request from every budget that *op* draws on; return the seconds to wait first.

        A budget may be drawn below zero: the wait is until the request would have been there.  It
        is not drawn where the wait is longer than anybody waits.
        """
        mine = [rate for rate in rates if fnmatchcase(op, rate.on)]
        if not mine:
            return 0.0
        wait_s = 0.0
        with self._guard.write() as db:
            for rate in mine:
                name = f"{app}\n{rate.on}\n{rate.calls}"
                per_s = rate.calls / rate.per.total_seconds()
                had = next(
                    rows(db, "SELECT level, at_ms FROM budgets WHERE name = ?", (name,)), None
                )
                level = _refilled(had, rate, per_s, now) - 1
                wait_s = max(wait_s, -level / per_s)
                if wait_s > LONGEST_WAIT_S:
                    return wait_s
                db.execute(
                    "INSERT INTO budgets (name, level, at_ms) VALUES (?, ?, ?)"
                    " ON CONFLICT (name) DO UPDATE SET level = excluded.level,"
                    " at_ms = excluded.at_ms",
                    (name, level, to_ms(now)),
                )
        return wait_s


def _refilled(had: dict[str, object] | None, rate: Rate, per_s: float, now: datetime) -> float:
    """Return what a budget holds now; a clock that went back refills nothing."""
    if had is None or not isinstance(had["level"], float):
        return float(rate.calls)
    at = from_ms(had["at_ms"]) or now
    passed = max(now - at, timedelta(0)).total_seconds()
    return min(float(rate.calls), had["level"] + passed * per_s)
