"""Figures, counted by SQL: one row of facts a ticket in a table that is gone afterwards.

The facts lie in SQLite's own temporary file, so that a million tickets take no more memory than a
thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from .guard import Guard, Row, Value
from .moments import to_ms

_DAY_MS, _ZONE_MS = 86_400_000, 28_800_000  # Beijing is eight hours ahead
_MADE = "coalesce(t.created_ms, t.first_ms)"
_DEEDS = (
    "'reply', 'finish', 'send_back', 'evidence', 'remark', 'agree', 'refuse', 'extend', 'transfer',"
    " 'withdraw', 'raise'"
)
_SENT = "'sent', 'confirmed', 'by_hand'"
_FAILED = "'refused', 'unknown', 'answered_by_other'"


def _ms(path: str) -> str:
    """Return the SQL that reads an ISO time of a ticket's document as milliseconds."""
    return f"CAST(round((julianday(t.doc ->> '{path}') - 2440587.5) * {_DAY_MS}) AS INTEGER)"


# `met` is when a ticket was answered (our last word, once it is no longer our turn) or closed,
# whichever was first: as the clock of handling has it.  With a LIMIT SQLite computes the columns of
# a subquery once; without it, wherever they are named.  A ticket is made before it is first seen,
# for which there is an index that no change of a ticket has to pay for; where a day of clocks that
# differ does not explain it, another one has it.
_RAW = f"""
SELECT t.n, t.platform, t.shop, t.stream, t.open, t.turn, t.status, t.due_ms, t.category,
  coalesce(t.doc ->> '$.kind_text', '') AS kind,
  coalesce((SELECT who FROM acts a WHERE a.n = t.n AND a.what IN ({_DEEDS})
    ORDER BY a.id DESC LIMIT 1), t.holder) AS person,
  ({_MADE} + {_ZONE_MS}) % {_DAY_MS} / 3600000 AS hour,
  {_MADE} AS made_ms,
  coalesce((SELECT since_ms FROM imports i WHERE i.shop = t.shop), 0) AS since_ms,
  CASE WHEN t.status = 'closed' THEN coalesce({_ms("$.closed")}, t.updated_ms) END AS closed_ms,
  (SELECT min(m.at_ms) FROM messages m WHERE m.n = t.n AND m.who = 'merchant') AS first_ms,
  CASE WHEN t.turn <> 'merchant' THEN
    (SELECT max(m.at_ms) FROM messages m WHERE m.n = t.n AND m.who = 'merchant') END AS last_ms,
  coalesce(t.doc ->> '$.round', 0) > 0 AS reopened,
  coalesce(t.doc ->> '$.outcome', '') LIKE '支持买家%' AS lost,
  coalesce(t.doc ->> '$.fault', '') AS fault,
  (SELECT a.data FROM acts a WHERE a.n = t.n AND a.what = 'finish' ORDER BY a.id DESC LIMIT 1)
    AS ending,
  EXISTS (SELECT 1 FROM outbox o WHERE o.n = t.n AND o.kind = 'send_back'
    AND o.state IN ({_SENT})) AS sent_back,
  EXISTS (SELECT 1 FROM outbox o WHERE o.n = t.n AND o.kind = 'refuse'
    AND o.state IN ({_SENT})) AS refused,
  (SELECT count(DISTINCT coalesce(o.part_of, -o.id)) FROM outbox o WHERE o.n = t.n
    AND o.kind = 'reply' AND o.state IN ({_SENT}, {_FAILED})) AS replies,
  (SELECT count(DISTINCT coalesce(o.part_of, -o.id)) FROM outbox o WHERE o.n = t.n
    AND o.kind = 'reply' AND o.state IN ({_FAILED})) AS failures
FROM tickets t WHERE {_MADE} >= :since AND {_MADE} < :until
  AND t.n IN (SELECT n FROM tickets WHERE first_ms >= :since - {_DAY_MS}
    UNION SELECT n FROM tickets WHERE created_ms > first_ms + {_DAY_MS}) LIMIT -1
"""
_FACTS = f"""
CREATE TEMP TABLE figures AS SELECT *,
  CASE WHEN due_ms < since_ms THEN NULL WHEN met_ms IS NOT NULL THEN met_ms - due_ms
    WHEN open = 1 AND turn = 'merchant' AND due_ms < :now THEN :now - due_ms END AS over_ms,
  CASE WHEN first_ms >= made_ms THEN first_ms - made_ms END AS response_ms,
  CASE WHEN closed_ms >= made_ms THEN closed_ms - made_ms END AS handling_ms,
  hour < 9 OR hour >= 21 AS off_hours,
  coalesce(ending ->> '$.outcome', '') AS outcome, coalesce(ending ->> '$.cause', '') AS cause
FROM (SELECT *, coalesce(min(last_ms, closed_ms), last_ms, closed_ms) AS met_ms FROM ({_RAW})
  LIMIT -1)
"""
# By name of a figure: what it is, over the rows of a group.
COUNTED: Mapping[str, str] = {
    "received": "count(*)",
    "done": "sum(open = 0)",
    "on_time": "sum(over_ms <= 0)",
    "late": "sum(over_ms > 0)",
    "on_time_rate": "1.0 * sum(over_ms <= 0) / nullif(count(over_ms), 0)",
    "late_s": "avg(CASE WHEN over_ms > 0 THEN over_ms / 1000.0 END)",
    "late_most_s": "max(CASE WHEN over_ms > 0 THEN over_ms / 1000.0 END)",
    "first_response_s": "avg(response_ms) / 1000.0",
    "first_in_5m_rate": "1.0 * sum(response_ms <= 300000) / nullif(count(response_ms), 0)",
    "handling_s": "avg(handling_ms) / 1000.0",
    "reopened": "sum(reopened)",
    "sent_back": "sum(sent_back)",
    "refused": "sum(refused)",
    "resolved": "sum(outcome = 'resolved')",
    "unresolved": "sum(outcome = 'unresolved')",
    "arbitration_lost": "sum(lost)",
    "lost_at_our_fault": "sum(lost AND fault IN ('商家责任', '双方责任'))",
    "replies": "sum(replies)",
    "reply_failures": "sum(failures)",
    "off_hours": "sum(off_hours)",
}
# By name: the middle one of a column.
MEDIANS: Mapping[str, str] = {
    "first_response_median_s": "response_ms",
    "handling_median_s": "handling_ms",
}
GROUPS = ("platform", "shop", "stream", "kind", "category", "person", "hour")


