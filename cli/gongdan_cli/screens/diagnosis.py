"""What the doctor found, in words, and where platform and rules do not agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .folding import fold
from .grid import Column, Style, grid, paint
from .times import stamp

if TYPE_CHECKING:
    from gongdan.upkeep.checkup import Finding
    from gongdan.views import Drift


def render_findings(findings: Sequence[Finding], width: int, words: Words, colour: bool) -> str:
    """Return a line for each, and under what is wrong what to do."""
    lines = []
    for finding in findings:
        style = Style("green") if finding.ok else Style("red", bold=True)
        first, *more = fold(told(finding, words), width - 3, "")
        lines.append(f"{paint('OK' if finding.ok else '!!', style, colour=colour)} {first}")
        lines += [f"   {line}" for line in more]
        if not finding.ok:
            lines += fold(f"-> {remedy(finding, words)}", width, "   ")
    wrong = sum(not finding.ok for finding in findings)
    last = words("doctor.count", count=wrong) if wrong else words("doctor.fine")
    return "\n".join([*lines, "", last])


def finding_facts(finding: Finding, words: Words) -> dict[str, object]:
    """Return a finding for scripts."""
    return {
        "check": finding.check, "subject": finding.subject, "ok": finding.ok,
        "problem": finding.problem, "facts": finding.facts,
        "text": told(finding, words), "todo": "" if finding.ok else remedy(finding, words),
    }  # fmt: skip


def told(finding: Finding, words: Words) -> str:
    """Return what was found."""
    group = "doctor" if finding.ok else "wrong"
    return _said(f"{group}.{finding.check}", finding, words)


def remedy(finding: Finding, words: Words) -> str:
    """Return what to do about a problem: the platform's own hint where there is one."""
    if hint := finding.facts.get(f"hint_{words.lang}"):
        return clean(str(hint))
    return _said(f"todo.{finding.check}", finding, words)


def _said(key: str, finding: Finding, words: Words) -> str:
    key = f"{key}.{finding.problem}" if finding.problem else key
    facts = {name: _local(value) for name, value in finding.facts.items()}
    if "error" in facts:
        facts["error"] = words.error(str(facts["error"]))
    if "probe" in facts:
        facts["probe"] = words(f"probe.{facts['probe']}", at=facts["probed"])
    return words(key, subject=finding.subject, **facts)


def _local(value: str | int) -> str | int:
    """Return a time as people here read it; everything else as it is."""
    if isinstance(value, str) and value[10:11] == "T":
        return stamp(datetime.fromisoformat(value))
    return value


def drift_table(rows: Sequence[Drift], width: int, words: Words, colour: bool) -> str:
    """Return where platform and rules do not agree, and by rule which mode would fit."""
    if not rows:
        return words("drift.none")
    columns: list[Column[Drift]] = [
        Column(words("col.ticket"), lambda row: row.ticket, 40, gives=True, tail=True),
        Column(words("col.rule"), lambda row: row.rule, 28, 100),
        Column(words("col.theirs"), lambda row: stamp(row.platform)[5:], 14),
        Column(words("col.computed"), lambda row: stamp(row.computed)[5:], 14),
        Column(words("col.difference"), lambda row: difference(row.difference_s), 12, right=True),
        Column(words("col.fits"), lambda row: ", ".join(row.fits) or "-", 20),
    ]
    table = grid(rows, columns, width, colour=colour, gap=1 if width < 100 else 2)
    return f"{table}\n\n" + "\n".join(_verdicts(rows, words))


def difference(seconds: int) -> str:
    """Return ours minus the platform's: `+3:26:01` is later."""
    return f"{'-' if seconds < 0 else '+'}{timedelta(seconds=abs(seconds))}"


def drift_facts(rows: Sequence[Drift]) -> dict[str, object]:
    """Return the summary for scripts: by rule how many differ, and how many each mode fits."""
    return {
        "rules": {
            rule: {"count": count, "fits": fits} for rule, (count, fits) in _by_rule(rows).items()
        }
    }


def _verdicts(rows: Sequence[Drift], words: Words) -> list[str]:
    lines = []
    for rule, (count, fits) in _by_rule(rows).items():
        for mode, fitting in fits.items():
            lines.append(words("drift.rule", rule=rule, fits=fitting, count=count, mode=mode))
        if not fits:
            lines.append(words("drift.unfit", rule=clean(rule), count=count))
    return lines


def _by_rule(rows: Sequence[Drift]) -> dict[str, tuple[int, dict[str, int]]]:
    counts = Counter(row.rule for row in rows)
    return {
        rule: (count, dict(Counter(fit for row in rows if row.rule == rule for fit in row.fits)))
        for rule, count in counts.items()
    }
