"""The bare script: what the same work costs with nothing around it.

    python -m benchmarks.bare --url URL --shops 200 --store FILE [--threads 8]

httpx threads, msgspec, sqlite3: a client and a connection a thread, a shop after the other, its
pages one after the other, a page a transaction.  It writes into the tables of an empty store, with
the same columns and the same search text: a row of `tickets` and one of `payloads` a ticket.  It
keeps no cursor, claims nothing, isolates nothing, retries nothing, and loses a ticket when the list
shifts.
"""

from __future__ import annotations

import argparse
import hashlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import msgspec

PAGE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)
STATUS = {"open": "pending", "done": "closed"}


class Row(msgspec.Struct):
    """What is wanted of a list row."""

    id: str
    state: str
    state_text: str
    kind: str
    title: str
    text: str
    order_ids: list[str]
    product: str
    amount: Decimal
    buyer: str
    buyer_id: str
    created_at: datetime
    updated_at: datetime


class Ticket(msgspec.Struct):
    """What is kept of it."""

    status: str
    status_text: str
    kind_text: str
    category: str
    title: str
    text: str
    order_ids: list[str]
    product: str
    amount_fen: int
    buyer_id: str
    buyer: str
    created: datetime
    updated: datetime


class Page(msgspec.Struct):
    """One page, its rows as they came."""

    total: int
    items: list[msgspec.Raw]


PAGES = msgspec.json.Decoder(Page)
ROWS = msgspec.json.Decoder(Row)
ENCODER = msgspec.json.Encoder()
TICKETS = (
    "INSERT INTO tickets (status, open, answerable, turn, due_ms, due_source, rules, category,"
    " urgency, created_ms, updated_ms, words, doc, changed_ms, seen_ms, id, platform, shop, stream,"
    " remote_id, first_run, changed_run, first_ms)"
    " VALUES (?, ?, 1, ?, ?, 'rule', '', ?, '', ?, ?, ?, ?, ?, ?, ?, 'bench', ?, 'case', ?, 1, 1,"
    " ?)"
    " ON CONFLICT (id) DO UPDATE SET status = excluded.status, open = excluded.open,"
    " due_ms = excluded.due_ms, updated_ms = excluded.updated_ms, words = excluded.words,"
    " doc = excluded.doc WHERE excluded.updated_ms > updated_ms"
)
PAYLOADS = (
    "INSERT INTO payloads (n, kind, updated_ms, digest, raw, said, run, page)"
    " SELECT n, 'row', ?, ?, ?, ?, 1, ? FROM tickets WHERE id = ?"
    " ON CONFLICT (n, kind) DO UPDATE SET updated_ms = excluded.updated_ms,"
    " digest = excluded.digest, raw = excluded.raw, said = excluded.said"
    " WHERE excluded.updated_ms > updated_ms"
)


def main() -> None:
    """Read every shop into the store."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.bare")
    parser.add_argument("--url", required=True)
    parser.add_argument("--shops", type=int, required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--threads", type=int, default=8)
    options = parser.parse_args()
    shops = [f"s{number:04}" for number in range(options.shops)]
    mine, turn, context = threading.local(), threading.Lock(), httpx.create_ssl_context()

    def read(shop: str) -> None:
        if not hasattr(mine, "client"):
            mine.client = httpx.Client(verify=context, trust_env=False)
            mine.db = sqlite3.connect(options.store, timeout=60, isolation_level=None)
            mine.db.execute("PRAGMA synchronous = NORMAL")
        number = 0
        while True:
            number += 1
            url = f"{options.url}/shops/{shop}/tickets?page={number}&size={PAGE}"
            page = PAGES.decode(mine.client.get(url).content)
            tickets, payloads = made(shop, page, number)
            with turn:
                mine.db.execute("BEGIN IMMEDIATE")
                mine.db.executemany(TICKETS, tickets)
                mine.db.executemany(PAYLOADS, payloads)
                mine.db.execute("COMMIT")
            if number * PAGE >= page.total:
                return

    with ThreadPoolExecutor(options.threads) as pool:
        list(pool.map(read, shops))


def made(
    shop: str, page: Page, number: int
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Return the rows of both tables."""
    tickets: list[tuple[object, ...]] = []
    payloads: list[tuple[object, ...]] = []
    now = (datetime.now(UTC) - EPOCH) // MS
    for raw in page.items:
        row = ROWS.decode(raw)
        ticket = Ticket(
            STATUS[row.state], row.state_text, row.kind, "return", row.title, row.text,
            row.order_ids, row.product, int(row.amount * 100), row.buyer_id, row.buyer,
            row.created_at, row.updated_at,
        )  # fmt: skip
        doc = ENCODER.encode(ticket)
        is_open = ticket.status != "closed"
        updated = (row.updated_at - EPOCH) // MS
        created = (row.created_at - EPOCH) // MS
        due = created + 24 * 3600 * 1000
        words = " ".join((row.title, row.text, row.buyer, *row.order_ids))
        key = f"{shop}/case/{row.id}"
        tickets.append(
            (ticket.status, is_open, "merchant" if is_open else "", due, "return", created,
             updated, words, doc, now, now, key, shop, row.id, now)
        )  # fmt: skip
        digest = hashlib.blake2b(raw, digest_size=16).digest()
        payloads.append((updated, digest, bytes(raw), doc, number, key))
    return tickets, payloads


if __name__ == "__main__":
    main()
