"""A small client of the imitated platform: signs, sends through the bridge, decodes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from gongdan.sandbox import Cases, Clock, Fault, Plan, Response, Sandbox, call
from gongdan_qianniu.sandbox import make
from gongdan_qianniu.sandbox.seller import APP_KEY, APP_SECRET, Seller, seller
from gongdan_qianniu.sandbox.signature import signature

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)  # 09:00 in China
CHINA = timedelta(hours=8)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
ALL_TYPES = (
    "guarantee_trade,auto_delivery,fixed,step,independent_simple_trade,tmall_i18n,eticket,cod"
)
TMALL, TAOBAO = seller(0), seller(1)

Body = dict[str, Any]  # what json.loads gives; asserted upon, never passed on


def china(at: datetime) -> str:
    """Return *at* as the platform writes times."""
    return (at + CHINA).strftime("%Y-%m-%d %H:%M:%S")


class Client:
    """The platform in a sandbox whose time stands still unless moved."""

    def __init__(self, plan: Plan | None = None) -> None:
        self.sandbox = Sandbox({"qianniu": make}, plan, Clock(lambda: START))
        self.clock = self.sandbox.clock
        self.app = self.sandbox.gateways["qianniu"]

    @property
    def cases(self) -> Cases:
        return self.sandbox.worlds["qianniu"].cases

    def arm(self, name: str, seconds: float | None = None, api: str = "") -> None:
        """Let one request be struck, the next that can be."""
        self.sandbox.faults.arm(Fault(name=name, seconds=seconds, api=api))

    def signed(
        self, method: str, shop: Seller | None = TMALL, /, **params: object
    ) -> dict[str, str]:
        """Return all text parameters of a call; None leaves a default one out."""
        whole: dict[str, object] = {
            "method": method,
            "app_key": APP_KEY,
            "timestamp": china(self.clock.now()),
            "v": "2.0",
            "format": "json",
            "sign_method": "hmac-sha256",
            "simplify": "true",
            "session": shop.session if shop else None,
            **params,
        }
        texts = {name: str(value) for name, value in whole.items() if value is not None}
        if "sign" not in params and "sign_method" in texts:
            texts["sign"] = signature(APP_SECRET, texts["sign_method"], texts)
        return texts

    def send(
        self,
        query: Mapping[str, str],
        form: Mapping[str, str],
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        *,
        verb: str = "POST",
        path: str = "/router/rest",
    ) -> Response:
        """Send one request, encoded by httpx."""
        request = httpx.Request(verb, "http://sandbox", data=dict(form), files=dict(files or {}))
        url = f"{path}?{urlencode(query)}"
        return call(self.app, verb, url, dict(request.headers), request.read())

    def ask(self, method: str, shop: Seller | None = TMALL, /, **params: object) -> Body:
        """Call an API, everything in the body, and return what it answers."""
        answer = self.send({}, self.signed(method, shop, **params))
        assert answer.status == 200
        body: Body = json.loads(answer.body)
        return body

    def refused(self, method: str, shop: Seller | None = TMALL, /, **params: object) -> Body:
        """Call an API that must refuse, and return the error."""
        body = self.ask(method, shop, **params)
        assert list(body) == ["error_response"]
        error: Body = body["error_response"]
        return error

    def page(self, shop: Seller = TMALL, /, **params: object) -> Body:
        """Return a page of refunds: everything there is unless *params* say otherwise."""
        asked = {"fields": "refund_id,modified,status", "type": ALL_TYPES, "page_size": 100}
        return self.ask("taobao.refunds.receive.get", shop, **{**asked, **params})

    def some_id(self, shop: Seller = TMALL) -> int:
        """Return the refund_id that the shop's list shows first."""
        refund_id: int = self.page(shop)["refunds"][0]["refund_id"]
        return refund_id

    def thread(self, refund_id: int, shop: Seller = TMALL) -> list[Body]:
        """Return the messages of a refund."""
        fields = "id,content,created,owner_role,owner_nick,message_type,refund_phase,pic_urls"
        case = self.cases.get("refund", str(refund_id))
        assert case is not None
        body = self.ask(
            "taobao.refund.messages.get",
            shop,
            fields=fields,
            refund_id=refund_id,
            refund_phase=case.newest.fields["refund_phase"],
            page_size=100,
        )
        rows: list[Body] = body.get("refund_messages", [])
        return rows

    def reply(
        self,
        refund_id: int,
        content: str = "您好，已安排补发",
        image: bytes | None = PNG,
        shop: Seller = TMALL,
    ) -> Body:
        """Add a message: system parameters in the query, the rest as multipart."""
        texts = self.signed("taobao.refund.message.add", shop, refund_id=refund_id, content=content)
        form = {name: texts.pop(name) for name in ("refund_id", "content")}
        files = {} if image is None else {"image": ("a.png", image, "image/png")}
        body: Body = json.loads(self.send(texts, form, files).body)
        return body
