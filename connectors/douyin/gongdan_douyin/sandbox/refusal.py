"""What the platform says when it refuses, and the envelope around every answer."""

from __future__ import annotations

from gongdan.sandbox import Json

SUCCESS = 10000
SERVICE = 20000  # "service unavailable", also used for business
FORBIDDEN = 30001
WRONG_IP = 30002
MISSING_PLATFORM = 40001
MISSING_BUSINESS = 40002
INVALID_PLATFORM = 40003
INVALID_BUSINESS = 40004
TOKEN_FAILED = 50001
BUSINESS = 50002
LIMITED = 60000
OFFLINE = 70000
RISK = 80000

_MSG = {
    SUCCESS: "success",
    SERVICE: "服务不可用",
    FORBIDDEN: "无权限",
    WRONG_IP: "ip不在白名单",
    MISSING_PLATFORM: "缺少平台参数",
    MISSING_BUSINESS: "缺少业务参数",
    INVALID_PLATFORM: "非法的平台参数",
    INVALID_BUSINESS: "非法的业务参数",
    TOKEN_FAILED: "平台处理失败",
    BUSINESS: "业务处理失败",
    LIMITED: "请求被限流",
    OFFLINE: "接口已下线",
    RISK: "风控拦截",
}


class Refusal(Exception):
    """A request is refused with a code, a sub code and a text for people."""

    def __init__(self, code: int, sub_code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.sub_code = sub_code
        self.text = text

    @property
    def outcome(self) -> str:
        """Both codes with a blank between, for the log."""
        return f"{self.code} {self.sub_code}".strip()


def success(data: object, log_id: str, *, legacy: bool) -> Json:
    """The envelope of a success; *legacy* adds the fields of the old error model."""
    envelope: Json = {
        "code": SUCCESS,
        "msg": "success",
        "sub_code": "",
        "sub_msg": "",
        "log_id": log_id,
        "data": data,
    }
    return envelope | ({"err_no": 0, "message": "success"} if legacy else {})


def failure(refusal: Refusal, log_id: str, *, legacy: bool) -> Json:
    """The envelope of a refusal.

    Not stated: the numbers of the old model; the new one's are used.
    """
    envelope: Json = {
        "code": refusal.code,
        "msg": _MSG[refusal.code],
        "sub_code": refusal.sub_code,
        "sub_msg": refusal.text,
        "log_id": log_id,
        "data": None,
    }
    return envelope | ({"err_no": refusal.code, "message": refusal.text} if legacy else {})
