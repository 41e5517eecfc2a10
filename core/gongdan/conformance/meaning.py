"""C44 to C53: what payloads are turned into."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, cast
from zoneinfo import ZoneInfo

from msgspec import Struct

from ..contract import Stream
from ..errors import GongdanError
from ..fields import Fields, Status
from ..ticket import Ticket
from .check import Failed, NotApplicable, check, expect
from .probe import watched
from .stage import ALIAS, Stage
from .subject import Subject

Path: TypeAlias = tuple[str | int, ...]
_MOST_PATHS = 400


class Payload(Struct, frozen=True):
    """One payload as it came, a row or a detail, and what reads it."""

    stream: Stream
    kind: str
    value: Mapping[str, Any]
    zone: ZoneInfo

    def ticket(self, value: Mapping[str, Any] | None = None) -> Ticket:
        """Return what it says, or would say if it were *value*."""
        to_ticket = cast(Callable[[Fields], Ticket], self.stream.to_ticket)
        return to_ticket(Fields(self.value if value is None else value, zone=self.zone))

    @property
    def at(self) -> str:
        """Which it is, for a person."""
        return f"a {self.kind} of {self.stream.name}"


@check(
    "C44", "bronze", "reads a payload the same way each time, and leaves it as it is",
    "What was kept is read again after an upgrade; a `pop` changes it, a clock dates it anew.",
)  # fmt: skip
def is_pure(subject: Subject) -> None:
    for payload in payloads(subject):
        before = copy.deepcopy(payload.value)
        with watched() as seen:
            first, second = payload.ticket(), payload.ticket()
        expect(first == second, f"the same ticket twice of {payload.at}", "two that differ")
        expect(payload.value == before, f"{payload.at} as it was", "to_ticket changed it")
        expect(not seen, "to_ticket without files or network", ", ".join(seen))


@check(
    "C46", "bronze", "takes fields and words that it does not know",
    "Platforms add words on any day. A KeyError stops a shop; a guess puts a case into the wrong "
    "lane.",
)  # fmt: skip
def takes_the_unknown(subject: Subject) -> None:
    found: dict[str, bool] = {}
    for payload in payloads(subject):
        extra = {**payload.value, "conform_new_field": {"a": [1]}}
        _reads(payload, extra, "a field that is new")
        if not isinstance(payload.ticket().status, Status):
            continue
        found.setdefault(payload.stream.name, False)
        for path in paths(payload.value):
            if not isinstance(_at(payload.value, path), str | int):
                continue
            for word in ("conform_unknown", 987_654):
                said = _reads(payload, _with(payload.value, path, word), _named(path))
                found[payload.stream.name] |= said is not None and said.status is Status.UNKNOWN
    for name, known in found.items():
        expect(known, f"Status.UNKNOWN for a status of {name} that is in no table",
               "another status, whatever word came")  # fmt: skip


@check(
    "C47", "bronze", "takes a payload in which anything is missing or null",
    "Optional fields are absent in one case out of a thousand, and that one stops the page.",
)  # fmt: skip
def takes_absence(subject: Subject) -> None:
    for payload in payloads(subject):
        for path in paths(payload.value):
            for value in (None, _GONE):
                _reads(payload, _with(payload.value, path, value), _named(path))


def payloads(subject: Subject) -> list[Payload]:
    """Return rows and details of every stream, as the sandbox shows them through the connector."""
    found: list[Payload] = []
    with subject.stage(tickets=8) as stage:
        for stream in subject.streams:
            case_id = stage.put(stream, ago_s=1800)
            for who in ("buyer", "merchant", "platform"):
                stage.say(stream, case_id, who, f"words of the {who}")
        stage.good_sync()
        for stream in subject.streams:
            found += _kept(stage, stream)
    if not found:
        raise NotApplicable("the sandbox has no case")
    return found


def _kept(stage: Stage, stream: Stream) -> Iterator[Payload]:
    zone = ZoneInfo(stage.connector.zone)
    for case_id in sorted(stage.tickets(stream))[-6:]:
        for kind in ("row", "detail"):
            raw = stage.desk.store.cases.raw(f"{ALIAS}/{stream.name}/{case_id}", kind)
            if raw:
                yield Payload(stream, kind, Fields.of(raw, zone=zone).value, zone)


class _Gone:
    pass


_GONE = _Gone()


def paths(value: object, at: Path = ()) -> list[Path]:
    """Return the way to every value inside, lists by their first two elements only."""
    found: list[Path] = []
    parts: list[tuple[str | int, object]] = []
    if isinstance(value, Mapping):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value[:2]))
    for name, part in parts:
        found.append((*at, name))
        found += paths(part, (*at, name))
    return found[:_MOST_PATHS]


def _at(value: Any, path: Path) -> object:
    for name in path:
        value = value[name]
    return value


def _with(value: Any, path: Path, new: object) -> Any:
    """Return a payload with another value at a path; nothing of the old one is changed."""
    name, rest = path[0], path[1:]
    changed: Any = dict(value) if isinstance(value, Mapping) else list(value)
    if rest:
        changed[name] = _with(value[name], rest, new)
    elif isinstance(new, _Gone):
        del changed[name]
    else:
        changed[name] = new
    return changed


def _named(path: Path) -> str:
    return "$" + "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in path)


def _reads(payload: Payload, value: Mapping[str, Any], what: str) -> Ticket | None:
    """Return what a changed payload says, None where it is refused as it should be."""
    try:
        return payload.ticket(value)
    except GongdanError:
        return None
    except Exception as error:
        raise Failed(f"a ticket or BadField of {payload.at} with another {what}",
                     f"{type(error).__name__}") from error  # fmt: skip
