"""What the gateway refuses with: `error_response`, always under HTTP 200.

Source:
    the TOP notes, section 5.  Not stated there: the sub-codes of a refund that does not
    exist, of a text that is too long and of a picture that is none; ours follow the documented
    pattern `isv.…` and the code 15 that such errors come under.
"""

from __future__ import annotations

Body = dict[str, object]


class Refusal(Exception):
    """One refusal, in the gateway's words.

    Attributes:
        code: the platform's number.
        sub_code, sub_msg: empty where the platform gives none.
    """

    def __init__(self, code: int, msg: str, sub_code: str = "", sub_msg: str = "") -> None:
        super().__init__(f"{code} {msg} {sub_code}".strip())
        self.code, self.msg, self.sub_code, self.sub_msg = code, msg, sub_code, sub_msg

    def body(self, request_id: str) -> Body:
        """Return the answer, the wrapper `error_response` included; empty parts are left out."""
        error: Body = {"code": self.code, "msg": self.msg}
        if self.sub_code:
            error["sub_code"] = self.sub_code
        if self.sub_msg:
            error["sub_msg"] = self.sub_msg
        return {"error_response": {**error, "request_id": request_id}}


def missing(name: str) -> Refusal:
    """A parameter that the documents mark as required is absent or empty."""
    sub_code = f"isv.missing-parameter:{name}"
    return Refusal(40, f"Missing required arguments:{name}", sub_code, f"缺少参数：{name}")


def invalid(name: str, why: str) -> Refusal:
    """A parameter is there and cannot be taken; *why* is for the person who reads it."""
    return Refusal(41, f"Invalid arguments:{name}", f"isv.invalid-parameter:{name}", why)


def remote(sub_code: str, sub_msg: str) -> Refusal:
    """The service behind the gateway says no."""
    return Refusal(15, "Remote service error", sub_code, sub_msg)


def bad_session(sub_code: str = "invalid-sessionkey") -> Refusal:
    """The access token opens nothing, or nothing any more."""
    msg = "Invalid session"
    if sub_code == "session-expired":
        msg += ":session-expired"
    return Refusal(27, msg, sub_code, "SessionKey非法")


def no_permission(sub_code: str, sub_msg: str) -> Refusal:
    """The app may not: a permission package, or its address, is missing."""
    return Refusal(11, "Insufficient ISV Permissions", sub_code, sub_msg)


def limited(sub_code: str, seconds: int) -> Refusal:
    """Flow control: nothing was done, and nothing will be for *seconds*."""
    told = f"This ban will last for {seconds} more seconds"
    return Refusal(7, "App Call Limited", f"accesscontrol.{sub_code}", told)
