"""One shop's outbox, worked off: what is due is claimed, delivered, and given back."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias

from ..clock import Clock
from ..contract import Ability, Stream
from ..errors import Stopped, Unsupported
from ..plugins.registry import AnyConnector
from ..secret import Settings
from ..store import Store, Work
from ..ticket import Case
from .deliver import Delivery
from .moves import Terms
from .trust import SelfCheck
from .wants import Fresh

Steps: TypeAlias = Generator[Any, Any, None]
MOVES_A_TICKET = 50  # in one pass; what is left waits for the next


class Post:
    """The outbox of one shop.

    Args:
        settings: what the shop is set up with.
        recase: given a stream and a ticket's id, what makes a case of a stored payload.
        moved: told of every row that was at work, and of its state before.

    Attributes:
        touched: the rows that were at work, in order.
    """

    def __init__(
        self, connector: AnyConnector, store: Store, clock: Clock, alias: str, *,
        settings: Settings,
        recase: Callable[[Stream, str], Callable[[bytes], Case]],
        moved: Callable[[int, str], None],
    ) -> None:  # fmt: skip
        self._connector = connector
        self._store = store
        self._clock = clock
        self._alias = alias
        self._settings = settings
        self._recase = recase
        self._moved = moved
        self.touched: list[int] = []

    def deliveries(self) -> Steps:
        """Yield what it takes to work off what is due; a stop ends it between two rows.

        Raises:
            AuthExpired, AccessDenied: nothing of this shop will go now.
        """
        self._store.outbox.hold_if_copied()
        for ticket_id in self._store.outbox.due(self._alias, self._clock.now()):
            for _ in range(MOVES_A_TICKET):
                work = self._store.outbox.claim(ticket_id, self._clock.now())
                if work is None:
                    break
                self.touched.append(work.id)
                try:
                    yield from self._delivery(work)
                except Stopped:
                    return
                finally:
                    self._store.outbox.release(work)

    def link(self, ticket_id: str, fresh: Fresh) -> None:
        """Confirm what a sync came upon in a thread."""
        if not self._store.outbox.awaits(ticket_id):
            return
        work = self._store.outbox.claim(ticket_id, self._clock.now(), early=True)
        if work is None:
            return
        try:
            stream, ability = self.ability(ticket_id, work.kind)
            if ability.find is None and ability.seek is None:
                self._made(work, stream, ability).link(fresh)
        except Unsupported:
            return
        finally:
            self._store.outbox.release(work)
        self._moved(work.id, work.state)

    def _delivery(self, work: Work) -> Steps:
        try:
            stream, ability = self.ability(work.ticket, work.kind)
        except Unsupported as error:
            state = "unknown" if work.has_open_attempt or work.state != "queued" else "refused"
            state = work.state if work.state == "sent" else state
            hold, now = int(state != "refused"), self._clock.now()
            self._store.outbox.move(work, state, now, why=str(error), hold=hold, look=None)
            return
        yield from self._made(work, stream, ability).steps()
        self._moved(work.id, work.state)

    def _made(self, work: Work, stream: Stream, ability: Ability) -> Delivery:
        reads_back = stream.read_detail is not None or ability.seek is not None
        return Delivery(
            work, ability, self._store.outbox, self._clock,
            files=self._store.outbox.enclosures.of(work.id),
            terms=Terms(self._connector.signature_age, reads_back),
            check=SelfCheck(self._store.meta, self._alias, stream.name),
            recase=self._recase(stream, work.ticket),
            contacted=self._store.local.was_contacted,
        )  # fmt: skip

    def ability(self, ticket_id: str, kind: str) -> tuple[Stream, Ability]:
        """Return the stream of a ticket, and what describes an action of this kind.

        Raises:
            Unsupported: it takes none such; the message says what it takes, and which streams do.
        """
        stream = self.stream(ticket_id)
        for ability in stream.abilities:
            if ability.kind == kind and self._may(ability):
                return stream, ability
        able = [s.name for s in self._connector.streams if kind in {a.kind for a in s.abilities}]
        takes = [ability.kind for ability in stream.abilities if self._may(ability)]
        raise Unsupported(
            f"{ticket_id}: {self._connector.platform}/{stream.name} takes no {kind!r}"
            f" but {', '.join(takes) or 'nothing'} (streams that do: {', '.join(able) or 'none'})"
        )

    def _may(self, ability: Ability) -> bool:
        return ability.wanted is None or ability.wanted(self._settings)

    def stream(self, ticket_id: str) -> Stream:
        """Return the stream that a ticket belongs to."""
        name = ticket_id.split("/", 2)[1]
        for stream in self._connector.streams:
            if stream.name == name:
                return stream
        raise Unsupported(f"{ticket_id}: {self._connector.platform} has no stream {name!r}")
