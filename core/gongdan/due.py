"""When the tickets of a shop are due: its platform's rules, and what the shop lays over them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import UNSET
from msgspec.structs import replace

from .config.calendars import calendar_of
from .config.settings import Config, Table
from .fields import Status
from .fold import turn_of
from .people.promises import Promise
from .plugins.registry import AnyConnector, Plugins
from .sla import (
    Clock,
    Facts,
    Rule,
    choose,
    clocks,
    first_response,
    handling_due,
    override,
    version_of,
)
from .sla.wording import Language
from .store.columns import Index
from .store.queue import Waits
from .ticket import Message, Ticket, Urgency, Who
from .views import Drift, QueueRow

log = logging.getLogger("gongdan")


def rules_of_plugins(plugins: Plugins) -> list[Rule]:
    """Return the rules that plugins add beside those of the connectors."""
    found: list[Rule] = []
    for plugin, answer in plugins.ask("gongdan_rules"):
        if isinstance(answer, list | tuple) and all(isinstance(rule, Rule) for rule in answer):
            found.extend(answer)
        else:
            log.warning("plugin %s: gongdan_rules gave no list of rules", plugin)
    return found


def rules_of_all(plugins: Plugins) -> tuple[Rule, ...]:
    """Return every rule that there is, as no shop has changed it."""
    connectors = sorted(plugins.connectors.items())
    own = [rule for _, connector in connectors for rule in connector.rules]
    return (*own, *rules_of_plugins(plugins), first_response())


def due_of(
    connector: AnyConnector, plugins: Plugins, config: Config, own: Table, where: str
) -> Due:
    """Return the deadlines of shops: a platform's rules, plugins', and a shop's *own* over them.

    Raises:
        ConfigError: *own* names a rule or a value that there is not; *where* it stands is said.
    """
    calendars = {
        name: calendar_of(name, table, config.path) for name, table in config.calendars.items()
    }
    rules = (*connector.rules, *rules_of_plugins(plugins), first_response())
    return Due(connector.platform, override(rules, own, calendars, where=where))


class Due:
    """The deadlines of one shop's tickets.

    Attributes:
        version: changes when anything in the rules does; what was indexed under another is stale.
    """

    def __init__(self, platform: str, rules: Iterable[Rule]) -> None:
        self._platform = platform
        self.rules = tuple(rules)
        self.version = version_of(self.rules)
        self._handling: dict[str, tuple[Rule, ...]] = {}  # by stream

    def index(self, stream: str, ticket: Ticket, received: datetime, waits: Waits = ()) -> Index:
        """Return what the queue sorts by: the handling clock's end, and who says so.

        Args:
            stream: the ticket's.
            ticket: what is known of it.
            received: when we first saw it; counts only where the platform says no creation.
            waits: for the platform, that are over.
        """
        facts = Facts(  # what handling is computed from; `facts` has the rest
            platform=self._platform,
            stream=stream,
            received=received,
            created=_time(ticket.created),
            classes=_classes(ticket),
            target=ticket.target if isinstance(ticket.target, timedelta) else None,
            deadline=_time(ticket.deadline),
            waiting_platform=_waiting(ticket, received, waits),
        )
        found = handling_due(facts, self._rules_of(stream), received)
        return Index(*found, self.version) if found else Index(None, "", self.version)

    def _rules_of(self, stream: str) -> tuple[Rule, ...]:
        """Return the rules that `choose` can find for a stream: it is asked for every row."""
        if stream not in self._handling:
            self._handling[stream] = tuple(
                rule for rule in self.rules
                if rule.clock == "handling" and rule.covers(self._platform, stream)
            )  # fmt: skip
        return self._handling[stream]

    def costed(self, row: QueueRow, lang: Language, now: datetime) -> QueueRow:
        """Return a row with what being late costs, by its rule where the platform does not say."""
        if row.breach_cost:
            return row
        classes = tuple(name for name in (row.origin, row.urgency) if name)
        began = row.created or now
        rule, _ = choose(self.rules, self._platform, row.stream, classes, began)
        cost = "" if rule is None else getattr(rule.breach_cost, lang)
        return replace(row, breach_cost=cost) if cost else row

    def clocks(
        self, stream: str, ticket: Ticket, received: datetime, now: datetime,
        thread: Sequence[Message] = (), promise: Promise | None = None, waits: Waits = (),
    ) -> tuple[Clock, ...]:  # fmt: skip
        """Return every clock of a ticket with its explanation."""
        facts = self.facts(stream, ticket, received, thread, promise, waits)
        return clocks(facts, self.rules, now)

    def facts(
        self, stream: str, ticket: Ticket, received: datetime, thread: Sequence[Message] = (),
        promise: Promise | None = None, waits: Waits = (),
    ) -> Facts:  # fmt: skip
        """Return what deadlines are computed from; *promise* is ours, and before the platform's."""
        ours = [message.at for message in thread if message.who is Who.MERCHANT]
        answered = max(ours) if ours and turn_of(ticket) is not Who.MERCHANT else None
        closed = _time(ticket.closed) or _time(ticket.updated)
        return Facts(
            platform=self._platform,
            stream=stream,
            received=received,
            created=_time(ticket.created),
            classes=_classes(ticket),
            target=ticket.target if isinstance(ticket.target, timedelta) else None,
            deadline=_time(ticket.deadline),
            first_reply_at=min(ours, default=None),
            answered_at=answered,
            closed_at=closed if ticket.status is Status.CLOSED else None,
            promise_made_at=promise.made if promise else None,
            promised_at=promise.at if promise else _time(ticket.promised),
            promise_kept_at=promise.kept if promise else None,
            ordered_at=_time(ticket.ordered),
            ship_by=_time(ticket.ship_by),
            buyer_term=_time(ticket.buyer_term),
            waiting_platform=_waiting(ticket, received, waits, answered is not None),
        )


def drift_of(ticket_id: str, clock: Clock) -> Drift:
    """Return how far the platform's deadline is from ours, and which reading would give it."""
    difference = clock.difference or timedelta(0)
    fits = tuple(step.text for step in clock.steps if step.code == "fits")
    return Drift(
        ticket=ticket_id, rule=clock.rule, platform=clock.due, computed=clock.due + difference,
        difference_s=round(difference.total_seconds()), fits=fits,
    )  # fmt: skip


def _waiting(
    ticket: Ticket, received: datetime, waits: Waits, is_answered: bool = False
) -> tuple[tuple[datetime, datetime | None], ...]:
    """Return when the ticket waited for the platform, the wait that still goes on last."""
    if not waits and ticket.status is not Status.WAITING_PLATFORM:  # as most that is read
        return ()
    over = tuple((start, end) for start, end in waits if end is not None)
    if ticket.status is not Status.WAITING_PLATFORM or is_answered:
        return over
    began = next((start for start, end in waits if end is None), None)
    return (*over, (began or _time(ticket.updated) or received, None))


def _classes(ticket: Ticket) -> tuple[str, ...]:
    """Return what rules may name a ticket by; the provider's rule goes before the urgency's."""
    if ticket.origin is UNSET and ticket.urgency is UNSET:  # as most that is read
        return ()
    found = []
    if isinstance(ticket.origin, Who):
        found.append(ticket.origin.value)
    if isinstance(ticket.urgency, Urgency):
        found.append(ticket.urgency.value)
    return tuple(found)


def _time(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None
