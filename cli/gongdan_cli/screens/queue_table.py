"""The queue as a person reads it: a pure function of its rows, a time and a width."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ..words.table import Words
from . import times
from .grid import Column, Style, grid
from .standing import standing

if TYPE_CHECKING:
    from gongdan.views import QueueRow, ShopRow

# Columns of a screen from which: more is shown; words are written out; all is shown; gaps grow.
MORE, WIDE, MOST, ROOMY = 120, 160, 200, 240
_ENDING = 6  # characters of a ticket id that are shown at least
_SOON = timedelta(hours=2)


def render(
    rows: Sequence[QueueRow], now: datetime, width: int, words: Words, colour: bool, *,
    reasons: str | None = None,
) -> str:  # fmt: skip
    """Return the table of *rows* in their order and a line that counts them.

    No line is wider than *width* cells, and nothing is said by colour alone.

    Args:
        reasons: the sort of the rows, to say why each stands where it stands in place of what was
            said last; None: do not.
    """
    if not rows:
        return words("queue.empty")
    table = grid(
        rows,
        _columns(rows, now, width, words, reasons),
        width,
        colour=colour,
        gap=2 if width >= ROOMY else 1,
    )
    return f"{table}\n\n{counts(rows, now, words)}"


def counts(rows: Sequence[QueueRow], now: datetime, words: Words) -> str:
    """Return how many are shown, late, and due within two hours."""
    dues = [row.due for row in rows if row.due is not None]
    late = sum(due < now for due in dues)
    soon = sum(now <= due <= now + _SOON for due in dues)
    return words("queue.counts", shown=len(rows), late=late, soon=soon)


def freshness(shops: Sequence[ShopRow], now: datetime, words: Words) -> str:
    """Return when the shops were last read, and which are not up to date."""
    read = [row.last_good for row in shops if row.last_good is not None]
    if not read:
        return words("queue.never")
    behind = ", ".join(row.alias for row in shops if row.state != "ok")
    at = words.clock(max(read), now)
    return words("queue.behind", at=at, shops=behind) if behind else words("queue.synced", at=at)


def endings(ids: Sequence[str]) -> dict[str, str]:
    """Return for each ticket id the shortest ending that no other one here has."""
    turned = sorted(id_[::-1] for id_ in set(ids))
    alike = [_alike(one, other) for one, other in pairwise(turned)]
    found = {}
    for backwards, before, after in zip(turned, [0, *alike], [*alike, 0], strict=True):
        own = len(backwards.partition("/")[0])
        size = max(before + 1, after + 1, min(_ENDING, own or _ENDING))
        found[backwards[::-1]] = backwards[:size][::-1]
    return found


def _alike(one: str, other: str) -> int:
    """Return with how many equal characters two texts begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _columns(
    rows: Sequence[QueueRow], now: datetime, width: int, words: Words, reasons: str | None
) -> list[Column[QueueRow]]:
    short = endings([row.id for row in rows])
    wide = width >= WIDE
    told = 0 if reasons is None else ROOMY  # a reason says them, and needs the room
    return [
        Column(words("col.ticket"), lambda row: short[row.id], 24),
        Column(
            words("col.left"),
            lambda row: times.left(row.due, now),
            8,
            right=True,
            style=lambda row: countdown_style(row.due, now),
        ),
        Column(words("col.due"), lambda row: words.clock(row.due, now, dated=wide), 16, told),
        Column(
            words("col.source"),
            lambda row: words.value("source" if wide else "short", row.due_source),
            8,
            least=max(60, told),
            style=lambda _row: Style(dim=True),
        ),
        Column(
            words("col.shop"),
            lambda row: place(row, words, wide),
            28 if wide else 14,
            gives=True,
        ),
        Column(words("col.kind"), lambda row: kind(row, words), 20 if wide else 8, gives=True),
        Column(words("col.turn"), lambda row: _turn(row, words, wide), 8, max(70, told)),
        Column(words("col.status"), lambda row: status(row, words, wide), 10, max(50, told)),
        Column(words("col.sending"), lambda row: words.value("state", row.sending), 14, WIDE),
        Column(words("col.order"), orders, 22, MORE, gives=True, tail=True),
        Column(words("col.buyer"), lambda row: row.buyer, 12, MORE, gives=True),
        Column(words("col.holder"), lambda row: row.holder, 10, MORE, gives=True),
        Column(words("col.marks"), lambda row: _marks(row, words), 18, MORE, gives=True),
        Column(words("col.tags"), lambda row: ",".join(row.tags), 16, MOST, gives=True),
        Column(words("col.breach"), lambda row: row.breach_cost, 20, MOST, gives=True),
        *_words_columns(now, width, words, reasons),
    ]


