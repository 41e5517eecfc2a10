"""The imitation of 抖店: the gateway's checks in their order, then one API."""

from __future__ import annotations

from collections.abc import Sequence

from gongdan.sandbox import Answer, Json, Named, Request, World, json_answer

from .access import APP_KEY, APP_SECRET, Access, closed
from .aftersale_console import put_aftersale
from .aftersales import Aftersales
from .api import Api, Asked
from .call import Call, check_system, read_call, text
from .console import put
from .entries import beijing
from .gallery import PATH, Gallery
from .materials import Materials
from .operations import Operations
from .pushes import Pushes
from .refusal import (
    FORBIDDEN,
    INVALID_PLATFORM,
    LIMITED,
    OFFLINE,
    RISK,
    SERVICE,
    WRONG_IP,
    Refusal,
    failure,
    success,
)
from .service import Service
from .signature import check_timestamp, verify
from .tokens import Tokens


class Douyin:
    """One app key of 抖店 with its shops."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._gallery = Gallery(world.clock)
        self._restart()

    def _restart(self) -> None:
        self._access = Access(self._world)
        self._service = Service(self._world, self._access)
        self._aftersales = Aftersales(self._world, self._access)
        self._pushes = Pushes(self._world)
        self._apis = {
            **Tokens(self._access).apis,
            **self._service.apis,
            **self._aftersales.apis,
            **Operations(self._world, self._pushes).apis,
            **Materials(self._world).apis,
        }
        self._world.probe = self._pushes.probe
        self._answered = 0

    def fill(self) -> None:
        """Forget all state; make shops, service requests and after-sales."""
        self._restart()
        self._service.fill()
        self._aftersales.fill()

    def name(self, request: Request) -> Named:
        """Name a request by its path; its shop by the token, or for token calls by the shop_id."""
        if request.path.startswith(PATH):
            return Named("picture")
        call = read_call(request)
        api = self._apis.get(call.api)
        if api is None:
            return Named(call.api)
        shop = self._access.shop_of(call.query.get("access_token", ""))
        if not api.needs_token:
            shop = shop or _shop_named(call)
        return Named(call.api, api.kind, shop)

    def answer(self, request: Request) -> Answer:
        """Answer one request in the envelope of the platform, always with HTTP 200.

        A picture's address is no API: it answers as the web does.
        """
        if request.path.startswith(PATH):
            return self._gallery.answer(request)
        legacy = request.headers.get("x-open-no-old-err-code") != "1"
        self._answered += 1
        stamp = beijing(request.arrived).translate({ord(c): None for c in "-: "})
        log_id = f"{stamp}{self._answered:018X}"
        try:
            data = self._judge(request)
        except Refusal as refusal:
            body = failure(refusal, log_id, legacy=legacy)
            return json_answer(body, outcome=refusal.outcome)
        return json_answer(success(data, log_id, legacy=legacy))

    def hello(self, url: str) -> Json:
        """Address, app, and shops with a code and the pair of tokens in force."""
        self._gallery.url = url
        return {
            "base_url": url,
            "app_key": APP_KEY,
            "app_secret": APP_SECRET,
            "shops": list(self.shops()),
        }

    def shops(self) -> Sequence[Json]:
        """The shops; `code` is for `authorization_code`, ten minutes and one use."""
        shown: list[Json] = []
        for shop in self._access.shops.values():
            pair = self._access.newest(shop.id)
            shown.append(
                {
                    "id": shop.id,
                    "shop_id": shop.id,
                    "shop_name": shop.name,
                    "code": self._access.code(shop.id),
                    "access_token": pair.access,
                    "refresh_token": pair.refresh,
                }
            )
        return shown

    def put(self, ticket: Json) -> None:
        """Create or change one service request, or with `stream` one after-sale."""
        if ticket.get("stream") == "aftersale":
            put_aftersale(self._world, self._access, self._pushes, ticket)
        else:
            put(self._world, self._access, ticket)

    def _judge(self, request: Request) -> object:
        call = read_call(request)
        self._check_gateway(call, request)
        api = self._apis.get(call.api)
        if api is None:
            raise Refusal(OFFLINE, "isp.api-service-off", f"接口不存在: {call.api}")
        shop = self._check_shop(api, call, request)
        data = api.handle(Asked(shop, call.params(), request.strikes))
        return self._gallery.show(data) if api.kind == "detail" else data

    def _check_gateway(self, call: Call, request: Request) -> None:
        """Everything that comes before the API: app, signature, address, rate."""
        check_system(call, request.path)
        if call.query["app_key"] != APP_KEY:
            raise Refusal(INVALID_PLATFORM, "isv.app-id-invalid", "app_key无效")
        check_timestamp(call.query["timestamp"], request.arrived)
        verify(APP_SECRET, call.query, call.param_json)
        strikes = request.strikes
        if "wrong-ip" in strikes:
            raise Refusal(WRONG_IP, "isv.ip-not-in-whitelist", "请求ip不在白名单内")
        if "ban" in strikes:
            raise Refusal(RISK, "isv.risk-control-failed:10001", "请求触发风控,请稍后再试")
        if "rate-limit" in strikes:
            raise Refusal(LIMITED, "isv.traffic-limited", "请求过于频繁,请稍后重试")

    def _check_shop(self, api: Api, call: Call, request: Request) -> str:
        """The shop whose token this is; "" where none is needed."""
        if not api.needs_token:
            return ""
        token, strikes = call.query.get("access_token", ""), request.strikes
        if "token-expired" in strikes:
            self._access.expire(self._access.shop_of(token))
        shop = self._access.check_token(token)
        if "revoked" in strikes:
            raise closed()
        if "no-permission" in strikes:
            raise Refusal(FORBIDDEN, "isv.app-permissions-insufficient", f"无接口权限: {call.api}")
        if "service-error" in strikes:
            raise Refusal(SERVICE, "isp.service-error", "服务异常")
        return shop


def _shop_named(call: Call) -> str:
    """The shop that a call about authorisation names, for the log."""
    try:
        params = call.params()
        return text(params, "shop_id") or text(params, "auth_id")
    except Refusal:
        return ""
