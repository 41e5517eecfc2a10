"""The APIs about authorisation: token.create, token.refresh, open.getAuthInfo."""

from __future__ import annotations

from collections.abc import Mapping

from gongdan.sandbox import Json

from .access import AUTHORISED_FOR, Access, closed, token_failed
from .api import Api, Asked
from .call import text
from .refusal import BUSINESS, INVALID_BUSINESS, MISSING_BUSINESS, Refusal


class Tokens:
    """Answers the APIs of authorisation."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self.apis: Mapping[str, Api] = {
            "token.create": Api("auth", self._create, needs_token=False),
            "token.refresh": Api("auth", self._refresh, needs_token=False),
            "open.getAuthInfo": Api("other", self._info, needs_token=False),
        }

    def _create(self, asked: Asked) -> Json:
        if "revoked" in asked.strikes:
            raise token_failed("no-authorization", "店铺未授权")
        kind = text(asked.params, "grant_type")
        if "code" not in asked.params:
            raise Refusal(MISSING_BUSINESS, "isv.missing-parameter:10001", "缺少参数code")
        if kind == "authorization_code":
            shop = self._access.redeem(text(asked.params, "code"))
        elif kind == "authorization_self":
            shop = self._own_shop(asked.params)
        else:
            raise token_failed("grant-type-invalid", f"grant_type无效: {kind}")
        return self._access.show(self._access.pair(shop))

    def _own_shop(self, params: Json) -> str:
        """The shop asked for.  Not stated: without one, the app's first shop is taken."""
        wanted = (
            text(params, "shop_id") or text(params, "auth_id") or next(iter(self._access.shops))
        )
        if wanted not in self._access.shops:
            raise token_failed("no-authorization", f"店铺{wanted}未授权")
        return wanted

    def _refresh(self, asked: Asked) -> Json:
        if "revoked" in asked.strikes:
            raise closed()
        if text(asked.params, "grant_type") != "refresh_token":
            raise token_failed("grant-type-invalid", "grant_type应为refresh_token")
        pair = self._access.refresh(text(asked.params, "refresh_token"))
        if "concurrent-refresh" in asked.strikes:
            raise Refusal(BUSINESS, "isv.business-failed:31012", "并发刷新token,请重试")
        return self._access.show(pair)

    def _info(self, asked: Asked) -> Json:
        shop = self._access.shops.get(text(asked.params, "auth_id"))
        if shop is None:
            raise Refusal(INVALID_BUSINESS, "isv.parameter-invalid:10001", "auth_id不存在")
        since = int(shop.authorised.timestamp())
        return {
            "auth_id": shop.id,
            "status": 2 if "revoked" in asked.strikes else 1,
            "auth_success_time": since,
            "auth_update_time": since,
            "auth_end_time": int((shop.authorised + AUTHORISED_FOR).timestamp()),
        }
