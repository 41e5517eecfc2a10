"""Message queues: what a platform tells of many shops at once, by a stream with `to_events`.

An app has one queue for all its shops, and one reader: a claim on the app.  What a page told is
kept before the next page is asked for, and only that acknowledges it; so a message may come twice,
and none is lost.  It only brings a reading forward, or opens a case that no list would show.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from msgspec import Raw
from msgspec.structs import replace

from .contract import ByToken, Stream
from .errors import AuthExpired, BadField, Busy, GongdanError, TokenForgotten
from .health import check
from .keys import budget_name
from .reading.rows import Keyed, keyed, reject, understand
from .reading.wants import Have, Land, Now, ReadPage, Say, Steps
from .store import Batch, Claim, Payload, Reject
from .ticket import Event
from .views import Health
from .wire import Ask, Page

if TYPE_CHECKING:
    from .desk import Desk
    from .session import Session
    from .shoprun import ShopRun

MOST_PAGES = 100  # in one run; what is left waits on the platform
LEASE = timedelta(seconds=120)
_WELL = ("ok", "unreachable")  # of a check: nothing says that the authorisation is over


class Hearing:
    """The queues of the app that one shop belongs to, read in that shop's run."""

    def __init__(self, desk: Desk, alias: str, work: ShopRun) -> None:
        self._desk, self._alias, self._work = desk, alias, work
        self._connector = desk.connector(alias)
        self._zone = ZoneInfo(self._connector.zone)
        self._app = budget_name(self._connector.platform, desk.settings(alias), alias)

    def steps(self) -> Steps:
        """Yield what it takes to hear everything there is; another reader of the app goes first."""
        for stream in self._connector.streams:
            if stream.to_events is not None and self._work.wants(stream):
                yield from self._heard(stream)  # needs no shop's own access
                yield from self._subscribed(stream)

    def admitted(self) -> Steps:
        """Yield what it takes to make sure of the shop, where a message said it was cancelled.

        Raises:
            AuthExpired: the platform says the same when it is asked.
        """
        key, meta = f"cancelled {self._alias}", self._desk.store.meta
        when = meta.get(key)
        if not when:
            return

        def ask(_session: Session[Any]) -> Health:
            return check(self._desk, self._alias)

        health = cast(Health, (yield Have(ask)))
        if health.state not in _WELL and health.exit_code == AuthExpired.exit_code:
            raise AuthExpired(
                f"{self._alias}: its authorisation was cancelled on the platform (told at {when});"
                " nothing is read or sent: authorise the app again and put the new token in",
                hint_zh=health.hint_zh, hint_en=health.hint_en,
            )  # fmt: skip
        if health.state == "ok":
            meta.put(key, "")

    def _subscribed(self, stream: Stream) -> Steps:
        """Do once what a queue wants of a shop before it tells of it, and again after a login."""
        key, meta = f"subscribed {self._alias}/{stream.name}", self._desk.store.meta
        subscribe = stream.subscribe
        if subscribe is None:
            return

        def ask(session: Session[Any]) -> str:
            token = hashlib.blake2b(session.token.encode(), digest_size=8).hexdigest()
            if meta.get(key) != token:
                subscribe(session)
            return token

        try:
            meta.put(key, cast(str, (yield Have(ask))))
        except (AuthExpired, Busy):
            raise
        except GongdanError as error:  # the other shops of the app are told of all the same
            yield Say("not-subscribed", f"{stream.name}: {error}")

    def _heard(self, stream: Stream) -> Steps:
        ledger, now = self._desk.store.ledger, self._desk.now()
        try:
            claim = ledger.claim(f"app {self._app} {stream.name}", now, LEASE)
        except Busy:
            return  # another shop's run is at it, and hears for this one too
        try:
            yield from self._pages(stream, claim)
        finally:
            ledger.release(claim)

    def _pages(self, stream: Stream, claim: Claim) -> Steps:
        owner = f"app {self._app}"  # no alias has a blank in it
        _, token = self._desk.store.cases.cursor(owner, stream.name)
        size = stream.reading.page_size if isinstance(stream.reading, ByToken) else 100
        for number in range(1, MOST_PAGES + 1):
            at = cast(datetime, (yield Now()))
            try:
                page = cast(Page, (yield ReadPage(stream, Ask(at, at, number, size, token))))
            except TokenForgotten as error:
                if not token:
                    raise
                yield Say("token-forgotten", f"{stream.name}: {error}; what comes again is known")
                token = ""
                continue
            self._desk.store.ledger.renew(claim, self._desk.now(), LEASE)
            yield from self._kept(stream, page.rows, number, at, claim)
            token = page.token
            blank = self._work.blank(stream)
            yield Land(replace(blank, shop=owner, at=at, position=token, claim=claim))
            if not page.rows:
                return

    def _kept(
        self, stream: Stream, rows: Sequence[Raw], number: int, at: datetime, claim: Claim
    ) -> Steps:
        """Keep what a page told: the cases it has whole, the readings it brings forward."""
        aliases, events, unread = self._aliases(), list[Event](), list[Reject]()
        for raw in rows:
            row = keyed(stream, raw, self._zone)
            try:
                events += _events(stream, row)
            except BadField as error:
                unread.append(reject("row", row, str(error)))
        blank = replace(self._work.blank(stream), at=at, page=number, claim=claim)
        if unread:
            yield Land(replace(blank, rejects=unread))
        for batch in self._batches(blank, events, aliases):
            yield Land(batch)
        store, platform = self._desk.store, self._connector.platform
        if events:
            hints = [event for event in events if event.stream]
            store.arrivals.take(platform, self._app, hints, aliases, self._desk.now())
        for event in events:
            if event.cancelled is not None and event.shop in aliases:
                alias = aliases[event.shop]
                store.meta.put(f"cancelled {alias}", event.cancelled.isoformat())
                yield Say("cancelled", f"{alias}: the platform says its authorisation is cancelled")

    def _aliases(self) -> dict[str, str]:
        """Return the shops of this app, by the platform's ids of them."""
        mine = self._desk.shop(self._alias)
        return {
            shop.remote_id: shop.alias
            for shop in self._desk.config.shops.values()
            if shop.platform == mine.platform
            and (shop.app or shop.alias) == (mine.app or mine.alias)
        }

    def _batches(
        self, blank: Batch, events: Sequence[Event], aliases: Mapping[str, str]
    ) -> list[Batch]:
        """Return the rows that came with events, by shop and stream."""
        streams = {stream.name: stream for stream in self._connector.streams}
        sorted_: dict[tuple[str, str], list[Payload | Reject]] = defaultdict(list)
        for event in events:
            stream, alias = streams.get(event.stream), aliases.get(event.shop)
            if event.row is not None and stream is not None and alias is not None:
                row = keyed(stream, event.row, self._zone)
                kind = "detail" if event.whole else "row"
                sorted_[alias, event.stream].append(understand(stream, kind, row))  # type: ignore[arg-type]
        return [
            replace(
                blank, shop=alias, stream=name, appraise=self._appraise(alias, name),
                owes=streams[name].read_detail is not None,
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


def listen(desk: Desk, alias: str, work: ShopRun) -> None:
    """Have a run of a shop hear the queues of its app first."""
    if any(stream.to_events is not None for stream in desk.connector(alias).streams):
        hearing = Hearing(desk, alias, work)
        work.around.first.append(hearing.admitted)
        work.around.before.append(("messages", hearing.steps))
