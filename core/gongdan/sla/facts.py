"""What the clocks of a ticket are computed from, and what they come to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from .rules import Breach, Confidence, Words
from .steps import Step

Kind: TypeAlias = Literal["handling", "first_response", "next_reply", "shipping", "buyer_term"]
State: TypeAlias = Literal["running", "paused", "met", "met_late", "late"]
Source: TypeAlias = Literal["platform", "rule", "promise"]


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of one ticket.  Times are aware; None: not known, or it did not happen.

    Attributes:
        received: when we first saw it; counts only where the platform says no time of creation.
        created: when it was made on the platform: what every clock of ours starts from (R49).
        classes: what the rules may name: urgency, origin ("urgent", "provider").
        target: how long the platform gives this very ticket (R44).
        deadline: the platform's own (R48).
        first_reply_at: the first word from the shop to the buyer or the platform.
        answered_at: the answer that the platform asked for.
        promise_made_at, promised_at, promise_kept_at: "I shall tell you by ..." (R54).
        ordered_at, ship_by, shipped_at: of the order the ticket is about (R60).
        buyer_term: until when the buyer must act (R61); not ours.
        waiting_platform: (start, end) of the platform's verdicts; end None: still waiting (R83).
    """

    platform: str
    stream: str
    received: datetime
    created: datetime | None = None
    classes: tuple[str, ...] = ()
    target: timedelta | None = None
    deadline: datetime | None = None
    first_reply_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    promise_made_at: datetime | None = None
    promised_at: datetime | None = None
    promise_kept_at: datetime | None = None
    ordered_at: datetime | None = None
    ship_by: datetime | None = None
    shipped_at: datetime | None = None
    buyer_term: datetime | None = None
    waiting_platform: tuple[tuple[datetime, datetime | None], ...] = ()

    @property
    def start(self) -> datetime:
        """When the ticket's clocks start."""
        return self.received if self.created is None else self.created


class Clock(Struct, frozen=True, kw_only=True):
    """One promise on one ticket.

    Attributes:
        kind: handling is the hard one; next_reply is what we promised, shipping what the order
            promises, buyer_term what the buyer owes.
        source: who says when it is due.
        state: met is at the deadline or before it, met_late after it; running, paused and late
            are not done yet.  A paused clock is never late.
        target: the rule's; else from start to due.
        pauses: that were counted, the one that still goes on until now.
        rule: id of the rule behind it, "" without one; rule_source is where that is written.
        confidence: of due.
        difference: our own deadline minus the platform's, where there are both.
        flags: as of `Deadline`, and: "class-unknown" no rule names its class;
            "created-unknown"; "target-implausible" the ticket's is not positive, or years long, and
            was not taken; "pause-ignored" it ends before it starts;
            "platform-deadline-implausible" before creation or years away; "differs-from-platform"
            by more than a second; "never-open" the calendar never opens, wall clock taken.
        soft: missing it costs nothing with the platform.
        ours: False: shown, but nobody here can be late.
        zone: IANA name to write the times in.
    """

    kind: Kind
    source: Source
    state: State
    start: datetime
    due: datetime
    target: timedelta
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    rule: str = ""
    rule_source: str = ""
    confidence: Confidence = "high"
    difference: timedelta | None = None
    flags: tuple[str, ...] = ()
    soft: bool = False
    ours: bool = True
    breach: Breach = Breach.NONE
    breach_cost: Words = Words()
    zone: str = "Asia/Shanghai"
    steps: tuple[Step, ...] = ()
