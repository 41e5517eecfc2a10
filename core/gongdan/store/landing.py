"""What lands: one page or one detail a transaction, with the position it moves the reading to."""

from __future__ import annotations

import json
from typing import Literal

import msgspec
from msgspec import Struct
from sqlite_utils import Database

from ..fold import Kind, Said, alone, fold, keys_of
from ..ticket import Message, Ticket
from .batch import Batch, Counts, Payload, Reject
from .columns import CHANGED, CHANGED_NOW, NEW, OWE, PART, WAIT, classes_of, facts_of
from .guard import Value, marks, rows
from .ledger import check_claim
from .many import insert
from .meta import count, put
from .moments import from_ms, ms_or_none, to_ms, whole_ms
from .pictures import note

_DOC = msgspec.json.Encoder(decimal_format="string")
_TICKET = msgspec.json.Decoder(Ticket)
Fate = Literal["new", "changed", "unchanged", "again", "older"]
BEHIND_MS = 60_000
LAST_TEXT_CHARS = 300  # what a queue line can show, and more


class Known(Struct):
    """What the store has of a case."""

    n: int
    first_run: int
    changed_run: int
    parts: dict[str, tuple[int | None, bytes, bytes]]


def land(db: Database, batch: Batch) -> Counts:
    """Store a batch inside the transaction that *db* is in.

    Raises:
        Busy: the claim was taken over by another run while this one slept.
    """
    if batch.claim is not None:
        check_claim(db, batch.claim)
    fates = _Fates(db, batch)
    for payload in batch.payloads:
        fates.take(payload)
    fates.write()
    quarantined = sum(_reject(db, batch, reject) for reject in batch.rejects)
    if batch.position is not None or batch.until is not None:
        _move(db, batch)
    return Counts(fates.new, fates.changed, fates.unchanged, quarantined, tuple(fates.said))


_LAST = "last ticket"  # in `meta`: the highest number that was ever given


