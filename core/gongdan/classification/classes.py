"""What a ticket is about and how urgent it is, by rules as data; `classes.toml` explains them."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from ..config.mistakes import failed_key, told
from ..config.tomlfile import document_of, spot, text_of
from ..errors import ConfigError
from ..ticket import Category, Urgency

NAME = "classes.toml"
GAP = 8  # characters that a `*` may stand for
Place: TypeAlias = tuple[str, str, str]  # shop's alias, platform, stream
_Word: TypeAlias = Annotated[str, Meta(min_length=2, max_length=60)]
_BLANKS = re.compile(r"\s+")


class ClassRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule; what it does not say it leaves to others."""

    name: str
    category: Category | None = None
    urgency: Urgency | None = None
    tags: tuple[Annotated[str, Meta(min_length=1, max_length=20, pattern="^[^,]+$")], ...] = ()
    priority: Annotated[int, Meta(ge=0, le=9)] = 0
    labels: tuple[str, ...] = ()
    words: tuple[_Word, ...] = ()
    add: tuple[_Word, ...] = ()
    unless: tuple[_Word, ...] = ()
    only: tuple[str, ...] = ()
    off: bool = False
    source: str = ""


class _Sought(Struct, frozen=True):
    """A word as it is looked for: it begins so; with a gap the pattern decides."""

    word: str
    first: str
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, word: str) -> _Sought:
        pieces = _plain(word).split("*")
        gapped = rf".{{0,{GAP}}}?".join(map(re.escape, pieces))
        return cls("…".join(pieces), pieces[0], re.compile(gapped) if len(pieces) > 1 else None)

    def stands(self, text: str) -> bool:
        return self.first in text and (self.pattern is None or bool(self.pattern.search(text)))


class Match(Struct, frozen=True):
    """A rule that fits, and the words of it that were found: its own, never the buyer's."""

    rule: ClassRule
    found: str
    rank: int  # 0 by the platform's label, 1 by title and text, 2 by the buyer's messages


class Classes:
    """Every rule there is, in order.

    Attributes:
        version: changes when anything in the rules does.
    """

    def __init__(self, rules: Sequence[ClassRule]) -> None:
        self.rules = tuple(rules)
        self.version = hashlib.sha256(msgspec.json.encode(self.rules)).hexdigest()[:16]
        self._labels: dict[str, list[int]] = {}
        self._begins: dict[str, list[tuple[int, _Sought]]] = {}
        self._unless: dict[int, tuple[_Sought, ...]] = {}
        for number, rule in enumerate(self.rules):
            for label in rule.labels:
                self._labels.setdefault(_plain(label), []).append(number)
            for word in (*rule.words, *rule.add):
                sought = _Sought.of(word)
                self._begins.setdefault(sought.first[:2], []).append((number, sought))
            self._unless[number] = tuple(map(_Sought.of, rule.unless))

    def matches(self, place: Place, label: str, text: str, said: str = "") -> list[Match]:
        """Return the rules that fit a ticket, those that decide first in front.

        Args:
            place: where the ticket is.
            label: the platform's own.
            text: its title and text.
            said: what the buyer wrote.
        """
        text, said = _plain(text), _plain(said)
        found: dict[int, tuple[int, str]] = {}
        for own in (_plain(label), text[:12].partition(":")[0].partition("：")[0]):
            for number in self._labels.get(own, ()) if own else ():
                found.setdefault(number, (0, own))
        for rank, part in enumerate((text, said), start=1):
            for number, word in self._found(part):
                found.setdefault(number, (rank, word))
        whole = f"{text}\n{said}"
        ordered = sorted((rank, number, word) for number, (rank, word) in found.items())
        names = _names(place)
        return [
            Match(rule, word, rank)
            for rank, number, word in ordered
            if (not (rule := self.rules[number]).only or names & set(rule.only))
            and not (rank and any(word.stands(whole) for word in self._unless[number]))
        ]

    def _found(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield rules by a word of theirs that stands in a text.

        Words are looked up by their first two characters, so that a thousand cost little.
        """
        here = {first + second for first, second in pairwise(text)}
        for begin in here & self._begins.keys():
            for number, sought in self._begins[begin]:
                if sought.stands(text):
                    yield number, sought.word


def read_classes(path: Path) -> Classes:
    """Return the rules that ship with those of the user's file at *path* over and before them.

    Raises:
        ConfigError: the file is wrong; the message has line and column.
    """
    return _classes(path, text_of(path) if path.exists() else "")


@functools.lru_cache(maxsize=8)
def _classes(path: Path, text: str) -> Classes:
    shipped = _shipped()
    own = {rule.name: rule for rule in _read(path, text, shipped)}
    rules = [rule for name, rule in own.items() if name not in shipped]
    rules += [own.get(name, rule) for name, rule in shipped.items()]
    return Classes([rule for rule in rules if not rule.off])


@functools.cache
def _shipped() -> Mapping[str, ClassRule]:
    text = files(__package__).joinpath(NAME).read_text("utf-8")
    return {rule.name: rule for rule in _read(Path(NAME), text)}


def _read(
    path: Path, text: str, under: Mapping[str, ClassRule] | None = None
) -> Iterator[ClassRule]:
    for name, value in document_of(path, text).items():
        if not isinstance(value, dict):
            at = spot(text, key=name)
            raise ConfigError(f"{path}: {at}: {name}: expected a table [{name}]")
        below = (under or {}).get(name)
        base = {} if below is None else msgspec.to_builtins(below)
        try:
            if "name" in value:
                raise msgspec.ValidationError("the name is the table's own - at `$.name`")
            rule = msgspec.convert({**base, **value, "name": name}, ClassRule)
            _check(rule)
        except msgspec.ValidationError as error:
            key, number = failed_key(error)
            at = spot(text, table=name, key=key, number=number)
            raise ConfigError(f"{path}: {at}: [{name}] {told(error)}") from None
        yield rule


def _check(rule: ClassRule) -> None:
    if rule.urgency is Urgency.AGREED:
        raise msgspec.ValidationError("normal or urgent - at `$.urgency`")
    for key in ("words", "add", "unless"):
        for number, word in enumerate(getattr(rule, key)):
            if any(len(piece) < (2 if not place else 1) for place, piece in _lengths(word)):
                told_word = f"{word!r} begins with fewer than two characters, or has an empty part"
                raise msgspec.ValidationError(f"{told_word} - at `$.{key}[{number}]`")
    says = rule.category or rule.urgency or rule.tags or rule.priority
    if not rule.off and not says:
        raise msgspec.ValidationError("says nothing: add category, urgency, tags or priority")
    if not rule.off and not (rule.words or rule.add or rule.labels):
        raise msgspec.ValidationError("matches nothing: add words or labels")


def _lengths(word: str) -> list[tuple[int, str]]:
    return list(enumerate(_plain(word).split("*")))


def _plain(text: str) -> str:
    return _BLANKS.sub("", text).lower()


def _names(place: Place) -> set[str]:
    alias, platform, stream = place
    return {f"shop:{alias}", platform, f"{platform}/{stream}"}
