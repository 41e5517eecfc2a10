"""A settings file of two shops, and what a connector makes of it."""

from __future__ import annotations

from pathlib import Path

from gongdan.config.settings import Config
from gongdan.contract import Connector
from gongdan.secret import Secret, Settings

CANARY = "canary-0451"
FILE = """\
# ours
[gongdan]
undo_s = 30
[apps.dy]
platform = "acme"
app_key = "68"
[shops.main]
app = "dy"
remote_id = 77977
name = "旗舰店"
[shops.side]
app = "dy"
remote_id = "77978"
pause_s = 5
"""


class Shopfront(Settings, frozen=True, kw_only=True):
    base_url: str = "https://api.example.com"
    app_secret: Secret
    pause_s: int = 1
    nicks: tuple[str, ...] = ()


ACME = Connector(api=1, platform="acme", settings=Shopfront, streams=())


def changed(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def secrets(path: Path, text: str) -> Path:
    file = path.with_name("secrets.toml")
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def settings(config: Config, alias: str = "main") -> Shopfront:
    return config.settings(alias, ACME)
