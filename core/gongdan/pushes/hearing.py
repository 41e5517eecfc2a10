"""Message queues: what a platform tells of many shops at once, by a stream with `to_events`.

Mostly an app has one queue for all its shops, and one reader: a claim on the app; with the scope
"shop" every shop has its own.  What a page told is
kept before the next page is asked for, and only that acknowledges it; so a message may come twice,
and none is lost.  It only brings a reading forward, or opens a case that no list would show.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from ..contract import ByToken, Stream
from ..errors import AuthExpired, Busy, GongdanError, TokenForgotten
from ..reading.wants import Have, Land, Now, ReadPage, Say, Steps
from ..store import Claim
from ..upkeep.health import check
from ..views import Health
from ..wire import Ask, Page
from .news import News

if TYPE_CHECKING:
    from ..calls.session import Session
    from ..desk import Desk
    from ..shoprun import ShopRun

MOST_PAGES = 100  # in one run; what is left waits on the platform
LEASE = timedelta(seconds=120)
_WELL = ("ok", "unreachable")  # of a check: nothing says that the authorisation is over


class Hearing:
    """The queues of the app that one shop belongs to, read in that shop's run."""

    def __init__(self, desk: Desk, alias: str, work: ShopRun) -> None:
        self._desk, self._alias, self._work = desk, alias, work
        self._connector = desk.connector(alias)
        self._news = News(desk, alias)

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
            claim = ledger.claim(f"{self._owner(stream)} {stream.name}", now, LEASE)
        except Busy:
            return  # another shop's run is at it, and hears for this one too
        try:
            yield from self._pages(stream, claim)
        finally:
            ledger.release(claim)

    def _owner(self, stream: Stream) -> str:
        """Return whose queue it is, as claims and cursors have it; no alias has a blank in it."""
        reading = stream.reading
        if isinstance(reading, ByToken) and reading.scope == "shop":
            return f"queue {self._alias}"
        return f"app {self._news.app}"

    def _pages(self, stream: Stream, claim: Claim) -> Steps:
        owner = self._owner(stream)
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
            blank = self._work.blank(stream)
            batch = replace(blank, at=at, page=number, claim=claim)
            yield from self._news.take(stream, page.rows, batch)
            token = page.token
            yield Land(replace(blank, shop=owner, at=at, position=token, claim=claim))
            if not page.rows:
                return


def listen(desk: Desk, alias: str, work: ShopRun) -> None:
    """Have a run of a shop hear the queues of its app first."""
    if any(stream.to_events is not None for stream in desk.connector(alias).streams):
        hearing = Hearing(desk, alias, work)
        work.around.first.append(hearing.admitted)
        work.around.before.append(("messages", hearing.steps))
