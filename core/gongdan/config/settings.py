"""What a person set up: gongdan.toml, and the secrets beside it or in the environment.

    [gongdan]                 # all of it may be left out
    undo_s = 60
    [apps.dy]                 # one app key, one secret, one rate budget
    platform = "douyin"
    app_key = "68…"
    [shops.main]              # the alias
    app = "dy"                # a shop without an app names its platform itself
    remote_id = "77977"

A connector's own settings stand in the app's table, the shop's over it; its fields of type Secret
never do: `GONGDAN_<APP OR SHOP>_<FIELD>`, else secrets.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from ..contract import Connector, S
from ..errors import ConfigError, NotFound
from ..secret import Secret
from .grouping import groups, with_defaults
from .mistakes import instead, told, unknown
from .shopsettings import Elsewhere, settings_of
from .tomlfile import document_of, text_of
from .vault import SECRETS, read_secrets, secret_variable

NAME = "gongdan.toml"
_ALIAS = re.compile(r"[a-z0-9_-]+")
_APP_KEYS = ("platform",)
_TABLES = (
    "gongdan", "apps", "shops", "groups", "defaults", "calendars", "levels", "alerts", "drafts",
)  # fmt: skip
_SHOP_KEYS = (
    "app", "platform", "remote_id", "name", "group", "money", "authorised_until", "rules",
    "inbox",
)  # fmt: skip
_CHINA = timezone(timedelta(hours=8))  # a date that people write is one of Beijing's
Table: TypeAlias = Mapping[str, object]


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[gongdan]`.

    Attributes:
        undo_s: seconds in which an action can still be taken back.
        first_days: how far back the first sync reads.
        threads: shops read at once.
        lease_s: seconds after which a run that gives no sign is taken for dead.
        keep_days: how long the words of a ticket stay after it was closed; 0: for ever.
        keep_raw_days: how long what platforms sent of it stays byte for byte; 0: for ever.
        order_facts: whether a sync reads the orders behind tickets as well.
        keep_pictures: whether pictures whose addresses end are fetched and kept.
        picture_hosts: hosts that they may be fetched from, shell patterns.
        chores_s: seconds that a sync spends at most on telling what tickets are about, and as many
            on the search index; the rest is done later.
    """

    undo_s: Annotated[int, Meta(ge=0, le=86_400)] = 60
    first_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    threads: Annotated[int, Meta(ge=1, le=256)] = 8
    lease_s: Annotated[int, Meta(ge=40, le=3600)] = 120  # longer than any one request
    keep_days: Annotated[int, Meta(ge=0, le=36_500)] = 0
    keep_raw_days: Annotated[int, Meta(ge=0, le=36_500)] = 0
    order_facts: bool = True
    keep_pictures: bool = True
    picture_hosts: tuple[str, ...] = ("*",)  # which these are is stated by no platform
    chores_s: Annotated[int, Meta(ge=0, le=3600)] = 10


class AppConfig(Struct, frozen=True, kw_only=True):
    """One `[apps.NAME]`; *options* are its connector's own."""

    name: str
    platform: str
    options: Table = {}


class ShopConfig(Struct, frozen=True, kw_only=True):
    """One `[shops.ALIAS]`; *options* are its connector's own.

    Attributes:
        app: name of its app, "" if it has none.
        name: for display.
        group: what it is in, see `grouping`.
        money: whether actions that move money may be queued.
        inbox: a folder that sync takes ticket files from, beside the settings; "" is none.
        authorised_until: when what a person pasted as its token ends, as the platform told them.
        rules: deadline rules of the platform that this shop reads otherwise, by rule id.
    """

    alias: str
    platform: str
    remote_id: str
    app: str = ""
    name: str = ""
    group: object = ()
    money: bool = False
    inbox: str = ""
    authorised_until: datetime | None = None
    rules: Table = {}
    options: Table = {}


