"""One call to the gateway: its parameters, wherever they were put.

Source:
    the TOP notes, sections 1.2, 1.3, 1.5.  Not stated there: what counts if a parameter
    is in the query and in the body too (here the body does), and whether GET is taken (here not).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from gongdan.sandbox import Request, Upload

from . import moment
from .refusal import Refusal, invalid, missing


class Call(Struct, frozen=True):
    """The text parameters of query and body together, and the files.

    The readers below refuse as the gateway does, 40 for what is missing and 41 for what is wrong.
    """

    params: Mapping[str, str]
    files: Mapping[str, Upload]

    @property
    def method(self) -> str:
        return self.params.get("method", "")

    @property
    def simplify(self) -> bool:
        return self.params.get("simplify") == "true"

    def text(self, name: str) -> str:
        """Return the value, "" if it is not there: the platform makes no difference."""
        return self.params.get(name, "")

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise missing(name)
        return value

    def fields(self) -> tuple[str, ...]:
        """Return the names that `fields` asks for, at least one, at most 100."""
        names = tuple(name.strip() for name in self.required("fields").split(",") if name.strip())
        if not 1 <= len(names) <= 100:
            raise invalid("fields", "字段个数须为1至100")
        return names

    def number(self, name: str, default: int | None = None, most: int | None = None) -> int:
        """Return a whole number from 1 up to *most*; without *default* it is required."""
        text = self.text(name) if default is not None else self.required(name)
        if not text and default is not None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 19:
            raise invalid(name, f"{name}不是数字")
        value = int(text)
        if value < 1 or (most is not None and value > most):
            raise invalid(name, f"{name}超出范围，最小1，最大{most or '不限'}")
        return value

    def flag(self, name: str) -> bool:
        text = self.text(name)
        if text not in ("", "true", "false"):
            raise invalid(name, f"{name}须为true或false")
        return text == "true"

    def time(self, name: str) -> datetime | None:
        """Return a moment, aware UTC, or None if it was not given."""
        text = self.text(name)
        at = moment.read(text) if text else None
        if text and at is None:
            raise invalid(name, f"{name}格式应为yyyy-MM-dd HH:mm:ss")
        return at

    def one_of(self, name: str, values: tuple[str, ...]) -> str:
        """Return one of *values*, "" if it was not given."""
        value = self.text(name)
        if value and value not in values:
            raise invalid(name, f"{name}取值不合法")
        return value


def read_call(request: Request) -> Call:
    """Gather the parameters of a request.

    Raises:
        Refusal: 43, the multipart body is broken.
    """
    try:
        form = request.form()
    except ValueError as error:
        raise Refusal(43, "Parameter Error", "", str(error)) from error
    return Call({**request.query, **form.fields}, form.files)


def check_system(call: Call) -> None:
    """Refuse a call whose system parameters, key and sign apart, do not hold.

    Raises:
        Refusal: 21 no method, 23 another format than json, 32 or 34 the version.
    """
    if not call.method:
        raise Refusal(21, "Missing Method")
    if call.text("format") != "json":
        # The default is xml; its answers are not imitated, and saying so is better than JSON.
        raise Refusal(23, "Invalid Format", "", "sandbox: only format=json is imitated")
    if not call.text("v"):
        raise Refusal(32, "Missing Version")
    if call.text("v") != "2.0":
        raise Refusal(34, "Unsupported Version")
