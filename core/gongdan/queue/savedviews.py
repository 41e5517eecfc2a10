"""Saved views: names for filters of the queue, kept in `views.toml` beside the settings.

A view is the words a person would type, `--lane late --shop main`, so that `2h` means two hours
from whenever it is used, and so that the file can be read, copied and edited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..config.mistakes import instead
from ..config.tomlfile import document_of, replace, table, text_of
from ..errors import ConfigError, NotFound

NAME = "views.toml"
_NAME = re.compile(r"[\w][\w-]{0,39}")
_HEAD = "# Views of 'gongdan queue --view NAME'; 'gongdan view' writes this file anew.\n"


def views_of(path: Path) -> dict[str, str]:
    """Return every view of a file by its name; none where there is no file.

    Raises:
        ConfigError: the file is wrong; the message names the place.
    """
    if not path.exists():
        return {}
    document = document_of(path, text_of(path))
    found = document.pop("views", {})
    if document or not isinstance(found, Mapping):
        raise ConfigError(f"{path}: one table [views] with texts, and nothing else")
    for name, line in found.items():
        if not isinstance(line, str):
            raise ConfigError(f"{path}: [views] {name}: write its filters as a text")
    return dict(found)


def view_of(path: Path, name: str) -> str:
    """Return a view's filters.

    Raises:
        NotFound: there is none of that name; the message lists those there are.
    """
    known = views_of(path)
    if name not in known:
        told = instead(name, known) if known else "'gongdan view save NAME --lane late' saves one"
        raise NotFound(f"no view {name!r}; {told}")
    return known[name]


def save(path: Path, name: str, line: str) -> bool:
    """Keep a view; return whether one of that name was replaced.

    Raises:
        ConfigError: it cannot be written, or the name is none.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name of a view: letters, hanzi, digits, - and _")
    known = views_of(path)
    _write(path, {**known, name: line})
    return name in known


def delete(path: Path, name: str) -> str:
    """Forget a view; return its filters.

    Raises:
        NotFound: there is none of that name.
    """
    line = view_of(path, name)
    _write(path, {known: text for known, text in views_of(path).items() if known != name})
    return line


def _write(path: Path, views: Mapping[str, str]) -> None:
    replace(path, _HEAD + table(["views"], views), mode=0o644)
