"""What is put to the test: one connector, found by the name that somebody typed."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

from msgspec.structs import replace

from ..contract import Stream
from ..errors import NotFound
from ..hooks import hookimpl
from ..plugins.offline import offline
from ..plugins.registry import GROUP, AnyConnector, Plugin, Plugins
from ..sandbox import Make, load
from .check import NotApplicable
from .stage import Stage

_MEMORY = (
    "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
)  # where there is no disk to wait for
HELPDESK = "gongdan.testing.helpdesk:make"


class Subject:
    """One connector under test, and what it takes to put it on a stage.

    Attributes:
        plugin: how it loaded; `plugin.error` where it did not.
        module: what to import, or the path of a file.
        exempt: reasons by id of a check, from the plugin's own `conformance_exempt`.
        stages: those that were built, the newest last; a failure shows what was said on it.
    """

    def __init__(
        self, plugins: Plugins, plugin: Plugin, connector: AnyConnector | None, module: str
    ) -> None:
        self.plugins = plugins
        self.plugin = plugin
        self.module = module
        self.exempt: Mapping[str, str] = {}
        self.stages: list[Stage] = []
        self._connector = connector

    def __repr__(self) -> str:
        return f"Subject({self.name})"

    @property
    def name(self) -> str:
        """Its platform, or the name of the plugin where that did not load."""
        return self._connector.platform if self._connector else self.plugin.name

    @property
    def connector(self) -> AnyConnector:
        """The connector.

        Raises:
            NotApplicable: there is none, as C01 to C04 say.
        """
        if self._connector is None:
            raise NotApplicable("the plugin brings no connector")
        return self._connector

    @property
    def streams(self) -> list[Stream]:
        """The streams that are read from a list, whose cases the connector understands.

        Raises:
            NotApplicable: there is none.
        """
        found = [one for one in self.connector.streams if one.read_page and one.to_ticket]
        if not found:
            raise NotApplicable("no stream is read from a list")
        return found

    @cached_property
    def unmade(self) -> str:
        """Why the sandbox cannot be made, or ""."""
        try:
            with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
                Stage(self.connector, self._make(), Path(folder))
        except NotApplicable:
            raise
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def _make(self) -> Make:
        """Return what makes the imitation: the connector's own, else the plain helpdesk."""
        return load(self.connector.sandbox or HELPDESK)

    @contextmanager
    def stage(
        self,
        only: Stream | None = None,
        /,
        *,
        tickets: int = 0,
        connector: AnyConnector | None = None,
    ) -> Iterator[Stage]:
        """Build a world of its own: an imitated platform, one shop, a store, a clock that leaps.

        Args:
            only: the one stream that is read there; None is all of them.
            tickets: what the sandbox makes of each stream.
            connector: instead of the one under test.
        """
        chosen = connector or self.connector
        if only is not None:
            streams = tuple(one for one in chosen.streams if one.name == only.name)
            chosen = replace(chosen, streams=streams)
        if self.unmade:
            raise NotApplicable("its sandbox cannot be made, see C03")
        with tempfile.TemporaryDirectory(prefix="gongdan-conform-", dir=_MEMORY) as folder:
            stage = Stage(chosen, self._make(), Path(folder), tickets)
            self.stages.append(stage)
            try:
                yield stage
            finally:
                stage.close()

    def listing(self) -> AnyConnector:
        """Return the connector without details: what the lists say."""
        streams = [replace(one, read_detail=None, abilities=()) for one in self.connector.streams]
        return replace(self.connector, streams=tuple(streams))

    def shrunk(self, size: int, **parts: object) -> AnyConnector:
        """Return the connector with pages of *size* rows, so that few cases need several."""
        streams = [
            replace(one, reading=replace(one.reading, page_size=size, **parts))
            if one.reading and one.reading.page_size > size
            else one
            for one in self.connector.streams
        ]
        return replace(self.connector, streams=tuple(streams))


def find(name: str) -> Subject:
    """Return what *name* means: a file or a package's folder, an installed platform, a module.

    Raises:
        NotFound: it is none of them.
    """
    path = Path(name)
    if path.name == "__init__.py":
        path = path.parent
    if (path / "__init__.py").is_file():
        return _of_folder(path.resolve())
    if path.suffix == ".py" or "/" in name:
        if not path.is_file():
            raise NotFound(f"{name}: no such file")
        return _of_file(path)
    plugins = Plugins.installed()
    for plugin in plugins.all:
        for connector in plugin.connectors:
            if connector.platform == name:
                return _told(Subject(plugins, plugin, connector, _module_of(plugin)))
    for plugin in plugins.all:
        if plugin.name == name:
            return Subject(plugins, plugin, None, _module_of(plugin))
    if _is_module(name):
        return _of_entry(EntryPoint(name.rpartition(".")[2], name, GROUP), name)
    known = ", ".join(sorted(plugins.connectors)) or "none"
    raise NotFound(
        f"{name!r} is no platform of an installed plugin (there are: {known}), "
        "no module, and no path to a file.py or to the folder of a package"
    )


def of(connector: AnyConnector, module: str = "") -> Subject:
    """Return a connector that is a value already, as if a plugin had brought it."""
    holder = ModuleType(f"gongdan_conformance_{connector.platform}")

    def gongdan_connectors() -> list[AnyConnector]:
        return [connector]

    holder.__dict__["gongdan_connectors"] = hookimpl(gongdan_connectors)
    sys.modules[holder.__name__] = holder
    return _of_entry(EntryPoint(connector.platform, holder.__name__, GROUP), module)


def _of_entry(entry: EntryPoint, module: str) -> Subject:
    plugins = Plugins([entry])
    plugin = plugins.all[0]
    connector = plugin.connectors[0] if plugin.connectors else None
    return _told(Subject(plugins, plugin, connector, module))


def _told(subject: Subject) -> Subject:
    module: Any = sys.modules.get(subject.plugin.source.rpartition("(")[2].rstrip(")"))
    subject.exempt = dict(getattr(module, "conformance_exempt", {}))
    return subject


def _of_folder(path: Path) -> Subject:
    """Import a package by its folder, which need not be installed."""
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    return _of_entry(EntryPoint(path.name, path.name, GROUP), path.name)


def _of_file(path: Path) -> Subject:
    """Import a file as a plugin, anew each time; one that cannot be imported is a broken plugin."""
    name = f"gongdan_conformance_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None  # a .py file has one
    assert spec.loader is not None
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    place = str(path.resolve())
    try:
        with offline():
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        broken = Plugin(name=path.stem, source=place, error=f"{type(error).__name__}: {error}")
        return Subject(Plugins([]), broken, None, place)
    return _of_entry(EntryPoint(path.stem, name, GROUP), place)


def _module_of(plugin: Plugin) -> str:
    return plugin.source.rpartition("(")[2].rstrip(")").partition(":")[0]


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
