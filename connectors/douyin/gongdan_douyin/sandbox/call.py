"""One request as the gateway understands it: system parameters, and business parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping

from msgspec import Struct

from gongdan.sandbox import Json, Request

from .refusal import INVALID_PLATFORM, MISSING_BUSINESS, MISSING_PLATFORM, Refusal


class Call(Struct, frozen=True):
    """The parts of one request.

    Attributes:
        query: the system parameters, `method` filled in from the path if it was not sent.
        param_json: the text of the business parameters, `{}` if there was none.
    """

    query: dict[str, str]
    param_json: bytes

    @property
    def api(self) -> str:
        """The API's name, such as `order.getServiceList`."""
        return self.query["method"]

    def params(self) -> Json:
        """The business parameters.

        Raises:
            Refusal: they are no JSON object.
        """
        try:
            params = json.loads(self.param_json)
        except ValueError as error:
            raise _malformed() from error
        if not isinstance(params, dict):
            raise _malformed()
        return params


def read_call(request: Request) -> Call:
    """Take a request apart.

    The documented way is system parameters in the query and JSON as the body; `param_json` in the
    query of a GET, and everything in a form, are what old clients send.
    """
    form = _form(request)
    query = {**request.query, **form}
    param_json = query.pop("param_json", "").encode("utf-8", "replace")
    query.setdefault("method", request.path.strip("/").replace("/", "."))
    return Call(query, (b"" if form else request.body) or param_json or b"{}")


def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form; JSON is none, whatever its content type (curl names it a form)."""
    if request.body.lstrip()[:1] == b"{":
        return {}
    try:
        return request.form().fields
    except ValueError:
        return {}


def check_system(call: Call, path: str) -> None:
    """Check that the system parameters are there and fit the path.

    Raises:
        Refusal: one is missing, or `v` or `method` makes no sense.
    """
    for name, sub_code in _NEEDED.items():
        if not call.query.get(name):
            raise Refusal(MISSING_PLATFORM, sub_code, f"缺少参数{name}")
    if call.query["v"] != "2":
        raise Refusal(INVALID_PLATFORM, "isv.parameter-format-invalid", "v应为2")
    if call.api != path.strip("/").replace("/", "."):
        text = f"method与请求路径不一致: {call.api}"
        raise Refusal(INVALID_PLATFORM, "isv.parameter-format-invalid", text)


def whole(params: Json, name: str, default: int | None = None) -> int:
    """A whole number, also a quoted one.

    Raises:
        Refusal: it is missing and has no default, or is something else.
    """
    value = params.get(name)
    if value is None or value == "":
        if default is None:
            raise Refusal(MISSING_BUSINESS, "isv.missing-parameter:10001", f"缺少参数{name}")
        return default
    return _as_whole(value, name)


def text(params: Json, name: str) -> str:
    """A string, a number as its digits, "" if it is missing.

    Raises:
        Refusal: it is something else.
    """
    value = params.get(name)
    if value is None:
        return ""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise Refusal(INVALID_PLATFORM, "isv.parameter-format-invalid", f"{name}应为字符串")


_NEEDED = {
    "app_key": "isv.app-id-missing",
    "timestamp": "isv.parameter-missing",
    "v": "isv.parameter-missing",
    "sign": "isv.signature-missing",
}


def _as_whole(value: object, name: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    raise Refusal(INVALID_PLATFORM, "isv.parameter-format-invalid", f"{name}应为整数")


def _malformed() -> Refusal:
    return Refusal(INVALID_PLATFORM, "isv.parameter-format-invalid", "param_json不是合法的JSON对象")
