"""What each of TOP's codes means to us, and what to do about it.

A code is "code sub_code".  The first row that fits wins.

Source:
    the TOP notes, sections 2.2 and 5.
    Not stated there:
    - the sub-codes for a refund that does not exist, and for a text that the platform refuses;
    - whether `isp.call-limited` did nothing; it is looked up like every `isp.`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from gongdan import Error, Means

from .client import OAUTH

_BUG_ZH = "请求有误，请升级 gongdan 或反馈 request_id"
_BUG_EN = "the request was wrong: upgrade gongdan, or report it with the request_id"
_SESSION_ZH = (
    "授权已失效（过期、取消、店铺冻结，或属于其他应用）：重新授权，并更新该店铺的 token（session）"
)
_SESSION_EN = (
    "the session is over (expired, cancelled, shop frozen) or of another app: "
    "authorise again, and set the shop's `token`"
)
_MESSAGE = "taobao.refund.message.add"


About: TypeAlias = Literal["", "secret", "permission", "app"]


def _rows(codes: str, means: Means, zh: str, en: str, about: About = "") -> tuple[Error, ...]:
    """Return rows for codes with commas between, each alone and with any sub-code."""
    return tuple(
        Error(pattern, means, zh, en, about=about)
        for code in codes.split(",")
        for pattern in (code, f"{code} *")
    )


_LIMITS = (
    Error(
        "7 accesscontrol.limited-by-app-access-count",
        Means.WAIT,
        "当日调用量用尽：到控制台“重置流量控制”（每天最多 3 次）或申请提额，否则等到次日零点",
        "the app's calls of the day are used up: reset them in the console, or wait for midnight",
    ),
    Error(
        "7 accesscontrol.limited-by-api-access-count",
        Means.WAIT,
        "平台对该接口整体限流，稍后自动重试",
        "the platform limits this API for everybody: asked again later",
    ),
    Error(
        "7 accesscontrol.limited-by-app-api-access-count",
        Means.WAIT,
        "应用未上线，该接口限流：上线后解除，稍后自动重试",
        "limited until the app is online: asked again later",
    ),
    *_rows("7,4,5,6,8", Means.WAIT, "触发限流，稍后自动重试", "too many calls: asked again later"),
    Error(
        "* accesscontrol.*",
        Means.WAIT,
        "触发限流，稍后自动重试",
        "too many calls: asked again later",
    ),
)

_SESSIONS = (
    Error(
        "53 isv.w2-security-authorize-invalid",
        Means.AUTHORISE,
        "高危操作授权已过期：商家重新授权（读取不受影响）",
        "the licence for risky writes ran out: authorise again (reading goes on)",
    ),
    *_rows(
        "53",
        Means.AUTHORISE,
        "高危操作需要商家授权：商家重新授权（读取不受影响）",
        "a risky write wants the merchant's licence: authorise again (reading goes on)",
    ),
    *_rows(
        "26",
        Means.LOGIN,
        "缺少 session：授权后设置该店铺的 token，或用授权码登录",
        "no session: authorise, and set the shop's `token`, or log in with the code",
    ),
    Error(
        "27 *sessionkey-not-generated-by-server",
        Means.SETTING,
        "session 不属于该应用或该店铺：核对 app_key 与授权店铺",
        "the session is of another app or shop: check app_key, and who authorised",
        about="app",
    ),
    *_rows("27,44", Means.LOGIN, _SESSION_ZH, _SESSION_EN),
)

_LOGIN = (
    Error(
        "oauth *client_secret*",
        Means.SETTING,
        "app_secret 不正确：核对（重置后需更新）",
        "app_secret is wrong: was it renewed?",
        on=OAUTH,
        about="secret",
    ),
    Error(
        "oauth *client_id*",
        Means.SETTING,
        "app_key 不正确：按控制台的值更新",
        "app_key is wrong: copy it from the console",
        on=OAUTH,
        about="app",
    ),
    Error(
        "oauth *redirect_uri*",
        Means.SETTING,
        "redirect_uri 与应用登记的回调地址不一致：核对设置",
        "redirect_uri is not the one that is registered for the app: check the setting",
        on=OAUTH,
    ),
    Error(
        "oauth *code*",
        Means.AUTHORISE,
        "授权码已使用或过期：请商家重新授权，取得新的授权码",
        "the code was used, or is too old: the shop must authorise again, for a new code",
        on=OAUTH,
    ),
    Error(
        "oauth *",
        Means.AUTHORISE,
        "授权已结束，无法刷新：请商家重新授权",
        "the authorisation is over and cannot be renewed: the shop must authorise again",
        on=OAUTH,
    ),
)

_ACCESS = (
    *_rows(
        "25",
        Means.SETTING,
        "签名错误：核对 app_secret（重置后需更新）与 app_key",
        "signature refused: check app_secret (was it renewed?) and app_key",
        "secret",
    ),
    *_rows(
        "28,29",
        Means.SETTING,
        "app_key 缺失或无效：按控制台的值更新",
        "app_key is missing or wrong: copy it from the console",
        "app",
    ),
    *_rows(
        "31",
        Means.WAIT,
        "时间戳超出 10 分钟：按平台时间校正后自动重试",
        "the time is more than ten minutes off: corrected by the platform's and sent again",
    ),
    Error(
        "11 isv.permission-ip-whitelist-limit",
        Means.SETTING,
        "IP 不在白名单：把本机出口 IP 加入应用白名单",
        "this IP is not on the whitelist: add it in the console",
        about="ip",
    ),
    *_rows(
        "11",
        Means.SETTING,
        "应用没有该接口权限：在控制台申请对应权限包",
        "the app may not use this API: apply for its permission package",
        "permission",
    ),
    *_rows(
        "12",
        Means.SETTING,
        "子账号权限不足：由主账号给子账号授权",
        "the sub-account may not: the main account must allow it",
        "permission",
    ),
    *_rows(
        "13",
        Means.SETTING,
        "合作伙伴权限不足：到控制台核对",
        "the partner may not: check the console",
    ),
    *_rows(
        "42",
        Means.SETTING,
        "请求被禁止：到控制台核对应用状态与权限",
        "forbidden: check the app's state and permissions",
    ),
    *_rows(
        "22",
        Means.SETTING,
        "接口不存在或已下线：升级 gongdan",
        "there is no such API any more: upgrade gongdan",
    ),
    *_rows("9,21,23,24,30,32,33,34", Means.REFUSED, _BUG_ZH, _BUG_EN),
)

_SERVICE = (
    Error(
        "*isp.runtime-max-limit*",
        Means.SHRINK,
        "结果过大：自动缩小时间范围",
        "too large a result: asked for in smaller spans",
    ),
    Error("* isp.*", Means.RETRY, "平台服务异常，稍后自动重试", "the platform is in trouble"),
    *_rows("10", Means.RETRY, "服务暂不可用，稍后自动重试", "the service is not available now"),
    Error("* *timeout*", Means.RETRY, "平台处理超时，稍后自动重试", "the platform took too long"),
)

_AGREE = "taobao.rp.refunds.agree"

_REFUSALS = (
    Error(
        "business*sms",
        Means.ASK,
        "平台已向商家手机发送短信验证码：用 --field code=验证码 重新提交",
        "the platform sent a code to the merchant's phone: queue it again with --field code=…",
        on=_AGREE,
    ),
    Error(
        "15 isv.*version*",
        Means.STALE,
        "单据已更新：刷新后重新判断",
        "the case has moved on: look again",
    ),
    Error(
        "* isv.*refund*not-exist*",
        Means.GONE,
        "退款单不存在或不属于该店铺",
        "there is no such refund in this shop",
        on="taobao.refund.*",
    ),
    *_rows(
        "3",
        Means.REFUSED,
        "图片上传失败：换 JPG、GIF 或 PNG，不超过 500K",
        "the picture was not taken: JPG, GIF or PNG, at most 500 K",
    ),
    *_rows("40", Means.REFUSED, "缺少参数：检查填写内容", "an argument is missing"),
    *_rows(
        "41,43",
        Means.REFUSED,
        "参数无效：检查填写内容（留言不超过 400 字节）",
        "an argument is not valid (a message has at most 400 bytes)",
    ),
    Error(
        "* isv.*",
        Means.REFUSED,
        "平台按业务规则拒绝：查看原因，修改后重新提交",
        "the platform's rules forbid it: read why, and queue it again",
        on=_MESSAGE,
    ),
    Error("* isv.*", Means.REFUSED, "平台按业务规则拒绝", "the platform's rules forbid it"),
    Error(
        "business*",
        Means.RESTART,
        "消息已不在队列中，重新拉取",
        "those messages are gone: go on",
        on="taobao.tmc.messages.confirm",
    ),
    Error(
        "business*", Means.REFUSED, "平台未执行：查看原因", "the platform did not do it: read why"
    ),
)

# Sub-codes that say more than the number come first.
ERRORS = (*_LOGIN, *_LIMITS, *_SESSIONS, *_ACCESS, *_SERVICE, *_REFUSALS)
