"""One HTTP exchange as an imitation sees it: plain values, no sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import TypeAlias
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct
from python_multipart import parse_form
from python_multipart.multipart import Field, File

from .faults import Strikes

Json: TypeAlias = dict[str, object]


class Upload(Struct, frozen=True):
    """One file of a multipart form.

    Attributes:
        name: of the file.
        data: its bytes.
    """

    name: str
    data: bytes


class Form(Struct, frozen=True):
    """A body as form fields; a name that comes twice has its last value.

    Attributes:
        fields: decoded texts by name.
        files: by the name of the field.
    """

    fields: Mapping[str, str] = {}
    files: Mapping[str, Upload] = {}


class Request(Struct, frozen=True):
    """One request as it arrived.

    Attributes:
        method: in capitals.
        path: decoded, without the query.
        query: decoded; a name that comes twice has its last value.
        headers: names in lower case.
        body: its bytes.
        arrived: aware UTC by the sandbox's clock; signatures are judged by it, also when the
            request is handled late.
        strikes: the faults that strike it.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    arrived: datetime
    strikes: Strikes = {}

    def form(self) -> Form:
        """Read the body as a form, urlencoded or multipart; any other body has no fields.

        Raises:
            ValueError: the multipart body is broken.
        """
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            return _multipart(self.headers["content-type"], self.body)
        if kind == "application/x-www-form-urlencoded":
            return Form(parse_query(self.body))
        return Form()


class Answer(Struct, frozen=True):
    """One answer of an imitation.

    Attributes:
        body: as it goes out.
        status: of HTTP.
        headers: beside `Date` and the length.
        outcome: for the log: "ok", or the platform's code.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {}
    outcome: str = "ok"


def json_answer(value: object, *, outcome: str = "ok", status: int = 200) -> Answer:
    """Make a JSON answer of *value*; a lone surrogate goes out as its escape, `\\ud83d`."""
    headers = {"content-type": "application/json;charset=UTF-8"}
    return Answer(dump(value), status, headers, outcome)


def dump(value: object) -> bytes:
    """Encode as compact UTF-8 JSON, lone surrogates as escapes."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def parse_query(raw: bytes) -> dict[str, str]:
    """Decode a query string or an urlencoded body; blank values stay, the last of a name wins."""
    text = raw.decode("utf-8", "replace")
    return dict(parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace"))


def _multipart(content_type: str, body: bytes) -> Form:
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}

    def on_field(field: Field) -> None:
        fields[_text(field.field_name)] = _text(field.value)

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        files[_text(file.field_name)] = Upload(_text(file.file_name), file.file_object.read())
        file.close()

    headers = {"Content-Type": content_type.encode(), "Content-Length": str(len(body)).encode()}
    parse_form(headers, BytesIO(body), on_field, on_file)
    return Form(fields, files)


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace")
