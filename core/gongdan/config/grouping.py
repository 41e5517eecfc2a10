"""What many shops have in common: groups, and what counts where a shop says nothing.

[groups]
vip = ["main", "tm"]      # or, in a shop's own table: group = "vip night", blanks between
[defaults]
money = true
[defaults.rules."douyin.service.normal"]
mode = "roll"
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias, cast

from ..errors import ConfigError, NotFound
from .mistakes import instead, unknown

Table: TypeAlias = Mapping[str, object]
_NAME = re.compile(r"[\w-]+")  # Chinese too: nobody makes an environment variable of it
_DEFAULTS = ("group", "money", "rules")


def with_defaults(path: Path, document: Table, platform: str, table: Table) -> Table:
    """Return a shop's table with `[defaults]` under it; of rules those of its platform.

    Raises:
        ConfigError: there is something in `[defaults]` that is no default.
    """
    defaults = document.get("defaults", {})
    if not isinstance(defaults, dict):
        raise ConfigError(f"{path}: defaults must be a table: [defaults]")
    for name in defaults:
        if name not in _DEFAULTS:
            raise unknown(name, "[defaults]", path, _DEFAULTS)
    rules, own = defaults.get("rules", {}), table.get("rules", {})
    if not isinstance(rules, dict):
        raise ConfigError(f"{path}: [defaults] rules: expected a table [defaults.rules]")
    merged = {**defaults, **table}
    if isinstance(own, dict):  # else its own error is told
        mine = {key: rule for key, rule in rules.items() if key.partition(".")[0] == platform}
        merged["rules"] = {
            key: _over(mine.get(key, {}), own.get(key, {})) for key in {**mine, **own}
        }
    return merged


def _over(default: object, own: object) -> object:
    both = isinstance(default, dict) and isinstance(own, dict)
    return {**cast(Table, default), **cast(Table, own)} if both else own or default


def groups(
    path: Path, document: Table, named: Iterable[tuple[str, object]]
) -> dict[str, tuple[str, ...]]:
    """Return the aliases of every group, in the order of the shops.

    Args:
        path: of the settings file.
        document: all of it.
        named: of every shop its alias, and what stands under `group` there.

    Raises:
        ConfigError: a group names a shop that there is not, or is no list of texts.
    """
    found: dict[str, dict[str, None]] = {}
    shops = dict(named)
    for alias, names in shops.items():
        at = f"[shops.{alias}] group"
        for name in _texts(path, at, names.split() if isinstance(names, str) else names):
            found.setdefault(_good(path, name), {})[alias] = None
    table = document.get("groups", {})
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: groups must be a table: [groups]")
    for name, members in table.items():
        group = found.setdefault(_good(path, name), {})
        for alias in _texts(path, f"[groups] {name}", members):
            if alias not in shops:
                told = f"[groups] {name}: there is no shop {alias!r}; {instead(alias, shops)}"
                raise ConfigError(f"{path}: {told}")
            group[alias] = None
        if not group:
            raise ConfigError(f"{path}: [groups] {name}: no shop is in it; name some, or remove it")
    return {name: tuple(alias for alias in shops if alias in found[name]) for name in found}


def members(
    path: Path, known: Mapping[str, Collection[str]], wanted: Iterable[str]
) -> tuple[str, ...]:
    """Return the aliases that are in one of the groups *wanted*.

    Raises:
        NotFound: there is no such group, or nobody is in it.
    """
    found: dict[str, None] = {}
    for name in wanted:
        if not known.get(name):
            raise NotFound(f"no group {name!r} with a shop in {path}; {instead(name, known)}")
        found |= dict.fromkeys(known[name])
    return tuple(found)


def _texts(path: Path, at: str, value: object) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ConfigError(f'{path}: {at}: expected a list of texts, ["a", "b"]')
    yield from value


def _good(path: Path, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{path}: group {name!r}: use only letters, digits, - and _ in its name")
    return name
