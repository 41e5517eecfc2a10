"""Whom to tell, of what, and when not: the tables `[[alerts]]`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from ..config.mistakes import instead, told, unknown
from ..config.vault import SECRETS, secret_variable
from ..errors import ConfigError
from ..secret import Secret
from ..sla import parse_duration
from ..sla.wording import Language
from ..store.moments import BEIJING
from .causes import CAUSES

if TYPE_CHECKING:
    from ..config.settings import Config
    from ..desk import Desk

Kind = Literal["dingtalk", "wecom", "feishu", "mail", "webhook", "heartbeat"]
LEAST_EVERY = timedelta(seconds=10)  # with two at once: eight a minute of the twenty allowed
_NAME = re.compile(r"[a-z0-9_-]+")
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_SECRETS = ("url", "secret")


class AlertConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table `[[alerts]]`, as it is written.

    Attributes:
        name: for people and for its secrets: `GONGDAN_ALERT_<NAME>_URL`.
        to: whom to name: phone numbers, user ids; addresses of mail.
        shops: aliases and groups; empty: all.
        events: causes; empty: all.
        quiet: "22:00-08:00": nothing is sent then, and all of it afterwards (Beijing time).
        every: two messages go at once, then one in this time; what waits goes together.
        sender: mail only: from whom.
    """

    name: str
    kind: Kind
    to: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    quiet: str = ""
    every: str = "5m"
    lang: Literal["zh", "en"] = "zh"
    sender: str = ""


class Robot(Struct, frozen=True, kw_only=True):
    """One that is told: a robot of a group chat, a mailbox, a program.

    Attributes:
        url: where to; it holds a token, so it is a secret.
        secret: what it is signed with; of a mailbox the password.
        shops: aliases; None: all.
    """

    name: str
    kind: Kind
    url: Secret
    secret: Secret = Secret()
    to: tuple[str, ...] = ()
    shops: frozenset[str] | None = None
    events: frozenset[str] = frozenset(CAUSES)
    quiet: tuple[time, time] | None = None
    every: timedelta = timedelta(minutes=5)
    lang: Language = "zh"
    sender: str = ""

    def hears(self, cause: str, shop: str, channel: str = "") -> bool:
        """Tell whether it is to be told of a cause in a shop; "" is about no shop alone."""
        if cause not in self.events or channel not in ("", self.name):
            return False
        return self.shops is None or not shop or shop in self.shops

    def is_quiet(self, now: datetime) -> bool:
        """Tell whether it is not to be disturbed now."""
        if self.quiet is None:
            return False
        start, end = self.quiet
        at = now.astimezone(BEIJING).time()
        return start <= at < end if start < end else at >= start or at < end


def robots_of(desk: Desk) -> tuple[Robot, ...]:
    """Return the robots that are set up at a desk.

    Raises:
        ConfigError: see `read_robots`.
    """
    return read_robots(desk.config, desk.ask_secret)


def read_robots(
    config: Config, elsewhere: Callable[[str, str], Secret | None] | None = None
) -> tuple[Robot, ...]:
    """Return the robots that the settings list.

    Args:
        config: the settings with their secrets.
        elsewhere: where else a secret of (owner, field) may be.

    Raises:
        ConfigError: names the table, what is wrong with it, and the fix.
    """
    where = f"{config.path}: [[alerts]]"
    if config.alerts is None:
        return ()
    if not isinstance(config.alerts, list):
        raise ConfigError(f"{where}: expected tables [[alerts]]")
    found: dict[str, Robot] = {}
    for number, table in enumerate(config.alerts, start=1):
        robot = _robot(config, table, f"{where} {number}", elsewhere)
        if robot.name in found:
            raise ConfigError(f"{where} {number}: there is a {robot.name!r} already")
        found[robot.name] = robot
    return tuple(found.values())


def _robot(
    config: Config, table: object, where: str,
    elsewhere: Callable[[str, str], Secret | None] | None,
) -> Robot:  # fmt: skip
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: expected a table [[alerts]]")
    for name in table:
        if name in _SECRETS:
            fix = _place(config, str(table.get("name", "NAME")), name)
            raise ConfigError(f"{where} {name} is a secret and must not stand here: {fix}")
        if name not in AlertConfig.__struct_fields__:
            raise unknown(str(name), "[[alerts]]", config.path, AlertConfig.__struct_fields__)
    try:
        given = msgspec.convert(table, AlertConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where} {told(error)}") from error
    if not _NAME.fullmatch(given.name):
        raise ConfigError(f"{where} name: use only a-z, 0-9, - and _")
    secrets = {field: _secret(config, given.name, field, elsewhere) for field in _SECRETS}
    if not secrets["url"]:
        raise ConfigError(f"{where} {given.name} lacks url: {_place(config, given.name, 'url')}")
    if given.kind == "mail" and not (given.to and given.sender):
        raise ConfigError(f'{where} {given.name}: mail needs sender = "…" and to = ["…"]')
    return Robot(
        name=given.name, kind=given.kind, to=given.to, lang=given.lang, sender=given.sender,
        url=secrets["url"], secret=secrets["secret"], shops=_shops(config, given, where),
        events=_events(given, where), quiet=_quiet(given, where), every=_every(given, where),
    )  # fmt: skip


def _secret(
    config: Config, name: str, field: str,
    elsewhere: Callable[[str, str], Secret | None] | None,
) -> Secret:  # fmt: skip
    owner = f"alert-{name}"
    found = config.variables.get(secret_variable(owner, field))
    found = found or config.secrets.get(owner, {}).get(field)
    return found or (elsewhere(owner, field) if elsewhere else None) or Secret()


def _place(config: Config, name: str, field: str) -> str:
    owner, path = f"alert-{name}", config.path.with_name(SECRETS)
    return f'set {secret_variable(owner, field)}, or write {field} = "…" under [{owner}] in {path}'


def _shops(config: Config, given: AlertConfig, where: str) -> frozenset[str] | None:
    found: set[str] = set()
    for name in given.shops:
        if name not in config.shops and name not in config.groups:
            told_ = f"no shop or group {name!r}; {instead(name, [*config.shops, *config.groups])}"
            raise ConfigError(f"{where} {given.name} shops: {told_}")
        found.update(config.groups.get(name, (name,)))
    return frozenset(found) if given.shops else None


def _events(given: AlertConfig, where: str) -> frozenset[str]:
    if given.kind == "heartbeat":
        if given.events:
            raise ConfigError(f"{where} {given.name} events: a heartbeat is told of none")
        return frozenset()
    for name in given.events:
        if name not in CAUSES:
            told_ = f"no event {name!r}; {instead(name, CAUSES)}"
            raise ConfigError(f"{where} {given.name} events: {told_}")
    return frozenset(given.events or CAUSES)


def _quiet(given: AlertConfig, where: str) -> tuple[time, time] | None:
    if not given.quiet:
        return None
    match = _QUIET.fullmatch(given.quiet)
    if match is None:
        raise ConfigError(f'{where} {given.name} quiet: expected "22:00-08:00"')
    hours = [int(part) for part in match.groups()]
    start, end = time(hours[0], hours[1]), time(hours[2], hours[3])
    if start == end:
        raise ConfigError(f"{where} {given.name} quiet: it ends when it begins; leave events out")
    return start, end


def _every(given: AlertConfig, where: str) -> timedelta:
    try:
        every = parse_duration(given.every)
    except ValueError as error:
        raise ConfigError(f"{where} {given.name} every: {error}") from error
    if not LEAST_EVERY <= every <= timedelta(days=1):
        raise ConfigError(f"{where} {given.name} every: from 10s to 1d")
    return every
