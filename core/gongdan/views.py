"""What the store shows: values for the screen, for JSON and for CSV."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from .fields import Status
from .queue.beside import Beside, Classed
from .sla import Clock
from .ticket import Message, Ticket, Who


class QueueRow(Struct, frozen=True, kw_only=True):
    """One ticket as the queue shows it.  Times are aware UTC; "" and None are "not known".

    Attributes:
        due_source: "platform", or "rule" where it is our estimate.
        turn: whose turn it is.
        origin: who raised it: buyer, platform, provider ...
        last_who, last_text, last_at: the newest message.
        sending: state of the newest action that is not finished: queued, sending, sent, unknown,
            draft, or `by_hand` as long as no message came after it.
        breach_cost: what being late costs: as the platform says, else as the rule does.
        todos: how many sub-tasks are still to be done.
        follow: when it is to be looked at again.
        detail_owed: what is shown is the list row only; the case itself is still to be read.
        duplicate: another ticket may be the same case, see `TicketView.linked`.
    """

    id: str
    platform: str
    shop: str
    stream: str
    status: Status
    status_text: str = ""
    turn: Who | None = None
    origin: str = ""
    kind_text: str = ""
    category: str = ""
    urgency: str = ""
    title: str = ""
    last_who: Who | None = None
    last_text: str = ""
    last_at: datetime | None = None
    due: datetime | None = None
    due_source: str = ""
    created: datetime | None = None
    updated: datetime | None = None
    order_ids: tuple[str, ...] = ()
    product: str = ""
    amount_fen: int | None = None
    buyer: str = ""
    holder: str = ""
    tags: tuple[str, ...] = ()
    priority: int = 0
    sending: str = ""
    answerable: bool = True
    no_fault: bool = False
    todos: int = 0
    follow: datetime | None = None
    breach_cost: str = ""
    detail_owed: bool = False
    duplicate: bool = False


class Linked(Struct, frozen=True, kw_only=True):
    """A ticket that belongs to another: of the same `orders`; without any, of buyer and kind."""

    row: QueueRow
    orders: tuple[str, ...] = ()


class Hit(QueueRow, frozen=True, kw_only=True):
    """A ticket that was searched for, and `excerpt`: the words around those that were found."""

    excerpt: str = ""


class Found(Struct, frozen=True, kw_only=True):
    """What a search came to, newest tickets first.

    Attributes:
        many: how many there are; 1,001 is "more than a thousand".
        waiting: tickets that are not indexed yet and so cannot be found.
    """

    hits: tuple[Hit, ...]
    many: int
    waiting: int = 0


class OutboxRow(Struct, frozen=True, kw_only=True):
    """One action and its fate.

    Attributes:
        state: draft, queued, sending, sent, confirmed, unknown, refused, cancelled,
            answered_by_other, by_hand.
        hold: it waits for a person, or was accepted and is reported as unseen.
        why: why it waits for a person, was refused, or is held; "" otherwise.
        their_text: what somebody else wrote, to be shown beside ours.
        not_before: not sent before this time.
        look_until: of `unknown`: looked up on the platform until then.
        attempts: how many requests were made.
    """

    id: int
    ticket: str
    kind: str
    text: str
    state: str
    hold: bool = False
    why: str = ""
    their_text: str = ""
    not_before: datetime | None = None
    look_until: datetime | None = None
    attempts: int = 0
    created: datetime | None = None
    updated: datetime | None = None


class Act(Struct, frozen=True, kw_only=True):
    """One thing that somebody here did with a ticket; it is never changed.

    Attributes:
        what: an action's kind (reply, evidence ...), or claim, release, assign, transfer, contact,
            promise, finish.
        why: the reason, where the thing has one.
        data: what else there is to say: `to`, `by`, `result`, `at`, `outcome`, `cause`, `actions`.
    """

    at: datetime
    who: str
    what: str
    why: str = ""
    data: Mapping[str, str] = {}


class TicketView(Struct, frozen=True, kw_only=True):
    """One ticket with its thread, what is to be sent or was, and who here did what; oldest first.

    Attributes:
        history: what people here did, append-only.
        linked: tickets of the same orders over all streams, and possible duplicates.
    """

    row: QueueRow
    ticket: Ticket
    remote_id: str
    thread: tuple[Message, ...]
    actions: tuple[OutboxRow, ...]
    first_seen: datetime | None = None
    seen: datetime | None = None
    history: tuple[Act, ...] = ()
    beside: Beside = Beside()
    linked: tuple[Linked, ...] = ()


class Origin(Struct, frozen=True, kw_only=True):
    """Where one value of a ticket came from: which payload, as of when, of which run and page.

    `file` and `row` are where it stands, of a payload that came in a file.
    """

    name: str
    value: object
    kind: str
    updated: datetime | None
    run: int
    page: int
    file: str = ""
    row: int = 0


class WhyView(Struct, frozen=True, kw_only=True):
    """A ticket with every clock explained, and where each of its values came from.

    `raised` is the action of ours that made it, if one did.
    """

    ticket: TicketView
    clocks: tuple[Clock, ...]
    origins: tuple[Origin, ...]
    classed: Classed | None = None
    raised: OutboxRow | None = None


class RunRow(Struct, frozen=True, kw_only=True):
    """One sync of one shop.

    Attributes:
        outcome: running, ok, partial (something new could not be read), stopped (time was up or
            Ctrl-C), failed, busy (another run holds the shop), lost (it was killed).
        error: what went wrong in one line, with what to do.
        exit_code: what this shop alone would end the command with.
        held_by: of `busy`: who holds the shop ("process 4711 on host, since 14:02:11").
        failing_since: when the first of the failed runs began that no good one came after.
    """

    id: int
    shop: str
    platform: str = ""
    started: datetime | None = None
    finished: datetime | None = None
    outcome: str = "running"
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    pages: int = 0
    requests: int = 0
    details: int = 0
    sent: int = 0
    failed: int = 0
    error: str = ""
    exit_code: int = 0
    held_by: str = ""
    hint_zh: str = ""
    hint_en: str = ""
    notes: tuple[str, ...] = ()
    failing_since: datetime | None = None

    def facts(self) -> dict[str, object]:
        """Return what it came to, for the log."""
        names = (
            "shop", "platform", "outcome", "new", "changed", "unchanged", "quarantined", "sent",
            "failed", "pages", "details", "requests", "error", "exit_code",
        )  # fmt: skip
        took = self.finished - self.started if self.finished and self.started else timedelta(0)
        return {name: getattr(self, name) for name in names} | {"took_s": took.total_seconds()}


class PushReport(Struct, frozen=True, kw_only=True):
    """What a push came to: the rows that were at work, and the shops that could not be served."""

    rows: tuple[OutboxRow, ...] = ()
    failed: tuple[RunRow, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if all went; 2 or 3 if a person must mend a shop; 1 if something was not sent."""
        codes = {run.exit_code for run in self.failed}
        if any(row.state in ("refused", "unknown", "answered_by_other") for row in self.rows):
            codes.add(1)
        return next((code for code in (2, 3, 1) if code in codes), 0)


