"""What news of a queue tell: cases that they have whole, readings to bring forward.

A message that cannot be understood waits in quarantine, and so does a case that it alone has and
that has no place here, say of a shop that is not set up yet: its queue tells of it once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import Raw
from msgspec.structs import replace

from ..calls.keys import budget_name
from ..contract import Stream
from ..errors import BadField
from ..reading.rows import Keyed, keyed, reject, understand
from ..reading.wants import Land, Say
from ..store import Batch, Payload, Reject
from ..ticket import Event

if TYPE_CHECKING:
    from ..desk import Desk


class News:
    """Takes in news for all shops of the app that one shop belongs to.

    Attributes:
        app: its name, as budgets and claims have it.
    """

    def __init__(self, desk: Desk, alias: str) -> None:
        self._desk, self._alias = desk, alias
        self._connector = desk.connector(alias)
        self._zone = ZoneInfo(self._connector.zone)
        self._streams = {stream.name: stream for stream in self._connector.streams}
        self.app = budget_name(self._connector.platform, desk.settings(alias), alias)

    def take(self, stream: Stream, rows: Sequence[Raw], blank: Batch) -> Iterator[Land | Say]:
        """Yield what is to be kept of a page before it may be acknowledged, and what to tell.

        Args:
            blank: a batch for the shop whose run it is, with nothing in it.
        """
        desk, platform, aliases = self._desk, self._connector.platform, self._aliases()
        events, unread = list[Event](), list[Reject]()
        for raw in rows:
            row = keyed(stream, raw, self._zone)
            try:
                told = _events(stream, row)
                for event in told:
                    self.check(event, aliases)
            except BadField as error:
                unread.append(reject("row", row, str(error)))
            else:
                events += told
        if unread:
            yield Land(replace(blank, rejects=unread))
        for batch in self.batches(blank, events, aliases):
            yield Land(batch)
        if hints := [event for event in events if event.stream]:
            desk.store.arrivals.take(platform, self.app, hints, aliases, desk.now())
        for event in events:
            if event.cancelled is not None and event.shop in aliases:
                alias = aliases[event.shop]
                desk.store.meta.put(f"cancelled {alias}", event.cancelled.isoformat())
                yield Say("cancelled", f"{alias}: the platform says its authorisation is cancelled")

    def check(self, event: Event, aliases: Mapping[str, str]) -> None:
        """Raise BadField if a case would be lost with the message that has it."""
        if event.row is None:
            return
        if event.stream not in self._streams:
            raise BadField(f"an event of stream {event.stream!r}, which there is not")
        if event.shop not in aliases:
            raise BadField(
                f"it is of shop {event.shop}, which is not set up here: gongdan shop add, then"
                " gongdan quarantine retry"
            )

    def _aliases(self) -> dict[str, str]:
        """Return the shops of this app, by the platform's ids of them."""
        mine = self._desk.shop(self._alias)
        return {
            shop.remote_id: shop.alias
            for shop in self._desk.config.shops.values()
            if shop.platform == mine.platform
            and (shop.app or shop.alias) == (mine.app or mine.alias)
        }

    def batches(
        self, blank: Batch, events: Sequence[Event], aliases: Mapping[str, str]
    ) -> list[Batch]:
        """Return the rows that came with events, by shop and stream; each was checked before."""
        sorted_: dict[tuple[str, str], list[Payload | Reject]] = defaultdict(list)
        for event in events:
            if event.row is not None:
                row = keyed(self._streams[event.stream], event.row, self._zone)
                said = understand(
                    self._streams[event.stream], "detail" if event.whole else "row", row
                )
                sorted_[aliases[event.shop], event.stream].append(said)
        return [
            replace(
                blank, shop=alias, stream=name, appraise=self._appraise(alias, name),
                owes=self._streams[name].read_detail is not None,
                payloads=[one for one in said if isinstance(one, Payload)],
                rejects=[one for one in said if isinstance(one, Reject)],
            )
            for (alias, name), said in sorted_.items()
        ]  # fmt: skip

    def _appraise(self, alias: str, stream: str) -> Any:
        due, received = self._desk.due(alias), self._desk.now()
        return lambda ticket: due.index(stream, ticket, received)


def _events(stream: Stream, row: Keyed) -> list[Event]:
    """Return what a message tells.

    Raises:
        BadField: it cannot be understood; it is kept, and never acknowledged unread.
    """
    assert stream.to_events is not None
    if row.trouble or row.fields is None:
        raise BadField(row.trouble or "no object")
    try:
        return list(stream.to_events(row.fields))
    except BadField:
        raise
    except Exception as error:  # a mistake of a plugin; its words may hold a buyer's data
        raise BadField(f"to_events: {type(error).__name__}") from error
