"""The app, its shops, and their tokens by the documented rules.

An access token lives 7 days and a refresh token 14.  Asking for one more than an hour before the
access token expires gives the same pair; within the last hour a new pair, and the old one lives one
more hour; after that a new pair, and the old one is dead.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from gongdan.sandbox import Json, World

from .refusal import (
    BUSINESS,
    FORBIDDEN,
    INVALID_PLATFORM,
    MISSING_PLATFORM,
    TOKEN_FAILED,
    Refusal,
)

# The same for every seed, so that who has read them once need not read them again after a reset.
APP_KEY = "6800000000000000001"
APP_SECRET = "5f0c3a52-7d1e-4b86-9a44-c0ffee20fade"
ACCESS_LIVES = timedelta(days=7)
REFRESH_LIVES = timedelta(days=14)
OVERLAP = timedelta(hours=1)
CODE_LIVES = timedelta(minutes=10)
AUTHORISED_FOR = timedelta(days=365)
FOREIGN_TOKEN = "token-of-another-app"

_SHOPS = (("77977", "小兔子旗舰店"), ("95250", "山野茶行"), ("12345", "云朵家居"))


class Pair:
    """An access token and its refresh token."""

    def __init__(self, shop: str, access: str, refresh: str, now: datetime) -> None:
        self.shop = shop
        self.access = access
        self.refresh = refresh
        self.access_until = now + ACCESS_LIVES
        self.refresh_until = now + REFRESH_LIVES


class Shop:
    """One shop that has authorised the app."""

    def __init__(self, shop_id: str, name: str, authorised: datetime) -> None:
        self.id = shop_id
        self.name = name
        self.authorised = authorised
        self.code = ""
        self.code_until = authorised


class Access:
    """Who may do what: shops, authorisation codes, tokens."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.shops = {shop.id: shop for shop in _make_shops(world.plan.shops, world.start)}
        self._pairs: dict[str, Pair] = {}
        self._by_refresh: dict[str, Pair] = {}
        self._newest: dict[str, Pair] = {}
        self._issued = dict.fromkeys(self.shops, 0)
        for shop_id in self.shops:
            self._issue(shop_id, world.start)

    def pair(self, shop_id: str) -> Pair:
        """The shop's pair in force, a new one where the rules say so."""
        now = self._world.clock.now()
        pair = self._newest[shop_id]
        if pair.access_until - now > OVERLAP:
            return pair
        if pair.access_until > now:
            pair.access_until = pair.refresh_until = now + OVERLAP
        else:
            self._forget(pair)
        return self._issue(shop_id, now)

    def newest(self, shop_id: str) -> Pair:
        """The pair issued last, whatever its age."""
        return self._newest[shop_id]

    def shop_of(self, token: str) -> str:
        """The shop that a token was issued for, expired or not; "" if there is none."""
        pair = self._pairs.get(token)
        return pair.shop if pair else ""

    def check_token(self, token: str) -> str:
        """The shop that an access token opens.

        Raises:
            Refusal: it is missing, unknown, another app's, or expired.
        """
        if not token:
            raise Refusal(MISSING_PLATFORM, "isv.access-token-missing", "缺少access_token")
        if token == FOREIGN_TOKEN:
            raise Refusal(INVALID_PLATFORM, "isv.access-token-invalid", "access_token不属于此app")
        pair = self._pairs.get(token)
        if pair is None:
            raise Refusal(INVALID_PLATFORM, "isv.access-token-no-existed", "access_token不存在")
        if pair.access_until <= self._world.clock.now():
            raise Refusal(INVALID_PLATFORM, "isv.access-token-expired", "access_token已过期")
        return pair.shop

    def expire(self, shop_id: str) -> None:
        """End all the shop's access tokens now; its newest refresh token stays valid."""
        now = self._world.clock.now()
        for pair in self._pairs.values():
            if pair.shop == shop_id:
                pair.access_until = min(pair.access_until, now)

    def refresh(self, token: str) -> Pair:
        """What a refresh token gives; an old one within its last hour gives the newest pair.

        Raises:
            Refusal: it is unknown or expired.
        """
        pair = self._by_refresh.get(token)
        if pair is None:
            raise Refusal(BUSINESS, "isv.business-failed:31009", "refresh_token不存在")
        if pair.refresh_until <= self._world.clock.now():
            raise token_failed("token-expired", "refresh_token已过期,请重新授权")
        return self.pair(pair.shop)

    def code(self, shop_id: str) -> str:
        """An authorisation code that the shop's owner has just got: ten minutes, one use."""
        shop = self.shops[shop_id]
        now = self._world.clock.now()
        if not shop.code or shop.code_until <= now:
            shop.code = _secret(f"code {shop_id} {now.isoformat()}")
            shop.code_until = now + CODE_LIVES
        return shop.code

    def redeem(self, code: str) -> str:
        """The shop of an authorisation code, which is used up.

        Raises:
            Refusal: it is unknown, used, or too old.
        """
        shop = next((shop for shop in self.shops.values() if code and shop.code == code), None)
        if shop is None:
            raise token_failed("code-invalid", "code无效")
        shop.code = ""
        if shop.code_until <= self._world.clock.now():
            raise token_failed("code-expired", "code已过期")
        return shop.id

    def show(self, pair: Pair) -> Json:
        """A pair as `token.create` and `token.refresh` answer it; expires_in is seconds left."""
        shop = self.shops[pair.shop]
        left = pair.access_until - self._world.clock.now()
        return {
            "access_token": pair.access,
            "expires_in": int(left.total_seconds()),
            "refresh_token": pair.refresh,
            "scope": "SCOPE",
            "shop_id": int(shop.id),
            "shop_name": shop.name,
            "authority_id": shop.id,
            "auth_subject_type": "",
        }

    def _issue(self, shop_id: str, now: datetime) -> Pair:
        self._issued[shop_id] += 1
        name = f"{shop_id} {self._issued[shop_id]}"
        pair = Pair(
            shop_id, f"at-{_secret(f'access {name}')}", f"rt-{_secret(f'refresh {name}')}", now
        )
        self._pairs[pair.access] = self._by_refresh[pair.refresh] = self._newest[shop_id] = pair
        return pair

    def _forget(self, pair: Pair) -> None:
        del self._pairs[pair.access], self._by_refresh[pair.refresh]


def token_failed(reason: str, text: str) -> Refusal:
    """The refusal of a token API, `dop.token-generate-failed:` with its reason."""
    return Refusal(TOKEN_FAILED, f"dop.token-generate-failed:{reason}", text)


def closed() -> Refusal:
    """The refusal of a shop that has withdrawn its authorisation."""
    return Refusal(FORBIDDEN, "dop.authorization-closed", "店铺授权已关闭,请重新授权")


def _secret(name: str) -> str:
    """Thirty-two hex digits that follow from a name."""
    return f"{Random(name).getrandbits(128):032x}"


def _make_shops(count: int, now: datetime) -> list[Shop]:
    named = list(_SHOPS[:count])
    named += [(str(200_000 + n), f"测试店铺{n}号") for n in range(len(named) + 1, count + 1)]
    return [Shop(shop_id, name, now - timedelta(days=30)) for shop_id, name in named]