class Figures:
    """Counts; changes nothing that is kept."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    @contextmanager
    def over(self, since: datetime, until: datetime, now: datetime) -> Iterator[Counted]:
        """Collect the facts of the tickets that were made in a span, for as long as the block.

        Args:
            since: inclusive.
            until: exclusive.
            now: what is late by, where it is still open.
        """
        self._guard.scratch("DROP TABLE IF EXISTS temp.figures")
        span = {"now": to_ms(now), "since": to_ms(since), "until": to_ms(until)}
        self._guard.scratch(_FACTS, span)
        try:
            yield Counted(self._guard)
        finally:
            self._guard.scratch("DROP TABLE IF EXISTS temp.figures")


class Counted:
    """The facts of a span."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def by(self, groups: tuple[str, ...]) -> list[Row]:
        """Return every figure by group, the largest first, hours in their order.

        Where there is no group it is one row.

        A row has the names of *groups*, of COUNTED and of MEDIANS.
        """
        keys = ", ".join(groups)
        told = ", ".join(f"{sql} AS {name}" for name, sql in COUNTED.items())
        order = "" if groups[:1] == ("hour",) else "received DESC, "
        grouped = f"GROUP BY {keys} ORDER BY {order}{keys}" if groups else ""
        first = f"{keys}, " if groups else ""
        found = self._rows(f"SELECT {first}{told} FROM temp.figures {grouped}")
        for name, column in MEDIANS.items():
            found_s = self._median(groups, column)
            middle = {tuple(row[key] for key in groups): row["s"] for row in found_s}
            for row in found:
                row[name] = middle.get(tuple(row[key] for key in groups))
        return found

    def _median(self, groups: Sequence[str], column: str) -> list[Row]:
        if not groups:  # the same without windows, which take seven times as long
            many = f"(SELECT count({column}) FROM temp.figures)"
            return self._rows(
                f"SELECT avg({column}) / 1000.0 AS s FROM (SELECT {column} FROM temp.figures"
                f" WHERE {column} IS NOT NULL ORDER BY {column}"
                f" LIMIT 2 - {many} % 2 OFFSET max(0, ({many} - 1) / 2))"
            )
        keys = ", ".join(groups)
        return self._rows(
            f"SELECT {keys}, avg({column}) / 1000.0 AS s FROM (SELECT {keys}, {column},"
            f" row_number() OVER (PARTITION BY {keys} ORDER BY {column}) AS place,"
            f" count(*) OVER (PARTITION BY {keys}) AS many FROM temp.figures"
            f" WHERE {column} IS NOT NULL)"
            f" WHERE place IN ((many + 1) / 2, (many + 2) / 2) GROUP BY {keys}"
        )

    def most(self, column: str, where: str = "", limit: int = 20) -> list[tuple[str, int]]:
        """Return the values of `cause` or `fault` and how often, the most frequent first.

        Args:
            column: of the facts; what is empty does not count.
            where: another column that must be true.
            limit: how many.
        """
        also = f" AND {where}" if where else ""
        found = self._rows(
            f"SELECT {column} AS name, count(*) AS many FROM temp.figures"
            f" WHERE {column} <> ''{also} GROUP BY {column} ORDER BY many DESC, {column} LIMIT ?",
            (limit,),
        )
        return [(str(row["name"]), int(str(row["many"]))) for row in found]

    def _rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        return self._guard.rows(sql, values)
