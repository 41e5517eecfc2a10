"""Figures as one HTML file that can be mailed: tables, styles inside, nothing to load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .counts import figure_text, group_text
from .times import stamp

if TYPE_CHECKING:
    from gongdan.figures.counting import Report

_CELL = "border:1px solid #ccc;padding:4px 8px;text-align:{align};white-space:nowrap"
_PAGE = (
    "font-family:-apple-system,'PingFang SC','Microsoft YaHei',sans-serif;font-size:14px;"
    "color:#222;margin:16px"
)


def render(report: Report, words: Words) -> str:
    """Return the page.  Everything that came from elsewhere is escaped."""
    span = words("stats.span", since=stamp(report.since)[:16], until=stamp(report.until)[:16])
    title = escape(f"{words('stats.title')} {stamp(report.at)[:16]}")
    lang = "zh-CN" if words.lang == "zh" else "en"
    body = "\n".join(_sections(report, words))
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n"
        f'<body style="{_PAGE}">\n<h1 style="font-size:20px">{title}</h1>\n<p>{escape(span)}</p>\n'
        f"{body}\n</body>\n</html>\n"
    )


def _sections(report: Report, words: Words) -> Iterator[str]:
    from gongdan.figures.figures import FIGURES

    names = [figure.title(words.lang) for figure in FIGURES.values()]
    totals = [
        [name, figure_text(report.total.figures[key], figure.unit), figure.how]
        for name, (key, figure) in zip(names, FIGURES.items(), strict=True)
    ]
    yield _table("", (words("stats.title"), "", words("stats.how")), totals)
    if report.by:
        by = [words.value("by", name) for name in report.by]
        rows = [
            [
                *(group_text(counts, name, words) for name in report.by),
                *(figure_text(counts.figures[key], one.unit) for key, one in FIGURES.items()),
            ]
            for counts in report.groups
        ]
        yield _table(words("stats.groups", by=", ".join(by)), (*by, *names), rows, len(by))
    for key, pairs in (("stats.causes", report.causes), ("stats.faults", report.faults)):
        if pairs:
            yield _table(words(key), ("", ""), [[name, f"{many:,}"] for name, many in pairs])
    if report.handover:
        night = [[stamp(due.due)[:16], due.ticket, due.kind, due.holder] for due in report.handover]
        heads = [words.value("out", name) for name in ("due", "ticket", "kind", "holder")]
        yield _table(words("stats.handover"), heads, night, len(heads))


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """Return a table; the first *texts* columns are texts, the others numbers."""
    lines = [f'<h2 style="font-size:16px">{escape(title)}</h2>'] if title else []
    lines.append('<table style="border-collapse:collapse;margin-bottom:16px">')
    if any(heads):
        lines.append(_row("th", heads, texts))
    lines += [_row("td", row, texts) for row in rows]
    return "\n".join([*lines, "</table>"])


def _row(tag: str, cells: Sequence[str], texts: int) -> str:
    told = []
    for index, text in enumerate(cells):
        align = "left" if index < texts or len(text) > 40 else "right"
        told.append(f'<{tag} style="{_CELL.format(align=align)}">{escape(clean(text))}</{tag}>')
    return f"<tr>{''.join(told)}</tr>"
