"""The progress of a sync on a terminal, and what it came to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from . import output
from .screens.clean import clean
from .words.table import Words

if TYPE_CHECKING:
    from gongdan.desk import Desk
    from gongdan.views import RunRow, SyncReport

    Step: TypeAlias = Callable[[str, RunRow], None]

_GOOD = ("ok", "stopped", "busy", "dry run")
_COUNTS = ("new", "changed", "unchanged", "quarantined", "sent", "failed")


@contextmanager
def progress(
    desk: Desk, shops: Sequence[str], platforms: Sequence[str], words: Words
) -> Iterator[Step | None]:
    """Show how far a sync is, on stderr and only where a person watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    wanted = [
        row
        for row in desk.shops()
        if (not shops or row.alias in shops) and (not platforms or row.platform in platforms)
    ]
    runs: dict[str, RunRow] = {}
    text = TextColumn("{task.description}", markup=False)
    console = Console(stderr=True)
    with Progress(BarColumn(20), text, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=len(wanted))

        def step(alias: str, run: RunRow) -> None:
            runs[alias] = run
            done = sum(run.outcome != "running" for run in runs.values())
            bar.update(task, completed=done, description=_progress(runs, alias, len(wanted), words))

        yield step


def print_report(report: SyncReport, words: Words, as_json: bool, dry_run: bool) -> None:
    """Print what a sync came to: data to stdout, what a person should see to stderr."""
    if not report.shops:
        output.tell(words("shop.none"))
    for note in report.notes:
        output.tell(clean(note))
    if as_json:
        for run in report.shops:
            output.print_json(run)
            if run.outcome not in _GOOD:
                complain(run, words)
        output.print_json(summary(report))
        return
    if dry_run:
        output.say(words("sync.dry", shops=", ".join(run.shop for run in report.shops)))
        return
    good = sum(run.outcome == "ok" for run in report.shops)
    shops = words("sync.shops", ok=good, all=len(report.shops))
    output.say(words("sync.summary", shops=shops, counts=words("sync.counts", **_counts(report))))
    for run in report.shops:
        if run.outcome == "busy":
            output.say(words("sync.held", shop=run.shop, by=run.held_by))
        elif run.outcome not in _GOOD:
            complain(run, words)
    if stopped := [run.shop for run in report.shops if run.outcome == "stopped"]:
        output.say(words("sync.stopped", shops=", ".join(stopped)))


def print_clocks(offsets: Mapping[str, float], words: Words) -> None:
    """Tell on stderr of a platform whose clock is far from this machine's."""
    for app, offset_s in offsets.items():
        output.tell(words("wrong.clock.skewed", subject=app, s=round(offset_s)))
        output.tell(f"  {words('todo.clock.skewed')}")


def summary(report: SyncReport) -> dict[str, object]:
    """Return the last line of `sync --json`: totals, and what each shop came to."""
    shops = {run.shop: msgspec.to_builtins(run) for run in report.shops}
    return {**_counts(report), "shops": shops}


def complain(run: RunRow, words: Words) -> None:
    """Tell on stderr why a shop was not served, and what to do."""
    why = words.error(run.error or "; ".join(run.notes))
    outcome = words.value("outcome", run.outcome)
    output.tell(
        words("sync.row", shop=run.shop, outcome=outcome, why=why)
        if why
        else f"{run.shop}: {outcome}"
    )
    hint = run.hint_zh if words.lang == "zh" else run.hint_en
    if hint and clean(hint) not in why:
        output.tell(f"  {clean(hint)}")


def _counts(report: SyncReport) -> dict[str, int]:
    return {name: getattr(report, name) for name in _COUNTS}


def _progress(runs: dict[str, RunRow], alias: str, total: int, words: Words) -> str:
    done = sum(run.outcome != "running" for run in runs.values())
    new = sum(run.new for run in runs.values())
    changed = sum(run.changed for run in runs.values())
    counts = words("sync.progress", done=done, all=total, new=new, changed=changed)
    return f"{counts}  {clean(words('sync.page', shop=alias, pages=runs[alias].pages))}"
