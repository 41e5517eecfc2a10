"""Find plugins and load them one at a time: a broken one is listed and disables only itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import metadata
from typing import Any, TypeAlias

import pluggy
from msgspec import Struct

from . import hooks
from .contract import API, Connector
from .errors import ConfigError, NotFound
from .secret import Settings

GROUP = "gongdan"
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,31}")

# The settings of a connector are of its own type, which the core never looks into.
AnyConnector: TypeAlias = Connector[Any]


class Plugin(Struct, frozen=True, kw_only=True):
    """One entry point.  `error` is why it does not run, or ""."""

    name: str
    version: str = ""
    source: str = ""
    connectors: tuple[AnyConnector, ...] = ()
    hooks: tuple[str, ...] = ()
    error: str = ""


class Plugins:
    """Every plugin that was found, those that run and those that do not.

    Raises nothing on loading: what is wrong with a plugin stands in its `error`.
    """

    def __init__(self, entries: Iterable[metadata.EntryPoint], only: str = "") -> None:
        self._manager = pluggy.PluginManager(hooks.PROJECT)
        self._manager.add_hookspecs(hooks)
        self._connectors: dict[str, AnyConnector] = {}
        wanted = {name.strip() for name in only.split(",") if name.strip()}
        chosen = [entry for entry in entries if not wanted or entry.name in wanted]
        self.all = [self._load(entry) for entry in sorted(chosen, key=lambda entry: entry.name)]
        for name in sorted(wanted - {entry.name for entry in chosen}):
            self.all.append(Plugin(name=name, error="GONGDAN_PLUGINS names it; not installed"))

    @classmethod
    def installed(cls, only: str = "") -> Plugins:
        """Load what is installed; *only*: names with commas between (GONGDAN_PLUGINS)."""
        return cls(metadata.entry_points(group=GROUP), only)

    @property
    def connectors(self) -> dict[str, AnyConnector]:
        """The connectors that run, by platform."""
        return dict(self._connectors)

    def connector(self, platform: str) -> AnyConnector:
        """Return the connector of *platform*.

        Raises:
            NotFound: none runs; the message says which do, and what is broken.
        """
        if platform in self._connectors:
            return self._connectors[platform]
        broken = [f"{plugin.name}: {plugin.error}" for plugin in self.all if plugin.error]
        known = ", ".join(sorted(self._connectors)) or "none"
        more = f"; broken: {'; '.join(broken)}" if broken else ""
        raise NotFound(f"no plugin serves platform {platform!r} (there are: {known}){more}")

    def ask(self, hook: str, **arguments: object) -> Iterator[tuple[str, object]]:
        """Call every implementation of *hook*; yield (plugin, answer), an exception as answer."""
        for impl in getattr(self._manager.hook, hook).get_hookimpls():
            wanted = {name: arguments[name] for name in impl.argnames}
            try:
                yield impl.plugin_name, impl.function(**wanted)
            except Exception as error:
                yield impl.plugin_name, error

    def _load(self, entry: metadata.EntryPoint) -> Plugin:
        dist = entry.dist
        version = dist.version if dist else ""
        source = f"{dist.metadata['Name'] if dist else '?'} ({entry.value})"
        try:
            module = entry.load()
            self._check_names(module)
            self._manager.register(module, name=entry.name)
            found = self._connectors_of(entry.name)
        except (Exception, SystemExit) as error:
            self._forget(entry.name)
            cause = f"{type(error).__name__}: {error}"
            return Plugin(name=entry.name, version=version, source=source, error=cause)
        self._connectors.update({connector.platform: connector for connector in found})
        used = tuple(name for name in dir(module) if name in _hook_names())
        return Plugin(name=entry.name, version=version, source=source, connectors=found, hooks=used)

    def _forget(self, name: str) -> None:
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)

    def _check_names(self, module: object) -> None:
        """Refuse a hook that is misspelt, or asks for an argument that it has not."""
        for name in dir(module):
            value = getattr(module, name, None)
            marked = hasattr(value, f"{hooks.PROJECT}_impl")
            looks = name.startswith(f"{hooks.PROJECT}_") and inspect.isfunction(value)
            if not (marked or looks):
                continue
            if name not in _hook_names():
                known = ", ".join(sorted(_hook_names()))
                raise ConfigError(f"there is no hook {name}; there are {known}")
            if not marked:
                raise ConfigError(f"{name} lacks @gongdan.hookimpl")
            spec = inspect.signature(getattr(hooks, name)).parameters
            extra = set(inspect.signature(value).parameters) - set(spec)  # type: ignore[arg-type] # marked: a function
            if extra:
                raise ConfigError(f"{name} has no argument {', '.join(sorted(extra))}")

    def _connectors_of(self, name: str) -> tuple[AnyConnector, ...]:
        found: list[AnyConnector] = []
        for plugin, answer in self.ask("gongdan_connectors"):
            if plugin != name:
                continue
            if isinstance(answer, Exception):
                raise answer
            if not isinstance(answer, list | tuple):
                raise ConfigError(f"gongdan_connectors returns {type(answer).__name__}, not a list")
            found.extend(answer)
        for connector in found:
            self._check_connector(connector)
        return tuple(found)

    def _check_connector(self, connector: object) -> None:
        if not isinstance(connector, Connector):
            raise ConfigError(f"gongdan_connectors gives {type(connector).__name__}, no Connector")
        if connector.api != API:
            raise ConfigError(f"written for contract {connector.api}, this core speaks {API}")
        if not _SLUG.fullmatch(connector.platform):
            raise ConfigError(f"platform {connector.platform!r}: use a-z, 0-9 and _")
        if connector.platform in self._connectors:
            raise ConfigError(
                f"platform {connector.platform!r} is served by another plugin already"
            )
        if not (isinstance(connector.settings, type) and issubclass(connector.settings, Settings)):
            raise ConfigError(f"{connector.platform}: settings is no subclass of gongdan.Settings")
        names = [stream.name for stream in connector.streams]
        if len(set(names)) != len(names):
            raise ConfigError(f"{connector.platform}: two streams of one name: {', '.join(names)}")


def _hook_names() -> set[str]:
    return {name for name in dir(hooks) if name.startswith(f"{hooks.PROJECT}_")}
