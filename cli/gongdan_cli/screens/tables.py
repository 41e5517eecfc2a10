"""The other tables: outbox, runs, plugins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .grid import Column, Style, fit, grid, paint
from .times import span, stamp

if TYPE_CHECKING:
    from gongdan.plugins.registry import Plugin
    from gongdan.views import OutboxRow, RunRow

_GOOD = {"ok", "confirmed", "sent"}
_BAD = {"failed", "failing", "refused", "unknown", "lost", "setting", "answered_by_other"}


def outbox_table(
    rows: Sequence[OutboxRow], now: datetime, width: int, words: Words, colour: bool
) -> str:
    """Return what waits, unknown rows on top; both texts under a row where somebody else wrote."""
    if not rows:
        return words("none")
    ordered = sorted(rows, key=lambda row: (row.state != "unknown", row.state != "queued"))
    columns: list[Column[OutboxRow]] = [
        Column(words("col.id"), lambda row: f"#{row.id}", 8, right=True),
        Column(
            words("col.state"),
            lambda row: words.value("state", row.state),
            16,
            style=lambda row: state_style(row.state),
        ),
        Column(words("col.when"), lambda row: outbox_when(row, now, words), 30),
        Column(words("col.ticket"), lambda row: row.ticket, 40, gives=True),
        Column(words("col.kind"), lambda row: words.value("action", row.kind), 10, 70),
        Column(words("col.text"), lambda row: row.text),
    ]
    head, *lines = grid(ordered, columns, width, colour=colour, gap=1).split("\n")
    for index, row in enumerate(ordered):
        lines[index] += "".join(f"\n{line}" for line in _beneath(row, width, words, colour))
    return "\n".join([head, *lines])


def outbox_when(row: OutboxRow, now: datetime, words: Words) -> str:
    """Return when a row goes out, or until when its fate is looked up."""
    if row.state == "unknown" and row.look_until:
        return words("outbox.look", at=words.clock(row.look_until, now))
    if row.state == "queued" and row.not_before and row.not_before > now:
        return words("outbox.at", at=words.clock(row.not_before, now))
    return words.clock(row.updated or row.created, now)


def runs_table(rows: Sequence[RunRow], width: int, words: Words, colour: bool) -> str:
    """Return the ledger, newest first as it comes."""
    if not rows:
        return words("none")
    columns: list[Column[RunRow]] = [
        Column(words("col.id"), lambda row: str(row.id), 8, right=True),
        Column(words("col.when"), lambda row: stamp(row.started)[5:], 14),
        Column(words("col.took"), _took, 8, 60, right=True),
        Column(words("col.shop"), lambda row: row.shop, 20, gives=True),
        Column(
            words("col.outcome"),
            lambda row: words.value("outcome", row.outcome),
            10,
            style=lambda row: state_style(row.outcome),
        ),
        Column(words("col.new"), lambda row: str(row.new), 8, right=True),
        Column(words("col.changed"), lambda row: str(row.changed), 8, right=True),
        Column(words("col.quarantined"), lambda row: str(row.quarantined), 12, 100, right=True),
        Column(words("col.sent"), lambda row: str(row.sent), 8, 100, right=True),
        Column(words("col.requests"), lambda row: str(row.requests), 8, 100, right=True),
        Column(words("col.error"), lambda row: words.error(_run_error(row))),
    ]
    return grid(rows, columns, width, colour=colour, gap=1 if width < 100 else 2)


def plugins_table(rows: Sequence[Plugin], width: int, words: Words, colour: bool) -> str:
    """Return the plugins, one block each: what it brings, or why it does not run."""
    blocks = []
    for plugin in rows:
        head = paint(clean(f"{plugin.name} {plugin.version}"), Style(bold=True), colour=colour)
        lines = [f"{head}  {clean(plugin.source)}"]
        if plugin.error:
            why = words("plugin.broken", why=plugin.error)
            lines.append(paint(f"  {why}", Style("red"), colour=colour))
        for warning in plugin.warnings:
            told = words("plugin.warning", what=warning)
            lines.append(paint(f"  {told}", Style("yellow"), colour=colour))
        for connector in plugin.connectors:
            lines.append(f"  {clean(connector.platform)}, {words('col.api')} {connector.api}")
            for stream in connector.streams:
                kinds = ", ".join(ability.kind for ability in stream.abilities)
                lines.append(fit(f"    {clean(stream.name):14} {clean(kinds)}".rstrip(), width))
        if plugin.hooks:
            lines.append(f"  {words('col.hooks')}: {clean(', '.join(plugin.hooks))}")
        blocks.append("\n".join(lines))
    return "\n".join(blocks) or words("none")


def state_style(state: str) -> Style:
    """Return the colour of a state or outcome."""
    if state in _GOOD:
        return Style("green")
    return Style("red", bold=True) if state in _BAD else Style("yellow")


def _beneath(row: OutboxRow, width: int, words: Words, colour: bool) -> list[str]:
    """Return why a row waits, and both texts where somebody else wrote one."""
    lines = [words.value("because", row.why, words.error(row.why))] if row.why else []
    if row.their_text:
        lines.append(words("show.fact", name=words("outbox.ours"), value=row.text))
        lines.append(words("show.fact", name=words("outbox.theirs"), value=row.their_text))
    return [paint(fit(f"     {line}", width), Style(dim=True), colour=colour) for line in lines]


def _took(row: RunRow) -> str:
    if not row.started or not row.finished:
        return "-"
    length = row.finished - row.started
    seconds = length.total_seconds()
    return f"{seconds:.1f}s" if seconds < 60 else span(length)


def _run_error(row: RunRow) -> str:
    return row.error or row.held_by or "; ".join(row.notes)
