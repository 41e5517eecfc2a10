"""Many shops at once, from a table: `gongdan shop import shops.csv`.

One line a shop, under a header.  Columns may be in any order; what is not needed may be left out:

    alias, platform, remote_id    required
    app, app_key, base_url        its app, and what that is set up with where it is new
    name, group                   several groups with blanks between
    authorised_until              a date, where the platform told one
    token, app_secret, …          a secret of the platform's; kept in secrets.toml
    token_env, app_secret_env, …  the variable that holds it, read now and kept likewise
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from ..errors import ConfigError, GongdanError
from ..plugins.registry import Plugins
from ..secret import Secret
from .mistakes import instead
from .settings import Config, ShopConfig, parse
from .setup import TEMPLATE, text_of_shop
from .tomlfile import replace, text_of
from .vault import SECRETS, owner_of, read_secrets, secret_variable, write_secrets

REQUIRED = ("alias", "platform", "remote_id")
PLAIN = (*REQUIRED, "app", "app_key", "base_url", "name", "group", "authorised_until")
_ENV = "_env"
_MORE = ""  # where what is behind the last column is kept
_ROUNDED = re.compile(r"\d(\.\d+)?E\+\d+", re.I)  # what a spreadsheet makes of a long number
MOST_BYTES = 10_000_000
What = Literal["added", "renewed", "unchanged", "bad"]


class Line(Struct, frozen=True, kw_only=True):
    """What became of one line.

    Attributes:
        line: its number in the file, the header is 1.
        what: added; unchanged; renewed: the shop was there, and a secret of it is new; bad.
        why: of `bad`: what is wrong; no secret in it.
    """

    line: int
    alias: str
    what: What
    why: str = ""


def import_shops(
    path: Path, table: Path, plugins: Plugins, env: Mapping[str, str], *, dry_run: bool = False
) -> list[Line]:
    """Add the shops of a table to the settings; bad lines are told, and the good ones are in.

    What is there already stays as it is, but for secrets that are new.  Nothing is written before
    every line was looked at, and then secrets first.

    Args:
        path: the settings file.
        table: the CSV, UTF-8 or GBK.
        plugins: to know the platforms and their secrets.
        env: where `…_env` columns are looked up.
        dry_run: write nothing.

    Raises:
        ConfigError: it cannot be read, lacks a column or has an unknown one, or holds no line.
    """
    rows = list(_rows(table, plugins))
    text = text_of(path) if path.exists() else TEMPLATE
    sheet = _Sheet(path, text, plugins, env)
    lines = [sheet.take(number, row) for number, row in rows]
    if not lines:
        raise ConfigError(f"{table}: there is no shop in it")
    if not dry_run:
        if sheet.secrets != sheet.held:
            write_secrets(path, sheet.secrets)
        if sheet.text != text:
            parse(path, sheet.text)
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
            replace(path, sheet.text, mode=mode)
    return lines


class _Sheet:
    """The settings as they grow line by line."""

    def __init__(self, path: Path, text: str, plugins: Plugins, env: Mapping[str, str]) -> None:
        self.path, self.text = path, text
        self._plugins, self._env = plugins, env
        config = parse(path, text)
        self._apps, self._shops = dict(config.apps), dict(config.shops)
        self._ids = {(one.platform, one.remote_id): one.alias for one in self._shops.values()}
        self._names = {secret_variable(alias, ""): alias for alias in self._shops}
        self.held = read_secrets(path.with_name(SECRETS))
        self.secrets = {owner: dict(fields) for owner, fields in self.held.items()}

    def take(self, number: int, row: Mapping[str, str]) -> Line:
        """Take one line over, whole or not at all."""
        alias = row["alias"]
        try:
            what = self._add(row)
        except GongdanError as error:
            why = str(error).removeprefix(f"{self.path}: ")
            return Line(line=number, alias=alias, what="bad", why=why)
        return Line(line=number, alias=alias, what=what)

    def _add(self, row: Mapping[str, str]) -> What:
        if row.get(_MORE):
            raise ConfigError("has more values than columns: put quotes around one with a comma")
        for name in REQUIRED:
            if not row[name]:
                raise ConfigError(f"{name} is empty")
        for name in ("remote_id", "app_key"):
            if _ROUNDED.fullmatch(row.get(name, "")):
                raise ConfigError(
                    f"{name} {row[name]}: a spreadsheet has rounded it; make the column text "
                    "and enter it again"
                )
        app = row.get("app") or row["platform"]
        secrets = dict(self._secrets(row, app))
        known = self._shops.get(row["alias"])
        if known is None:
            self._grow(row, app)
        else:
            _check_same(known, row, app)
        renewed = any(
            self.secrets.get(owner, {}).get(field) != value
            for (owner, field), value in secrets.items()
        )
        for (owner, field), value in secrets.items():
            self.secrets.setdefault(owner, {})[field] = value
        return "added" if known is None else "renewed" if renewed else "unchanged"

    def _grow(self, row: Mapping[str, str], app: str) -> None:
        """Add a shop to the text, once it was found good by itself and beside the others."""
        more = {name: row.get(name, "") for name in ("name", "group", "authorised_until")}
        config = Config(path=self.path, store_path=self.path, apps=self._apps, shops=self._shops)
        added = text_of_shop(
            config, alias=row["alias"], platform=row["platform"], remote_id=row["remote_id"],
            app=app, app_key=row.get("app_key", ""), base_url=row.get("base_url", ""), more=more,
        )  # fmt: skip
        lead = f'[apps.{app}]\nplatform = "{row["platform"]}"\n' if app in self._apps else ""
        alone = parse(self.path, lead + added)
        shop = alone.shops[row["alias"]]
        self._check_apart(shop)
        self._shops[shop.alias] = shop
        self._ids[shop.platform, shop.remote_id] = shop.alias
        self._names[secret_variable(shop.alias, "")] = shop.alias
        self._apps = {**alone.apps, **self._apps}
        self.text = f"{self.text.rstrip()}\n\n{added}".lstrip()

    def _check_apart(self, shop: ShopConfig) -> None:
        if other := self._ids.get((shop.platform, shop.remote_id)):
            raise ConfigError(f"remote_id {shop.remote_id} is [shops.{other}] already")
        if other := self._names.get(secret_variable(shop.alias, "")):
            raise ConfigError(f"would share its secrets with [shops.{other}]: rename one")

    def _secrets(
        self, row: Mapping[str, str], app: str
    ) -> Iterator[tuple[tuple[str, str], Secret]]:
        known = secret_fields(self._plugins, row["platform"])
        for name, value in row.items():
            field = name.removesuffix(_ENV)
            if name in (_MORE, *PLAIN) or not value:
                continue
            if field not in known:
                raise ConfigError(f"{row['platform']} has no {field}; leave it empty")
            if name.endswith(_ENV):
                if not self._env.get(value):
                    raise ConfigError(f"{name}: no variable {value!r} is set")
                value = self._env[value]
            yield owner_of(field, app, row["alias"]), Secret(value)


def secret_fields(plugins: Plugins, platform: str) -> set[str]:
    """Return the names of a platform's secrets.

    Raises:
        ConfigError: no plugin serves it.
    """
    settings = plugins.connector(platform).settings
    return {field.name for field in msgspec.structs.fields(settings) if field.type is Secret}


def _rows(table: Path, plugins: Plugins) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield every line with its number; blanks around a value are nobody's wish."""
    reader = csv.reader(io.StringIO(_decoded(table), newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(table, header, plugins)
        begin = reader.line_num + 1
        for values in reader:
            number, begin = begin, reader.line_num + 1
            cells = [value.strip() for value in values]
            if any(cells):
                row = dict.fromkeys(header, "") | dict(zip(header, cells, strict=False))
                yield number, row | {_MORE: "".join(cells[len(header) :])}
    except csv.Error as error:
        raise ConfigError(f"{table}: line {reader.line_num}: {error}") from error


def _decoded(table: Path) -> str:
    try:
        data = table.read_bytes()
    except OSError as error:
        raise ConfigError(f"{table}: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise ConfigError(f"{table}: more than {MOST_BYTES // 1_000_000} MB is no list of shops")
    for encoding in ("utf-8-sig", "gb18030"):  # Excel in Chinese writes the second
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ConfigError(f"{table}: neither UTF-8 nor GBK text; save it as CSV")


def _check_header(table: Path, header: list[str], plugins: Plugins) -> None:
    secrets = {
        field for connector in plugins.connectors for field in secret_fields(plugins, connector)
    }
    known = {*PLAIN, *secrets, *(f"{field}{_ENV}" for field in secrets)}
    for name in header:
        if name not in known:
            raise ConfigError(f"{table}: line 1: no column {name!r}; {instead(name, known)}")
        if header.count(name) > 1:
            raise ConfigError(f"{table}: line 1: column {name} stands there twice")
    for name in REQUIRED:
        if name not in header:
            raise ConfigError(f"{table}: line 1: lacks column {name}")


def _check_same(known: ShopConfig, row: Mapping[str, str], app: str) -> None:
    """Make sure that a shop which is there is the one that is meant."""
    wanted = {"platform": row["platform"], "remote_id": row["remote_id"], "app": app}
    if "name" in row:
        wanted["name"] = row["name"]
    for name, value in wanted.items():
        if value and getattr(known, name) != value:
            raise ConfigError(
                f"[shops.{known.alias}] is there already, with another {name}: "
                "change it in the settings, or choose another alias"
            )
