"""Text search: tickets wait for it, are indexed in batches, and are found newest first.

A document is a ticket with its thread.  Its number is when the case was made, in sixteenths of a
second, so that the index itself knows the order, and a span of time is a range of it.  The index
keeps no text: `search_docs` has what a document was indexed with, for FTS5 takes it out again only
by the same words.  Whoever changes `grams` must empty both and let every ticket wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import cast

import msgspec
from msgspec import Struct
from sqlite_utils import Database

from ..queue.grams import pieces, plain
from ..views import QueueFilter, QueueRow
from .filters import ALL, numbers_of, where_of
from .guard import Guard, Row, Value, marks, rows
from .moments import to_ms
from .queue import COLUMNS, FROM, row_of
from .told import CODING, is_frequent, matched, told

AT_ONCE = 500  # tickets a transaction, 50 to 100 ms; others wait for it
# So many documents have the words that few tickets, which a filter lets through, are asked instead.
MANY_DOCS, FEW_TICKETS = 20_000, 10_000
COUNTED = 1000  # more than so many are not counted
_MOST_CHARS = 50_000  # of one ticket that are indexed: its own words, then its thread from the end
_SLACK = timedelta(days=1)  # by how much a number may stand behind its time, see `_number`
_WAITING = (
    "SELECT w.n, t.words, t.remote_id, t.platform, t.shop, t.stream, t.doc,"
    " coalesce(t.created_ms, t.first_ms) AS ms, f.id, f.words AS had"
    " FROM search_waiting w LEFT JOIN tickets t ON t.n = w.n"
    " LEFT JOIN search_docs f ON f.n = w.n LIMIT ?"
)
_THREADS = "SELECT n, text AS told FROM messages WHERE n IN ({}) ORDER BY at_ms DESC"
_TAKE_OUT = "INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)"
_PUT_IN = "INSERT INTO search (rowid, words) VALUES (?, ?)"
_LINKS = "SELECT n, key AS told FROM links WHERE n IN ({})"


class _Facts(Struct):
    """What links a ticket with others."""

    order_ids: tuple[str, ...] = ()
    buyer_id: str | None = None
    kind_text: str | None = None
    category: str | None = None


_FACTS = msgspec.json.Decoder(_Facts)


class _Way(Struct, frozen=True):
    """How documents `f` are found: tables, what they are numbered by, a condition and its values.

    Attributes:
        narrow: from tickets, so that the places of a filter are still to be asked.
    """

    docs: str
    key: str
    where: str
    values: tuple[Value, ...]
    narrow: bool = False


class Search:
    """Finds tickets by words."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def waiting(self) -> int:
        """Return how many tickets wait to be indexed."""
        row = self._guard.one("SELECT count(*) AS many FROM search_waiting")
        return cast(int, row["many"]) if row else 0

    def index(self) -> int:
        """Index some of what waits, in one transaction; return how many, 0 when nothing waits."""
        if self._guard.one("SELECT n FROM search_waiting LIMIT 1") is None:
            return 0
        with self._guard.write() as db:
            found = {cast(int, row["n"]): row for row in rows(db, _WAITING, (AT_ONCE,))}
            numbers = list(found)
            threads, links = _of(db, _THREADS, numbers), _of(db, _LINKS, numbers)
            _index(db, [(row, _document(row, threads.get(n, ()))) for n, row in found.items()])
            _link(db, [(n, _keys(row), set(links.get(n, ()))) for n, row in found.items()])
            db.conn.executemany("DELETE FROM search_waiting WHERE n = ?", [(n,) for n in numbers])
        return len(found)

    def find(self, which: QueueFilter, now: datetime) -> tuple[list[QueueRow], int]:
        """Return tickets with all the words, newest first, and how many there are up to COUNTED+1.

        Raises:
            NotFound: there is nothing to look for in a word.
        """
        way = self._way(which)
        where, values = where_of(which, now, words=False, places=way.narrow, closed=True)
        tickets = "" if where == ALL else " CROSS JOIN tickets t ON t.n = f.n"
        asked = f"{way.docs}{tickets} WHERE {way.where} AND {way.key} BETWEEN ? AND ? AND {where}"
        given = (*way.values, *_span(which), *values)
        found = self._guard.rows(
            f"SELECT {COLUMNS}{FROM} WHERE t.n IN (SELECT f.n{asked}"
            f" ORDER BY {way.key} DESC LIMIT ?) ORDER BY"
            " (SELECT id FROM search_docs x WHERE x.n = t.n) DESC",
            (*given, which.limit),
        )
        many = len(found)
        if many == which.limit:
            counted = self._guard.one(
                f"SELECT count(*) AS many FROM (SELECT 1{asked} LIMIT ?)", (*given, COUNTED + 1)
            )
            many = cast(int, counted["many"]) if counted else many
        return [row_of(row) for row in found], many

    def _way(self, which: QueueFilter) -> _Way:
        """Return how documents are best found.

        By the index of words, but for those that it lists slowly.  Where very many documents have
        them and a filter lets few tickets through, these are asked one after the other instead.
        """
        slow = tuple(word for word in which.words if is_frequent(self._guard, word))
        match = _match(which, [word for word in which.words if word not in slow])
        if not match or self._reaches(f"search WHERE search MATCH ? LIMIT {MANY_DOCS}", (match,)):
            for sql, values in numbers_of(which):
                if not self._reaches(f"({sql}) LIMIT {FEW_TICKETS}", values):
                    docs = f" FROM ({sql}) c CROSS JOIN search_docs f ON f.n = c.n"
                    where, said = told(which.words)
                    return _Way(docs, "f.id", where, (*values, *said), narrow=True)
        where, said = told(slow)
        if not match:
            return _Way(" FROM search_docs f", "f.id", where, tuple(said))
        docs = " FROM search s CROSS JOIN search_docs f ON f.id = s.rowid"
        return _Way(docs, "s.rowid", f"s.search MATCH ? AND {where}", (match, *said))

    def _reaches(self, limited: str, values: Sequence[Value]) -> bool:
        """Tell whether there are as many rows as the limit allows."""
        row = self._guard.one(f"SELECT count(*) AS many FROM (SELECT 1 FROM {limited})", values)
        return row is not None and str(row["many"]) == limited.rpartition(" ")[2]


