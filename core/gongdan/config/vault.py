"""The secrets that people give: where they stand, and how they get there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import ConfigError
from ..secret import Secret
from .tomlfile import document_of, replace, table, text_of

SECRETS = "secrets.toml"


def secret_variable(owner: str, field: str) -> str:
    """Return the environment variable of a secret: ("main", "token") is GONGDAN_MAIN_TOKEN."""
    return f"GONGDAN_{owner}_{field}".upper().replace("-", "_")


def owner_of(field: str, app: str, alias: str) -> tuple[str, str]:
    """Return whose secret a field is, and its name: a token opens one shop, the rest is the app's.

    `OWNER.FIELD` says it itself.
    """
    named, dot, rest = field.partition(".")
    if dot:
        return named, rest
    return (alias, field) if field == "token" else (app, field)


def read_secrets(path: Path) -> dict[str, dict[str, Secret]]:
    """Return the secrets of a file by owner and field; none if there is no such file.

    Raises:
        ConfigError: others may read it, or it is not of the form `[owner]`, `field = "text"`.
    """
    if not path.exists():
        return {}
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise ConfigError(f"{path}: others on this machine may read it: run chmod 600 {path}")
    found: dict[str, dict[str, Secret]] = {}
    for owner, fields in document_of(path, text_of(path)).items():
        if not isinstance(fields, dict):
            raise ConfigError(f"{path}: {owner} stands in no table: put [app or shop] above it")
        for name, value in fields.items():
            if not isinstance(value, str):
                raise ConfigError(f"{path}: [{owner}] {name}: expected text in quotes")
            found.setdefault(owner, {})[name] = Secret(value)
    return found


def write_secret(path: Path, owner: str, field: str, value: Secret) -> None:
    """Keep a secret in secrets.toml beside the settings file *path*; the others stay.

    Args:
        owner: name of an app or alias of a shop.

    Raises:
        ConfigError: secrets.toml is not valid, or others may read it.
    """
    held = read_secrets(path.with_name(SECRETS))
    held.setdefault(owner, {})[field] = value
    write_secrets(path, held)


def write_secrets(path: Path, secrets: Mapping[str, Mapping[str, Secret]]) -> None:
    """Put these, by owner and field, in place of all that secrets.toml beside *path* holds."""
    tables = [
        table((name,), {key: secret.reveal() for key, secret in fields.items()})
        for name, fields in secrets.items()
    ]
    replace(path.with_name(SECRETS), "".join(tables), mode=0o600)
