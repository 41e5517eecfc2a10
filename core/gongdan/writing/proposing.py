"""Drafts that propose themselves: by rules, and an honest word near the deadline (R77, R93).

Nothing here is sent.  A person approves a draft, in its words or in their own.

    [drafts]                      # without this table nothing is proposed
    before = "15m"                # near the deadline: so long before it
    near = ["unreachable", "unresolved", "promise"]   # the first whose slots are all known
    promise = "2h"                # {promised_at}: so long from now
    slots = { reason = "仓库尚未答复" }
    [[drafts.rules]]              # of these the first that fits
    when = ["催发货", "douyin"]    # all of them: categories, tags, platforms, streams, "shop:main"
    template = "urge-3-warehouse"
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta, Struct

from ..config.mistakes import told
from ..errors import ConfigError, Conflict, GongdanError, NotFound, Refused, Unsupported
from ..events.happening import Happened
from ..people.acts import Acts
from ..sla import parse_duration
from ..views import Draft, OutboxRow, TicketView
from .drafting import Drafting
from .filling import filled, place_of, templates_of
from .templates import slots

if TYPE_CHECKING:
    from ..desk import Desk
    from ..store.drafts import Answerless

log = logging.getLogger("gongdan")
MOST = 200  # drafts that a sync proposes
LATELY = timedelta(hours=24)  # a rule is about what came in since
_WAYS = {"wangwang": "旺旺", "sms": "短信", "phone": "电话"}


class DraftRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For tickets that have all of *when* a template is proposed."""

    when: Annotated[tuple[str, ...], Meta(min_length=1)]
    template: str
    slots: Mapping[str, str] = {}


class Proposals(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table [drafts]; the module explains it."""

    before: str = "15m"
    near: tuple[str, ...] = ("unreachable", "unresolved", "promise")
    promise: str = "2h"
    slots: Mapping[str, str] = {}
    rules: tuple[DraftRule, ...] = ()


def read_drafts(desk: Desk) -> Proposals | None:
    """Return what is to be proposed; None: nothing.

    Raises:
        ConfigError: the table is wrong, or names a template that there is not.
    """
    table, where = desk.config.drafts, f"{desk.config.path}: [drafts]"
    if table is None:
        return None
    try:
        found = msgspec.convert(table, Proposals)
        for name, length in (("before", found.before), ("promise", found.promise)):
            try:
                parse_duration(length)
            except ValueError as error:
                raise msgspec.ValidationError(f"{error} - at `$.{name}`") from None
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where} {told(error)}") from None
    known = templates_of(desk)
    for name in (*found.near, *(rule.template for rule in found.rules)):
        try:
            known.named(name)
        except NotFound as error:
            raise ConfigError(f"{where}: {error}") from None
    return found


def propose_new(desk: Desk) -> int:
    """Propose drafts after a sync, and take back those that nobody needs; return how many are new.

    What is wrong is said, and stops nothing.
    """
    for row_id in desk.store.drafts.needless():
        with suppress(Conflict):  # somebody approves it this very moment
            desk.store.outbox.cancel(row_id, desk.now())
    try:
        proposals = read_drafts(desk)
    except ConfigError as error:
        log.warning("%s", error)
        return 0
    return 0 if proposals is None else sum(1 for _ in _propose(desk, proposals))


def approve(desk: Desk, row_id: int, text: str = "", *, now: bool = False) -> OutboxRow:
    """Queue a draft that a person has read; with *text* in their words.

    A time that it promises becomes a promise, as with a reply.

    Raises:
        NotFound: there is no such action.
        Refused: it is no draft, would not be taken any more, or promises a time that is over.
    """
    row = desk.store.outbox.row(row_id)
    promised = None if text else _promised(desk, row)
    if promised is not None and promised <= desk.now():
        raise Refused(f"draft {row_id} promises a time that is over: gongdan approve {row_id} TEXT")
    done = Drafting(desk).approve(row, text or row.text, now=now)
    if promised is not None:
        Acts(desk).promise(row.ticket, promised, rows=[done])
    return done


def _promised(desk: Desk, row: OutboxRow) -> datetime | None:
    for act in reversed(desk.store.local.history(row.ticket, "draft")):
        if act.data.get("actions") == str(row.id) and "at" in act.data:
            return datetime.fromisoformat(act.data["at"])
    return None


def _propose(desk: Desk, proposals: Proposals) -> Iterator[OutboxRow]:
    now, before = desk.now(), parse_duration(proposals.before)
    near = {ticket.id for ticket in desk.store.drafts.due(now, now + before, MOST)}
    for ticket in desk.store.drafts.due(now, now + before, MOST):
        for name in proposals.near:
            if row := _proposed(desk, proposals, ticket, name, {}, "near"):
                yield row
                break
    for ticket in desk.store.drafts.new(now - LATELY, MOST) if proposals.rules else ():
        fits = (rule for rule in proposals.rules if ticket.traits.issuperset(rule.when))
        rule = next(fits, None)
        if rule is not None and ticket.id not in near:
            row = _proposed(desk, proposals, ticket, rule.template, rule.slots, rule.template)
            if row:
                yield row


def _proposed(
    desk: Desk, proposals: Proposals, ticket: Answerless, name: str, own: Mapping[str, str],
    why: str,
) -> OutboxRow | None:  # fmt: skip
    """Propose one template for a ticket, once a round; None where it does not fit."""
    once = f"draft:{ticket.id}:{ticket.round}:{why}"
    if desk.store.drafts.was_proposed(once):
        return None
    promised = desk.now() + parse_duration(proposals.promise)
    try:
        view = desk.ticket(ticket.id)
        words = templates_of(desk).named(name).words(place_of(view.row))
        wanted = slots(name, words)
        known = {**proposals.slots, **own, **_facts(view)}
        given = {slot: value for slot, value in known.items() if slot in wanted}
        text = filled(desk, ticket.id, name, given, promised=promised)
        row = Drafting(desk).propose(Draft(ticket=ticket.id, text=text))
    except (Refused, Conflict, NotFound, Unsupported) as error:  # no news to anybody
        log.debug("%s: no draft by %s: %s", ticket.id, name, error)
        return None
    except GongdanError as error:  # its shop's settings, say
        log.warning("%s: no draft by %s: %s", ticket.id, name, error)
        return None
    data = {"actions": str(row.id), "template": name}
    if "promised_at" in wanted:
        data["at"] = promised.isoformat()
    desk.store.local.add(ticket.id, "draft", "auto", desk.now(), data=data)
    told_of = {"action": str(row.id), "template": name, "text": text, "holder": view.row.holder,
               "due": ticket.due.isoformat() if ticket.due else ""}  # fmt: skip
    event = Happened(kind="drafted", ticket=ticket.id, data=told_of, once=once)
    desk.store.events.add([event], desk.now())
    return row


def _facts(view: TicketView) -> dict[str, str]:
    """Return what is true of a ticket: how the buyer was not reached, whom it waits for."""
    contacts = [act for act in view.history if act.what == "contact"]
    known = {}
    if contacts and contacts[-1].data.get("result") == "unreached":
        known["contact"] = _WAYS.get(contacts[-1].data.get("by", ""), "")
    waits = [todo for todo in view.beside.todos if todo.done is None]
    if waits:
        known["reason"] = f"正在等{waits[0].dept or '核实'}：{waits[0].what}"
    return known