class Config(Options, frozen=True, kw_only=True):
    """All that is set up, the options of `[gongdan]` too.  Shops are in the order of the file."""

    path: Path
    store_path: Path
    apps: Mapping[str, AppConfig] = {}
    shops: Mapping[str, ShopConfig] = {}
    groups: Mapping[str, tuple[str, ...]] = {}  # aliases by name, in the order of the shops
    calendars: Table = {}  # by name, each as `gongdan.sla.Calendar.from_dict` takes it
    levels: object = None  # [[levels]], as `gongdan.escalation.read_levels` takes it
    alerts: object = None  # [[alerts]], as `gongdan.alerts.read_robots` takes it
    drafts: object = None  # [drafts], as `gongdan.proposing.read_drafts` takes it
    variables: Mapping[str, Secret] = {}  # GONGDAN_…
    secrets: Mapping[str, Mapping[str, Secret]] = {}  # secrets.toml, by owner and field

    def shop(self, alias: str) -> ShopConfig:
        """Return the shop of an alias.

        Raises:
            NotFound: there is none; the message says which is closest, or which there are.
        """
        if alias in self.shops:
            return self.shops[alias]
        meant = instead(alias, self.shops) if self.shops else "'gongdan shop add' adds one"
        raise NotFound(f"no shop {alias!r} in {self.path}; {meant}")

    def settings(
        self, alias: str, connector: Connector[S], elsewhere: Elsewhere | None = None
    ) -> S:
        """Return what the shop is set up with, as its connector's own type.

        Args:
            alias: of a shop of that connector's platform.
            elsewhere: where else a secret of (owner, field) may be: the hook `gongdan_secret`.

        Raises:
            ConfigError: an option that is not known, missing, or of a wrong type: the message names
                it, the file and the fix.
        """
        return settings_of(self, self.shop(alias), connector, elsewhere)


def load(path: Path | None, env: Mapping[str, str]) -> Config:
    """Read the settings: *path*, else $GONGDAN_CONFIG, else ./gongdan.toml.

    Raises:
        ConfigError: the file is not there, not TOML (with line and column), or something in it is
            wrong; secrets.toml may be read by others.
    """
    path = path or Path(env.get("GONGDAN_CONFIG") or NAME)
    if not path.exists():
        raise ConfigError(f"{path}: no such file; run 'gongdan init'")
    config = parse(path, text_of(path))
    variables = {name: Secret(value) for name, value in env.items() if name.startswith("GONGDAN_")}
    secrets = read_secrets(path.with_name(SECRETS))
    return msgspec.structs.replace(config, variables=variables, secrets=secrets)


def parse(path: Path, text: str) -> Config:
    """Return what *text*, of the file at *path*, sets up, without secrets.

    Raises:
        ConfigError: as `load`.
    """
    document = document_of(path, text)
    for name in document:
        if name not in _TABLES:
            raise unknown(name, "top level", path, _TABLES)
    apps = {name: _app(path, name, table) for name, table in _tables(path, document, "apps")}
    shops = {
        alias: _shop(path, alias, table, apps, document)
        for alias, table in _tables(path, document, "shops")
    }
    _check_twins(path, shops.values())
    return Config(
        path=path,
        store_path=path.with_name("gongdan.db"),
        apps=apps,
        shops=shops,
        groups=groups(path, document, ((alias, shop.group) for alias, shop in shops.items())),
        levels=document.get("levels"),
        alerts=document.get("alerts"),
        drafts=document.get("drafts"),
        calendars=dict(_tables(path, document, "calendars")),
        **msgspec.structs.asdict(_options(path, document.get("gongdan", {}))),
    )


def _tables(path: Path, document: Table, kind: str) -> Iterable[tuple[str, Table]]:
    """Yield the tables of `[apps.…]` or `[shops.…]` by name."""
    group = document.get(kind, {})
    if not isinstance(group, dict):
        raise ConfigError(f"{path}: {kind} must be tables: [{kind}.NAME]")
    for name, table in group.items():
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: [{kind}] {name}: expected a table [{kind}.NAME]")
        if not _ALIAS.fullmatch(name):
            raise ConfigError(f"{path}: [{kind}.{name}]: use only a-z, 0-9, - and _ in its name")
        yield name, table