def _words_columns(
    now: datetime, width: int, words: Words, reasons: str | None
) -> list[Column[QueueRow]]:
    if reasons is not None:
        return [Column(words("col.why"), lambda row: standing(row, now, reasons, words))]
    twin = "" if width >= MORE else "= "
    return [
        Column(words("col.title"), _title, None, MOST),
        Column(
            words("col.last"),
            lambda row: (
                (twin if row.duplicate else "")
                + _beside(row, now, words)
                + _last(row, words, width >= WIDE)
            ),
        ),
    ]


def _marks(row: QueueRow, words: Words) -> str:
    marks = (("duplicate", row.duplicate), ("no_fault", row.no_fault))
    return " ".join(words(f"mark.{name}") for name, on in marks if on)


def countdown_style(due: datetime | None, now: datetime) -> Style:
    """Return the colour of a countdown; its sign says the same."""
    if due is None:
        return Style(dim=True)
    if due < now:
        return Style("red", bold=True)
    if due - now < times.URGENT:
        return Style("bright_red")
    return Style("yellow") if due - now <= times.SOON else Style("green")


def kind(row: QueueRow, words: Words) -> str:
    """Return what a ticket is about: the platform's label, else our category, else the stream."""
    if row.kind_text or row.category in ("", "other"):
        return row.kind_text or words.value("stream", row.stream)
    return words.value("category", row.category)


def turn(row: QueueRow, words: Words) -> str:
    """Return whose turn it is."""
    return words.value("who", row.turn.value) if row.turn else "-"


def status(row: QueueRow, words: Words, wide: bool) -> str:
    """Return the status: of an unknown one the platform's word, with a `?`.

    On a narrow screen what becomes of our reply instead, with a `>`.
    """
    if row.sending and not wide:
        return f">{words.value('state', row.sending)}"
    unknown = row.status.value == "unknown" and row.status_text
    return f"?{row.status_text}" if unknown else words.value("status", row.status.value)


def place(row: QueueRow, words: Words, wide: bool) -> str:
    """Return platform and shop; on a narrow screen two letters or one hanzi of the platform."""
    narrow = words.value("mark", row.platform, row.platform[:2].upper())
    return f"{words.value('platform', row.platform) if wide else narrow} {row.shop}"


def _turn(row: QueueRow, words: Words, wide: bool) -> str:
    if row.turn is None or wide:
        return turn(row, words)
    return words.value("short", row.turn.value, turn(row, words))


def orders(row: QueueRow) -> str:
    """Return the first order's number, and how many more there are."""
    more = f"+{len(row.order_ids) - 1}" if len(row.order_ids) > 1 else ""
    return "".join(row.order_ids[:1]) + more


def _title(row: QueueRow) -> str:
    """Return the title where the last words do not say the same."""
    return "" if not row.last_text or row.title in row.last_text else row.title


def _beside(row: QueueRow, now: datetime, words: Words) -> str:
    """Return that a ticket is to be followed up by now, and how much others still have to do."""
    marks = [words("queue.follow")] if row.follow is not None and row.follow <= now else []
    marks += [words("queue.todos", count=row.todos)] if row.todos else []
    return "".join(f"[{mark}] " for mark in marks)


def _last(row: QueueRow, words: Words, wide: bool) -> str:
    """Return the newest message and who wrote it; on a narrow screen a buyer goes unnamed."""
    if not row.last_text:
        return row.title
    if row.last_who is None or (row.last_who.value == "buyer" and not wide):
        return row.last_text
    return f"{words.value('who', row.last_who.value)}: {row.last_text}"
