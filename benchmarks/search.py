"""Measure searching: tickets stored, indexed, and found by words of every frequency.

    python -m benchmarks.search [--tickets 1000000]

Every ticket has about 190 characters: ids, an order of 19 digits, a title and a thread of two
messages made of 30,000 words whose frequencies fall as those of a language do.  One in ten is open;
200 shops.  Prints what storing and indexing cost a ticket, what the index takes, and the
milliseconds of a search as `Store.search` does it, newest 50 and counted up to 1,000: at first and
the median of ROUNDS; then the queue's first page beside it.  Tickets are made as they are stored:
memory stays flat, and is printed.
"""

from __future__ import annotations

import argparse
import functools
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from gongdan import Message, Status, Ticket, Who
from gongdan.store import Batch, Payload, Store
from gongdan.store.columns import Index
from gongdan.views import QueueFilter

from .queue import milliseconds

ROUNDS = 9
AT_ONCE = 1000  # tickets a transaction
SHOPS = 200
BEGUN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NEXT = timedelta(seconds=9)  # after so long the next ticket is made
KNOWN = ("退款", "物流", "破损", "补发", "顺丰", "少件", "发票", "换货")
HANZI = (
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里"
    "后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从"
    "动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给"
)


class Words:
    """Words of a made-up language, the first of them frequent."""

    def __init__(self, seed: int) -> None:
        """Make them from a seed."""
        self._rng = random.Random(seed)
        weights = [1 / (place + 2) for place in range(len(HANZI))]
        made = [
            "".join(self._rng.choices(HANZI, weights, k=self._rng.choice((2, 2, 3, 4))))
            for _ in range(30_000)
        ]
        for place, word in enumerate(KNOWN):  # from one in twenty tickets to one in ten thousand
            made.insert(40 * 3**place if place < 6 else len(made), word)
        falling = [1 / (place + 5) for place in range(len(made))]
        self._pool = self._rng.choices(made, falling, k=500_000)

    def some(self, count: int) -> str:
        """Return so many words in sentences."""
        at = self._rng.randrange(len(self._pool) - count)
        return "，".join(self._pool[at : at + count])

    def digits(self, count: int) -> str:
        """Return a number of so many digits."""
        return str(self._rng.randrange(10 ** (count - 1), 10**count))


def main() -> None:
    """Store, index, search."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.search")
    parser.add_argument("--tickets", type=int, default=1_000_000)
    count = parser.parse_args().tickets
    with tempfile.TemporaryDirectory(prefix="gongdan-bench-") as folder:
        store = Store(Path(folder) / "gongdan.db")
        told = fill(store, count)
        before = size(store)
        busy, spent = time.process_time(), milliseconds(lambda: index(store))
        each(f"indexing {count:,} tickets", count, spent, time.process_time() - busy)
        line(
            "the file before, and what indexing added",
            f"{before:,} MB, {size(store) - before:,} MB",
        )
        again(store)
        for name, which in searches(told):
            measure(store, name, which)
        now, first = BEGUN + count * NEXT, QueueFilter(limit=50)
        for word, where in (
            ("您好", "every"),
            ("退款", "one in ten"),
            ("顺丰", "few"),
            ("鼋鼍", "no"),
        ):
            for sort in ("", "newest"):
                asked = QueueFilter(words=(word,), limit=50, sort=sort)
                looked = functools.partial(store.queue.rows, asked, now)
                took = median(milliseconds(looked) for _ in range(ROUNDS))
                line(f"the queue {sort or 'in its order'}, a word in {where}", f"{took:7.2f} ms")
        store.queue.rows(first, now)
        took = median(milliseconds(lambda: store.queue.rows(first, now)) for _ in range(ROUNDS))
        line("the queue's first page", f"{took:7.2f} ms")
        store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    line("peak memory", f"{peak:,} MB")


def fill(store: Store, count: int) -> list[str]:
    """Store so many tickets; return an order and an id of one in their midst."""
    words, told = Words(7), ["", ""]

    def made(first: int) -> Iterator[Payload]:
        for number in range(first, min(first + AT_ONCE, count)):
            payload = ticket(words, number)
            if number == count // 2:
                orders = payload.said.order_ids
                assert isinstance(orders, tuple)
                told[:] = [orders[0], payload.remote_id]
            yield payload

    spent, busy = 0.0, 0.0
    for first in range(0, count, AT_ONCE):
        payloads = list(made(first))
        batch = Batch(
            platform="bench", shop=f"s{first // AT_ONCE % SHOPS}", stream="service", run=1,
            at=BEGUN, payloads=payloads, appraise=appraised,
        )  # fmt: skip
        busy -= time.process_time()
        spent += milliseconds(functools.partial(store.cases.commit, batch))
        busy += time.process_time()
    each(f"storing {count:,} tickets", count, spent, busy)
    return told


def appraised(said: Ticket) -> Index:
    """Return a deadline a day after a ticket was made."""
    assert isinstance(said.created, datetime)
    return Index(said.created + timedelta(days=1), "platform", "v")


def ticket(words: Words, number: int) -> Payload:
    """Return one of them."""
    created = BEGUN + number * NEXT
    thread = (
        Message(Who.BUYER, words.some(14), created),
        Message(Who.MERCHANT, f"您好，{words.some(12)}，单号SF{words.digits(12)}", created + NEXT),
    )
    said = Ticket(
        status=Status.PENDING if number % 10 == 0 else Status.CLOSED, turn=Who.MERCHANT,
        created=created, updated=created, title=words.some(10), kind_text=words.some(1),
        order_ids=(f"69{words.digits(17)}",), buyer_id=words.digits(9), thread=thread,
    )  # fmt: skip
    raw = str(number).encode()
    return Payload(
        kind="detail", remote_id=f"{number}{words.digits(4)}", updated=created, raw=raw,
        digest=raw, said=said,
    )  # fmt: skip


def index(store: Store) -> None:
    """Index all that waits."""
    while store.search.index():
        pass


def again(store: Store) -> None:
    """Measure what a minute's changes cost: 500 tickets that wait again, saying the same."""
    with store.queue._guard.write() as db:
        db.execute("INSERT INTO search_waiting SELECT n FROM tickets ORDER BY n DESC LIMIT 500")
    line("500 that wait and say the same", f"{milliseconds(lambda: index(store)):7.1f} ms")


