"""TOML in and out: text that people write, kept as they wrote it."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from ..errors import ConfigError


def text_of(path: Path) -> str:
    """Return the text of a file, a BOM in front tolerated.

    Raises:
        ConfigError: it cannot be read, or is no UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8 text") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def document_of(path: Path, text: str) -> dict[str, object]:
    """Return a TOML document.

    Raises:
        ConfigError: it is none; the message has line and column, and nothing of the text.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None


def spot(
    text: str, *, table: str = "", key: str = "", number: int | None = None, nth: int = 0
) -> str:
    """Return where something is in a document: "line 12, column 8"; the table if not closer.

    Args:
        text: a valid document, with one table of that name.
        table: its header's name, "" for the top level.
        key: in that table.
        number: of an element in the key's list of texts.
        nth: which of several tables `[[table]]`, from 0.
    """
    at = 0
    if table:
        name = r"\.".join(rf'"?{re.escape(part)}"?' for part in table.split("."))
        header_of = re.compile(rf"^[ \t]*(\[\[?[ \t]*{name}[ \t]*\])", re.M)
        at = next((found.start(1) for found in islice(header_of.finditer(text), nth, None)), 0)
    if key:
        header = text.find("\n", at) if table else 0
        end = re.compile(r"^[ \t]*\[\[?[^\]\n]*\]", re.M).search(text, header) if table else None
        part = re.compile(rf'^[ \t]*("?{re.escape(key)}"?[ \t]*=[ \t]*)', re.M)
        found = part.search(text, max(header, 0), end.start() if end else len(text))
        if found:
            at = found.start(1) if number is None else _element(text, found.end(1), number)
    line = text.count("\n", 0, at) + 1
    return f"line {line}, column {at - text.rfind(chr(10), 0, at)}"


def _element(text: str, at: int, number: int) -> int:
    strings = re.compile(r"#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
    found = (each for each in strings.finditer(text, at) if not each[0].startswith("#"))
    return next((each.start() for place, each in enumerate(found) if place == number), at)


def table(names: Sequence[str], values: Mapping[str, str]) -> str:
    """Return the table `[a.b]` of texts; empty ones are left out."""
    lines = [f"{_key(key)} = {quoted(value)}" for key, value in values.items() if value]
    header = ".".join(_key(name) for name in names)
    return f"[{header}]\n" + "".join(line + "\n" for line in lines)


def replace(path: Path, text: str, *, mode: int) -> None:
    """Write a file whole or not at all; nobody sees it half, or with a wider mode.

    Raises:
        ConfigError: the folder cannot be written.
    """
    path = path.resolve()  # a link stays a link
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def _key(text: str) -> str:
    bare = text.isascii() and text.replace("-", "").replace("_", "").isalnum()
    return text if bare else quoted(text)


def quoted(text: str) -> str:
    """Return a text as TOML has it."""
    # A JSON string is a TOML string but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