class _Fates:
    """The payloads of one batch on their way in: judged one by one, then written table by table."""

    def __init__(self, db: Database, batch: Batch) -> None:
        self._db = db
        self._batch = batch
        self._at = to_ms(batch.at)
        self._known = _known(db, batch)
        self._doubted = _doubted(db, batch) if batch.payloads else {}
        self._next = _last_n(db)
        self._inserts: list[tuple[Value, ...]] = []
        self._updates: list[tuple[Value, ...]] = []
        self._parts: list[tuple[Value, ...]] = []
        self._threads: list[tuple[int, tuple[Message, ...]]] = []
        self._owed: list[tuple[Value, ...]] = []
        self._waiting: list[tuple[int]] = []  # to be indexed for searching
        self._settled: list[int] = []
        self._behind: list[int] = []  # details older than what is known
        self._shown: list[tuple[int, tuple[Message, ...], bool]] = []  # and whether it is news
        self.new = self.changed = self.unchanged = 0
        self.said: list[tuple[str, str]] = []

    def write(self) -> None:
        """Write what was judged; of one ticket what came later, later."""
        insert(self._db, NEW, self._inserts)
        if self._inserts:
            put(self._db, _LAST, str(self._next))
        self._db.conn.executemany(CHANGED, self._updates)
        insert(self._db, PART, self._parts)
        insert(self._db, OWE, self._owed)
        insert(self._db, WAIT, self._waiting)
        for n, thread in self._threads:
            self._thread(n, thread)
        for n in self._settled:
            self._settle(n)
        for n in self._behind:
            self._put_off(n)
        if self._batch.to_picture is not None:
            for n, thread, is_news in self._shown:
                note(self._db, n, thread, self._batch.to_picture, is_news=is_news)

    def take(self, payload: Payload) -> None:
        ticket_id = f"{self._batch.shop}/{self._batch.stream}/{payload.remote_id}"
        known = self._known.get(ticket_id)
        fate = _fate(known, payload)
        if fate != "older":
            self._clear(payload)
        if fate in ("unchanged", "older"):
            self.unchanged += 1
            if known is not None and fate == "unchanged":
                self._show(known.n, payload, is_news=False)  # it may be signed anew
            if known is not None and payload.kind == "detail":
                (self._settled if fate == "unchanged" else self._behind).append(known.n)
            return
        ms = ms_or_none(payload.updated)
        if fate == "again" and known is not None:
            known.parts[payload.kind] = (ms, payload.digest, known.parts[payload.kind][2])
            self._parts.append(self._part(known.n, payload, ms, known.parts[payload.kind][2]))
            self.unchanged += 1
            return
        ticket = alone(payload.said, whole_ms(payload.updated))
        said = doc = _DOC.encode(ticket)
        parts = {**(known.parts if known else {}), payload.kind: (ms, payload.digest, said)}
        if len(parts) > 1:
            ticket = fold(
                Said(kind, from_ms(ms), ticket if kind == payload.kind else _TICKET.decode(part))
                for kind, (ms, _, part) in _ordered(parts)
            )
            doc = _DOC.encode(ticket)
        known = self._case(ticket_id, payload, known, ticket, doc)
        known.parts = parts
        self._known[ticket_id] = known
        self._keep(known.n, payload, ms, said)
        self._waiting.append((known.n,))
        self._debt(known.n, payload)

    def _case(
        self, ticket_id: str, payload: Payload, known: Known | None, ticket: Ticket, doc: bytes
    ) -> Known:
        run = self._batch.run
        facts = facts_of(ticket, self._batch.appraise(ticket), doc)
        if known is None:
            self.new += 1
            self.said.append(("new", ticket_id))
            self._next += 1
            self._inserts.append(
                (*facts, self._at, self._at, self._next, ticket_id, self._batch.platform,
                 self._batch.shop, self._batch.stream, payload.remote_id, run, run, self._at,
                 *classes_of(ticket))
            )  # fmt: skip
            return Known(self._next, run, run, {})
        if known.changed_run != run:
            self.changed += 1
            self.said.append(("changed", ticket_id))
        self._updates.append((*facts, self._at, self._at, run, known.n))
        known.changed_run = run
        return known

    def _keep(self, n: int, payload: Payload, ms: int | None, said: bytes) -> None:
        self._parts.append(self._part(n, payload, ms, said))
        if isinstance(payload.said.thread, tuple):
            self._threads.append((n, payload.said.thread))
        self._show(n, payload, is_news=True)

    def _show(self, n: int, payload: Payload, *, is_news: bool) -> None:
        if self._batch.to_picture is not None and isinstance(payload.said.thread, tuple):
            self._shown.append((n, payload.said.thread, is_news))

    def _part(self, n: int, payload: Payload, ms: int | None, said: bytes) -> tuple[Value, ...]:
        return (n, payload.kind, ms, payload.digest, payload.raw, said,
                self._batch.run, self._batch.page)  # fmt: skip

    def _clear(self, payload: Payload) -> None:
        """Take out of quarantine what is understood now, unless something newer is not."""
        if not self._doubted:
            return
        key = (payload.remote_id, payload.kind)
        if key not in self._doubted:
            return
        doubted, now_ms = self._doubted[key], ms_or_none(payload.updated)
        if doubted is None or now_ms is None or doubted <= now_ms:
            self._db.execute(
                "DELETE FROM quarantine"
                " WHERE shop = ? AND stream = ? AND remote_id = ? AND kind = ?",
                (self._batch.shop, self._batch.stream, *key),
            )

    def _thread(self, n: int, thread: tuple[Message, ...]) -> None:
        self._db.conn.executemany(
            "INSERT INTO messages (n, key, remote_id, who, text, at_ms, files, run)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (n, key) DO UPDATE SET"
            " text = excluded.text, files = excluded.files"
            " WHERE text <> excluded.text OR files <> excluded.files",
            [
                (n, key, message.id, message.who.value, message.text, to_ms(message.at),
                 json.dumps(message.files), self._batch.run)
                for key, message in zip(keys_of(thread), thread, strict=True)
            ],
        )  # fmt: skip
        if thread:
            last = max(reversed(thread), key=lambda message: message.at)  # of one time, the later
            self._db.execute(
                "UPDATE tickets SET last_ms = ?, last_who = ?, last_text = ? WHERE n = ?",
                (to_ms(last.at), last.who.value, last.text[:LAST_TEXT_CHARS], n),
            )

    def _debt(self, n: int, payload: Payload) -> None:
        if payload.kind == "detail" or payload.said.gone is True:  # there is nothing to read
            self._settled.append(n)
        elif self._batch.owes and not self._batch.whole:
            self._owed.append((n, *CHANGED_NOW))

    def _settle(self, n: int) -> None:
        again = self._batch.again
        if self._batch.settles and again is not None:
            self._db.execute(
                "INSERT INTO debts (n, why, not_before_ms) VALUES (?, 'again', ?)"
                " ON CONFLICT (n) DO UPDATE SET why = excluded.why,"
                " not_before_ms = excluded.not_before_ms, tries = 0, error = ''",
                (n, to_ms(again)),
            )
        elif self._batch.settles:
            self._db.execute("DELETE FROM debts WHERE n = ?", (n,))
        self._db.execute("UPDATE tickets SET seen_ms = ? WHERE n = ?", (self._at, n))

    def _put_off(self, n: int) -> None:
        """Ask again in a minute what came older than it was known, and leave it after three times.

        A replica lags, or the platform was set back; what is owed must not stay due meanwhile.
        """
        self._db.execute("UPDATE tickets SET seen_ms = ? WHERE n = ?", (self._at, n))
        if not self._batch.settles:
            return  # whoever read it has put it off
        self._db.execute(
            "UPDATE debts SET tries = tries + 1, not_before_ms = ?,"
            " error = 'the platform shows an older state than before' WHERE n = ?",
            (self._at + BEHIND_MS, n),
        )
        self._db.execute("DELETE FROM debts WHERE n = ? AND tries >= 3", (n,))


def _last_n(db: Database) -> int:
    """Return the highest number that a ticket ever had; who writes is alone, so the next is free.

    What people did with a ticket and what was sent for it stays under its number, also where
    somebody has deleted the ticket: another one must not inherit that.
    """
    here = _int(next(rows(db, "SELECT max(n) AS n FROM tickets"))["n"])
    return max(here, count(db, _LAST))


