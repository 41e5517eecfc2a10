"""Who authorised the app: access tokens (`session`), refresh tokens and codes.

For shops of 天猫 the app is one of the service market: its tokens can be refreshed.  For those of
淘宝 it is the merchant's own: they cannot (`re_expires_in` is 0).

Source:
    the TOP notes, sections 2.1 and 2.2.  Not stated there: whether the old access token
    dies at a refresh (here it does, as the old refresh token is documented to), and the lives of
    both for such an app beyond "the subscription" (here a year).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote

from msgspec import Struct

from gongdan.sandbox import Clock

from .refusal import Body, bad_session
from .seller import Seller

LIFE = timedelta(days=365)  # of both tokens
CODE_LIFE = timedelta(minutes=30)


class Grant(Struct):
    """One authorisation: a pair of tokens of one seller."""

    seller: Seller
    session: str
    refresh_token: str
    until: datetime
    refresh_until: datetime
    suspended_until: datetime | None = None


class Grants:
    """All tokens of the app."""

    def __init__(self, clock: Clock, sellers: Iterable[Seller]) -> None:
        self._clock = clock
        self._made = 0
        self._sessions: dict[str, Grant] = {}
        self._refreshes: dict[str, Grant] = {}
        self._codes: dict[str, tuple[Seller, datetime]] = {}
        for one in sellers:
            self._grant(one, one.session, one.refresh_token)

    def owner(self, token: str) -> str:
        """Return the user id of a session or refresh token, expired or not; "" if it is none."""
        grant = self._sessions.get(token) or self._refreshes.get(token)
        return grant.seller.user_id if grant else ""

    def open(self, session: str) -> Seller:
        """Return whose session it is.

        Raises:
            Refusal: 27, with session-expired or invalid-sessionkey.
        """
        grant = self._sessions.get(session)
        if grant is None:
            raise bad_session()
        now = self._clock.now()
        if grant.until <= now or (grant.suspended_until and now < grant.suspended_until):
            raise bad_session("session-expired")
        return grant.seller

    def suspend(self, session: str, seconds: float) -> None:
        """Let an access token be expired for some seconds; its refresh token goes on."""
        if session in self._sessions:
            until = self._clock.now() + timedelta(seconds=seconds)
            self._sessions[session].suspended_until = until

    def code(self, seller: Seller) -> str:
        """Return an authorisation code, good once and for 30 minutes."""
        code = self._new("code")[:32]
        self._codes[code] = (seller, self._clock.now() + CODE_LIFE)
        return code

    def redeem(self, code: str) -> Grant | None:
        """Return a new pair of tokens for a code; None if it is unknown, used or too old."""
        seller, until = self._codes.pop(code, (None, None))
        if seller is None or until is None or until <= self._clock.now():
            return None
        return self._grant(seller, self._new("6100"), self._new("6101"))

    def refresh(self, refresh_token: str) -> Grant | None:
        """Return a new pair of tokens and kill the old one; None if it is unknown or too old."""
        old = self._refreshes.get(refresh_token)
        if old is None or old.refresh_until <= self._clock.now():
            return None
        del self._sessions[old.session], self._refreshes[refresh_token]
        return self._grant(old.seller, self._new("6100"), self._new("6101"))

    def _new(self, prefix: str) -> str:
        self._made += 1
        return prefix + sha256(f"{prefix} {self._made}".encode()).hexdigest()[:52]

    def _grant(self, seller: Seller, session: str, refresh_token: str) -> Grant:
        now = self._clock.now()
        renewable_until = now + LIFE if seller.tmall else now
        grant = Grant(seller, session, refresh_token, now + LIFE, renewable_until)
        self._sessions[session] = self._refreshes[refresh_token] = grant
        return grant


def told(grant: Grant, now: datetime) -> Body:
    """Return a grant in the fields of the token endpoint; lives in seconds from *now*."""
    life = int((grant.until - now).total_seconds())
    return {
        "access_token": grant.session,
        "token_type": "Bearer",
        "expires_in": life,
        "refresh_token": grant.refresh_token,
        "re_expires_in": max(0, int((grant.refresh_until - now).total_seconds())),
        **{f"{level}_expires_in": life for level in ("r1", "r2", "w1", "w2")},
        "taobao_user_id": grant.seller.user_id,
        "taobao_user_nick": quote(grant.seller.nick),
    }
