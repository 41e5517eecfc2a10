"""Deadline rules and what they come to, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ..words.table import Words
from .clean import clean
from .folding import fold
from .grid import Column, Style, grid, paint
from .times import whole_seconds

if TYPE_CHECKING:
    from gongdan.sla import Calendar, Deadline, Mode, Rule

_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def render_deadline(deadline: Deadline, width: int, words: Words, colour: bool) -> str:
    """Return when something is due, and the arithmetic."""
    from gongdan.sla import explain

    due = deadline.due.astimezone(ZoneInfo(deadline.zone))
    text = words(
        "sla.due",
        due=f"{due:%Y-%m-%d %H:%M:%S}",
        zone=deadline.zone,
        mode=_named(deadline.mode, words),
    )
    lines = [paint(text, Style(bold=True), colour=colour)]
    for step in explain(deadline.steps, deadline.zone, words.lang):
        lines += fold(step, width, "  ")
    return "\n".join(lines)


def deadline_facts(deadline: Deadline, words: Words) -> dict[str, object]:
    """Return a deadline for scripts; times are in the rule's zone."""
    from gongdan.sla import explain

    zone = ZoneInfo(deadline.zone)
    return {
        "rule": deadline.rule,
        "start": deadline.start.astimezone(zone).isoformat(),
        "target_s": whole_seconds(deadline.target),
        "due": deadline.due.astimezone(zone).isoformat(),
        "mode": deadline.mode.value,
        "steps": explain(deadline.steps, deadline.zone, words.lang),
    }


def rules_table(rules: Sequence[Rule], width: int, words: Words, colour: bool) -> str:
    """Return the rules in the order in which they are tried."""
    if not rules:
        return words("none")
    columns: list[Column[Rule]] = [
        Column(words("col.rule"), lambda rule: rule.id, 28),
        Column(words("col.target"), lambda rule: _target(rule, words), 20),
        Column(words("col.mode"), lambda rule: _mode(rule, words), 40),
        Column(words("col.hours"), lambda rule: hours(rule.calendar, words), 30, 100, gives=True),
        Column(words("col.dates"), lambda rule: _dates(rule, words), 24, gives=True),
        Column(words("col.written"), lambda rule: rule.source),
    ]
    return grid(rules, columns, width, colour=colour, gap=1 if width < 100 else 2)


def rule_facts(rule: Rule) -> dict[str, object]:
    """Return a rule for scripts."""
    above = rule.above
    return {
        "id": rule.id, "platform": rule.platform, "streams": rule.streams, "when": rule.when,
        "otherwise": rule.otherwise, "clock": rule.clock, "mode": rule.mode,
        "target_s": rule.target and whole_seconds(rule.target),
        "min_target_s": rule.min_target and whole_seconds(rule.min_target),
        "above": above and {"target_s": whole_seconds(above.target), "modes": above.modes,
                            "confidence": above.confidence},
        "calendar": rule.calendar.to_dict(), "since": rule.since, "until": rule.until,
        "done": rule.done, "confidence": rule.confidence, "breach": rule.breach,
        "breach_cost": rule.breach_cost, "source": rule.source,
    }  # fmt: skip


def hours(calendar: Calendar, words: Words) -> str:
    """Return a week's hours, days that are alike together: `Mon-Fri 09:00-18:00`."""
    week = calendar.to_dict()["week"]
    assert isinstance(week, dict)
    days = [" ".join(f"{start}-{end}" for start, end in week.get(key, ())) for key in _KEYS]
    if set(days) == {"00:00-24:00"}:
        return words("sla.always")
    if len(set(days)) == 1:
        return days[0]
    names = _DAYS_ZH if words.lang == "zh" else _DAYS_EN
    told, first = [], 0
    for last in range(7):
        if last == 6 or days[last + 1] != days[first]:
            span = names[first] if first == last else f"{names[first]}-{names[last]}"
            told += [f"{span} {days[first]}"] if days[first] else []
            first = last + 1
    return ", ".join(told)


def _target(rule: Rule, words: Words) -> str:
    from gongdan.sla import format_duration

    if rule.target is not None:
        return format_duration(rule.target)
    if rule.mode.value == "platform":
        return "-"
    if rule.min_target is None:
        return words("sla.own")
    return words("sla.own_least", least=format_duration(rule.min_target))


def _mode(rule: Rule, words: Words) -> str:
    from gongdan.sla import format_duration

    if rule.above is None:
        return _named(rule.mode, words)
    modes = "+".join(_named(mode, words) for mode in rule.above.modes)
    target = format_duration(rule.above.target)
    return words("sla.above", mode=_named(rule.mode, words), target=target, modes=modes)


def _named(mode: Mode, words: Words) -> str:
    from gongdan.sla.wording import MODES

    told = MODES[mode.value]
    return told.zh if words.lang == "zh" else told.en


def _dates(rule: Rule, words: Words) -> str:
    since = words("sla.since", day=f"{rule.since}") if rule.since else ""
    until = words("sla.until", day=f"{rule.until}") if rule.until else ""
    return clean(f"{since} {until}".strip())
