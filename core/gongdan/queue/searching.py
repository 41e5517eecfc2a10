"""Find tickets by words, whatever waits to be indexed being indexed first."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ..classification import classifying
from ..errors import StoreError
from ..people.acts import me
from ..ticket import Message
from ..views import Found, Hit, QueueFilter, QueueRow
from .filtering import check

if TYPE_CHECKING:
    from ..desk import Desk

log = logging.getLogger("gongdan")
# How long what waits is indexed; the next goes on.
AT_A_SEARCH_S, AT_A_TICKET_S = 2.0, 0.5  # at a sync as long as the settings say
EXCERPT_CHARS = 200
_BEFORE_CHARS = 10  # of an excerpt, before the word


def search(desk: Desk, which: QueueFilter) -> Found:
    """Return tickets with all the words of a filter, newest first, closed ones too.

    Raises:
        NotFound: no such shop, platform, stream or lane, or nothing to look for in a word.
    """
    check(desk, which)
    classifying.keep_classed(desk)
    waiting = catch_up(desk, AT_A_SEARCH_S)
    which = replace(which, me=which.me or me(desk))
    found, many = desk.store.search.find(which, desk.now())
    hits = tuple(_hit(desk, row, which.words) for row in found)
    return Found(hits=hits, many=many, waiting=waiting)


def catch_up(desk: Desk, seconds: float) -> int:
    """Index what waits, for at most so many seconds; return how many tickets still wait."""
    until = desk.clock.monotonic() + seconds
    while not desk.stop.is_set() and desk.clock.monotonic() < until:
        if desk.store.search.index() == 0:
            return 0
    return desk.store.search.waiting()


def after_sync(desk: Desk) -> None:
    """Index what a sync brought; what it read stays read where that fails."""
    try:
        if desk.config.chores_s:
            catch_up(desk, desk.config.chores_s)
    except StoreError as error:  # what waits still waits, and a search says the same again
        log.warning("not indexed for searching: %s", error)


def _hit(desk: Desk, row: QueueRow, words: Sequence[str]) -> Hit:
    thread = desk.store.queue.thread(row.id)
    text = max(_texts(row, thread), key=lambda text: _weight(text, words))
    return msgspec.convert(
        {**msgspec.structs.asdict(row), "excerpt": _around(text, words)}, Hit, from_attributes=True
    )


def _texts(row: QueueRow, thread: Sequence[Message]) -> Iterator[str]:
    """Yield what may be shown of a ticket, the newest first."""
    yield from (message.text for message in reversed(thread))
    yield from (row.title, row.product, row.kind_text, row.buyer)


def _weight(text: str, words: Sequence[str]) -> int:
    return sum(word.casefold() in text.casefold() for word in words)


def _around(text: str, words: Sequence[str]) -> str:
    """Return *text* from shortly before the first of the words that is in it."""
    places = [text.casefold().find(word.casefold()) for word in words]
    first = min((place for place in places if place >= 0), default=0)
    begin = max(first - _BEFORE_CHARS, 0)
    return ("…" if begin else "") + text[begin : begin + EXCERPT_CHARS]
