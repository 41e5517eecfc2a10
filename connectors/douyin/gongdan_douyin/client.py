"""How Douyin is spoken to: settings, one request, what an answer says went wrong, logging in.

Source:
    the Douyin notes, sections 1, 2 and 5.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from gongdan import (
    AuthExpired,
    Call,
    Fault,
    Fields,
    ProtocolError,
    Reply,
    Request,
    Secret,
    Settings,
    Shop,
    Token,
)

from .sign import canonical, signature

REFRESH_LIFE = timedelta(days=14)
_SHORT = 4096  # bytes; an answer about items is short, a page of a list is not looked through
_ABSOLUTE_FROM = (
    1_000_000_000  # an `expires_in` from here on is a Unix time, as the page says it is
)


class DouyinSettings(Settings, frozen=True, kw_only=True):
    """What one shop is set up with.

    Attributes:
        app_key: 19 digits, from the console.
        app_secret: of the same app; the key of every signature.
        code: of a tool app (工具型) only: what the shop's authorisation sent back, good for ten
            minutes and one login.  Empty: an app of the shop's own (自用型).
        test_shop: True for a 测试店铺.
        sign_method: "md5" is still taken; nothing is better about it.
        masked_contacts: ask the platform for names, phones and addresses half hidden
            (order.batchSensitive, which needs a permission); else they are not shown at all.
    """

    base_url: str = "https://openapi-fxg.jinritemai.com"
    app_key: str
    app_secret: Secret
    code: Secret = Secret()
    test_shop: bool = False
    sign_method: Literal["hmac-sha256", "md5"] = "hmac-sha256"
    masked_contacts: bool = False


def encode(shop: Shop[DouyinSettings], call: Call) -> Request:
    """Return the request of one attempt: the JSON that was signed is the body."""
    settings = shop.settings
    text = canonical(call.params)
    stamp = str(int(shop.now().timestamp()))
    sign = signature(
        settings.app_secret,
        app_key=settings.app_key,
        method=call.op,
        param_json=text,
        timestamp=stamp,
        sign_method=settings.sign_method,
    )
    query = {
        "app_key": settings.app_key,
        "method": call.op,
        "v": "2",
        "timestamp": stamp,
        "sign": sign,
        "sign_method": settings.sign_method,
        "access_token": "" if call.op.startswith("token.") else shop.token,
    }
    url = f"{settings.base_url.rstrip('/')}/{call.op.replace('.', '/')}"
    headers = {"Content-Type": "application/json;charset=UTF-8", "Accept": "*/*"}
    return Request("POST", url, query=query, headers=headers, body=text.encode())


def fault(reply: Reply) -> Fault | None:
    """Return what went wrong, None if nothing did or if the HTTP status alone says it.

    The old envelope (`err_no`, `message`) counts only where the new one (`code`) is absent; its
    numbers are another book, hence "err_no 7" as the code.

    Raises:
        ProtocolError: HTTP 200 and no JSON object.
    """
    try:
        body = reply.body
    except ProtocolError:
        if reply.status == 200:
            raise
        return None
    code, old = body.text("code"), body.text("err_no")
    if code == "10000" or (not code and old == "0"):
        return _part_fault(reply, body)
    if code:
        return _fault(body, f"{code} {body.text('sub_code') or ''}".strip())
    if old:
        return _fault(body, f"err_no {old}")
    # {"message": …} with 200 says neither yes nor no, and a write must not count as done.
    return _fault(body, "neither code nor err_no") if reply.status == 200 else None


def _part_fault(reply: Reply, body: Fields) -> Fault | None:
    """Return what went wrong with an item of a request that succeeded as a whole.

    afterSale.operate answers with a status an item; we send one.
    """
    if b'"status_code"' not in bytes(reply.raw("data"))[:_SHORT]:
        return None
    for item in body.part("data").items("items"):
        code = item.text("status_code")
        if isinstance(code, str) and code != "0":
            return Fault(f"item {code}", item.text("status_msg") or "", None, _log_id(body))
    return None


def _log_id(body: Fields) -> str:
    return body.text("log_id") or ""


def _fault(body: Fields, code: str) -> Fault:
    text = body.text("sub_msg") or body.text("msg") or body.text("message") or ""
    return Fault(code, text, request_id=_log_id(body))


def login(shop: Shop[DouyinSettings], old: Token | None) -> Token:
    """Return a token: refreshed while the refresh token lives, else a new one.

    More than an hour before its end a token comes back as it was.  The page warns against calling
    `token.create` often.

    Raises:
        AuthExpired: a person must authorise the app in the shop again.
    """
    if old is not None and _is_refreshable(old, shop.now()):
        try:
            return _refresh(shop, old)
        except AuthExpired:
            pass  # the refresh token is dead before its time; the app's own shop can begin anew
    return _create(shop)


def _is_refreshable(old: Token, now: datetime) -> bool:
    return bool(old.refresh) and (old.refresh_expires is None or now < old.refresh_expires)


def _refresh(shop: Shop[DouyinSettings], old: Token) -> Token:
    asked = {"grant_type": "refresh_token", "refresh_token": old.refresh}
    data = shop.call("token.refresh", asked).body.part("data")
    same = data.need("refresh_token") == old.refresh.reveal()
    return _token(shop, data, old.refresh_expires if same else None)


def _create(shop: Shop[DouyinSettings]) -> Token:
    code = shop.settings.code
    asked: dict[str, object] = {
        "grant_type": "authorization_code" if code else "authorization_self",
        "code": code,
        "shop_id": None if code else shop.remote_id,
        "test_shop": "1" if shop.settings.test_shop else None,
    }
    return _token(shop, shop.call("token.create", asked).body.part("data"))


# What open.getAuthInfo says instead of 1, authorised.
_NO_LEAVE = {
    0: "waits for the shop's owner to agree",
    2: "was cancelled by the shop's owner",
    3: "is over",
}


def authorised(shop: Shop[DouyinSettings]) -> datetime | None:
    """Return until when the shop lets the app work for it.

    Raises:
        AuthExpired: it does not; its owner must authorise the app again.
    """
    asked = {"auth_id": shop.remote_id}
    data = shop.call("open.getAuthInfo", asked).body.part("data")
    status, until = data.number("status"), data.time("auth_end_time") or None
    if until is not None and until <= shop.now():
        status = 3  # the page: 1 counts only together with auth_end_time
    if isinstance(status, int) and status in _NO_LEAVE:
        error = AuthExpired(
            f"open.getAuthInfo: the authorisation {_NO_LEAVE[status]}:"
            " its owner authorises the app again in the service market (服务市场)"
        )
        error.about = "closed"
        raise error
    return until


def _token(
    shop: Shop[DouyinSettings], data: Fields, refresh_expires: datetime | None = None
) -> Token:
    now = shop.now()
    lives = data.number("expires_in")
    expires = None
    if lives:  # contested on the page: a duration everywhere but in its own words
        absolute = lives > _ABSOLUTE_FROM
        expires = datetime.fromtimestamp(lives, UTC) if absolute else now + timedelta(seconds=lives)
    return Token(
        access=Secret(data.need("access_token")),
        expires=expires,
        refresh=Secret(data.text("refresh_token") or ""),
        refresh_expires=refresh_expires or now + REFRESH_LIFE,
        owner=data.id("shop_id" if data.text("shop_id") else "authority_id"),
    )