def _match(which: QueueFilter, words: Sequence[str]) -> str:
    """Return the FTS5 query of words and of a filter's places; "" if there is neither."""
    found = [matched(words)] if words else []
    for mark, names in (("s", which.shops), ("p", which.platforms), ("t", which.streams)):
        if names:
            found.append(f"({' OR '.join(_place(mark, name) for name in names)})")
    return " AND ".join(found)


def _span(which: QueueFilter) -> tuple[int, int]:
    """Return the numbers that documents of a filter's time have, and some more."""
    since, until = which.created_after, which.created_before
    return (
        _sixteenths(to_ms(since)) if since else 0,
        _sixteenths(to_ms(until + _SLACK)) if until else 2**62,
    )


def _sixteenths(ms: int) -> int:
    return ms * 2 // 125


def _place(mark: str, name: object) -> str:
    """Return a place as a piece of text that no word is."""
    return f"_{mark}_{str(name).encode().hex()}"


def _of(db: Database, sql: str, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Return what is told of each ticket, in the order of the query."""
    found: dict[int, list[str]] = {}
    for n, text in db.conn.execute(sql.format(marks(len(numbers))), numbers):
        found.setdefault(n, []).append(text)
    return found


def _index(db: Database, documents: Sequence[tuple[Row, str]]) -> None:
    """Bring documents up to date; where one has no text its ticket is gone, and its words go."""
    new: list[tuple[Row, str]] = []
    out: list[tuple[int, str]] = []
    again: list[tuple[int, str]] = []
    for row, text in documents:
        had, doc_id = row["had"], row["id"]
        if not isinstance(had, bytes) or not isinstance(doc_id, int):
            new += [(row, text)] if text else []
        elif had != text.encode(CODING):
            out.append((doc_id, had.decode(CODING)))
            again.append((doc_id, text))
    many = db.conn.executemany
    many(_TAKE_OUT, ((doc_id, _indexed(text)) for doc_id, text in out))
    many("DELETE FROM search_docs WHERE id = ?", [(doc_id,) for doc_id, text in again if not text])
    kept = [(doc_id, text) for doc_id, text in again if text]
    many(
        "UPDATE search_docs SET words = ?2 WHERE id = ?1",
        [(doc_id, text.encode(CODING)) for doc_id, text in kept],
    )
    many(_PUT_IN, ((doc_id, _indexed(text)) for doc_id, text in (*kept, *_numbered(db, new))))


def _numbered(db: Database, new: Sequence[tuple[Row, str]]) -> Iterator[tuple[int, str]]:
    """Keep new documents, each under a free number near its time; yield that and the text.

    Where thousands have one time, as in a file with dates only, they are spread over a wider and
    wider span behind it.
    """
    sql = "INSERT OR IGNORE INTO search_docs (id, n, words) VALUES (?, ?, ?)"
    for row, text in new:
        n, first, span = cast(int, row["n"]), _sixteenths(cast(int, row["ms"])), 1
        number, kept = first, text.encode(CODING)
        while not db.conn.execute(sql, (number, n, kept)).rowcount:
            span *= 4
            number = first + n * 2_654_435_761 % span
        yield number, text


def _document(row: Row, thread: Sequence[str]) -> str:
    """Return a ticket's places and, on a line of their own, its words; "" if it is gone.

    Args:
        row: of `_WAITING`.
        thread: texts, newest first; from the oldest back what is too much is left out.
    """
    if row["shop"] is None:
        return ""
    places = " ".join(
        _place(mark, row[name])
        for mark, name in (("s", "shop"), ("p", "platform"), ("t", "stream"))
    )
    text = "\n".join((str(row["words"]), str(row["remote_id"]), *thread))
    return f"{places}\n{plain(text[:_MOST_CHARS])}"


def _indexed(text: str) -> str:
    places, _, words = text.partition("\n")
    return f"{places} {pieces(words)}"


def _link(db: Database, links: Sequence[tuple[int, set[str], set[str]]]) -> None:
    """Note of which orders tickets are, and of which buyer and kind: what each has, and had."""
    old = [(n, key) for n, keys, had in links for key in had - keys]
    new = [(n, key) for n, keys, had in links for key in keys - had]
    db.conn.executemany("DELETE FROM links WHERE n = ? AND key = ?", old)
    db.conn.executemany("INSERT INTO links (n, key) VALUES (?, ?)", new)


def _keys(row: Row) -> set[str]:
    if row["doc"] is None:
        return set()
    facts, platform = _FACTS.decode(cast(bytes, row["doc"])), row["platform"]
    keys = {f"order {platform} {order_id}" for order_id in facts.order_ids if order_id}
    if facts.buyer_id:
        kind = facts.kind_text or facts.category or row["stream"]
        keys.add(f"buyer {platform} {facts.buyer_id} {kind}")
    return keys
