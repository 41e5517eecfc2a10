"""What people here did with tickets, kept for ever, and whose a ticket is.  No sync writes this."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlite_utils import Database

from ..errors import Conflict
from ..people.roster import Unheld
from ..views import Act
from .drafts import traits_of
from .guard import Guard, Row, marks, rows
from .moments import from_ms, ms_or_none, to_ms, told
from .steps import number_of

LEASE = timedelta(minutes=30)  # a claim without any activity; an assignment has no end


class Local:
    """Acts and holders."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def add(
        self, ticket_id: str, what: str, who: str, now: datetime, *, why: str = "",
        data: Mapping[str, str] | None = None,
    ) -> Act:  # fmt: skip
        """Note what somebody did; if the ticket is theirs, it stays so for another LEASE."""
        act = Act(at=now, who=who, what=what, why=why, data=dict(data or {}))
        with self._guard.write(lasting=True) as db:
            n = number_of(db, ticket_id)
            _note(db, n, act)
            db.execute(
                "UPDATE holds SET until_ms = ? WHERE n = ? AND until_ms IS NOT NULL"
                " AND (SELECT holder FROM tickets t WHERE t.n = holds.n) = ?",
                (to_ms(now + LEASE), n, who),
            )
        return act

    def raised(self, shop: str) -> list[tuple[int, str]]:
        """Return (number, key) of the actions that were to raise something, of a shop's tickets."""
        found = self._guard.rows(
            "SELECT o.id, o.key FROM outbox o JOIN tickets t ON t.n = o.n"
            " WHERE o.kind = 'raise' AND t.shop = ?",
            (shop,),
        )
        return [(cast(int, row["id"]), str(row["key"])) for row in found]

    def hold(
        self, ticket_id: str, holder: str, who: str, now: datetime, *, what: str, why: str = "",
        until: datetime | None = None, take: bool = False, data: Mapping[str, str] | None = None,
    ) -> Act:  # fmt: skip
        """Make a ticket somebody's.

        Args:
            holder: whose it is to be; "": nobody's.
            who: who says so.
            what: the act it is: claim, release, assign, transfer.
            why: the reason.
            until: when it is free again if nothing is done; None: never.
            take: though it is somebody else's.
            data: what else the history is to tell.

        Raises:
            Conflict: it is somebody else's.
        """
        with self._guard.write(lasting=True) as db:
            n = number_of(db, ticket_id)
            held, end = _held(db, n)
            is_theirs = held not in ("", who) and (end is None or end > now)
            if is_theirs and not take:
                span = f" until {told(end, '%H:%M')}" if end else ""
                raise Conflict(f"{ticket_id} is {held}'s{span}; --take takes it over")
            db.execute("UPDATE tickets SET holder = ? WHERE n = ?", (holder, n))
            db.execute("DELETE FROM holds WHERE n = ?", (n,))
            if holder:
                db.execute(
                    "INSERT INTO holds (n, since_ms, until_ms) VALUES (?, ?, ?)",
                    (n, to_ms(now), ms_or_none(until)),
                )
            hands = {name: value for name, value in (("from", held), ("to", holder)) if value}
            act = Act(at=now, who=who, what=what, why=why, data={**hands, **(data or {})})
            _note(db, n, act)
        return act

    def held_by(self, ticket_id: str, now: datetime) -> str:
        """Return whose a ticket is now, or ""."""
        row = self._guard.one(
            "SELECT t.holder FROM tickets t LEFT JOIN holds h ON h.n = t.n WHERE t.id = ?"
            " AND (h.until_ms IS NULL OR h.until_ms > ?)",
            (ticket_id, to_ms(now)),
        )
        return str(row["holder"]) if row else ""

    def loads(self, now: datetime) -> dict[str, int]:
        """Return how many open tickets that are our turn people hold, by name."""
        found = self._guard.rows(
            "SELECT t.holder, count(*) AS many FROM tickets t LEFT JOIN holds h ON h.n = t.n"
            " WHERE t.open = 1 AND t.turn = 'merchant' AND +t.holder <> ''"
            " AND (h.until_ms IS NULL OR h.until_ms > ?) GROUP BY t.holder",
            (to_ms(now),),
        )
        return {str(row["holder"]): cast(int, row["many"]) for row in found}

    def unheld(
        self, now: datetime, limit: int, *, shops: Sequence[str] = (), ticket_id: str = ""
    ) -> list[Unheld]:
        """Return open tickets that are our turn and nobody's, due first in front."""
        mine = f"AND t.shop IN ({marks(len(shops))})" if shops else ""
        found = self._guard.rows(
            "SELECT t.id, t.shop, t.platform, t.stream, t.category, t.urgency, t.tags,"
            " coalesce(c.tags, '') AS found, (SELECT json_group_array(a.data ->> '$.from')"
            "  FROM acts a WHERE a.n = t.n AND a.what IN ('release', 'transfer')) AS gave_up"
            " FROM tickets t LEFT JOIN holds h ON h.n = t.n LEFT JOIN classes c ON c.n = t.n"
            " WHERE t.open = 1 AND t.turn = 'merchant' AND t.answerable = 1"
            f" AND (t.holder = '' OR h.until_ms <= ?) AND ? IN ('', t.id) {mine}"
            " ORDER BY t.due_ms IS NULL, t.due_ms, t.priority DESC, t.n LIMIT ?",
            (to_ms(now), ticket_id, *shops, limit),
        )
        return [_unheld(row) for row in found]

    def was_contacted(self, ticket_id: str) -> bool:
        """Tell whether somebody noted a contact with the buyer since the case was made."""
        created = self._guard.one("SELECT created_ms AS ms FROM tickets WHERE id = ?", (ticket_id,))
        since = from_ms(created["ms"]) if created else None
        return any(
            since is None or datetime.fromisoformat(act.data["at"]) >= since
            for act in self.history(ticket_id, "contact")
        )

    def history(self, ticket_id: str, what: str = "") -> tuple[Act, ...]:
        """Return what was done with a ticket, oldest first; with *what*, only that."""
        return tuple(
            Act(
                at=cast(datetime, from_ms(row["at_ms"])),
                who=str(row["who"]),
                what=str(row["what"]),
                why=str(row["why"]),
                data=json.loads(str(row["data"])),
            )
            for row in self._guard.rows(
                "SELECT a.* FROM acts a JOIN tickets t ON t.n = a.n"
                " WHERE t.id = ? AND ? IN ('', a.what) ORDER BY a.id",
                (ticket_id, what),
            )
        )


def _unheld(row: Row) -> Unheld:
    gave_up = frozenset(filter(None, json.loads(str(row["gave_up"]))))
    return Unheld(id=str(row["id"]), shop=str(row["shop"]), traits=traits_of(row), gave_up=gave_up)


def _note(db: Database, n: int, act: Act) -> None:
    db.execute(
        "INSERT INTO acts (n, at_ms, who, what, why, data) VALUES (?, ?, ?, ?, ?, ?)",
        (n, to_ms(act.at), act.who, act.what, act.why,
         json.dumps(dict(act.data), ensure_ascii=False)),
    )  # fmt: skip


def _held(db: Database, n: int) -> tuple[str, datetime | None]:
    row = next(
        rows(
            db,
            "SELECT t.holder, h.until_ms FROM tickets t LEFT JOIN holds h ON h.n = t.n"
            " WHERE t.n = ?",
            (n,),
        )
    )
    return str(row["holder"]), from_ms(row["until_ms"])
