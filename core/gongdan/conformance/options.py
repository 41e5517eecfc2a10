"""C08 to C13: what a shop is set up with, and what of it may be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import NODEFAULT

from ..config.settings import load
from ..errors import ConfigError, GongdanError
from ..secret import Secret
from .check import Failed, check, expect
from .paper import example
from .probe import logged
from .stage import ALIAS, Stage
from .subject import Subject

_SECRET = re.compile(r"secret|passw|token|private|credential|(api|sign\w*|access)_?key")
_WORDS = "conform-words-of-a-buyer-13800001111"
_FAULTS = ("html", "http-500", "token-expired", "revoked", "no-permission", "wrong-ip", "cut-body")


@check(
    "C08", "bronze", "names a required setting that is missing, before any request",
    "Who sets a shop up reads this one line; a refused signature tells them nothing.",
)  # fmt: skip
def names_what_is_missing(subject: Subject) -> None:
    with subject.stage() as stage:
        expect(not stage.missing, "a sandbox whose `hello` has what the connector requires",
               f"it lacks {', '.join(stage.missing)}")  # fmt: skip
    for field in msgspec.structs.fields(subject.connector.settings):
        with subject.stage() as stage:
            if field.name not in stage.given or _works_by_itself(field):
                continue
            stage.set_up(leave_out=[field.name])
            health = stage.desk.check(ALIAS)
            asked = len(stage.line.exchanges)
            if health.state == "ok" or (field.name == "token" and _is_optional(field)):
                continue  # it is not needed, or it is what a person gets later
            told = health.state == "setting" and field.name in health.text
            expect(told and not asked, f"a ConfigError that names {field.name}",
                   f"{health.state} after {asked} requests: {health.text}")  # fmt: skip


@check(
    "C09", "bronze", "refuses a setting of a wrong type, and one that it does not know",
    "A typo that is taken without a word is found weeks later.",
)  # fmt: skip
def refuses_wrong_settings(subject: Subject) -> None:
    with subject.stage() as stage:
        for field in msgspec.structs.fields(subject.connector.settings):
            if field.type is not Secret:
                stage.set_up((), **{field.name: [[1]]})
                _refused(stage, field.name, f"{field.name} = [[1]]")
        stage.set_up(base_urll="http://x")
        _refused(stage, "did you mean base_url", "base_urll")


@check(
    "C10", "bronze", "works with nothing but what it requires",
    "An option that must be set after all is a required one that nobody was told of.",
)  # fmt: skip
def works_with_the_least(subject: Subject) -> None:
    with subject.stage() as stage:
        fields = msgspec.structs.fields(subject.connector.settings)
        extra = [f.name for f in fields if f.name not in stage.given and not _is_optional(f)]
        expect(not extra, "a sandbox that tells every required setting", ", ".join(extra))
        for stream in subject.streams:
            stage.put(stream)
        stage.good_sync()


@check(
    "C11", "bronze", "declares what is secret as Secret",
    "A plain text stands in gongdan.toml, in `repr`, and in the next bug report.",
)  # fmt: skip
def declares_secrets(subject: Subject) -> None:
    plain = [
        field.name
        for field in msgspec.structs.fields(subject.connector.settings)
        if field.type is not Secret and field.name != "app_key" and _SECRET.search(field.name)
    ]
    expect(not plain, "gongdan.Secret as the type of what is secret", ", ".join(plain))


@check(
    "C12", "bronze", "shows a secret nowhere",
    "Logs, errors and stored payloads are copied into tickets and chats.",
)  # fmt: skip
def hides_secrets(subject: Subject) -> None:
    with subject.stage(tickets=2) as stage, logged() as lines:
        seen = [*_happenings(stage, subject)]
        secrets = stage.secrets
        for where, text in [*seen, *(("the log", line) for line in lines)]:
            shown = [secret for secret in secrets if secret in text]
            expect(not shown, f"no secret in {where}", f"{len(shown)} of {len(secrets)} are there")


@check(
    "C13", "silver", "keeps what buyers write out of the log",
    "A log is kept longer, and read by more people, than a case.",
)  # fmt: skip
def hides_buyers(subject: Subject) -> None:
    with subject.stage() as stage, logged() as lines:
        for stream in subject.streams:
            case_id = stage.put(stream)
            stage.say(stream, case_id, "buyer", _WORDS)
        stage.sync()
        for fault in ("malformed-row", "new-enum", "http-500"):
            stage.clock.advance(120)
            for stream in subject.streams:
                for case in stage.cases(stream):
                    stage.touch(stream, case.id)
            stage.calm()
            stage.arm(fault)
            stage.sync()
        shown = [line.partition(":")[0] for line in lines if _WORDS in line]
        expect(not shown, "a log without the words of buyers", f"logged by {', '.join(shown[:3])}")


def _happenings(stage: Stage, subject: Subject) -> Iterator[tuple[str, str]]:
    """Let everything happen to a shop that is told somewhere; yield where, and what is told."""
    yield "repr of the settings", repr(stage.desk.settings(ALIAS))
    for fault in ("", *_FAULTS):
        stage.calm()
        if fault:
            stage.arm(fault)
        run = stage.sync()
        yield "the outcome of a run", f"{run.error} {run.hint_zh} {run.hint_en} {run.notes}"
        health = stage.desk.check(ALIAS)
        yield "gongdan shop check", f"{health.text} {health.hint_zh} {health.hint_en}"
        yield from _traced(stage, subject)
        stage.clock.advance(300)
    stage.calm()
    stage.sync()
    for stream in subject.streams:
        for case_id, view in stage.tickets(stream).items():
            yield "a ticket", repr(view)
            for kind in ("row", "detail"):
                raw = stage.desk.store.cases.raw(f"{ALIAS}/{stream.name}/{case_id}", kind)
                yield "what is kept of a case", raw.decode("utf-8", "replace")


def _traced(stage: Stage, subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield what an error says that nobody has caught, and those it came from."""
    session = stage.session
    for stream in subject.streams:
        try:
            stage.ask(stream, session)
        except Exception as error:
            one: BaseException | None = error
            while one is not None:
                yield "an exception", f"{one} {one!r}"
                one = one.__cause__ or one.__context__


