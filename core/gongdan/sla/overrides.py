"""A shop's own settings laid over the rules of a platform."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from .calendars import Calendar
from .faults import BadCalendar, BadRule
from .packs import AboveRow, check_rule, read_above, read_target
from .rules import Mode, Rule


class Override(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a shop may change of a rule."""

    mode: Mode | None = None
    target: str | None = None
    min_target: str | None = None
    calendar: str | dict[str, object] | None = None
    above: AboveRow | None = None


def override(
    rules: Iterable[Rule],
    table: Mapping[str, object],
    calendars: Mapping[str, Calendar] | None = None,
    where: str = "sla",
) -> tuple[Rule, ...]:
    """Lay a shop's table over the rules; every dated version of a rule is changed.

        {"douyin.service.normal": {"mode": "window", "target": "20h"}}

    A mode replaces `above` too, unless the table has both: who chooses a mode means it for every
    target.  A target also beats the one that a ticket brings.  What was changed is kept in
    `Rule.overrides` and shown in every explanation.

    Args:
        rules: of all platforms.
        table: rule id to `mode`, `target`, `min_target`, `calendar` (a name or a table),
            `above`.
        calendars: those that `calendar` may name.
        where: what errors call the table.

    Raises:
        BadRule: (a ConfigError and a ValueError) names the rule and the key.
    """
    known = tuple(rules)
    ids = {rule.id for rule in known}
    for rule_id in table:
        if rule_id not in ids:
            close = difflib.get_close_matches(str(rule_id), ids, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise BadRule(f"{where}: no rule is called {rule_id!r}{hint}")
    return tuple(
        _override(rule, table[rule.id], calendars or {}, f"{where}.{rule.id}")
        if rule.id in table
        else rule
        for rule in known
    )


def _override(rule: Rule, data: object, calendars: Mapping[str, Calendar], where: str) -> Rule:
    try:
        wanted = msgspec.convert(data, Override)
    except msgspec.ValidationError as error:
        raise BadRule(f"{where}: {error}") from error
    changes: dict[str, object] = {}
    if wanted.mode is not None:
        changes |= {"mode": wanted.mode, "above": None}
        if wanted.mode is Mode.PLATFORM:
            changes["target"] = None
    if wanted.target is not None:
        changes["target"] = read_target(wanted.target, f"{where}.target")
    if wanted.min_target is not None:
        changes["min_target"] = read_target(wanted.min_target, f"{where}.min_target")
    if wanted.calendar is not None:
        changes["calendar"] = _calendar(wanted.calendar, calendars, f"{where}.calendar")
    if wanted.above is not None:
        changes["above"] = read_above(wanted.above, f"{where}.above")
    recorded = tuple((key, _write(value)) for key, value in msgspec.to_builtins(data).items())
    return check_rule(replace(rule, **changes, overrides=rule.overrides + recorded), where)


def _calendar(
    value: str | dict[str, object], calendars: Mapping[str, Calendar], where: str
) -> Calendar:
    if isinstance(value, str):
        if value not in calendars:
            raise BadRule(f"{where}: no calendar is called {value!r}")
        return calendars[value]
    try:
        return Calendar.from_dict(value)
    except BadCalendar as error:
        raise BadRule(f"{where}: {error}") from error


def _write(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
