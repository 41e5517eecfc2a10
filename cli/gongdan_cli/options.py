"""Options that several commands share, and the kinds of value they take."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import click

F = TypeVar("F", bound=Callable[..., Any])

_GREATEST = 2**63 - 1
CONFIG = "gongdan.config"  # where the path of the settings file waits in a context's meta
_SPAN = re.compile(r"(\d+)([smhdw])")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _remember(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.meta[CONFIG] = value


def config_option(command: F) -> F:
    """Add `--config`, which is taken before and after the name of a command."""
    return click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        expose_value=False,
        callback=_remember,
        help="Settings file.  [default: $GONGDAN_CONFIG, else ./gongdan.toml]",
    )(command)


def settings_path() -> Path:
    """Return the settings file that is meant, whether it is there or not."""
    return config_path() or Path(os.environ.get("GONGDAN_CONFIG") or "gongdan.toml")


def config_path() -> Path | None:
    """Return what `--config` said."""
    ctx = click.get_current_context(silent=True)
    path = ctx.meta.get(CONFIG) if ctx else None
    return path if isinstance(path, Path) else None


def json_option(command: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="JSON, one object a line.")(command)


def rows_options(command: F) -> F:
    """Add `--json` and `--csv`, of which one may be given."""

    @click.option("--csv", "as_csv", is_flag=True, help="CSV, safe to open in a spreadsheet.")
    @functools.wraps(command)
    def told(*, as_json: bool, as_csv: bool, **others: Any) -> Any:
        if as_json and as_csv:
            raise click.UsageError("--json or --csv: one of them")
        return command(as_json=as_json, as_csv=as_csv, **others)

    return json_option(cast(F, told))


def shops_option(command: F) -> F:
    """Add `--shop` and `--group`, both repeatable; the command gets their aliases as `shop`."""

    @click.option("-s", "--shop", multiple=True, help="Only this shop (alias); repeatable.")
    @click.option("-g", "--group", multiple=True, help="Only the shops of this group; repeatable.")
    @functools.wraps(command)
    def grouped(*, shop: tuple[str, ...], group: tuple[str, ...], **others: Any) -> Any:
        return command(shop=(*shop, *_members(group)), **others)

    return cast(F, grouped)


def _members(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the aliases that are in these groups of the settings."""
    if not names:
        return ()
    from gongdan.config.grouping import members
    from gongdan.config.settings import load

    config = load(config_path(), os.environ)
    return members(config.path, config.groups, names)


class Number(click.ParamType[int]):
    """A whole number from 1 to the greatest that the store can hold."""

    name = "integer"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return it."""
        try:
            number = int(value)
        except ValueError:
            number = 0
        if not 1 <= number <= _GREATEST:
            self.fail(
                f"{value!r} is no whole number of 1 or more, or beyond {_GREATEST}", param, ctx
            )
        return number


class When(click.ParamType[datetime]):
    """A time: `2026-11-20`, `2026-11-20T14:00`, `18:00` of today, or how long ago: `90m`, `3d`.

    A time without a zone is Beijing's.
    """

    name = "time"

    def __init__(self, *, ahead: bool = False) -> None:
        """Read a span as ago, or with *ahead* as from now on."""
        self._sign = 1 if ahead else -1

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return an aware UTC time."""
        from .screens.times import BEIJING

        if isinstance(value, datetime):
            return value
        if span := _SPAN.fullmatch(value):
            length = timedelta(**{_UNITS[span[2]]: int(span[1])})
            return datetime.now(UTC) + self._sign * length
        text = value
        if _CLOCK.fullmatch(value):
            text = f"{datetime.now(BEIJING).date()}T{'0' * (value[1] == ':')}{value}"
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            told = "write 2026-11-20T14:00, 18:00 (today), 12h or 3d"
            self.fail(f"{value!r} is no time; {told}", param, ctx)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
        return zoned.astimezone(UTC)
