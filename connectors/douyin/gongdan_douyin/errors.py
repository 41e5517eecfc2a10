"""What each of Douyin's codes means to us, and what to do about it.

A code is "code sub_code".  The first row that fits wins.  Not here on purpose: other numbers of
50002 (business failed) in an answer to a reply.  The page says that it depends on the number; as
long as nobody knows, the reply is looked up and not called refused.

The lists of single APIs, beside those of service requests, are in `apierrors`.

Source:
    the Douyin notes, sections 2.5, 3.1, 3.3 and 5.  Not stated there: what serviceDetail
    answers where there is no such request.
"""

from __future__ import annotations

from gongdan import Error, Means

from .apierrors import API_ERRORS, APIS

_AGAIN_ZH = "重新授权店铺（gongdan shop login）"
_AGAIN_EN = "authorise the shop again (gongdan shop login)"
_BUG_ZH = "请求有误，请升级 gongdan 或反馈 log_id"
_BUG_EN = "the request was wrong: upgrade gongdan, or report it with the log_id"
_REPLY, _LIST, _DETAIL = "order.replyService", "order.getServiceList", "order.serviceDetail"

_REPLIES = (
    Error(
        "20000 isp.service-error:10009",
        Means.DONE,
        "该服务请求已回复过，刷新后查看回复内容",
        "the request was answered already: look at what was said",
        on=_REPLY,
    ),
    Error(
        "20000 isp.service-error:10002",
        Means.REFUSED,
        "参数错误：检查回复内容后重新提交",
        "a parameter is wrong: check the reply and queue it again",
        on=_REPLY,
    ),
    Error(
        "50002 isv.business-failed:10017",
        Means.REFUSED,
        "凭证图片链接无效：重新上传图片后再回复",
        "a link to evidence is wrong: upload the picture again",
        on=_REPLY,
    ),
)

_READS = (
    Error(
        "50002 isv.business-failed:10002",
        Means.REFUSED,
        f"时间格式错误：{_BUG_ZH}",
        f"the times have the wrong form: {_BUG_EN}",
        on=_LIST,
    ),
    # Inferred: it means there what the page says of it for the reply, and is not worth a retry.
    Error(
        "20000 isp.service-error:10002",
        Means.REFUSED,
        "参数错误或服务请求不存在：核对编号",
        "a parameter is wrong, or there is no such request: check its id",
        on=_DETAIL,
    ),
    Error("50002*", Means.REFUSED, "业务处理失败", "the platform could not do it", on=_LIST),
    Error("50002*", Means.REFUSED, "业务处理失败", "the platform could not do it", on=_DETAIL),
)

_LOGIN = (
    Error("40003 isv.access-token-expired*", Means.LOGIN, "令牌已过期", "the token expired"),
    Error("40003 isv.access-token-no-existed*", Means.LOGIN, "令牌不存在", "no such token"),
    Error("40001 isv.access-token-missing*", Means.LOGIN, "缺少令牌", "the token was missing"),
    Error(
        "40003 isv.access-token-invalid*",
        Means.SETTING,
        "令牌属于其他应用：核对 app_key，并清空手工填写的 token",
        "the token belongs to another app: check app_key, and remove a token set by hand",
    ),
    Error("30001 dop.authorization-no-existed*", Means.AUTHORISE, _AGAIN_ZH, _AGAIN_EN),
    Error(
        "30001 dop.authorization-closed*",
        Means.AUTHORISE,
        f"店铺已关闭对应用的授权：{_AGAIN_ZH}",
        f"the shop has closed the app's authorisation: {_AGAIN_EN}",
        about="closed",
    ),
    Error(
        "50001 *app-secret-invalid",
        Means.SETTING,
        "app_secret 错误：按开放平台控制台的值更新",
        "app_secret is wrong: copy it from the console",
        about="secret",
    ),
    Error(
        "50001 *app-id-invalid",
        Means.SETTING,
        "app_key 错误：按开放平台控制台的值更新",
        "app_key is wrong: copy it from the console",
        about="app",
    ),
    Error(
        "50001 *grant-type-invalid",
        Means.SETTING,
        "授权方式与应用类型不符：工具型应用需设置 code，自用型应用留空",
        "the way to log in does not fit the app: a tool app needs `code`, a shop's own must not",
    ),
    Error(
        "50001 *app-forbidden",
        Means.SETTING,
        "应用被禁用：到开放平台控制台查看",
        "the app is forbidden: look in the console",
        about="app",
    ),
    Error(
        "50001 *code-*",
        Means.AUTHORISE,
        "授权码无效或已过期（10 分钟、一次有效）：重新授权后更新 code",
        "the code is used or too old (ten minutes, once): authorise again and set the new code",
    ),
    Error(
        "50001 *no-authorization",
        Means.AUTHORISE,
        "店铺没有授权该应用：核对 remote_id；让店铺授权，工具型应用再设置 code",
        "the shop has not authorised the app: check remote_id; have the shop authorise it, and of"
        " a tool app set the new `code`",
    ),
    # token-expired, token-invalid, and what else there may be
    Error("50001 dop.token-generate-failed*", Means.AUTHORISE, _AGAIN_ZH, _AGAIN_EN),
    Error(
        "50002 isv.business-failed:31009",
        Means.AUTHORISE,
        f"刷新令牌不存在：{_AGAIN_ZH}",
        f"no such refresh token: {_AGAIN_EN}",
        on="token.refresh",
    ),
    Error(
        "50002 isv.business-failed:31012",
        Means.RETRY,
        "令牌正被同时刷新，稍后自动重试",
        "the token is being refreshed elsewhere: asked again by itself",
        on="token.refresh",
    ),
)

