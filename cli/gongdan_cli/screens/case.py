"""One ticket as a person reads it: facts, thread, and what we did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..people import act_line
from ..words.table import Words
from .beside import beside_lines, follow_line
from .clean import clean
from .folding import fold
from .grid import Style, fit, paint
from .linked import linked_lines
from .order_lines import order_lines
from .picture_lines import picture_lines
from .playbook_lines import playbook_lines
from .queue_table import countdown_style, kind, turn
from .tables import outbox_when, state_style
from .times import span, stamp

if TYPE_CHECKING:
    from gongdan.people.playbooks import Progress
    from gongdan.ticket import Message
    from gongdan.views import OutboxRow, TicketView


def render_case(
    view: TicketView, now: datetime, width: int, words: Words, colour: bool,
    playbooks: Sequence[Progress] = (),
) -> str:  # fmt: skip
    """Return the whole of a ticket, no line wider than *width* cells."""
    row = view.row
    lines = [paint(fit(clean(row.id), width), Style(bold=True), colour=colour)]
    lines += fold(state_line(view, words), width)
    lines += _due(view, now, width, words, colour)
    lines += _facts(view, width, words)
    for text in (row.title, _text(view)):
        if text:
            lines += ["", *fold(text, width)]
    lines += ["", paint(words("show.thread"), Style(bold=True), colour=colour)]
    for message in view.thread:
        lines += _message(message, width, words, colour)
        lines += picture_lines(message, view.beside.pictures, width, words)
    if not view.thread:
        lines.append(f"  {words('show.silent')}")
    lines += order_lines(view.beside.orders, width, words, colour)
    lines += beside_lines(view.beside, now, width, words, colour)
    if playbooks:
        lines += ["", paint(words("show.playbooks"), Style(bold=True), colour=colour)]
    for progress in playbooks:
        lines += playbook_lines(progress, width, words)
    if view.linked:
        lines += ["", paint(words("show.linked"), Style(bold=True), colour=colour)]
        lines += linked_lines(view.linked, now, width, words, colour)
    if view.actions:
        lines += ["", paint(words("show.actions"), Style(bold=True), colour=colour)]
    for action in view.actions:
        lines += _action(action, now, width, words, colour)
    if view.history:
        lines += ["", paint(words("show.history"), Style(bold=True), colour=colour)]
    for act in view.history:
        lines += fold(act_line(act, words), width, "  ")
    return "\n".join(lines)


def state_line(view: TicketView, words: Words) -> str:
    """Return where a ticket is and how it stands."""
    row = view.row
    where = f"{words.value('platform', row.platform)} {clean(row.shop)}"
    return f"{where}  {_state(view, words)}"


def _state(view: TicketView, words: Words) -> str:
    row = view.row
    parts = [words.value("status", row.status.value), row.status_text, kind(row, words)]
    parts.append(words.value("urgency", row.urgency) if row.urgency else "")
    parts.append(_fact(words, "turn", turn(row, words)))
    parts.append("" if row.answerable else words("show.shut"))
    return ", ".join(dict.fromkeys(clean(part) for part in parts if part))


def _due(view: TicketView, now: datetime, width: int, words: Words, colour: bool) -> list[str]:
    row = view.row
    if row.due is None:
        return fold(_fact(words, "due", words("show.no_due")), width)
    shut = row.status.value == "closed"  # nothing runs any more
    key = "show.due_was" if shut else "show.late" if row.due < now else "show.due_in"
    source = words.value("source", row.due_source)
    text = words(key, due=stamp(row.due), source=source, left=span(abs(row.due - now)))
    style = Style() if shut else countdown_style(row.due, now)
    return [paint(line, style, colour=colour) for line in fold(_fact(words, "due", text), width)]


def _facts(view: TicketView, width: int, words: Words) -> list[str]:
    row = view.row
    link, contacts = view.ticket.link, view.ticket.contacts
    facts = [
        ("order", ", ".join(row.order_ids)),
        ("product", row.product),
        ("amount", "" if row.amount_fen is None else f"¥{row.amount_fen / 100:,.2f}"),
        ("buyer", row.buyer),
        ("created", stamp(row.created) if row.created else ""),
        ("updated", stamp(row.updated) if row.updated else ""),
        ("outcome", _told(view.ticket.outcome)),
        ("fault", _told(view.ticket.fault)),
        ("contacts", ", ".join(contacts) if isinstance(contacts, tuple) else ""),
        ("breach", row.breach_cost),
        ("holder", row.holder),
        ("follow", follow_line(view.beside.follow)),
        ("tags", ", ".join(row.tags)),
        ("link", link if isinstance(link, str) else ""),
    ]
    lines = [_fact(words, name, value) for name, value in facts if value]
    flags = [
        ("no_fault", row.no_fault),
        ("evidence", view.ticket.evidence_required is True),
        ("owed", row.detail_owed),
    ]
    lines += [words(f"show.{name}") for name, on in flags if on]
    return [part for line in lines for part in fold(line, width)]


def _told(text: object) -> str:
    return text if isinstance(text, str) else ""


def _fact(words: Words, name: str, value: str) -> str:
    return words("show.fact", name=words(f"show.{name}"), value=value)


def _text(view: TicketView) -> str:
    text = view.ticket.text
    return text if isinstance(text, str) and text != view.row.title else ""


def _message(message: Message, width: int, words: Words, colour: bool) -> list[str]:
    who = words.value("who", message.who.value)
    files = f"  {words('show.files', count=len(message.files))}" if message.files else ""
    ours = message.who.value == "merchant"
    style = Style("cyan" if ours else None, dim=message.who.value == "system")
    head = fit(f"  {stamp(message.at)}  {who}{files}", width)
    return [paint(head, style, colour=colour), *fold(message.text, width, "    ")]


def _action(action: OutboxRow, now: datetime, width: int, words: Words, colour: bool) -> list[str]:
    state = words.value("state", action.state)
    kind_ = words.value("action", action.kind)
    head = fit(f"  #{action.id} {kind_}, {state}, {outbox_when(action, now, words)}", width)
    lines = [paint(head, state_style(action.state), colour=colour)]
    lines += fold(action.text, width, "    ") if action.text else []
    lines += (
        fold(words.value("because", action.why, words.error(action.why)), width, "    ")
        if action.why
        else []
    )
    if action.their_text:
        theirs = words("show.fact", name=words("outbox.theirs"), value=action.their_text)
        lines += fold(theirs, width, "    ")
    return lines
