"""How TOP is spoken to: settings, one request, what an answer says went wrong.

Source:
    the TOP notes, sections 1, 2 and 5.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from gongdan import (
    Call,
    Fault,
    Fields,
    ProtocolError,
    Reply,
    Request,
    Secret,
    Settings,
    Shop,
)

from .answers import items, prefix
from .sign import CHINA, signature, texts

OAUTH = "oauth.token"  # our name for the page that gives tokens
_BAN = re.compile(r"last for (\d+) more second")
_DAY = "limited-by-app-access-count"  # the quota of a day, which ends at midnight in China
_FOREIGN = "sessionkey-not-generated-by-server"
# A normal answer may carry a refusal; which of these an API has is in its own page.
_SUCCESS_FLAGS = ("is_success", "success", "succ", "api_success", "success_i")
_CODES = ("error_code", "error_codes", "error_code_i")
_FINE = ("", "0", "SUCCESS")
_SMS = ("短信", "验证码")  # the code of a text message is wanted
_TEXTS = ("error_msg", "error_info", "error_message_i", "message", "api_message")


# Asked by an app and not by a shop: they work when a shop's session is over.
APP_OPS = ("taobao.tmc.messages.consume", "taobao.tmc.messages.confirm")


class QianniuSettings(Settings, frozen=True, kw_only=True):
    """What one shop is set up with.

    Attributes:
        base_url: the gateway, or its old address `http://gw.api.taobao.com/router/rest`.
        app_key: from the console.
        app_secret: of the same app; the key of every signature.
        token: the session of the shop (授权后得到的 session / access_token), where a person pasted
            one; a login gives one too.
        code: what the authorisation sent back; good once.
        redirect_uri: as it is registered for the app; the default shows the code on a page.
        oauth_url: where a code becomes a session.
        sign_method: "hmac" and "md5" are still taken; nothing is better about them.
        tmall: a shop of 天猫; False for one of 淘宝, whose returns want the whole address.
        without: streams that the app has no permission for, and that are not read.
        memo: read the memo of each case's order with it, so that a remark can be added.
        nick: the shop's own nick on the platform; a task that is raised names it as its sender.
        task_type: read tasks of this biz_type only.
        raise_type: the biz_type that 千牛 gave the app for tasks that it raises.
        raise_sub_type: their sub_biz_type; "" is the same.
        tmc: whether the app has the message service (TMC): what it tells is read at once.
        tmc_group: the group whose messages are read; "" is the default one.
        supplier: one of 天猫国际直购, who may finish coordination tickets by an interface.
        ship_by_field: under which name an order tells until when it is to be shipped, if it does.
    """

    base_url: str = "https://eco.taobao.com/router/rest"
    app_key: str
    app_secret: Secret
    token: Secret = Secret()
    code: Secret = Secret()
    redirect_uri: str = "urn:ietf:wg:oauth:2.0:oob"
    oauth_url: str = "https://oauth.taobao.com/token"
    sign_method: Literal["hmac-sha256", "hmac", "md5"] = "hmac-sha256"
    tmall: bool = True
    without: tuple[Literal["refund", "exchange", "task", "urge"], ...] = ()
    memo: bool = False
    tmc: bool = False
    tmc_group: str = ""
    supplier: bool = False
    ship_by_field: str = ""
    task_type: str = ""
    nick: str = ""
    raise_type: str = ""
    raise_sub_type: str = ""


def encode(shop: Shop[QianniuSettings], call: Call) -> Request:
    """Return the request of one attempt: system parameters in the query, the others in the body."""
    settings = shop.settings
    form = texts(call.params)
    if call.op == OAUTH:
        return Request("POST", settings.oauth_url, form=form)
    query = texts(
        {
            "method": call.op,
            "app_key": settings.app_key,
            "session": "" if call.op in APP_OPS else shop.token,
            "timestamp": shop.now(),
            "v": "2.0",
            "sign_method": settings.sign_method,
            "format": "json",
            "simplify": True,
        }
    )
    query["sign"] = signature(settings.app_secret, {**form, **query})
    return Request("POST", settings.base_url, query=query, form=form, files=call.files)


def fault(reply: Reply) -> Fault | None:
    """Return what went wrong, None if nothing did or if the HTTP status alone says it.

    Raises:
        ProtocolError: HTTP 200 and no JSON object.
    """
    try:
        body = reply.body
    except ProtocolError:
        if reply.status == 200:
            raise
        return None
    if "error_description" in body and isinstance(body.get("error"), str):
        told = body.text("error_description") or ""
        return Fault(f"oauth {body.text('error') or ''} {told}".strip(), told)
    error = body.part("error_response") if "error_response" in body else body
    code, sub = error.text("code") or "0", error.text("sub_code") or ""
    if error is not body or code != "0" or sub:
        return _fault(error, f"{code} {sub}".strip(), reply.headers.get("date", ""))
    root = prefix(body).removesuffix(".")
    return _business_fault(body.part(root) if root else body)


def _fault(error: Fields, code: str, date: str) -> Fault:
    told = (error.text("sub_msg") or "", error.text("msg") or "")
    ban = next((found for text in told if (found := _BAN.search(text))), None)
    wait_s: float | None = int(ban[1]) + 1 if ban else None
    if wait_s is None and _DAY in code:
        wait_s = _until_midnight_s(date)
    if any(_FOREIGN in text for text in told):
        code = f"{code} {_FOREIGN}"  # the sub-code alone does not tell it from an expired one
    return Fault(
        code,
        html.unescape(told[0] or told[1]),
        wait_s=wait_s,
        request_id=error.text("request_id") or "",
    )


def _until_midnight_s(date: str) -> float | None:
    """Return the seconds to midnight in China from an answer's Date; None where it has none."""
    try:
        now = parsedate_to_datetime(date).astimezone(CHINA)
    except (TypeError, ValueError):
        return None
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds() + 1


def _business_fault(answer: Fields) -> Fault | None:
    """Return the refusal inside a normal answer: `is_success: false`, `error_code` and their like.

    An `error_code` that says all is well is none: "", 0 and SUCCESS are taken for that.
    """
    result = answer.get("result")
    parts = [answer, answer.part("result")] if isinstance(result, dict) else [answer]
    if result is False or result == "false":
        return Fault("business", request_id=answer.text("request_id") or "")
    for part in parts:
        code = next((found for name in _CODES if (found := part.text(name))), "")
        failed = any(part.flag(name) is False for name in _SUCCESS_FLAGS if name in part)
        if failed or code.upper() not in _FINE:
            code = code or part.text("msg_code") or ""
            text = next((found for name in _TEXTS if (found := part.text(name))), "")
            text = text or _part_text(part)
            if any(word in text for word in _SMS):
                code = f"{code} sms"
            return Fault(
                f"business {code}".strip(), text, request_id=answer.text("request_id") or ""
            )
    return None


def _part_text(part: Fields) -> str:
    """Return what is said of the one case that was asked for in a request for many."""
    results = items(part, "results") if "results" in part else []
    return next((found for one in results if (found := one.text("message"))), "")


def unless_without(stream: str) -> Callable[[QianniuSettings], bool]:
    """Return what tells whether a shop's settings let a stream be read."""
    return lambda settings: stream not in settings.without
