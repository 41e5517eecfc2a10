"""C44 to C53, C73: what payloads are turned into."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, cast
from zoneinfo import ZoneInfo

from msgspec import UNSET, Struct

from ..contract import Stream
from ..errors import GongdanError
from ..fields import Fields, Status
from ..plugins.asking import detail_of
from ..reading.rows import compose
from ..ticket import Ticket, Who
from ..wire import Ref
from .check import Failed, NotApplicable, check, expect
from .probe import watched
from .stage import ALIAS, Stage
from .subject import Subject

Path: TypeAlias = tuple[str | int, ...]
_MOST_PATHS = 400
_MARK = "conform-mark"
_ODD = f"{_MARK} 订单 👩‍👧 \U0001f469 עברית ＡＢ é \x00 end"
_LONG = _MARK + "长" * 34_000 + "end"  # 100 KB


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


@check(
    "C48", "bronze", "keeps ids as they are",
    "An id that went through a float is another case's id from sixteen digits on.",
)  # fmt: skip
def keeps_ids(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            ids = {*stage.fill(stream, 3), stage.put(stream, str(2**62 + 1))}
            stage.good_sync()
            known = stage.tickets(stream)
            expect(set(known) == ids, f"the ids of {stream.name}: {', '.join(sorted(ids))}",
                   ", ".join(sorted(known)))  # fmt: skip


@check(
    "C49", "bronze", "reads times in the platform's zone",
    "Eight hours off, every deadline of the day is wrong and none looks it.",
)  # fmt: skip
def reads_times(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            for hours in (1, 9, 17, 25):  # on both sides of midnight, here and in UTC
                stage.put(stream, ago_s=hours * 3600 + 1)
            stage.good_sync()
            for case in stage.cases(stream):
                view = stage.tickets(stream)[case.id]
                for name, meant in (("created", case.created), ("updated", case.newest.updated)):
                    got = getattr(view.row, name)
                    expect(got is None or got == meant, f"{name} of {stream.name}: {meant}", got)


@check(
    "C50", "bronze", "keeps text as it is: emoji, Chinese, right to left, NUL, 100 KB",
    "What a buyer wrote is evidence, and half an emoji stops a page.",
)  # fmt: skip
def keeps_text(subject: Subject) -> None:
    for payload in payloads(subject)[-6:]:
        before = _texts(payload.ticket())
        for path in paths(payload.value):
            if not isinstance(_at(payload.value, path), str):
                continue
            for text in (_ODD, _LONG):
                said = _reads(payload, _with(payload.value, path, text), _named(path))
                for name, now in _texts(said).items() if said else ():
                    if now == before.get(name) or _MARK not in now:
                        continue
                    expect(text.strip() in now, f"the whole of {_named(path)} in {name}",
                           f"{len(now)} of {len(text)} characters")  # fmt: skip


@check(
    "C52", "silver", "knows who said what",
    "Whose turn it is, and from when a deadline runs, follows from who spoke last.",
)  # fmt: skip
def knows_who_spoke(subject: Subject) -> None:
    heard = 0
    for stream in subject.streams:
        with subject.stage(stream) as stage:
            case_id = stage.put(stream, ago_s=7200)
            said = {}
            for who in Who:
                stage.clock.advance(61)
                if stage.say(stream, case_id, who.value, f"conform: the {who.value} speaks"):
                    said[who] = stage.world.clock.second()
            stage.clock.advance(120)
            stage.good_sync()
            thread = stage.tickets(stream)[case_id].thread
            for who, at in said.items() if thread else ():
                found = [one for one in thread if one.text.endswith(f"the {who.value} speaks")]
                if not found:
                    continue  # not every stream has a thread of everybody
                heard += 1
                expect(found[0].who is who, f"a message of the {who.value} in {stream.name}",
                       f"of the {found[0].who.value}")  # fmt: skip
                expect(abs((found[0].at - at).total_seconds()) < 60,
                       f"said at {at}", found[0].at)  # fmt: skip
    if not heard:
        raise NotApplicable("no stream has a thread")


@check(
    "C53", "silver", "has a status for every word that the platform uses",
    "A status without a meaning is in no lane, and nobody sees the ticket.",
)  # fmt: skip
def knows_every_status(subject: Subject) -> None:
    with subject.stage(tickets=24) as stage:
        stage.good_sync()
        for stream in subject.streams:
            unknown = [
                f"{case_id} ({view.row.status_text})"
                for case_id, view in stage.tickets(stream).items()
                if view.ticket.status in (Status.UNKNOWN, UNSET)
            ]
            expect(not unknown, f"a status for every case of {stream.name}", "; ".join(unknown[:3]))


@check(
    "C73", "bronze", "calls a row whole only where it says all that the detail does",
    "What only the detail says is never read: an answer, a deadline, a buyer's words.",
)  # fmt: skip
def says_it_all(subject: Subject) -> None:
    whole = [stream for stream in subject.streams if stream.whole]
    if not whole:
        raise NotApplicable("no stream calls its rows whole")
    for stream in whole:
        with subject.stage(tickets=8) as stage:
            case_id = stage.put(stream, ago_s=1800)
            for who in ("buyer", "merchant", "platform"):
                stage.say(stream, case_id, who, f"words of the {who}")
            stage.good_sync()
            for case_id in stage.tickets(stream):
                row, detail = _both(stage, stream, case_id)
                for name in detail.__struct_fields__:
                    told = getattr(detail, name)
                    same = told is UNSET or told == getattr(row, name)
                    expect(same, f"{name} in a row of {stream.name}, as in its detail",
                           "it is not there" if getattr(row, name) is UNSET else "it differs"
                           )  # fmt: skip


def _both(stage: Stage, stream: Stream, case_id: str) -> tuple[Ticket, Ticket]:
    """Return what the list said of a case, and what it says when it is read by id."""
    zone = ZoneInfo(stage.connector.zone)
    row = Fields.of(
        stage.desk.store.cases.raw(f"{ALIAS}/{stream.name}/{case_id}", "row"), zone=zone
    )
    detail = compose(detail_of(stream, stage.session, Ref(case_id, row)))
    read = cast(Callable[[Fields], Ticket], stream.to_ticket)
    return read(row), read(Fields.of(detail, zone=zone))


def _texts(said: Ticket) -> dict[str, str]:
    found = {"title": said.title, "text": said.text}
    texts = {name: text for name, text in found.items() if isinstance(text, str)}
    if isinstance(said.thread, tuple):
        texts |= {f"thread[{place}]": one.text for place, one in enumerate(said.thread)}
    return texts


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
