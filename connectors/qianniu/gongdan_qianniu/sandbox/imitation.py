"""The imitated 淘宝开放平台: gateway, OAuth pages, shops and their cases.

Source:
    the TOP notes, sections 1, 2 and 5.  Not stated there: in which order the gateway
    checks.  Here: method and format, app key, timestamp, version, sign, flow control, session, and
    then what the API itself asks for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from gongdan.sandbox import Answer, Json, Named, Request, Strikes, World, json_answer

from . import exchange_seeds, moment, order_seeds, seeds, task_seeds
from .account import Account
from .api import Api, Apis, Asked
from .call import Call, check_system, read_call
from .console import put
from .coordination import STREAM, Coordination
from .exchange_steps import ExchangeSteps
from .exchanges import Exchanges
from .grants import Grants
from .oauth import Oauth
from .orders import Orders
from .refund_steps import RefundSteps
from .refunds import Refunds
from .refusal import Refusal, bad_session, limited, no_permission, remote
from .seller import APP_KEY, APP_SECRET, NOBODY, Seller, seller
from .shape import answer
from .signature import is_signed
from .task_create import TaskCreate
from .tasks import Tasks
from .thread import Thread
from .tmc import Tmc

PATH = "/router/rest"
EXPORT = "/export.csv"  # ?shop=USER_ID
PAGES = {"/token": "oauth.token", "/authorize": "oauth.authorize"}
MOST_SKEW = timedelta(minutes=10)


class Top:
    """One imitation over one world; see `gongdan.sandbox.Imitation`.

    Attributes:
        tmc: its message service; a test may have it tell something.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._begin()

    def _begin(self) -> None:
        world = self._world
        self._answers = 0
        self._sellers = [seller(place) for place in range(world.plan.shops)]
        self._grants = Grants(world.clock, self._sellers)
        self._oauth = Oauth(world.clock, self._grants, self._sellers)
        refunds = Refunds(world)
        self._thread = Thread(world, refunds)
        account = Account(world.clock, self._grants)
        exchanges = Exchanges(world, self._thread)
        self.tmc = Tmc(world)
        self._coordination = Coordination(world, self.tmc, self._sellers)
        parts = (
            account, refunds, self._thread, exchanges, self.tmc, self._coordination,
            ExchangeSteps(world, exchanges, self._thread),
            Orders(world),
            Tasks(world),
            TaskCreate(world),
            RefundSteps(world, refunds, self._thread),
        )  # fmt: skip
        self._apis: Apis = {name: api for part in parts for name, api in part.apis().items()}

    def fill(self) -> None:
        """Forget all state; make the shops and their cases."""
        self._begin()
        for fill in (seeds.fill, exchange_seeds.fill, order_seeds.fill, task_seeds.fill):
            fill(self._world, self._sellers, self._thread)
        self._coordination.fill()

    def name(self, request: Request) -> Named:
        """Name a request by its API; the OAuth pages are `oauth.token` and `oauth.authorize`."""
        try:
            call = read_call(request)
        except Refusal:
            return Named("")
        shop = self._grants.owner(call.text("session") or call.text("refresh_token"))
        if request.path in PAGES:
            return Named(PAGES[request.path], "auth", shop)
        api = self._apis.get(call.method)
        if api is None or request.path != PATH:
            return Named("", shop=shop)
        return Named(call.method, api.kind, shop)

    def answer(self, request: Request) -> Answer:
        """Answer the gateway or an OAuth page; every other path is 404."""
        try:
            if request.path in PAGES:
                _check_app(request.strikes)
                return self._oauth.answer(request)
            if request.path == EXPORT:
                return self._export(request.query.get("shop", ""))
            if request.path != PATH:
                return Answer(b"not found", 404, {"content-type": "text/plain"}, "404")
            return self._gateway(request)
        except Refusal as refusal:
            outcome = f"{refusal.code} {refusal.sub_code}".strip()
            return json_answer(refusal.body(self._request_id()), outcome=outcome)

    def hello(self, url: str) -> Json:
        """Tell the addresses, the app, and each shop with the tokens that it starts with."""
        return {
            "gateway": url + PATH,
            "base_url": url + PATH,  # as the connector's settings name it
            "oauth": f"{url}/token",
            "export": f"{url}{EXPORT}?shop={self._sellers[0].user_id}",
            "app_key": APP_KEY,
            "app_secret": APP_SECRET,
            "shops": [
                {
                    "user_id": one.user_id,
                    "nick": one.nick,
                    "tmall": one.tmall,
                    "session": one.session,
                    "token": one.session,
                    "refresh_token": one.refresh_token,
                }
                for one in self._sellers
            ],
        }

    def shops(self) -> Sequence[Json]:
        """Return id, nick and kind of each shop."""
        return [{"id": one.user_id, "nick": one.nick, "tmall": one.tmall} for one in self._sellers]

    def put(self, ticket: Json) -> None:
        """Create or change a case as `console.put` says."""
        if ticket.get("stream") == STREAM:
            self._coordination.put(ticket)
            return
        put(self._world, self._thread, self._sellers, ticket)

    def _export(self, shop: str) -> Answer:
        """Hand out a shop's coordination tickets as a file: a page of the console, and no API."""
        try:
            body = self._coordination.export(shop)
        except ValueError as error:
            return Answer(str(error).encode(), 404, {"content-type": "text/plain"}, "404")
        return Answer(body, 200, {"content-type": "text/csv; charset=gbk"}, "export")

    def _gateway(self, request: Request) -> Answer:
        if request.method != "POST":
            raise Refusal(9, "Http Action Not Allowed")
        call = read_call(request)
        api = self._admit(call, request)
        _check_app(request.strikes)
        asked = Asked(call, self._seller(api, call, request.strikes), request.strikes)
        body = api.answer(asked)
        return json_answer(answer(call.method, body, self._request_id(), simplify=call.simplify))

    def _admit(self, call: Call, request: Request) -> Api:
        """Check what every call must have.  A late commit is judged by when it arrived."""
        check_system(call)
        if not call.text("app_key"):
            raise Refusal(28, "Missing App Key")
        if call.text("app_key") != APP_KEY:
            raise Refusal(29, "Invalid App Key", "isv.appkey-not-exists")
        if not call.text("timestamp"):
            raise Refusal(30, "Missing Timestamp")
        stamp = moment.read_stamp(call.text("timestamp"))
        if stamp is None or abs(request.arrived - stamp) > MOST_SKEW:
            raise Refusal(31, "Invalid Timestamp", "isv.invalid-timestamp")
        if not call.text("sign"):
            raise Refusal(24, "Missing Signature")
        if not is_signed(APP_SECRET, call.params):
            raise Refusal(25, "Invalid Signature")
        api = self._apis.get(call.method)
        if api is None:
            raise Refusal(22, "Invalid Method")
        return api

    def _seller(self, api: Api, call: Call, strikes: Strikes) -> Seller:
        token = call.text("session")
        if not api.session:
            return NOBODY
        if not token:
            raise Refusal(26, "Missing Session")
        if "token-expired" in strikes:
            self._grants.suspend(token, strikes["token-expired"])
            raise bad_session("session-expired")
        if "revoked" in strikes:
            raise bad_session()
        if "no-permission" in strikes:
            raise no_permission("isv.permission-api-package-limit", "未获得该API的权限包")
        if "risky-writes-over" in strikes:
            sub_code = "isv.w2-security-authorize-invalid"
            raise Refusal(53, "Invalid Session", sub_code, "需要重新授权")
        seller = self._grants.open(token)
        if "service-error" in strikes:
            raise remote("isp.top-remote-connection-timeout", "服务调用超时")
        if "too-large" in strikes:
            raise remote("isp.runtime-max-limit", "返回数据过大")
        return seller

    def _request_id(self) -> str:
        """Return a new id of twelve characters; the same ones after every reset."""
        self._answers += 1
        return sha256(f"{self._world.plan.seed} {self._answers}".encode()).hexdigest()[:12]


def _check_app(strikes: Strikes) -> None:
    """Refuse what strikes the app: its address, its quota, the platform-wide rate of an API."""
    if "wrong-ip" in strikes:
        raise no_permission("isv.permission-ip-whitelist-limit", "IP不在白名单内")
    if "ban" in strikes:
        raise limited("limited-by-app-access-count", max(1, math.ceil(strikes["ban"])))
    if "rate-limit" in strikes:
        raise limited("limited-by-api-access-count", max(1, math.ceil(strikes["rate-limit"])))
