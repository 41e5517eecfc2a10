"""A client of the Douyin sandbox that shares no code with the connector."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

from gongdan.sandbox import Clock, Fault, Plan, Sandbox, call
from gongdan_douyin.sandbox import make
from gongdan_douyin.sandbox.access import APP_KEY, APP_SECRET

START = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
BEIJING = timezone(timedelta(hours=8))
FIRST, SECOND = "77977", "95250"
ALL = {"start_time": 0, "end_time": 4_000_000_000, "size": 100}
KEY = "6800000000000000001"
SECRET = "00000000-1111-2222-3333-444444444444"


def compact(params: object, *, ascii_only: bool = False) -> bytes:
    text = json.dumps(params, ensure_ascii=ascii_only, sort_keys=True, separators=(",", ":"))
    return text.encode()


class Shop:
    """A sandbox that stands still at noon in Beijing, and a client of its own making."""

    def __init__(self, seed: int = 0, shops: int = 2, tickets: int = 24) -> None:
        self.sandbox = Sandbox({"douyin": make}, Plan(seed, shops, tickets), Clock(lambda: START))
        self.gateway = self.sandbox.gateways["douyin"]
        self.token = self.hello()["shops"][0]["access_token"]

    def hello(self) -> Any:
        return self.gateway.imitation.hello("http://127.0.0.1:1")

    def query(self, method: str, body: bytes, **over: str | None) -> dict[str, str]:
        """A signed query; `sign_method` None leaves it out, a parameter given as None too."""
        signed = over.pop("signed", None)
        query = {
            "app_key": APP_KEY,
            "method": method,
            "timestamp": str(int(self.sandbox.clock.now().timestamp())),
            "v": "2",
            "sign_method": "hmac-sha256",
            "access_token": self.token,
        } | over
        text = (
            f"{APP_SECRET}app_key{query['app_key']}method{method}param_json".encode()
            + (signed.encode() if signed is not None else body)
            + f"timestamp{query['timestamp']}v{query['v']}{APP_SECRET}".encode()
        )
        if query["sign_method"] == "hmac-sha256":
            sign = hmac.new(APP_SECRET.encode(), text, hashlib.sha256).hexdigest()
        else:
            sign = hashlib.md5(text).hexdigest()
        return {k: v for k, v in ({"sign": sign} | query | over).items() if v is not None}

    def ask(self, method: str, params: object, **over: str | None) -> Any:
        return self.send(method, compact(params), **over)

    def send(self, method: str, body: bytes, **over: str | None) -> Any:
        url = f"/{method.replace('.', '/')}?{urlencode(self.query(method, body, **over))}"
        headers = {"content-type": "application/json"}
        return json.loads(call(self.gateway, "POST", url, headers, body).body)

    def rows(self, **params: object) -> list[Any]:
        rows = self.ask("order.getServiceList", ALL | params)["data"]["list"]
        assert isinstance(rows, list)
        return rows

    def detail(self, service_id: int) -> Any:
        return self.ask("order.serviceDetail", {"service_id": service_id})["data"]

    def pending(self, **wanted: object) -> int:
        """The id of an unanswered ticket, of which the detail has these values."""
        wanted = {"evidence_required": 0, "is_reject": 0} | wanted
        for row in self.rows(status=0):
            detail = self.detail(row["id"])["detail"]
            if all(detail[name] == value for name, value in wanted.items()):
                return int(row["id"])
        raise AssertionError("no such ticket")

    def reply(self, service_id: int, text: str = "您好,已安排补发。", **more: object) -> str:
        answer = self.ask("order.replyService", {"id": service_id, "reply": text, **more})
        return said(answer)

    def put(self, **ticket: object) -> None:
        self.gateway.imitation.put(ticket)

    def arm(self, name: str, **more: Any) -> None:
        self.sandbox.faults.arm(Fault(name=name, **more))

    def refresh(self, token: str) -> Any:
        params = {"grant_type": "refresh_token", "refresh_token": token}
        return self.ask("token.refresh", params, access_token=None)

    def create(self, **params: str) -> Any:
        params = {"grant_type": "authorization_self", "code": "", "shop_id": FIRST} | params
        return self.ask("token.create", params, access_token="")


def said(answer: Any) -> str:
    """Both codes of an answer as one text."""
    return f"{answer['code']} {answer['sub_code']}".strip()