def _refused(stage: Stage, word: str, what: str) -> None:
    try:
        stage.desk.settings(ALIAS)
    except ConfigError as error:
        expect(word in str(error), f"a ConfigError for {what} that says {word!r}", error)
        return
    except GongdanError as error:
        raise Failed(f"a ConfigError for {what}", f"{type(error).__name__}: {error}") from error
    raise Failed(f"a ConfigError for {what}", "it is taken")


def _is_optional(field: msgspec.structs.FieldInfo) -> bool:
    return field.default is not NODEFAULT or field.default_factory is not NODEFAULT


def _works_by_itself(field: msgspec.structs.FieldInfo) -> bool:
    """Say whether its default is more than a blank: the gateway's address, a method."""
    return field.default is not NODEFAULT and bool(field.default)


@check(
    "C69", "bronze", "has a page that can be made of it, with an example that works",
    "Docs that are written by hand drift; what is declared can be printed at any time.",
)  # fmt: skip
def makes_a_page(subject: Subject) -> None:
    connector = subject.connector
    silent = [
        row.code
        for row in connector.errors
        if row.means.name in ("AUTHORISE", "SETTING", "ASK", "REFUSED") and not (row.zh or row.en)
    ]
    expect(not silent, "a word on what to do beside every error that needs a person",
           f"none for {', '.join(silent[:5])}")  # fmt: skip
    with subject.stage() as stage:
        (stage.folder / "gongdan.toml").write_text(example(connector, ALIAS), encoding="utf-8")
        try:
            load(stage.folder / "gongdan.toml", {}).settings(
                ALIAS, connector, lambda _owner, _field: Secret("x")
            )
        except ConfigError as error:
            raise Failed("an example of the settings that is taken", str(error)) from error
