"""Find plugins and load them one at a time: a broken one is listed and disables only itself."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Any, TypeAlias

import pluggy
from msgspec import Struct
from msgspec.structs import replace

from .. import hooks
from ..config.mistakes import instead
from ..contract import API, SPOKEN, Connector, Deprecated
from ..errors import ConfigError, GongdanError, NotFound
from ..secret import Settings
from .asking import listed
from .offline import offline
from .wellformed import flaws

GROUP = "gongdan"
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LONGEST_CAUSE = 300  # characters; one line of a table

# The settings of a connector are of its own type, which the core never looks into.
AnyConnector: TypeAlias = Connector[Any]


class Plugin(Struct, frozen=True, kw_only=True):
    """One entry point.

    Attributes:
        source: the distribution it came with, and what it names there: "gongdan-acme (acme:x)".
        hooks: those it implements.
        warnings: what it uses that a later version of gongdan will not have.
        error: why it does not run, or "".
    """

    name: str
    version: str = ""
    source: str = ""
    connectors: tuple[AnyConnector, ...] = ()
    hooks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
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
        self.all: list[Plugin] = []
        for entry in sorted(chosen, key=lambda entry: entry.name):
            self.all.append(self._load(entry))
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

    @contextmanager
    def joined(self, name: str, listener: object) -> Iterator[None]:
        """Let an object hear hooks inside the block, as a plugin of that name."""
        self._manager.register(listener, name=name)
        try:
            yield
        finally:
            self._manager.unregister(listener)

    def _load(self, entry: metadata.EntryPoint) -> Plugin:
        dist = entry.dist
        facts = dist.metadata if dist else {"Version": "", "Name": "?"}  # parsed at every access
        plugin = Plugin(
            name=entry.name,
            version=facts["Version"],
            source=f"{facts['Name']} ({entry.value})",
        )
        with offline() as tried, warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                used, found = self._brought(entry, tried)
            except (Exception, SystemExit) as error:
                return replace(plugin, error=_cause(error))
        self._connectors.update({connector.platform: connector for connector in found})
        old = (_line(str(one.message)) for one in said if issubclass(one.category, Deprecated))
        return replace(plugin, connectors=found, hooks=used, warnings=tuple(dict.fromkeys(old)))

    def _brought(
        self, entry: metadata.EntryPoint, tried: list[str]
    ) -> tuple[tuple[str, ...], tuple[AnyConnector, ...]]:
        """Return the hooks and the connectors of a plugin, which is registered if all is well."""
        if self._manager.has_plugin(entry.name):
            raise ConfigError(f"another plugin is named {entry.name!r}; uninstall one of them")
        module = entry.load()
        used = _checked_hooks(module)
        held = self._manager.get_name(module)
        if held is not None:
            raise ConfigError(f"it is the same module as plugin {held!r}; uninstall one of them")
        self._manager.register(module, name=entry.name)
        try:
            found = self._connectors_of(entry.name)
            if tried:
                raise ConfigError(
                    "it opens a connection while it is loaded; ask for what it needs in a function"
                )
        except BaseException:
            self._manager.unregister(name=entry.name)
            raise
        return used, found

    def _connectors_of(self, name: str) -> tuple[AnyConnector, ...]:
        found: dict[str, AnyConnector] = {}
        for plugin, answer in self.ask("gongdan_connectors"):
            if plugin != name:
                continue
            if isinstance(answer, Exception):
                raise answer
            for connector in listed(Connector, "gongdan_connectors", answer):
                self._check_connector(connector)
                if connector.platform in found:
                    raise ConfigError(f"two connectors for platform {connector.platform!r}")
                found[connector.platform] = connector
        return tuple(found.values())

    def _check_connector(self, connector: AnyConnector) -> None:
        _check_api(connector.api)
        for flaw in flaws(connector):
            raise ConfigError(f"{connector.platform}: {flaw}")
        if not _SLUG.fullmatch(connector.platform):
            raise ConfigError(f"platform {connector.platform!r}: use a-z, 0-9 and _")
        for plugin in self.all:
            if connector.platform in {served.platform for served in plugin.connectors}:
                raise ConfigError(
                    f"platform {connector.platform!r} is served by plugin {plugin.name!r} already"
                )
        if not issubclass(connector.settings, Settings):
            raise ConfigError(f"{connector.platform}: settings is no subclass of gongdan.Settings")


def _checked_hooks(module: object) -> tuple[str, ...]:
    """Return the hooks that a module implements.

    Raises:
        ConfigError: one is misspelt, asks for an argument that it has not, or cannot be called.
    """
    used = []
    for name in dir(module):
        value = getattr(module, name, None)
        marked = hasattr(value, f"{hooks.PROJECT}_impl")
        looks = name.startswith(f"{hooks.PROJECT}_") and inspect.isfunction(value)
        if not (marked or looks):
            continue
        if name not in _hook_names():
            raise ConfigError(f"there is no hook {name}; {instead(name, _hook_names())}")
        if not marked:
            raise ConfigError(f"{name} lacks @gongdan.hookimpl")
        if inspect.isgeneratorfunction(value) or inspect.iscoroutinefunction(value):
            raise ConfigError(f"{name} is a generator or async; write a plain function")
        spec = inspect.signature(getattr(hooks, name)).parameters
        extra = set(inspect.signature(value).parameters) - set(spec)  # type: ignore[arg-type] # marked: a function
        if extra:
            raise ConfigError(f"{name} has no argument {', '.join(sorted(extra))}")
        used.append(name)
    return tuple(used)


def _check_api(api: object) -> None:
    """Refuse a contract that this core does not speak; warn of one that it will not for long."""
    if not isinstance(api, int) or api not in SPOKEN:
        late = "gongdan" if isinstance(api, int) and api > API else "the plugin"
        raise ConfigError(
            f"written for contract {api}, this core speaks {', '.join(map(str, SPOKEN))};"
            f" upgrade {late}"
        )
    if SPOKEN[api]:
        told = f"contract {api} works until gongdan {SPOKEN[api]}; write it for {API}"
        warnings.warn(told, Deprecated, stacklevel=2)


def _hook_names() -> set[str]:
    return {name for name in dir(hooks) if name.startswith(f"{hooks.PROJECT}_")}


def _cause(error: BaseException) -> str:
    """Return in one line why a plugin does not run."""
    text = str(error) if isinstance(error, GongdanError) else f"{type(error).__name__}: {error}"
    return _line(text)


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_CAUSE]