_ACCESS = (
    Error(
        "40003 isv.signature-invalid*",
        Means.SETTING,
        "签名错误：核对 app_secret（重置后需更新）与 app_key",
        "signature refused: check app_secret (was it renewed?) and app_key",
        about="secret",
    ),
    Error(
        "40003 isv.timestamp-*",
        Means.WAIT,
        "时间戳超出 10 分钟：按平台时间校正后自动重试",
        "the time is more than ten minutes off: corrected by the platform's and sent again",
    ),
    Error(
        "40003 isv.app-id-*",
        Means.SETTING,
        "app_key 无效或已过期：到开放平台控制台核对",
        "app_key is wrong or expired: check it in the console",
        about="app",
    ),
    Error(
        "40003 isv.authorization-type-invalid*",
        Means.SETTING,
        "授权类型不符：核对应用类型与授权主体",
        "the kind of authorisation does not fit the app",
    ),
    Error(
        "40003 isv.idempotent-id-existed*",
        Means.DONE,
        "该请求已处理过",
        "this very request was handled before",
    ),
    Error("40003*", Means.REFUSED, _BUG_ZH, _BUG_EN),
    Error(
        "40001 isv.app-id-missing*",
        Means.SETTING,
        "缺少 app_key：在设置中填写",
        "app_key is missing: set it",
    ),
    Error("40001*", Means.REFUSED, _BUG_ZH, _BUG_EN),
    Error(
        "30001 isv.app-permissions-insufficient*",
        Means.SETTING,
        "应用没有该接口权限：在开放平台控制台申请对应权限包",
        "the app may not use this API: apply for its permission package in the console",
        about="permission",
    ),
    Error(
        "30001 dop.app-forbidden*",
        Means.SETTING,
        "应用被禁用：到开放平台控制台查看",
        "the app is forbidden: look in the console",
        about="app",
    ),
    Error(
        "30001*",
        Means.SETTING,
        "没有权限：到开放平台控制台核对应用与接口权限",
        "no permission: check the app's permissions in the console",
        about="permission",
    ),
    Error(
        "30002*",
        Means.SETTING,
        "IP 不在白名单：把本机出口 IP 加入应用白名单",
        "this IP is not on the whitelist: add it in the console",
        about="ip",
    ),
    Error(
        "70000*",
        Means.SETTING,
        "接口已下线：升级 gongdan",
        "the platform took this API offline: upgrade gongdan",
    ),
)

_GENERAL = (
    Error(
        "60000*", Means.WAIT, "触发限流，稍后自动重试", "too many requests: asked again by itself"
    ),
    Error("20000*", Means.RETRY, "平台服务异常，稍后自动重试", "the platform is in trouble"),
    Error("20001*", Means.RETRY, "平台处理超时，稍后自动重试", "the platform took too long"),
    Error("90000*", Means.RETRY, "平台未知错误，稍后自动重试", "the platform does not say why"),
    Error("10001*", Means.RETRY, "部分失败：核对结果", "a part of it failed: look at the result"),
    Error("40002*", Means.REFUSED, "缺少业务参数：检查填写内容", "a parameter is missing"),
    Error("40004*", Means.REFUSED, "业务参数无效：检查填写内容", "a parameter is not valid"),
    Error("30000*", Means.REFUSED, "参数错误：检查填写内容", "a parameter is wrong"),
    Error(
        "80000*",
        Means.REFUSED,
        "被平台风控拦截：若是文字类操作，修改内容；否则稍后再试，或联系平台客服",
        "stopped by the platform's risk control: change the words of what was sent; else wait, or"
        " ask its support",
    ),
)

# Which permission is missing: the platform names none, the API that lacks it does.
_PERMISSIONS = tuple(
    Error(
        "30001 isv.app-permissions-insufficient*",
        Means.SETTING,
        f"应用没有接口 {api} 的权限：在开放平台控制台申请包含它的权限包",
        f"the app may not use {api}: apply in the console for a permission package that holds it",
        on=api,
        about="permission",
    )
    for api in APIS
)

# What fits one request comes before what fits every one.
ERRORS = (*_REPLIES, *_READS, *API_ERRORS, *_LOGIN, *_PERMISSIONS, *_ACCESS, *_GENERAL)
