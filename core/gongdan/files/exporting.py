"""Tickets for a file: as many as there are, a piece at a time, buyers' data hidden."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..classification import classifying
from ..fields import Status
from ..queue import filtering, searching
from ..store.exports import Ending
from ..ticket import Message, Who
from ..views import QueueFilter, QueueRow
from .masking import mask_name, mask_text

if TYPE_CHECKING:
    from ..desk import Desk

AT_ONCE = 500  # tickets in memory
NO_LIMIT_S = 600.0  # what waits to be indexed is indexed first; nobody wants half an export


class Line(Struct, frozen=True):
    """One ticket with its thread, which is empty where it was not asked for."""

    row: QueueRow
    thread: tuple[Message, ...] = ()


class Lesson(Struct, frozen=True, kw_only=True):
    """One closed ticket as an example: what was asked, and what was answered (R124).

    Attributes:
        question: what the ticket says, and the buyer's and the platform's words.
        answer: the merchant's words, oldest first.
        outcome, cause: what the person who finished it said.
    """

    id: str
    platform: str
    stream: str
    category: str
    kind: str
    product: str
    title: str
    question: str
    answer: str
    outcome: str = ""
    cause: str = ""
    updated: datetime | None = None


class Export:
    """Tickets that a filter lets through, in the order of the queue.

    Args:
        desk: where they are.
        which: tickets; `limit` of it does not count.
        closed: closed ones too.
        masked: whether names, phones and addresses are hidden.
        limit: how many at most.

    Raises:
        NotFound: no such shop, platform, stream or lane, or nothing to look for in a word.
    """

    def __init__(
        self, desk: Desk, which: QueueFilter, *, closed: bool = False, masked: bool = True,
        limit: int | None = None,
    ) -> None:  # fmt: skip
        filtering.check(desk, which)
        desk.reindex()
        classifying.keep_classed(desk, seconds=NO_LIMIT_S)
        if which.words:
            searching.catch_up(desk, NO_LIMIT_S)
        self._store = desk.store.exports
        self._masked = masked
        self._ns = self._store.order(which, desk.now(), closed=closed, limit=limit)

    def __len__(self) -> int:
        return len(self._ns)

    def lines(self, *, messages: bool = False) -> Iterator[Line]:
        """Yield every ticket that is still there, with *messages* its thread too."""
        for piece in self._pieces():
            threads = self._store.threads(piece) if messages else {}
            for row in self._store.rows(piece):
                yield self._line(row, threads.get(row.id, ()))

    def lessons(self) -> Iterator[Lesson]:
        """Yield the closed tickets that were answered; hidden is what is a buyer's own, always."""
        for piece in self._pieces():
            threads, endings = self._store.threads(piece), self._store.endings(piece)
            for row in self._store.rows(piece):
                lesson = _lesson(row, threads.get(row.id, ()))
                if lesson is not None:
                    ending = endings.get(row.id, Ending())
                    cause = mask_text(ending.cause)
                    yield replace(lesson, outcome=ending.outcome, cause=cause)

    def _pieces(self) -> Iterator[array[int]]:
        for start in range(0, len(self._ns), AT_ONCE):
            yield self._ns[start : start + AT_ONCE]

    def _line(self, row: QueueRow, thread: Sequence[Message]) -> Line:
        if not self._masked:
            return Line(row, tuple(thread))
        hidden = replace(
            row, buyer=mask_name(row.buyer), title=mask_text(row.title),
            last_text=mask_text(row.last_text),
        )  # fmt: skip
        said = (replace(message, text=mask_text(message.text), files=()) for message in thread)
        return Line(hidden, tuple(said))


def _lesson(row: QueueRow, thread: Sequence[Message]) -> Lesson | None:
    answers = [message.text for message in thread if message.who is Who.MERCHANT]
    if row.status is not Status.CLOSED or not any(text.strip() for text in answers):
        return None
    asked = [message.text for message in thread if message.who in (Who.BUYER, Who.PLATFORM)]
    question = list(dict.fromkeys(text for text in (row.title, *asked) if text.strip()))
    return Lesson(
        id=row.id, platform=row.platform, stream=row.stream, category=row.category,
        kind=row.kind_text, product=row.product, title=mask_text(row.title),
        question=mask_text("\n".join(question)), answer=mask_text("\n".join(answers)),
        updated=row.updated,
    )  # fmt: skip
