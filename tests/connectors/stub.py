"""A shop whose platform is a list of answers: for what a connector does with each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

import msgspec

from gongdan import Call, Detail, Error, Fields, File, Means, Params, Reply, Settings
from gongdan.calls.network import Answer
from gongdan.calls.reply import Answered

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)  # 1700000000
S = TypeVar("S", bound=Settings)


def reply(data: object, status: int = 200) -> Reply:
    """Return the core's reading of one answer: of bytes, or of what becomes JSON."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Answered(Answer(status, {"content-type": "application/json"}, body))


class StubShop(Generic[S]):
    """Answers by op, the last answer for ever; remembers what was asked."""

    def __init__(
        self, settings: S, answers: Mapping[str, Sequence[object]] | None = None, token: str = "T"
    ) -> None:
        self.settings = settings
        self.remote_id = "12345"
        self.token = token
        self.answers = {op: list(told) for op, told in (answers or {}).items()}
        self.calls: list[Call] = []

    def now(self) -> datetime:
        return NOW

    def call(
        self, op: str, params: Params | None = None, files: Mapping[str, File] | None = None, /
    ) -> Reply:
        self.calls.append(Call(op, params or {}, files or {}))
        told = self.answers[op]
        answer = told.pop(0) if len(told) > 1 else told[0]
        if isinstance(answer, Exception):
            raise answer
        return reply(answer)


def whole(detail: Detail) -> Fields:
    """Put a detail of several payloads together, as the core does before `to_ticket`."""
    assert isinstance(detail, Mapping)
    return Fields.of(msgspec.json.encode(detail))


def is_pure(make: Callable[[Fields], object], payload: Mapping[str, object]) -> bool:
    """Whether *make* says the same twice and leaves its payload as it was."""
    before = json.dumps(payload, ensure_ascii=False)
    same = make(Fields(payload)) == make(Fields(payload))
    return same and json.dumps(payload, ensure_ascii=False) == before


def meaning(errors: Sequence[Error], code: str, op: str) -> Means | None:
    """Return what the first row that fits says, as the core looks it up."""
    fits = (row for row in errors if fnmatchcase(code, row.code) and fnmatchcase(op, row.on))
    return next((row.means for row in fits), None)
