"""What a person wants sent, checked before it is queued."""

from __future__ import annotations

import json
import mimetypes
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from ..contract import Ability
from ..errors import Conflict, Refused, Unsupported
from ..fields import Fields
from ..people.acts import must_have_contacted, note_draft
from ..plugins.asking import given, listed
from ..sending.checks import broken_text, too_long, why_not
from ..store.steps import OPEN
from ..ticket import Action, Case, File
from ..views import Draft, OutboxRow
from ..wire import Call, Option
from .vetting import vet

if TYPE_CHECKING:
    from ..desk import Desk

MOST_PARTS = 9
_SHOWN_CHARS = 600  # of one value in a preview: the longest text that any platform takes
_SENTENCE_ENDS = frozenset("。！？!?…；;\n")
_CLAUSE_ENDS = frozenset("，,、：: ")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
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
            Conflict: something that moves money waits for that case already.
        """
        ticket_id, ability, actions, case = self._checked(draft)
        desk = self._desk
        vet(desk, ticket_id, case.ticket, draft.text)
        actions[0] = self._chosen(ticket_id, ability, actions[0])
        if dry_run:
            return []
        undo = timedelta(0) if now else timedelta(seconds=desk.config.undo_s)
        made = desk.store.outbox.queue(
            ticket_id, kind=draft.kind, parts=[action.text for action in actions],
            files=actions[0].files, fields=actions[0].fields,
            basis=list(desk.store.outbox.seen(ticket_id)),
            not_before=desk.now() + undo, now=desk.now(),
        )  # fmt: skip
        note_draft(desk, ticket_id, draft.kind, made)
        return [desk.store.outbox.row(row_id) for row_id in made]

    def propose(self, draft: Draft) -> OutboxRow:
        """Keep a draft that a person may approve; nothing is sent until then.

        Raises:
            Refused: it would not be taken, or needs several parts.
            Conflict: another process has proposed something, or a person queued something.
        """
        ticket_id, _, actions, case = self._checked(draft)
        desk = self._desk
        vet(desk, ticket_id, case.ticket, draft.text)
        if len(actions) > 1:
            raise Refused(f"{ticket_id}: a proposal of several parts; shorten the template")
        made = desk.store.outbox.queue(
            ticket_id, kind=draft.kind, parts=[draft.text], fields=draft.fields,
            not_before=desk.now(), now=desk.now(), state="draft", alone=True,
        )  # fmt: skip
        return desk.store.outbox.row(made[0])

    def approve(self, row: OutboxRow, text: str, *, now: bool) -> OutboxRow:
        """Queue a draft that a person has read, in these words: its own, or theirs.

        It is checked again as any reply, and goes behind what was queued meanwhile.

        Raises:
            Refused: it is no draft, or would not be taken any more.
            Conflict: it moved meanwhile.
        """
        if row.state != "draft":
            raise Refused(f"action {row.id} is no draft but {row.state}; 'gongdan outbox'")
        desk = self._desk
        draft = Draft(ticket=row.ticket, kind=row.kind, text=text)
        ticket_id, ability, actions, case = self._checked(draft)
        if ability.money:  # a draft keeps no version, no reason and no picture
            raise Refused(f"{ticket_id}: {row.kind!r} moves money: give it anew, not as a draft")
        vet(desk, ticket_id, case.ticket, text)
        if len(actions) > 1:
            raise Refused(f"{ticket_id}: this text needs several parts; use 'gongdan reply'")
        undo = timedelta(0) if now else timedelta(seconds=desk.config.undo_s)
        desk.store.drafts.approve(
            row.id, actions[0].text, basis=list(desk.store.outbox.seen(ticket_id)),
            not_before=desk.now() + undo, now=desk.now(),
        )  # fmt: skip
        note_draft(desk, ticket_id, row.kind, [row.id])
        return desk.store.outbox.row(row.id)

    def options(self, ref: str, kind: str) -> list[Option]:
        """Return what the platform offers to choose from for an action on a ticket, in its order.

        Raises:
            Unsupported: the stream takes no such action, or the action chooses from no list.
        """
        desk = self._desk
        ticket_id = desk.store.queue.find(ref)
        alias = ticket_id.split("/", 1)[0]
        stream, ability = desk.run_of(alias).ability(ticket_id, kind)
        if ability.options is None:
            raise Unsupported(f"{ticket_id}: {kind!r} of {stream.name} chooses from no list")
        where, shop = f"{ticket_id}: options of {kind!r}", desk.session(alias)
        offered = given(object, where, ability.options, shop, self._case(ticket_id))
        return list(listed(Option, where, offered))

    def _chosen(self, ticket_id: str, ability: Ability, action: Action) -> Action:
        """Return an action with the words of the reason it names, if it must name one.

        Raises:
            Refused: the platform does not offer that reason, or wants a picture with it.
        """
        if ability.options is None:
            return action
        offered = self.options(ticket_id, action.kind)
        code = action.fields.get("reason", "")
        found = next((option for option in offered if option.code == code), None)
        if found is None:
            known = ", ".join(f"{option.code} {option.text}" for option in offered) or "none"
            raise Refused(f"{ticket_id}: the platform offers no reason {code!r}; it has: {known}")
        if found.needs_files and not action.files:
            raise Refused(f"{ticket_id}: reason {code} needs a picture: {found.hint or found.text}")
        fields = {**action.fields, "reason_text": found.text}
        return msgspec.structs.replace(action, fields=fields)

    def preview(self, draft: Draft) -> list[str]:
        """Return the requests that a draft would lead to, one a part, with nothing secret in them.

        Raises:
            GongdanError: as `queue`.
        """
        ticket_id, ability, actions, case = self._checked(draft)
        actions[0] = self._chosen(ticket_id, ability, actions[0])
        where = f"{ticket_id}: to_call of {ability.kind!r}"
        return [_shown(given(Call, where, ability.to_call, action, case)) for action in actions]

    def _checked(self, draft: Draft) -> tuple[str, Ability, list[Action], Case]:
        """Return the ticket, what takes the action, the action in its parts, and the case."""
        desk = self._desk
        ticket_id = desk.store.queue.find(draft.ticket)
        alias = ticket_id.split("/", 1)[0]
        _, ability = desk.run_of(alias).ability(ticket_id, draft.kind)
        if ability.money and not desk.shop(alias).money:
            raise Refused(
                f"{ticket_id}: {draft.kind!r} moves money, which is off for this shop; "
                f"set money = true in [shops.{alias}]"
            )
        if ability.money:
            self._check_alone(ticket_id)
        if ability.contact:
            must_have_contacted(desk, ticket_id)
        files = tuple(_file(name, data, ability) for name, data in draft.files)
        key, case = f"{ticket_id}#draft", self._case(ticket_id)
        fields = _locked(draft.fields, ability, case)
        actions = [
            Action(key, draft.kind, text, () if place else files, fields)
            for place, text in enumerate(_parts(ticket_id, draft.text, ability))
        ]
        for action in actions:
            where = f"{ticket_id}: check of {ability.kind!r}"
            why = given(str, where, why_not, ability, action, case)
            if why:
                raise Refused(f"{ticket_id}: {why}")
        return ticket_id, ability, actions, case

    def _check_alone(self, ticket_id: str) -> None:
        """Make sure that nothing which moves money waits for this case: one would undo the other.

        Raises:
            Conflict: something does; the message names it.
        """
        abilities = self._desk.run_of(ticket_id.split("/", 1)[0]).stream(ticket_id).abilities
        kinds = {each.kind for each in abilities if each.money}
        for row in self._desk.store.outbox.rows(ticket_id=ticket_id):
            if row.kind in kinds and row.state in OPEN:
                raise Conflict(
                    f"{ticket_id}: {row.kind!r} is {row.state} already as #{row.id}; "
                    f"look at 'gongdan outbox', take it back with 'gongdan cancel {row.id}'"
                )

    def _case(self, ticket_id: str) -> Case:
        """Return the case as the store has it; it is read again before anything is sent."""
        store = self._desk.store
        _, ticket, remote_id, _, _ = store.queue.one(ticket_id)
        row, detail = store.cases.raw(ticket_id, "row"), store.cases.raw(ticket_id, "detail")
        alias = ticket_id.split("/", 1)[0]
        shop, settings = self._desk.shop(alias).remote_id, self._desk.settings(alias)
        return Case(remote_id, ticket, _fields(row), _fields(detail), shop, settings)


def _locked(fields: Mapping[str, str], ability: Ability, case: Case) -> Mapping[str, str]:
    """Return the fields of an action; of one that moves money with the version that was seen."""
    version = case.ticket.version
    if not ability.money or not isinstance(version, str):
        return fields
    return {**fields, "version": version}


def _fields(raw: bytes) -> Fields:
    return Fields.of(raw) if raw else Fields({})


def _parts(ticket_id: str, text: str, ability: Ability) -> list[str]:
    why = broken_text(text, ability)
    if why:
        raise Refused(f"{ticket_id}: {why}")
    if not (ability.splits and too_long(text, ability)):
        return [text]
    parts = split_text(text, max_chars=ability.max_chars, max_bytes=ability.max_bytes)
    if not parts:
        raise Refused(f"{ticket_id}: the text needs more than {MOST_PARTS} parts; shorten it")
    return parts


def split_text(
    text: str, *, max_chars: int | None = None, max_bytes: int | None = None
) -> list[str]:
    """Return *text* in parts that fit, marked "(1/3)", cut at the ends of sentences where it can.

    Nothing is lost but blanks at a cut, and no character of several code points is cut in two.

    Args:
        max_chars, max_bytes: what one part may have, its mark included; bytes of UTF-8.

    Returns:
        the text alone where it fits; nothing if it needs more than MOST_PARTS parts.
    """
    if _fits(text, max_chars, max_bytes):
        return [text]
    room = len(f"({MOST_PARTS}/{MOST_PARTS})")
    chars = None if max_chars is None else max_chars - room
    size = None if max_bytes is None else max_bytes - room
    parts: list[str] = []
    rest = text.strip()
    while rest and len(parts) < MOST_PARTS:
        end = _cut(rest, chars, size)
        parts.append(rest[:end].strip())
        rest = rest[end:].strip() if end else rest
        if not end:
            return []
    if rest:
        return []
    return [f"({place}/{len(parts)}){part}" for place, part in enumerate(parts, start=1)]


def _fits(text: str, max_chars: int | None, max_bytes: int | None) -> bool:
    return (max_chars is None or len(text) <= max_chars) and (
        max_bytes is None or len(text.encode("utf-8", "replace")) <= max_bytes
    )


def _cut(text: str, max_chars: int | None, max_bytes: int | None) -> int:
    """Return where the first part ends: after a sentence, else a clause, else a character."""
    if _fits(text, max_chars, max_bytes):
        return len(text)
    ends = {"sentence": 0, "clause": 0, "character": 0}
    for place in range(1, len(text)):
        if not _fits(text[:place], max_chars, max_bytes):
            break
        if not _is_boundary(text, place):
            continue
        ends["character"] = place
        if text[place - 1] in _SENTENCE_ENDS and text[place] not in _SENTENCE_ENDS:
            ends["sentence"] = place
        elif text[place - 1] in _CLAUSE_ENDS:
            ends["clause"] = place
    least = ends["character"] // 3  # a part of three words is no part
    return next((end for end in ends.values() if end > least), ends["character"])


def _is_boundary(text: str, place: int) -> bool:
    """Whether a text may be cut there: not before what belongs to the character in front."""
    here, before = text[place], text[place - 1]
    if before in _JOINERS or here in _JOINERS or unicodedata.category(here).startswith("M"):
        return False
    if "\U0001f3fb" <= here <= "\U0001f3ff" or "\U000e0020" <= here <= "\U000e007f":
        return False
    flags = 0  # two letters make a flag
    while flags < place and "\U0001f1e6" <= text[place - 1 - flags] <= "\U0001f1ff":
        flags += 1
    return not (flags % 2 and "\U0001f1e6" <= here <= "\U0001f1ff")


def _shown(call: Call) -> str:
    params = ", ".join(f"{name}={_short(value)}" for name, value in call.params.items())
    files = ", ".join(
        f"{name}: {file.name} ({len(file.data)} bytes)" for name, file in call.files.items()
    )
    return f"{call.op}  {params}" + (f"  files: {files}" if files else "")


def _file(name: str, data: bytes, ability: Ability) -> File:
    if ability.links:
        if data or not name.startswith(("https://", "http://")):
            raise Refused(
                f"{name}: the platform takes no files here, only public addresses: "
                "give the picture as https://…"
            )
        # with `upload` the platform fetches it first, and gives it an address of its own
        url = "" if ability.upload else name
        return File(name, mimetypes.guess_type(name)[0] or "", b"", url)
    mime = next((mime for magic, mime in _PICTURES.items() if data.startswith(magic)), "")
    if not mime:
        raise Refused(f"{name}: what is in it is no JPG, PNG or GIF, whatever its name; take one")
    if len(data) > ability.max_file_bytes:
        most = ability.max_file_bytes
        raise Refused(f"{name}: {len(data)} bytes, the platform takes {most}; make it smaller")
    return File(name, mime, data)


def _short(value: object) -> str:
    """Return a value as it is to be read by whoever says that it is meant."""
    text = value if isinstance(value, str) else json.dumps(_given(value), ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"


def _given(value: object) -> object:
    """Return a value without what is left out of the request."""
    if isinstance(value, Mapping):
        return {name: _given(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_given(part) for part in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
