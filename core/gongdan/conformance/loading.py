"""C01 to C05: what a plugin is before anything is asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from ..contract import ByTime, Stream
from ..errors import GongdanError, PluginError, Unsupported
from ..views import Draft
from .check import Failed, NotApplicable, check, expect
from .probe import import_in_a_fresh_process
from .stage import ALIAS, Stage
from .subject import Subject

_HOOKS = ("there is no hook", "lacks @gongdan.hookimpl", "has no argument", "generator or async")
_NETWORK = "opens a connection"
# "ModuleNotFoundError: ..."; what the core says has no such name.
_RAISED = re.compile(r"[A-Z]\w+: ")


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
    "C02",
    "bronze",
    "implements hooks that exist",
    "pluggy registers a misspelt hook without a word, and nothing ever calls it.",
)
def hooks_exist(subject: Subject) -> None:
    error = subject.plugin.error
    expect(not any(one in error for one in _HOOKS), "hooks of the contract", error)
    expect(error or subject.plugin.hooks, "at least one hook", "none: is @gongdan.hookimpl there?")


@check(
    "C03",
    "bronze",
    "declares what fits together",
    "A stream without `to_ticket`, or a page of no rows, is found here and not at night.",
)
def declares_soundly(subject: Subject) -> None:
    error = subject.plugin.error
    others = any(one in error for one in (*_HOOKS, _NETWORK)) or _RAISED.match(error)
    expect(not error or others, "a declaration that the core takes", error)
    wrong = [text for stream in subject.connector.streams for text in _wrong(stream)]
    if not subject.connector.streams:
        wrong.append("no stream")
    expect(not wrong, "a declaration whose parts fit together", "; ".join(wrong))
    expect(not subject.unmade, "a sandbox that can be made", subject.unmade)


@check(
    "C04",
    "bronze",
    "loads",
    "A plugin that does not load is listed as broken, and its shops are not read.",
)
def loads(subject: Subject) -> None:
    expect(not subject.plugin.error, "a plugin that loads", subject.plugin.error)


@check(
    "C05", "bronze", "can do what it declares, and says no to the rest",
    "An action that is offered and then fails costs a person the time they thought was saved.",
)  # fmt: skip
def is_honest(subject: Subject) -> None:
    for stream in subject.streams:
        with subject.stage(stream, tickets=6) as stage:
            case_id = stage.put(stream)
            stage.good_sync()
            for ability in stream.abilities:
                _describes(stage, stream, ability.kind)
            try:
                stage.draft(stream, case_id, "conform-no-such-action", "x")
            except Unsupported:
                continue
            except GongdanError as error:
                told = f"{type(error).__name__}: {error}"
                raise Failed("Unsupported for an action that is not declared", told) from error
            raise Failed("Unsupported for an action that is not declared", "it was queued")


def _describes(stage: Stage, stream: Stream, kind: str) -> None:
    """Check that an action is described, or refused in words, for every case there is."""
    for case_id in stage.tickets(stream):
        ticket = f"{ALIAS}/{stream.name}/{case_id}"
        draft = Draft(ticket=ticket, kind=kind, text="您好，已为您核实。")
        try:
            stage.desk.preview(draft)
        except PluginError as error:
            raise Failed(f"a request for {kind!r} of {stream.name}", str(error)) from error
        except GongdanError:
            continue  # this case does not take it, and it is said
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            raise Failed(f"a request for {kind!r} of {stream.name}", told) from error


def _wrong(stream: Stream) -> Iterator[str]:
    """Yield what the core takes and cannot be meant."""
    reading, at = stream.reading, f"stream {stream.name!r}"
    if not isinstance(reading, ByTime):
        return
    if reading.max_span <= reading.tick:
        yield f"{at}: max_span is no longer than a tick"
    if reading.max_rows is not None and reading.max_rows < reading.page_size:
        yield f"{at}: max_rows is less than a page"
    if reading.overlap < timedelta(0) or reading.settle < timedelta(0):
        yield f"{at}: overlap and settle are zero or more"
