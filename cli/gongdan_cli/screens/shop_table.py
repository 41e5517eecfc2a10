"""The shops and their health: a line each, and under what is wrong what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .folding import fold
from .grid import PLAIN, Column, Style, grid, paint
from .tables import state_style
from .times import BEIJING, span

if TYPE_CHECKING:
    from gongdan.views import ShopRow

_OLD = timedelta(hours=1)
_BAD = Style("red", bold=True)


def shops_table(
    rows: Sequence[ShopRow], now: datetime, width: int, words: Words, colour: bool
) -> str:
    """Return the shops and their health.

    `login until` is when a person must authorise the shop again, `!` before it if that is soon.
    `behind` is the data's age: how long ago everything that had changed on the platform is here.
    """
    if not rows:
        return words("shop.none")
    columns: list[Column[ShopRow]] = [
        Column(words("col.shop"), lambda row: row.alias, 20, gives=True),
        Column(words("col.platform"), lambda row: words.value("platform", row.platform), 12),
        Column(words("col.app"), lambda row: row.app, 12, 140),
        Column(words("col.remote_id"), lambda row: row.remote_id, 16, 140),
        Column(words("col.name"), lambda row: row.name, 20, 100, gives=True),
        Column(words("col.groups"), lambda row: " ".join(row.groups), 16, 100, gives=True),
        Column(
            words("col.state"),
            lambda row: words.value("health", row.state),
            14,
            style=lambda row: state_style(row.state),
        ),
        Column(
            words("col.login"), lambda row: _login(row, now), 12,
            style=lambda row: _BAD if row.ending else PLAIN,
        ),
        Column(words("col.good"), lambda row: words.clock(row.last_good, now), 14),
        Column(
            words("col.behind"), lambda row: _behind(row, now), 8, right=True,
            style=lambda row: _BAD if _is_old(row, now) else PLAIN,
        ),
        Column(words("col.open"), lambda row: str(row.open), 6, right=True),
        Column(words("col.queued"), lambda row: str(row.queued), 6, right=True),
        Column(words("col.unknown"), _counted("unknown"), 8, right=True, style=lambda _: _BAD),
        Column(words("col.quarantined"), _counted("quarantined"), 12, 100, right=True),
    ]  # fmt: skip
    head, *lines = grid(rows, columns, width, colour=colour, gap=1 if width < 100 else 2).split(
        "\n"
    )
    for index, row in enumerate(rows):
        lines[index] += "".join(f"\n{line}" for line in _beneath(row, width, words, colour))
    return "\n".join([head, *lines])


def _counted(name: str) -> Callable[[ShopRow], str]:
    """Return a column of figures whose zero is left empty."""
    return lambda row: str(getattr(row, name) or "")


def _login(row: ShopRow, now: datetime) -> str:
    """Return a day, or how long is left where that is short."""
    until = row.authorised_until
    if until is None:
        return "-"
    if not row.ending:
        return f"{until.astimezone(BEIJING):%Y-%m-%d}"
    return f"! {span(until - now)}" if until > now else f"! -{span(now - until)}"


def _is_old(row: ShopRow, now: datetime) -> bool:
    return row.complete_until is not None and now - row.complete_until > _OLD


def _behind(row: ShopRow, now: datetime) -> str:
    if row.complete_until is None:
        return "-"
    return span(max(now - row.complete_until, timedelta(0)))


def _beneath(row: ShopRow, width: int, words: Words, colour: bool) -> Iterator[str]:
    """Yield what is wrong with a shop and what mends it."""
    told = [(words.error(row.error), _remedy(row, words))] if row.error else []
    if row.ending and row.authorised_until:
        at = f"{row.authorised_until.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        told.append((words("shop.ends", at=at), words("todo.login.ends", subject=row.alias)))
    for text, remedy in told:
        for line in (*fold(text, width - 4, ""), *(fold(f"-> {remedy}", width - 4, "  "))):
            yield paint(f"    {line}", Style(dim=True), colour=colour)


def _remedy(row: ShopRow, words: Words) -> str:
    hint = row.hint_zh if words.lang == "zh" else row.hint_en
    if hint:
        return clean(hint)
    state = row.state if row.state in ("setting", "failing") else "failing"
    return words(f"todo.shop.{state}", subject=row.alias)