def _app(path: Path, name: str, table: Table) -> AppConfig:
    platform = _word(path, f"apps.{name}", table, "platform")
    if not platform:
        raise ConfigError(f'{path}: [apps.{name}] lacks platform: add platform = "…"')
    options = {key: value for key, value in table.items() if key not in _APP_KEYS}
    return AppConfig(name=name, platform=platform, options=options)


def _shop(
    path: Path, alias: str, table: Table, apps: Mapping[str, AppConfig], document: Table
) -> ShopConfig:
    at = f"shops.{alias}"
    app = _word(path, at, table, "app")
    if app and app not in apps:
        said = f"[{at}] app = {app!r}: there is no [apps.{app}]; {instead(app, apps)}"
        raise ConfigError(f"{path}: {said}")
    platform = _word(path, at, table, "platform") or (apps[app].platform if app else "")
    if not platform:
        raise ConfigError(f'{path}: [{at}] lacks app: add app = "…", or platform = "…"')
    if app and platform != apps[app].platform:
        raise ConfigError(
            f"{path}: [{at}] platform = {platform!r}, but its app {app} is of "
            f"{apps[app].platform!r}: leave platform out"
        )
    remote_id = _word(path, at, table, "remote_id")
    if not remote_id:
        raise ConfigError(f"{path}: [{at}] lacks remote_id: add the platform's own id of the shop")
    table = with_defaults(path, document, platform, table)
    money = table.get("money", False)
    if not isinstance(money, bool):
        raise ConfigError(f"{path}: [{at}] money: expected true or false")
    rules = table.get("rules", {})
    if not isinstance(rules, dict):
        raise ConfigError(f"{path}: [{at}] rules: expected a table [{at}.rules]")
    return ShopConfig(
        alias=alias,
        platform=platform,
        remote_id=remote_id,
        app=app,
        name=_word(path, at, table, "name"),
        group=table.get("group", []),
        money=money,
        inbox=_word(path, at, table, "inbox"),
        authorised_until=_until(path, at, table.get("authorised_until")),
        rules=rules,
        options={key: value for key, value in table.items() if key not in _SHOP_KEYS},
    )


def _word(path: Path, at: str, table: Table, key: str) -> str:
    """Return a text, a whole number as its text, "" if it is not there."""
    value = table.get(key, "")
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value).strip()
    raise ConfigError(f"{path}: [{at}] {key}: expected text in quotes")


def _until(path: Path, at: str, value: object) -> datetime | None:
    """Return when a day is over in China, or a moment, which without a zone is Beijing's."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:
            value = ""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=_CHINA)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time.max.replace(microsecond=0), _CHINA).astimezone(UTC)
    if value is None:
        return None
    raise ConfigError(f"{path}: [{at}] authorised_until: expected a date, such as 2027-05-01")


def _options(path: Path, table: object) -> Options:
    if isinstance(table, dict):
        for name in table:
            if name not in Options.__struct_fields__:
                raise unknown(name, "[gongdan]", path, Options.__struct_fields__)
    try:
        return msgspec.convert(table, Options)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: [gongdan] {told(error)}") from error


def _check_twins(path: Path, shops: Iterable[ShopConfig]) -> None:
    """Refuse two shops that are one on the platform, or whose secrets would be one."""
    by_id: dict[tuple[str, str], str] = {}
    by_variable: dict[str, str] = {}
    for shop in shops:
        twin = by_id.setdefault((shop.platform, shop.remote_id), shop.alias)
        if twin != shop.alias:
            raise ConfigError(
                f"{path}: [shops.{twin}] and [shops.{shop.alias}] are one shop: both have "
                f"remote_id {shop.remote_id} of {shop.platform}; remove one"
            )
        other = by_variable.setdefault(secret_variable(shop.alias, ""), shop.alias)
        if other != shop.alias:
            raise ConfigError(
                f"{path}: [shops.{other}] and [shops.{shop.alias}] would share their secrets "
                f"({secret_variable(shop.alias, 'token')}): rename one"
            )
