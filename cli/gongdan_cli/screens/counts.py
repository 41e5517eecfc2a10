"""Figures on a terminal: one ticket count after the other, or a line a group."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .grid import Column, Style, grid, paint
from .times import span, stamp

if TYPE_CHECKING:
    from gongdan.figures.counting import Counts, Report, Value
    from gongdan.figures.figures import Unit

# Figures of a group, and the width of the screen from which each is shown.
SHOWN = (
    ("received", 0), ("done", 0), ("on_time_rate", 0), ("late", 0), ("late_s", 100),
    ("first_response_median_s", 70), ("handling_median_s", 90), ("reopened", 110),
    ("sent_back", 120), ("refused", 130), ("unresolved", 140), ("arbitration_lost", 150),
    ("reply_failures", 100), ("off_hours", 160),
)  # fmt: skip


def figure_text(value: Value, unit: Unit) -> str:
    """Return a figure as people read it: 1,234; 97.5%; 2h05m; `-` where there is none."""
    if value is None:
        return "-"
    if unit == "share":
        return f"{value:.1%}"
    if unit == "span":
        return f"{value:.0f}s" if value < 60 else span(timedelta(seconds=value))
    return f"{value:,}"


def group_text(counts: Counts, name: str, words: Words) -> str:
    """Return what a group is called."""
    value = counts.group[name]
    if name == "hour":
        return f"{value:02}:00"
    return words.value(name, str(value), str(value)) if value else words("stats.empty")


def report_text(report: Report, width: int, words: Words, colour: bool) -> str:
    """Return a report as tables."""
    bold = Style(bold=True)

    def heading(text: str) -> str:
        return paint(text, bold, colour=colour)

    span_ = words("stats.span", since=stamp(report.since)[:16], until=stamp(report.until)[:16])
    if not report.total.figures["received"]:
        return f"{span_}\n{words('stats.none')}"
    table = _groups if report.by else _total
    tables = [heading(span_), table(report, width, words, colour)]
    for key, pairs in (("stats.causes", report.causes), ("stats.faults", report.faults)):
        if pairs:
            lines = [f"{many:>6}  {clean(name)}" for name, many in pairs]
            tables.append("\n".join([heading(words(key)), *lines]))
    if report.handover:
        night = [
            (stamp(due.due)[5:16], clean(due.ticket), clean(due.kind), clean(due.holder))
            for due in report.handover
        ]
        lines = ["  ".join(filter(None, parts)) for parts in night]
        tables.append("\n".join([heading(words("stats.handover")), *lines]))
    return "\n\n".join(tables)


def _total(report: Report, width: int, words: Words, colour: bool) -> str:
    from gongdan.figures.figures import FIGURES

    figures = list(FIGURES.items())
    columns = [
        Column[tuple[str, str]](words("stats.title"), lambda pair: pair[0], 32),
        Column[tuple[str, str]]("", lambda pair: pair[1], 14, right=True),
    ]
    rows = [
        (figure.title(words.lang), figure_text(report.total.figures[name], figure.unit))
        for name, figure in figures
    ]
    return grid(rows, columns, width, colour=colour)


def _groups(report: Report, width: int, words: Words, colour: bool) -> str:
    from gongdan.figures.figures import FIGURES

    def named(name: str) -> Column[Counts]:
        return Column(
            words.value("by", name), lambda row: group_text(row, name, words), 24, gives=True
        )

    def counted(name: str, least: int) -> Column[Counts]:
        figure = FIGURES[name]
        return Column(
            figure.title(words.lang), lambda row: figure_text(row.figures[name], figure.unit),
            22, least, right=True,
        )  # fmt: skip

    columns = [*map(named, report.by), *(counted(name, least) for name, least in SHOWN)]
    return grid(report.groups, columns, width, colour=colour, gap=1 if width < 100 else 2)
