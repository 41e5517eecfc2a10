"""What a person wants sent, checked before it is queued."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from .contract import Ability
from .errors import Refused
from .fields import Fields
from .sending.checks import why_not
from .ticket import Action, Case, File
from .views import Draft, OutboxRow

if TYPE_CHECKING:
    from .desk import Desk

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif"}


class Drafting:
    """Checks a draft against its ticket, and queues it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def queue(self, draft: Draft, *, now: bool, dry_run: bool) -> list[OutboxRow]:
        """Queue a draft, once every check has let it through.

        Raises:
            NotFound: no such ticket.
            Unsupported: its stream takes no such action.
            Refused: why not, and what to change.
        """
        ticket_id, _, action, _ = self._checked(draft)
        desk = self._desk
        if dry_run:
            return []
        undo = timedelta(0) if now else timedelta(seconds=desk.config.undo_s)
        made = desk.store.outbox.queue(
            ticket_id, kind=action.kind, parts=[action.text], files=action.files,
            fields=action.fields, basis=list(desk.store.outbox.seen(ticket_id)),
            not_before=desk.now() + undo, now=desk.now(),
        )  # fmt: skip
        return [desk.store.outbox.row(row_id) for row_id in made]

    def preview(self, draft: Draft) -> list[str]:
        """Return the requests that a draft would lead to, with nothing secret in them."""
        _, ability, action, case = self._checked(draft)
        call = ability.to_call(action, case)
        params = ", ".join(f"{name}={_short(value)}" for name, value in call.params.items())
        files = ", ".join(f"{name}: {file.name} ({len(file.data)} bytes)"
                          for name, file in call.files.items())  # fmt: skip
        return [f"{call.op}  {params}" + (f"  files: {files}" if files else "")]

    def _checked(self, draft: Draft) -> tuple[str, Ability, Action, Case]:
        desk = self._desk
        ticket_id = desk.store.queue.find(draft.ticket)
        alias = ticket_id.split("/", 1)[0]
        _, ability = desk.run_of(alias).ability(ticket_id, draft.kind)
        files = tuple(_file(name, data, ability) for name, data in draft.files)
        fields: Mapping[str, str] = draft.fields
        action = Action(f"{ticket_id}#draft", draft.kind, draft.text, files, fields)
        why = _wrong_text(draft.text, ability) or _wrong_files(files, ability)
        case = self._case(ticket_id)
        why = why or why_not(ability, action, case)
        if why:
            raise Refused(f"{ticket_id}: {why}")
        return ticket_id, ability, action, case

    def _case(self, ticket_id: str) -> Case:
        """Return the case as the store has it; it is read again before anything is sent."""
        store = self._desk.store
        _, ticket, remote_id, _, _ = store.queue.one(ticket_id)
        row, detail = store.cases.raw(ticket_id, "row"), store.cases.raw(ticket_id, "detail")
        return Case(remote_id, ticket, _fields(row), _fields(detail))


def _fields(raw: bytes) -> Fields:
    return Fields.of(raw) if raw else Fields({})


def _wrong_text(text: str, ability: Ability) -> str:
    """Return what is wrong with a text, and what to change, or ""."""
    if not text.strip():
        return "the text is empty"
    if _CONTROL.search(text):
        return "the text holds control characters; remove them"
    if _SURROGATE.search(text):
        return "the text holds half a character (a cut emoji); type it again"
    if ability.max_chars is not None and len(text) > ability.max_chars:
        return f"the text has {len(text)} characters, the platform takes {ability.max_chars}"
    size = len(text.encode())
    if ability.max_bytes is not None and size > ability.max_bytes:
        return f"the text has {size} bytes in UTF-8, the platform takes {ability.max_bytes}"
    return ""


def _wrong_files(files: tuple[File, ...], ability: Ability) -> str:
    if len(files) > ability.max_files:
        return f"{len(files)} pictures, the platform takes {ability.max_files or 'none'} here"
    if len(files) < ability.min_files:
        return f"{len(files)} pictures, the platform wants {ability.min_files}"
    return ""


def _file(name: str, data: bytes, ability: Ability) -> File:
    mime = next((mime for magic, mime in _PICTURES.items() if data.startswith(magic)), "")
    if not mime:
        guessed = mimetypes.guess_type(name)[0] or "unknown kind"
        raise Refused(f"{name}: no picture (JPG, PNG or GIF), but {guessed}")
    if len(data) > ability.max_file_bytes:
        raise Refused(f"{name}: {len(data)} bytes, the platform takes {ability.max_file_bytes}")
    return File(name, mime, data)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
