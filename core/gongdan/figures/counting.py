"""Count what was done: the figures of a span, by group, with root causes and who was at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from ..config.mistakes import instead
from ..errors import ConfigError
from ..files.masking import mask_text
from ..store.figures import GROUPS
from ..views import QueueFilter
from .figures import FIGURES

if TYPE_CHECKING:
    from ..desk import Desk

Value: TypeAlias = int | float | None
NIGHT = 100  # lines of the hand-over


class Counts(Struct, frozen=True):
    """One group: its names by group, and every figure of `FIGURES` by name.

    A count is a whole number, a share from 0 to 1, a span in seconds; None: nothing to count.
    """

    group: Mapping[str, str | int]
    figures: Mapping[str, Value]


class Due(Struct, frozen=True):
    """A ticket that falls due while nobody works."""

    ticket: str
    kind: str
    holder: str
    due: datetime | None


class Report(Struct, frozen=True, kw_only=True):
    """The figures of the tickets that were made from *since* until before *until*.

    Attributes:
        by: what it is grouped by, of GROUPS.
        total: of all groups; groups: the largest first.
        causes: root causes that were noted when tickets were finished, and how often.
        faults: whose fault a lost arbitration was, in the platforms' words, and how often.
        handover: what falls due between 21:00 and 09:00 next.
    """

    since: datetime
    until: datetime
    at: datetime
    by: tuple[str, ...]
    total: Counts
    groups: tuple[Counts, ...] = ()
    causes: tuple[tuple[str, int], ...] = ()
    faults: tuple[tuple[str, int], ...] = ()
    handover: tuple[Due, ...] = ()


def count(desk: Desk, since: datetime, until: datetime, by: Sequence[str] = ()) -> Report:
    """Return the figures of a span.

    What was over before its shop was first read is nobody's breach: it is neither on time nor late.

    Raises:
        ConfigError: there is no such group, or the span ends before it begins.
    """
    for name in by:
        if name not in GROUPS:
            raise ConfigError(f"cannot count by {name!r}; {instead(name, GROUPS)}")
    if until <= since:
        raise ConfigError("the span ends before it begins")
    desk.reindex()
    now, groups = desk.now(), tuple(dict.fromkeys(by))
    with desk.store.figures.over(since, until, now) as counted:
        (total,) = counted.by(())
        found = counted.by(groups) if groups else []
        causes = [(mask_text(cause), many) for cause, many in counted.most("cause")]
        faults = counted.most("fault", "lost")
    night = desk.queue(QueueFilter(lane="handover", limit=NIGHT))
    return Report(
        since=since, until=until, at=now, by=groups, total=_counts(total, ()),
        groups=tuple(_counts(row, groups) for row in found),
        causes=tuple(causes), faults=tuple(faults),
        handover=tuple(Due(row.id, row.kind_text, row.holder, row.due) for row in night),
    )  # fmt: skip


def _counts(row: Mapping[str, object], groups: Sequence[str]) -> Counts:
    names = {group: value for group in groups if isinstance(value := row[group], str | int)}
    return Counts(names, {name: _value(row[name], figure.unit) for name, figure in FIGURES.items()})


def _value(value: object, unit: str) -> Value:
    if isinstance(value, int | float):
        return value
    return 0 if unit == "count" else None  # a sum over nothing
