"""Writing what a person sets up: the settings file, and a shop more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import ConfigError
from .settings import NAME, Config, parse
from .tomlfile import replace, table, text_of

TEMPLATE = """\
# The shops of gongdan.  'gongdan shop add' writes here; edit it as you like.
#
# [apps.dy]                 # one app key, one secret, one rate budget
# platform = "douyin"
# app_key = "68…"
# [shops.main]              # the alias: what you type
# app = "dy"
# remote_id = "77977"       # the platform's own id of the shop
#
# Secrets do not stand here.  GONGDAN_DY_APP_SECRET, or in secrets.toml beside this file (mode 600):
# [dy]
# app_secret = "…"
"""


def init(path: Path) -> Path:
    """Make a settings file with nothing but comments in it; return where it is.

    Args:
        path: the file, or the folder that is to hold it.

    Raises:
        ConfigError: it is there already.
    """
    path = path / NAME if path.is_dir() else path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE)
    except FileExistsError:
        raise ConfigError(f"{path} is there already; 'gongdan shop add' adds to it") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    return path


def add_shop(
    path: Path,
    *,
    alias: str,
    platform: str,
    remote_id: str,
    app: str = "",
    app_key: str = "",
    base_url: str = "",
    name: str = "",
) -> None:
    """Add a shop to the file, and its app if that is new.  What is there stays as it is.

    Args:
        app: name of its app; "": the shop stands alone, with app_key and base_url its own.
        app_key, base_url: of a new app; those of one that is there must be the same or "".

    Raises:
        ConfigError: the alias or the shop is there already, or the file would not be valid.
    """
    text = text_of(path) if path.exists() else TEMPLATE
    config = parse(path, text)
    if alias in config.shops:
        raise ConfigError(f"{path}: [shops.{alias}] is there already; choose another alias")
    added = text_of_shop(
        config, alias=alias, platform=platform, remote_id=remote_id, app=app, app_key=app_key,
        base_url=base_url, more={"name": name},
    )  # fmt: skip
    text = f"{text.rstrip()}\n\n{added}".lstrip()
    parse(path, text)
    replace(path, text, mode=path.stat().st_mode & 0o777 if path.exists() else 0o644)


def text_of_shop(
    config: Config, *, alias: str, platform: str, remote_id: str, app: str, app_key: str,
    base_url: str, more: Mapping[str, str],
) -> str:  # fmt: skip
    """Return the tables of a shop, and of its app where *config* has none of that name.

    Raises:
        ConfigError: the app is there, with another platform, app_key or base_url.
    """
    own = {"app_key": app_key, "base_url": base_url}
    added = ""
    if app and app in config.apps:
        _check_app(config, app, {"platform": platform, **own})
    elif app:
        added += table(("apps", app), {"platform": platform, **own})
    lead = {"app": app} if app else {"platform": platform, **own}
    return added + table(("shops", alias), {**lead, "remote_id": remote_id, **more})


def _check_app(config: Config, app: str, wanted: dict[str, str]) -> None:
    held = config.apps[app]
    there = {"platform": held.platform, **held.options}
    for key, value in wanted.items():
        if value and str(there.get(key, "")) != value:
            raise ConfigError(
                f"{config.path}: [apps.{app}] is there already, with another {key}: "
                "choose another name for the app"
            )
