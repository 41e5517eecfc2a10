"""One shop's settings: its app's table, its own over it, and the secrets of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec import NODEFAULT

from ..contract import Connector, S
from ..errors import ConfigError
from ..secret import Secret
from .mistakes import told, unknown
from .vault import SECRETS, secret_variable

if TYPE_CHECKING:
    from .settings import Config, ShopConfig

Elsewhere: TypeAlias = Callable[[str, str], Secret | None]


def settings_of(
    config: Config, shop: ShopConfig, connector: Connector[S], elsewhere: Elsewhere | None
) -> S:
    """Return what a shop is set up with; see `Config.settings`."""
    fields = msgspec.structs.fields(connector.settings)
    hidden = {field.name for field in fields if field.type is Secret}
    plain = {field.name for field in fields} - hidden
    values: dict[str, object] = {}
    for table, options in _tables(config, shop):
        for name in options:
            _check_option(config, table, name, plain, hidden)
        values.update(options)
    values.update(_secrets(config, shop, plain, hidden, elsewhere))
    for field in fields:
        required = field.default is NODEFAULT and field.default_factory is NODEFAULT
        if required and field.name not in values:
            raise _missing(config, shop, field.name, is_secret=field.name in hidden)
    return _converted(config, shop, connector.settings, values)


def _tables(config: Config, shop: ShopConfig) -> Iterator[tuple[str, Mapping[str, object]]]:
    if shop.app:
        yield f"apps.{shop.app}", config.apps[shop.app].options
    yield f"shops.{shop.alias}", shop.options


def _check_option(config: Config, table: str, name: str, plain: set[str], hidden: set[str]) -> None:
    if name in hidden:
        owner = table.partition(".")[2]
        raise ConfigError(
            f"{config.path}: [{table}] {name} is a secret and must not stand here: "
            f"{_place(config, owner, name)}"
        )
    if name not in plain:
        raise unknown(name, f"[{table}]", config.path, plain)


def _secrets(
    config: Config,
    shop: ShopConfig,
    plain: set[str],
    hidden: set[str],
    elsewhere: Elsewhere | None,
) -> dict[str, Secret]:
    """Return the secrets that are given: the shop's before the app's, the environment's first."""
    found: dict[str, Secret] = {}
    for owner in filter(None, (shop.alias, shop.app)):
        given = config.secrets.get(owner, {})
        for name in sorted(given.keys() - hidden):
            raise _no_secret(config, owner, name, plain, hidden)
        for name in hidden - found.keys():
            value = config.variables.get(secret_variable(owner, name)) or given.get(name)
            value = value or (elsewhere(owner, name) if elsewhere else None)
            if value:
                found[name] = value
    return found


def _no_secret(
    config: Config, owner: str, name: str, plain: set[str], hidden: set[str]
) -> ConfigError:
    path = config.path.with_name(SECRETS)
    if name in plain:
        return ConfigError(f"{path}: [{owner}] {name} is no secret: it belongs into {config.path}")
    return unknown(name, f"[{owner}]", path, hidden)


def _missing(config: Config, shop: ShopConfig, name: str, *, is_secret: bool) -> ConfigError:
    table = f"apps.{shop.app}" if shop.app else f"shops.{shop.alias}"
    fix = f'add {name} = "…" to [{table}]'
    if is_secret:  # a token opens one shop; every other secret is the app's
        fix = _place(config, shop.alias if name == "token" else shop.app or shop.alias, name)
    return ConfigError(f"{config.path}: shop {shop.alias} lacks {name}: {fix}")


def _place(config: Config, owner: str, name: str) -> str:
    """Say where a secret is to be put."""
    path = config.path.with_name(SECRETS)
    return f'set {secret_variable(owner, name)}, or write {name} = "…" under [{owner}] in {path}'


def _converted(config: Config, shop: ShopConfig, kind: type[S], values: Mapping[str, object]) -> S:
    try:
        return msgspec.convert(values, kind, dec_hook=lambda _type, value: value)
    except msgspec.ValidationError as error:
        said = told(error)
        in_app = shop.app and re.split(r"[.:[]", said)[0] not in shop.options
        table = f"apps.{shop.app}" if in_app else f"shops.{shop.alias}"
        raise ConfigError(f"{config.path}: [{table}] {said}") from error