def _known(db: Database, batch: Batch) -> dict[str, Known]:
    ids = [f"{batch.shop}/{batch.stream}/{payload.remote_id}" for payload in batch.payloads]
    if not ids:
        return {}
    found = {
        str(row["id"]): Known(_int(row["n"]), _int(row["first_run"]), _int(row["changed_run"]), {})
        for row in rows(
            db,
            f"SELECT id, n, first_run, changed_run FROM tickets WHERE id IN ({marks(len(ids))})",
            ids,
        )
    }
    by_n = {known.n: known for known in found.values()}
    sql = f"SELECT n, kind, updated_ms, digest, said FROM payloads WHERE n IN ({marks(len(by_n))})"
    for row in rows(db, sql, list(by_n)):
        ms = row["updated_ms"]
        by_n[_int(row["n"])].parts[str(row["kind"])] = (
            ms if isinstance(ms, int) else None,
            _bytes(row["digest"]),
            _bytes(row["said"]),
        )
    return found


def _fate(known: Known | None, payload: Payload) -> Fate:
    """Older never overwrites newer; at one time the later reading does."""
    if known is None:
        return "new"
    had = known.parts.get(payload.kind)
    if had is None:
        return "changed"
    had_ms, digest, _ = had
    now_ms = ms_or_none(payload.updated)
    if had_ms is not None and now_ms is not None and now_ms < had_ms:
        return "older"
    if digest != payload.digest:
        return "changed"
    if payload.kind == "file" and had_ms is not None and now_ms is not None and now_ms > had_ms:
        # A later file says the same of it: no news, unless another road spoke in between.
        others = [ms or 0 for kind, (ms, _, _) in known.parts.items() if kind != "file"]
        return "changed" if any(had_ms <= ms <= now_ms for ms in others) else "again"
    return "unchanged" if now_ms == had_ms else "changed"


def _doubted(db: Database, batch: Batch) -> dict[tuple[str, str], int | None]:
    """Return what of a stream is in quarantine, and when it was so; few rows, if any."""
    sql = "SELECT remote_id, kind, updated_ms FROM quarantine WHERE shop = ? AND stream = ?"
    return {
        (str(row["remote_id"]), str(row["kind"])): _ms(row["updated_ms"])
        for row in rows(db, sql, (batch.shop, batch.stream))
    }


def _reject(db: Database, batch: Batch, reject: Reject) -> int:
    """Put a row into quarantine; 1 if it was not there just so.

    One that is older than what is known stays out.  A case that is known is to be read by id.
    """
    sql = (
        "SELECT (SELECT n FROM tickets WHERE id = ?1) AS n,"
        " (SELECT p.updated_ms FROM payloads p JOIN tickets t ON t.n = p.n"
        "  WHERE t.id = ?1 AND p.kind = ?5) AS known_ms,"
        " (SELECT digest FROM quarantine"
        "  WHERE shop = ?2 AND stream = ?3 AND remote_id = ?4 AND kind = ?5) AS digest"
    )
    key = (batch.shop, batch.stream, reject.remote_id, reject.kind)
    had = next(rows(db, sql, (f"{batch.shop}/{batch.stream}/{reject.remote_id}", *key)))
    known_ms, now_ms = _ms(had["known_ms"]), ms_or_none(reject.updated)
    if known_ms is not None and now_ms is not None and now_ms < known_ms:
        return 0
    if _bytes(had["digest"]) == reject.digest:
        return 0
    at = to_ms(batch.at)
    db.execute(
        "INSERT INTO quarantine (shop, stream, remote_id, kind, updated_ms, digest, raw, reason,"
        " first_ms, last_ms, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (shop, stream, remote_id, kind) DO UPDATE SET digest = excluded.digest,"
        " updated_ms = excluded.updated_ms, raw = excluded.raw, reason = excluded.reason,"
        " last_ms = excluded.last_ms, run = excluded.run",
        (*key, now_ms, reject.digest, reject.raw, reject.reason, at, at, batch.run),
    )
    if had["n"] is not None and batch.owes and reject.kind == "row":
        insert(db, OWE, [(_int(had["n"]), *CHANGED_NOW)])
    return 1


def _move(db: Database, batch: Batch) -> None:
    db.execute(
        "INSERT INTO cursors (shop, stream, until_ms, position) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (shop, stream) DO UPDATE SET"
        " until_ms = coalesce(excluded.until_ms, until_ms),"
        " position = CASE WHEN ? THEN excluded.position ELSE position END",
        (batch.shop, batch.stream, ms_or_none(batch.until), batch.position or "",
         int(batch.position is not None)),
    )  # fmt: skip


def _ordered(
    parts: dict[str, tuple[int | None, bytes, bytes]],
) -> list[tuple[Kind, tuple[int | None, bytes, bytes]]]:
    kinds: tuple[Kind, ...] = ("row", "detail", "file")
    return [(kind, parts[kind]) for kind in kinds if kind in parts]


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _ms(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