def searches(told: list[str]) -> Iterator[tuple[str, QueueFilter]]:
    """Yield what is looked for, and what that is."""
    order, remote_id = told
    month = BEGUN + timedelta(days=30)
    for word in KNOWN:
        yield f"{word}, one word", QueueFilter(words=(word,), limit=50)
    yield "two words", QueueFilter(words=("退款", "物流"), limit=50)
    yield "three words", QueueFilter(words=("物流", "您好", "退款"), limit=50)
    yield "a word in every ticket", QueueFilter(words=("您好",), limit=50)
    yield "one hanzi", QueueFilter(words=("款",), limit=50)
    yield "the most frequent hanzi", QueueFilter(words=(HANZI[0],), limit=50)
    yield "a whole order", QueueFilter(words=(order,), limit=50)
    yield "an order's last six digits", QueueFilter(words=(order[-6:],), limit=50)
    yield "a ticket's last six digits", QueueFilter(words=(remote_id[-6:],), limit=50)
    yield "two digits", QueueFilter(words=("42",), limit=50)
    yield "one digit", QueueFilter(words=("4",), limit=50)
    yield "a word that is nowhere", QueueFilter(words=("退款", "鼋鼍"), limit=50)
    yield "a word in one shop", QueueFilter(words=("退款",), shops=("s7",), limit=50)
    yield (
        "a word in one shop's open tickets",
        QueueFilter(words=("退款",), shops=("s7",), statuses=(Status.PENDING,), limit=50),
    )
    yield (
        "a word of one month",
        QueueFilter(words=("退款",), created_after=BEGUN, created_before=month, limit=50),
    )
    yield (
        "a word in every ticket, open ones",
        QueueFilter(words=("您好",), statuses=(Status.PENDING,), limit=50),
    )
    yield "three digits", QueueFilter(words=("123",), limit=50)
    yield (
        "the most frequent hanzi in one shop",
        QueueFilter(words=(HANZI[0],), shops=("s7",), limit=50),
    )
    yield (
        "a word in every ticket, with a tag that none has",
        QueueFilter(words=("您好",), tag="无", limit=50),
    )
    yield (
        "a word in every ticket, of a priority that none has",
        QueueFilter(words=("您好",), priority=5, limit=50),
    )
    yield (
        "a word in every ticket, of a holder who has none",
        QueueFilter(words=("您好",), holder="小李", limit=50),
    )


def measure(store: Store, name: str, which: QueueFilter) -> None:
    """Search, at first and again."""
    first = milliseconds(lambda: store.search.find(which, BEGUN))
    took = median(milliseconds(lambda: store.search.find(which, BEGUN)) for _ in range(ROUNDS))
    many = store.search.find(which, BEGUN)[1]
    found = "1,000+" if many > 1000 else str(many)
    line(name, f"{took:7.2f} ms (at first {first:.2f})   {found} found")


def size(store: Store) -> int:
    """Give the size of the file in MB."""
    return int(store.state.file().size_bytes) >> 20


def each(name: str, count: int, spent_ms: float, busy_s: float) -> None:
    """Print what one of *count* took, by the clock and by the processor."""
    took, busy = spent_ms * 1000 / count, busy_s * 1e6 / count
    line(name, f"{took:7.0f} us a ticket, processor {busy:.0f}")


def line(name: str, figures: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{name:50} {figures}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
