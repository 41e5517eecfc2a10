"""C01 to C05: what a plugin is before anything is asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..contract import API, ByTime, Stream
from ..errors import GongdanError, Unsupported
from ..plugins import AnyConnector
from .check import Failed, NotApplicable, check, expect
from .probe import import_in_a_fresh_process
from .subject import Subject

_HOOK_ERRORS = ("there is no hook", "lacks @gongdan.hookimpl", "has no argument")
_DECLARED = ("written for contract", "platform", "streams of one name", "no subclass", "returns",
             "gives ")  # fmt: skip


@check(
    "C01", "bronze", "does nothing when it is imported",
    "`gongdan queue` imports every plugin: one that calls home there makes each command slow.",
)  # fmt: skip
def imports_quietly(subject: Subject) -> None:
    if not subject.module:
        raise NotApplicable("it was given as a value, not as a module")
    done = import_in_a_fresh_process(subject.module)
    done = [one for one in done if not one.startswith("raises")]  # that is C04
    expect(not done, "an import without sockets, written files or an HTTP library", ", ".join(done))


@check(
    "C02", "bronze", "implements hooks that exist",
    "pluggy registers a misspelt hook without a word, and nothing ever calls it.",
)  # fmt: skip
def hooks_exist(subject: Subject) -> None:
    error = subject.plugin.error
    expect(not any(one in error for one in _HOOK_ERRORS), "hooks of the contract", error)
    expect(error or subject.plugin.hooks, "at least one hook", "none: is @gongdan.hookimpl there?")


@check(
    "C03", "bronze", "declares what fits together",
    "A stream without `to_ticket`, or a page of no rows, is found here and not at night.",
)  # fmt: skip
def declares_soundly(subject: Subject) -> None:
    error = subject.plugin.error.partition(": ")[2]
    told = subject.plugin.error.startswith("ConfigError") and any(one in error for one in _DECLARED)
    expect(not told, "a declaration that the core takes", error)
    connector = subject.connector
    wrong = [*_wrong_parts(connector), *(t for one in connector.streams for t in _wrong(one))]
    expect(not wrong, "a declaration whose parts fit together", "; ".join(wrong))


@check(
    "C04", "bronze", "loads",
    "A plugin that does not load is listed as broken, and its shops are not read.",
)  # fmt: skip
def loads(subject: Subject) -> None:
    expect(not subject.plugin.error, "a plugin that loads", subject.plugin.error)


@check(
    "C05", "bronze", "can do what it declares, and says no to the rest",
    "An action that is offered and then fails costs a person the time they thought was saved.",
)  # fmt: skip
def is_honest(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage() as stage:
            case_id = stage.put(stream, messages=[])
            stage.good_sync()
            try:
                stage.draft(stream, case_id, "conform-no-such-action", "x")
            except Unsupported:
                continue
            except GongdanError as error:
                raise Failed("Unsupported for an action that is not declared",
                             f"{type(error).__name__}: {error}") from error  # fmt: skip
            raise Failed("Unsupported for an action that is not declared", "it was queued")


def _wrong_parts(connector: AnyConnector) -> Iterator[str]:
    if connector.api != API:
        yield f"api is {connector.api}, not {API}"
    if not connector.streams:
        yield "no stream"
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", connector.platform):
        yield f"platform {connector.platform!r}"


def _wrong(stream: Stream) -> Iterator[str]:
    at = f"stream {stream.name!r}"
    if (stream.reading is None) != (stream.read_page is None):
        yield f"{at}: read_page and reading come together"
    if stream.to_ticket is None and stream.to_events is None:
        yield f"{at}: neither to_ticket nor to_events"
    if stream.reading is not None and stream.reading.page_size < 1:
        yield f"{at}: page_size is {stream.reading.page_size}"
    if isinstance(stream.reading, ByTime) and stream.reading.max_span <= stream.reading.tick:
        yield f"{at}: max_span is no longer than a tick"
    kinds = [ability.kind for ability in stream.abilities]
    if len(set(kinds)) != len(kinds):
        yield f"{at}: two abilities of one kind: {', '.join(kinds)}"
