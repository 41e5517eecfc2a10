"""How a shop is let in: a code becomes a session, and a session that can be renewed is.

A session of a merchant's own app lives a year and cannot be renewed: a person authorises again.
One of an app of the service market can, as long as it was ordered.

Source:
    the TOP notes, sections 2.1 and 2.2.
    Not stated there:
    - whether renewing a session also renews its levels of risk (w2).  Until a person authorises
      again, dangerous writes may be refused (53) while reading goes on;
    - how long a code lives: 30 minutes by one page, 10 by an older one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from gongdan import AuthExpired, Fields, Secret, Shop, Token

from .client import OAUTH, QianniuSettings

LEVELS = ("expires_in", "r1_expires_in", "r2_expires_in", "w1_expires_in", "w2_expires_in")


def login(shop: Shop[QianniuSettings], old: Token | None) -> Token:
    """Return a session: for a code, else renewed, else the one that was pasted since.

    Raises:
        AuthExpired: a person must authorise the app; the message says where.
    """
    settings, refused = shop.settings, ""
    if settings.code:
        asked = {"code": settings.code, "redirect_uri": settings.redirect_uri}
        try:
            return _token(shop, {"grant_type": "authorization_code", **asked})
        except AuthExpired as error:  # it is good once: what it gave may be renewable
            refused = f"{error}; "
    if old is not None and _is_renewable(old, shop.now()):
        return _token(shop, {"grant_type": "refresh_token", "refresh_token": old.refresh})
    pasted = settings.token
    if pasted and pasted.reveal() != shop.token:
        return Token(access=pasted)
    raise AuthExpired(
        f"{refused}the shop must authorise the app: open {address(shop)} as the shop's main "
        "account, and give the code that comes back as the secret `code`, once",
        hint_zh="店铺需重新授权：用主账号打开上面的地址，把返回的授权码设为 code 后再登录",
        hint_en="authorise on the page above, set the code as the secret `code`, log in again",
    )


def address(shop: Shop[QianniuSettings]) -> str:
    """Return the page on which a shop authorises the app; there is nothing secret in it."""
    settings = shop.settings
    query = {
        "response_type": "code",
        "client_id": settings.app_key,
        "redirect_uri": settings.redirect_uri,
        "state": shop.remote_id,
        "view": "tmall" if settings.tmall else "web",
    }
    return f"{settings.oauth_url.removesuffix('/token')}/authorize?{urlencode(query)}"


def _is_renewable(old: Token, now: datetime) -> bool:
    return bool(old.refresh) and (old.refresh_expires is None or now < old.refresh_expires)


def _token(shop: Shop[QianniuSettings], asked: dict[str, object]) -> Token:
    settings = shop.settings
    app = {"client_id": settings.app_key, "client_secret": settings.app_secret}
    body = shop.call(OAUTH, {**app, **asked}).body
    now, renewable_s = shop.now(), body.number("re_expires_in") or 0
    # A session that can be renewed ends with its first life; else a person is to be warned of
    # whatever ends first: writing may be over while reading goes on.
    ends = _ends(body, LEVELS[:1] if renewable_s else LEVELS)
    return Token(
        access=Secret(body.need("access_token")),
        expires=now + ends if ends else None,
        refresh=Secret(body.text("refresh_token") or "") if renewable_s else Secret(),
        refresh_expires=now + timedelta(seconds=renewable_s) if renewable_s else None,
        owner=body.id("taobao_user_id"),
    )


def _ends(body: Fields, names: tuple[str, ...]) -> timedelta | None:
    told = [body.number(name) for name in names]
    lives = [life for life in told if isinstance(life, int) and life > 0]
    return timedelta(seconds=min(lives)) if lives else None