class Drift(Struct, frozen=True, kw_only=True):
    """A ticket whose deadline the platform states otherwise than our rule computes it.

    `difference_s` is ours minus the platform's; `fits` are the modes of the rule that would have
    given the platform's.
    """

    ticket: str
    rule: str
    platform: datetime
    computed: datetime
    difference_s: int
    fits: tuple[str, ...] = ()


class SyncReport(Struct, frozen=True, kw_only=True):
    """What a sync of several shops came to; `shops` in the order asked for.

    Attributes:
        notes: who could not be told of it, one line each.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    sent: int = 0
    failed: int = 0
    shops: tuple[RunRow, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """2, 3, 1 or 4, whichever applies first; 4 only if every shop was held by another run."""
        codes = {run.exit_code for run in self.shops}
        if codes == {4}:
            return 4
        return next((code for code in (2, 3, 1) if code in codes), 0)


class ShopRow(Struct, frozen=True, kw_only=True):
    """One shop and its health.

    Attributes:
        state: "ok", "never" (not read yet), "failing", or "setting" (its settings are wrong).
        error, hint_zh, hint_en: why, and what to do about it.
        last_good: end of the last run that read everything.
        complete_until: everything that the platform had changed by then is here, as of the stream
            that is furthest behind; None where one was never read through.  It is the data's age.
        authorised_until: when a person must authorise the shop again; None where nobody told.
        ending: that is so near that somebody should begin.
        groups: what it is in.
        open, queued, unknown, quarantined: how many; `queued` are all actions that are not over,
            `unknown` those of them whose fate is not known.
    """

    alias: str
    platform: str
    app: str
    remote_id: str
    name: str = ""
    state: str = "never"
    last_good: datetime | None = None
    complete_until: datetime | None = None
    authorised_until: datetime | None = None
    ending: bool = False
    groups: tuple[str, ...] = ()
    error: str = ""
    hint_zh: str = ""
    hint_en: str = ""
    open: int = 0
    queued: int = 0
    unknown: int = 0
    quarantined: int = 0


class Health(Struct, frozen=True, kw_only=True):
    """What asking the platform about a shop came to.

    Attributes:
        state: ok; unreachable; not authorised, authorisation closed; wrong secret, no permission,
            ip not allowed, app refused, or access denied for another reason; setting; failed.
        authorised_until: when the shop's owner must authorise the app again, if the platform tells.
    """

    alias: str
    state: str
    text: str = ""
    authorised_until: datetime | None = None
    exit_code: int = 0
    hint_zh: str = ""
    hint_en: str = ""


class QueueFilter(Struct, frozen=True, kw_only=True):
    """Which tickets are shown: of the queue open ones, unless a status is named.  Empty is any.

    Attributes:
        words: every one of them somewhere in the ticket or its thread.
        priority: at least so much.
        due_after, created_after: from then on; due_before, created_before: before then.
        evidence: whether the platform wants evidence.
        no_fault: whether the platform says that it is not our fault (无忧购).
        me: who asks, for the lane `mine`; whoever is at the desk, if empty.
        sort: a name of `store.sorting.SORTS`; empty: most urgent first.
    """

    shops: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    holder: str = ""
    tag: str = ""
    words: tuple[str, ...] = ()
    due_before: datetime | None = None
    limit: int = 200
    lane: str = ""
    categories: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    priority: int | None = None
    due_after: datetime | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    evidence: bool | None = None
    no_fault: bool | None = None
    me: str = ""
    sort: str = ""


class Draft(Struct, frozen=True, kw_only=True):
    """What a person wants sent: kind, text, files (name, bytes), and what the kind needs beside."""

    ticket: str
    kind: str = "reply"
    text: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    fields: Mapping[str, str] = {}
