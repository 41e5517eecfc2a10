"""What the platforms sent, byte for byte: to be read again by a better plugin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast

import msgspec
from msgspec import Struct

from ..fold import Kind
from ..ticket import Ticket
from .columns import SAID, Index, facts_of
from .guard import Guard, Row
from .moments import from_ms, to_ms

_DOC = msgspec.json.Encoder(decimal_format="string")
_TICKET = msgspec.json.Decoder(Ticket)
AT_ONCE = 500


class Kept(Struct, frozen=True, kw_only=True):
    """One payload as it is kept."""

    kind: Kind
    updated: datetime | None
    raw: bytes


class Held(Struct, frozen=True, kw_only=True):
    """One ticket with everything it was made of."""

    n: int
    id: str
    remote_id: str
    ticket: Ticket
    first_seen: datetime
    payloads: tuple[Kept, ...]


class Quarantined(Struct, frozen=True, kw_only=True):
    """One row that could not be understood."""

    shop: str
    stream: str
    remote_id: str
    kind: Kind
    updated: datetime | None
    reason: str
    raw: bytes
    first: datetime
    last: datetime
    run: int


class Payloads:
    """Raw payloads of tickets, and those in quarantine."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def held(self, shop: str, stream: str) -> Iterator[Held]:
        """Yield every ticket of a stream with its payloads, some at a time.

        Not those whose bytes were pruned or erased: there is nothing to read them from again.
        """
        after = 0
        while True:
            found = self._guard.rows(
                "SELECT n, id, remote_id, doc, first_ms FROM tickets"
                " WHERE shop = ? AND stream = ? AND n > ? AND NOT EXISTS (SELECT 1 FROM payloads p"
                "  WHERE p.n = tickets.n AND length(p.raw) = 0) ORDER BY n LIMIT ?",
                (shop, stream, after, AT_ONCE),
            )
            for row in found:
                after = cast(int, row["n"])
                yield self._held(row)
            if len(found) < AT_ONCE:
                return

    def _held(self, row: Row) -> Held:
        payloads = self._guard.rows(
            "SELECT kind, updated_ms, raw FROM payloads WHERE n = ?", (cast(int, row["n"]),)
        )
        return Held(
            n=cast(int, row["n"]),
            id=str(row["id"]),
            remote_id=str(row["remote_id"]),
            ticket=_TICKET.decode(cast(bytes, row["doc"])),
            first_seen=cast(datetime, from_ms(row["first_ms"])),
            payloads=tuple(
                Kept(
                    kind=cast(Kind, part["kind"]),
                    updated=from_ms(part["updated_ms"]),
                    raw=cast(bytes, part["raw"]),
                )
                for part in payloads
            ),
        )

    def rewrite(
        self, held: Held, said: Sequence[tuple[Kind, Ticket]], ticket: Ticket, index: Index
    ) -> None:
        """Put what a better mapping says in place of what was said, in one transaction.

        Nothing of it if a sync has brought a newer payload since: it was read by that mapping.
        """
        names = ", ".join(f"{name} = ?" for name in SAID)
        values = [*facts_of(ticket, index, _DOC.encode(ticket)), held.n]
        with self._guard.write() as db:
            for kept in held.payloads:
                same = db.execute(
                    "SELECT 1 FROM payloads WHERE n = ? AND kind = ? AND raw = ?",
                    (held.n, kept.kind, kept.raw),
                ).fetchone()
                if same is None:
                    return
            db.execute(f"UPDATE tickets SET {names} WHERE n = ?", values)
            for kind, part in said:
                thin = msgspec.structs.replace(part, thread=msgspec.UNSET)
                db.execute(
                    "UPDATE payloads SET said = ? WHERE n = ? AND kind = ?",
                    (_DOC.encode(thin), held.n, kind),
                )

    def quarantined(self, shop: str = "", stream: str = "") -> list[Quarantined]:
        """Return what could not be understood, newest first."""
        return [
            Quarantined(
                shop=str(row["shop"]),
                stream=str(row["stream"]),
                remote_id=str(row["remote_id"]),
                kind=cast(Kind, row["kind"]),
                updated=from_ms(row["updated_ms"]),
                reason=str(row["reason"]),
                raw=cast(bytes, row["raw"]),
                first=cast(datetime, from_ms(row["first_ms"])),
                last=cast(datetime, from_ms(row["last_ms"])),
                run=cast(int, row["run"]),
            )
            for row in self._guard.rows(
                "SELECT * FROM quarantine WHERE ? IN ('', shop) AND ? IN ('', stream)"
                " ORDER BY last_ms DESC",
                (shop, stream),
            )
        ]

    def drop(self, row: Quarantined) -> None:
        """Forget one row of the quarantine."""
        with self._guard.write() as db:
            db.execute(
                "DELETE FROM quarantine WHERE shop = ? AND stream = ? AND remote_id = ?"
                " AND kind = ?",
                (row.shop, row.stream, row.remote_id, row.kind),
            )

    def updated_within(
        self, shop: str, stream: str, start: datetime, end: datetime
    ) -> dict[str, datetime | None]:
        """Return the remote ids of tickets whose list row is of that span, and when it was so."""
        return {
            str(row["remote_id"]): from_ms(row["updated_ms"])
            for row in self._guard.rows(
                "SELECT t.remote_id, p.updated_ms FROM tickets t"
                " JOIN payloads p ON p.n = t.n AND p.kind = 'row'"
                " WHERE t.shop = ? AND t.stream = ? AND p.updated_ms >= ? AND p.updated_ms < ?",
                (shop, stream, to_ms(start), to_ms(end)),
            )
        }
