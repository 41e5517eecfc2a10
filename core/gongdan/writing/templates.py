"""Reply templates (话术模板): those that ship, a shop's own over them, slots that must be filled.

A template's words differ by place where it says so: the shop's come first (`shop:main`), then the
stream's (`qianniu/refund`), the platform's (`qianniu`), and the plain ones.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct, field

from ..config.mistakes import instead, told
from ..config.tomlfile import document_of, replace, table, text_of
from ..errors import BadArgument, ConfigError, NotFound, Refused

NAME = "templates.toml"
Place: TypeAlias = tuple[str, str, str]  # shop's alias, platform, stream
_NAME = re.compile(r"[a-z0-9_-]+")
_SLOT = re.compile(r"[a-z][a-z0-9_]*")
_TEXT = re.compile(
    r'^text[ \t]*=[ \t]*("""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')',
    re.M | re.S,
)
_HEAD = """\
# Your own templates; one of the same name as a shipped one stands over it.
# 'gongdan template list' shows them all, 'gongdan template show NAME' one.
"""


class Template(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One template.

    Attributes:
        title: what it is for.
        text: its words, with slots: `{order_id}`.
        only: the places where it is offered; empty: everywhere.
        fixed: the words of a platform or its rules, which no warning is about.
        places: other words, by place.
        own: it, or a part of it, is the user's.
    """

    name: str
    title: str = ""
    text: str = ""
    only: tuple[str, ...] = ()
    fixed: bool = False
    places: Mapping[str, str] = field(default={}, name="for")
    own: bool = False

    def words(self, place: Place | None) -> str:
        """Return its words at a place.

        Raises:
            Refused: it is not for there.
        """
        if place is None:
            return self.text
        names = _names(place)
        if self.only and not set(self.only) & set(names):
            raise Refused(
                f"template {self.name!r} is for {', '.join(self.only)} only, not for {names[1]}"
            )
        return next((self.places[name] for name in names if name in self.places), self.text)

    def suits(self, place: Place) -> bool:
        """Return whether it is offered at a place."""
        return not self.only or bool(set(self.only) & set(_names(place)))


class Templates:
    """Every template that there is, by name.

    Raises:
        ConfigError: the user's file is wrong; the message names it, the template and the fix.
    """

    def __init__(self, path: Path) -> None:
        """Read those that ship and those in the user's file at *path*, if there is one."""
        self.path = path
        self._all = _read("the shipped templates", shipped_text())
        if path.exists():
            for name, own in _read(str(path), text_of(path)).items():
                self._all[name] = _over(self._all.get(name), own)
        for template in self._all.values():
            if not template.text:
                raise ConfigError(f'{path}: [{template.name}] lacks text: add text = "…"')

    def all(self, place: Place | None = None) -> list[Template]:
        """Return the templates offered at a place, in the order of the files."""
        return [each for each in self._all.values() if place is None or each.suits(place)]

    def named(self, name: str) -> Template:
        """Return one template.

        Raises:
            NotFound: there is none; the message says which is closest.
        """
        if name in self._all:
            return self._all[name]
        raise NotFound(f"no template {name!r}; {instead(name, self._all)}")

    def set_text(self, name: str, text: str) -> None:
        """Write a template's words into the user's file; the rest of the file stays as it is.

        Raises:
            ConfigError: the name or the text is wrong, or the file must be edited by hand.
        """
        if not _NAME.fullmatch(name):
            raise ConfigError(f"template {name!r}: use only a-z, 0-9, - and _ in its name")
        if not text.strip():
            raise ConfigError(f"template {name!r}: the text is empty")
        slots(name, text)
        before = text_of(self.path) if self.path.exists() else _HEAD
        after = _with_text(before, name, text)
        known = _read(str(self.path), after) if after else {}
        if name not in known or known[name].text != text:
            raise ConfigError(f"{self.path}: [{name}] is written in a way of its own; edit it")
        mode = self.path.stat().st_mode & 0o777 if self.path.exists() else 0o644
        replace(self.path, after, mode=mode)


def begin(path: Path) -> Path:
    """Make the user's file with nothing but comments in it, if there is none; return it."""
    if not path.exists():
        replace(path, _HEAD, mode=0o644)
    return path


def shipped_text() -> str:
    """Return the file of templates that ship."""
    return files(__package__).joinpath(NAME).read_text("utf-8")


def slots(name: str, text: str) -> list[str]:
    """Return the slots of a template's words, each once, in order.

    Raises:
        ConfigError: a brace that begins no slot, or a slot with a strange name.
    """
    found: dict[str, None] = {}
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise ConfigError(f"template {name!r}: {error}; a brace itself is written {{{{") from None
    for _, slot, spec, conversion in parts:
        if slot is None:
            continue
        if not _SLOT.fullmatch(slot) or spec or conversion:
            raise ConfigError(f"template {name!r}: {{{slot}}} is no slot; write {{order_id}}")
        found[slot] = None
    return list(found)


def fill(name: str, text: str, known: Mapping[str, str], given: Mapping[str, str]) -> str:
    """Return a template's words with every slot filled.

    Args:
        name: of the template, for messages.
        text: its words.
        known: what fills itself.
        given: what a person gives, which comes first.

    Raises:
        BadArgument: a slot was given that is not there; the message names it.
        Refused: a slot is not filled; the message names it.
    """
    wanted = slots(name, text)
    strange = [slot for slot in given if slot not in wanted]
    if strange:
        there = ", ".join(wanted) or "none"
        raise BadArgument(f"template {name!r} has no slot {strange[0]!r}; it has: {there}")
    values = {**known, **given}
    empty = [slot for slot in wanted if not values.get(slot, "").strip()]
    if empty:
        told_slots = ", ".join(f"{{{slot}}}" for slot in empty)
        raise Refused(
            f"template {name!r}: {told_slots} not filled; add --set {empty[0]}=…{_hint(empty)}"
        )
    return text.format(**{slot: values[slot] for slot in wanted})


def fill_known(text: str, known: Mapping[str, str]) -> str:
    """Return a template's words with the slots filled that are known; the others stay."""
    return string.Formatter().vformat(text, (), _Rest(known))


class _Rest(dict[str, str]):
    """Values by slot; a slot without one is itself again."""

    def __missing__(self, slot: str) -> str:
        return f"{{{slot}}}"


def _hint(empty: list[str]) -> str:
    if "promised_at" in empty:
        return ", or --promise 18:00"
    return ", or --expected 18:00" if "expected_done" in empty else ""


def _names(place: Place) -> tuple[str, str, str]:
    alias, platform, stream = place
    return f"shop:{alias}", f"{platform}/{stream}", platform


def _read(where: str, text: str) -> dict[str, Template]:
    found: dict[str, Template] = {}
    for name, value in document_of(Path(where), text).items():
        if not isinstance(value, dict) or not _NAME.fullmatch(name):
            raise ConfigError(f"{where}: {name}: expected a table [name] of a-z, 0-9, - and _")
        if {"name", "own"} & set(value):
            raise ConfigError(f"{where}: [{name}]: there is title, text, only, fixed and for")
        try:
            template = msgspec.convert({**value, "name": name}, Template)
        except msgspec.ValidationError as error:
            raise ConfigError(f"{where}: [{name}] {told(error)}") from None
        for words in (template.text, *template.places.values()):
            slots(name, words)
        found[name] = template
    return found


def _over(shipped: Template | None, own: Template) -> Template:
    """Return a shipped template with what the user says laid over it."""
    if shipped is None:
        return msgspec.structs.replace(own, own=True)
    return Template(
        name=own.name,
        title=own.title or shipped.title,
        text=own.text or shipped.text,
        only=own.only or shipped.only,
        fixed=own.fixed or (shipped.fixed and not own.text),
        places={**({} if own.text else shipped.places), **own.places},
        own=True,
    )


def _with_text(before: str, name: str, text: str) -> str:
    """Return a file with the words of one template changed, or the template added."""
    header = re.compile(rf"^\[{re.escape(name)}\][^\n]*$", re.M)
    written = table((name,), {"text": text})
    line = written.partition("\n")[2].rstrip("\n")
    found = header.search(before)
    if found is None:
        return f"{before.rstrip()}\n\n{written}".lstrip()
    after = re.search(r"^\[", before[found.end() :], re.M)
    end = found.end() + after.start() if after else len(before)
    part = before[found.end() : end]
    old = _TEXT.search(part)
    part = part[: old.start()] + line + part[old.end() :] if old else f"\n{line}{part}"
    return before[: found.end()] + part + before[end:]
