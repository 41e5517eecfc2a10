"""The sellers of the imitation, and the app that they authorised.

Both are the same for every seed, so that a client goes on working after a reset.
"""

from __future__ import annotations

from hashlib import sha256

from msgspec import Struct

APP_KEY = "34567890"
APP_SECRET = sha256(b"qianniu sandbox app").hexdigest()[:32]
NAMES = (
    "山岚旗舰店",
    "小满家居日用",
    "青禾母婴专营店",
    "老陈五金铺",
    "云上数码专卖店",
    "阿宝零食铺",
)


class Seller(Struct, frozen=True):
    """One shop.

    Attributes:
        user_id: the platform's id, digits.
        tmall: 天猫, else 淘宝; a 天猫 shop must name the phase of a refund.
        ag: 1 an AG shop, 0 not, as `account.validate` says.
        session, refresh_token: of the authorisation that it starts with.
    """

    user_id: str
    nick: str
    tmall: bool
    ag: int
    session: str
    refresh_token: str


NOBODY = Seller("", "", False, 0, "", "")  # who asks where no session is needed


def seller(place: int) -> Seller:
    """Make the shop at *place*, from 0: 天猫 and 淘宝 take turns."""
    name = NAMES[place % len(NAMES)]
    nick = name if place < len(NAMES) else f"{name}{place // len(NAMES) + 1}"
    return Seller(
        user_id=str(2_200_000_000_000 + 1_000_003 * (place + 1)),
        nick=nick,
        tmall=place % 2 == 0,
        ag=1 if place % 2 == 0 else 0,
        session="6100" + sha256(f"session {place}".encode()).hexdigest()[:52],
        refresh_token="6101" + sha256(f"refresh {place}".encode()).hexdigest()[:52],
    )
