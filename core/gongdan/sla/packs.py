"""Rule packs: the TOML files in which a connector keeps a platform's deadline rules.

    platform = "douyin"

    [calendars.service]
    tz = "Asia/Shanghai"
    week = { mon = [["09:00", "21:00"]], ... }

    [[rules]]
    id = "douyin.service.urgent"
    streams = ["service"]
    when = ["urgent"]
    target = "2h"
    mode = "window"
    calendar = "service"
    source = "R43, 000:59"

The other keys of a row are the fields of `Rule`, durations as text ("2h").
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from .calendars import Calendar
from .durations import parse_duration
from .faults import BadRule, BadTime
from .rules import Above, Breach, Confidence, Mode, Rule, Words

_T = TypeVar("_T")
_R = TypeVar("_R")


class AboveRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`Above` as a pack writes it."""

    target: str
    modes: tuple[Mode, ...]
    confidence: Confidence = "low"


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`Rule` as a pack writes it."""

    id: str
    streams: tuple[str, ...]
    calendar: str
    source: str
    mode: Mode
    when: tuple[str, ...] = ()
    otherwise: bool = False
    clock: Literal["handling", "first_response"] = "handling"
    target: str | None = None
    since: date | None = None
    until: date | None = None
    done: Literal["answered", "closed"] = "answered"
    breach: Breach = Breach.NONE
    breach_cost: Words = Words()
    min_target: str | None = None
    above: AboveRow | None = None
    confidence: Confidence = "high"


def load_rules(text: str, file: str = "rules.toml") -> tuple[Rule, ...]:
    """Read a rule pack, in its order.

    Args:
        text: of the file; reading it is the caller's (`importlib.resources`).
        file: what errors call it.

    Raises:
        BadRule: (a ConfigError and a ValueError) names file, row and key.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRule(f"{file}: not TOML: {error}") from error
    for key in data:
        if key not in ("platform", "calendars", "rules"):
            raise BadRule(f"{file}: unknown key {key!r}; expected platform, calendars, rules")
    platform = data.get("platform")
    if not isinstance(platform, str) or not platform:
        raise BadRule(f"{file}: platform: expected a name such as 'douyin', got {platform!r}")
    calendars = load_calendars(data.get("calendars", {}), file)
    rows = data.get("rules", [])
    if not isinstance(rows, list):
        raise BadRule(f"{file}: rules: expected [[rules]], got {rows!r}")
    rules = tuple(
        _read_rule(row, platform, calendars, f"{file}: {_name_row(row, number)}")
        for number, row in enumerate(rows, start=1)
    )
    _refuse_overlaps(rules, file)
    return rules


def load_calendars(data: object, file: str) -> dict[str, Calendar]:
    """Read a table of calendars by name.

    Raises:
        BadRule: names the file and the calendar.
    """
    if not isinstance(data, Mapping):
        raise BadRule(f"{file}: calendars: expected a table, got {data!r}")
    calendars = {}
    for name, table in data.items():
        try:
            calendars[name] = Calendar.from_dict(table)
        except ValueError as error:
            raise BadRule(f"{file}: calendars.{name}: {error}") from error
    return calendars


def read_target(text: str, where: str) -> timedelta:
    """Read a duration that must be longer than nothing.

    Raises:
        BadRule: names *where*.
    """
    try:
        target = parse_duration(text)
    except BadTime as error:
        raise BadRule(f"{where}: {error}") from error
    if not target:
        raise BadRule(f"{where}: a target must be longer than nothing, got {text!r}")
    return target


def read_above(row: AboveRow, where: str) -> Above:
    """Read the part of a rule for long targets.

    Raises:
        BadRule: names *where*.
    """
    if not row.modes or Mode.PLATFORM in row.modes:
        raise BadRule(f"{where}.modes: expected some of window, roll, wall, got {list(row.modes)}")
    return Above(read_target(row.target, f"{where}.target"), row.modes, row.confidence)


def check_rule(rule: Rule, where: str) -> Rule:
    """Give the rule back if its parts fit together.

    Raises:
        BadRule: names *where* and the key.
    """
    if rule.mode is Mode.PLATFORM and (rule.target or rule.above):
        raise BadRule(f"{where}: target: mode 'platform' computes nothing; leave it out")
    if rule.clock == "first_response" and rule.target is None:
        raise BadRule(f"{where}: target: missing")
    if rule.since is not None and rule.until is not None and rule.since >= rule.until:
        raise BadRule(f"{where}: until: {rule.until} is not after since, {rule.since}")
    return rule


def _read_rule(data: object, platform: str, calendars: Mapping[str, Calendar], where: str) -> Rule:
    try:
        row = msgspec.convert(data, Row)
    except msgspec.ValidationError as error:
        raise BadRule(f"{where}: {error}") from error
    if row.calendar not in calendars:
        raise BadRule(f"{where}: calendar: none is called {row.calendar!r}")
    fields = {name: getattr(row, name) for name in Row.__struct_fields__}
    fields |= {
        "platform": platform,
        "calendar": calendars[row.calendar],
        "target": _optional(row.target, read_target, f"{where}: target"),
        "min_target": _optional(row.min_target, read_target, f"{where}: min_target"),
        "above": _optional(row.above, read_above, f"{where}: above"),
    }
    return check_rule(Rule(**fields), where)


def _optional(value: _T | None, read: Callable[[_T, str], _R], where: str) -> _R | None:
    return None if value is None else read(value, where)


def _name_row(row: object, number: int) -> str:
    name = row.get("id") if isinstance(row, dict) else None
    return f"rule {number} ({name})" if isinstance(name, str) else f"rule {number}"


def _refuse_overlaps(rules: tuple[Rule, ...], file: str) -> None:
    seen: dict[str, list[Rule]] = {}
    for rule in rules:
        for other in seen.setdefault(rule.id, []):
            starts = max(rule.since or date.min, other.since or date.min)
            if starts < min(rule.until or date.max, other.until or date.max):
                raise BadRule(f"{file}: two rules {rule.id!r} hold on {starts}; give them dates")
        seen[rule.id].append(rule)
