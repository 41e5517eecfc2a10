"""Typed and tolerant access to a payload.

A value that is absent gives `UNSET`; null and "" give None; a wrong kind raises `BadField` with
the path.  Quoted numbers and booleans are taken, ids stay exact at any length.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar, cast, overload
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, UnsetType

from .errors import BadField

T = TypeVar("T")
Object = dict[str, object]

_EXACT = msgspec.json.Decoder(float_hook=Decimal)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMS_OF_NUMBER = (int, str, Decimal, float)
_BOM = b"\xef\xbb\xbf"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TRUE, _FALSE = {"true", "1", "y", "yes"}, {"false", "0", "n", "no"}
_MS_FROM = (
    100_000_000_000  # a Unix time from here on is in milliseconds: as seconds it is year 5138
)
UNIX_MAX = 253_402_300_799  # the last second of year 9999


class Status(enum.Enum):
    """Where a ticket stands, whatever its platform calls it.

    PENDING: the merchant must act.  WAITING_PLATFORM, WAITING_BUYER: somebody else must.
    ANSWERED: the merchant has answered and nobody has spoken since.  CLOSED: over.
    UNKNOWN: the platform used a word that the connector does not know; never a guess.
    """

    PENDING = "pending"
    WAITING_PLATFORM = "waiting_platform"
    WAITING_BUYER = "waiting_buyer"
    ANSWERED = "answered"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Fields:
    """One JSON object, read by dotted path ("data.detail.id").

    `notes` collects what was new to the reader (an unknown word of an enum), to be told once.
    `exact` is False where only the standard library could read the bytes, see `decode`: only there
    can a text hold half a character.
    """

    __slots__ = ("_at", "_value", "exact", "notes", "zone")

    def __init__(
        self,
        value: Mapping[str, object],
        *,
        zone: ZoneInfo | None = None,
        at: str = "$",
        notes: list[str] | None = None,
        exact: bool = False,
    ) -> None:
        self._value = value
        self._at = at
        self.zone = zone or ZoneInfo("Asia/Shanghai")
        self.notes: list[str] = [] if notes is None else notes
        self.exact = exact

    @classmethod
    def of(cls, data: bytes, *, zone: ZoneInfo | None = None) -> Fields:
        """Decode one JSON object, a BOM in front tolerated.

        Raises:
            BadField: not JSON, or not an object.
        """
        try:
            value, exact = _exactly(data), True
        except (msgspec.DecodeError, UnicodeDecodeError):
            value, exact = decode(data), False
        if not isinstance(value, dict):
            raise BadField(f"$: expected object, got {_kind(value)}")
        return cls(value, zone=zone, exact=exact)

    def __repr__(self) -> str:  # a payload holds buyers' data
        return f"Fields({self._at}, {len(self._value)} keys)"

    def __contains__(self, path: str) -> bool:
        return self.get(path) is not UNSET

    def __len__(self) -> int:
        return len(self._value)

    def keys(self) -> list[str]:
        """Return the names of this object's own values."""
        return list(self._value)

    @property
    def value(self) -> Mapping[str, object]:
        """The object as it was decoded."""
        return self._value

    def get(self, path: str) -> object:
        """Return the value as it was decoded, or UNSET."""
        if "." not in path:
            return self._value.get(path, UNSET)
        value: object = self._value
        for part in path.split("."):
            # dict first: asking an abstract class takes a microsecond
            if not isinstance(value, (dict, Mapping)) or part not in value:
                return UNSET
            value = value[part]
        return value

    def _value_at(self, path: str) -> object:
        """Return the value, None for null and blank text, or UNSET."""
        value = self._value.get(path, UNSET) if "." not in path else self.get(path)
        return None if isinstance(value, str) and not value.strip() else value

    def _mended(self, text: str) -> str:
        return text if self.exact else _mended(text)

    def _bad(self, path: str, wanted: str, value: object) -> BadField:
        return BadField(f"{self._at}.{path}: expected {wanted}, got {_kind(value)}")

    @overload
    def text(self, path: str) -> str | UnsetType | None: ...

    @overload
    def text(self, path: str, default: str) -> str: ...

    def text(self, path: str, default: str | UnsetType = UNSET) -> str | UnsetType | None:
        """Return text; a number or boolean as its text; lone surrogates as U+FFFD.

        With a *default* it stands for what is absent, null or blank.
        """
        value = self._value.get(path, UNSET) if "." not in path else self.get(path)
        if isinstance(value, str) and value.strip():
            return value if self.exact else _mended(value)
        if value is None or value is UNSET or isinstance(value, str):
            return (UNSET if value is UNSET else None) if default is UNSET else default
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | Decimal):
            return str(value)
        raise self._bad(path, "text", value)

    def number(self, path: str) -> int | UnsetType | None:
        """Return a whole number, quoted or not."""
        value = self._value_at(path)
        if value is None or value is UNSET:
            return value
        try:
            if isinstance(value, bool) or not isinstance(value, _FORMS_OF_NUMBER):
                raise ValueError
            exact = value if isinstance(value, int) else Decimal(_bare(str(value)))
            if int(exact) != exact:
                raise ValueError
            return int(exact)
        except (ValueError, ArithmeticError):
            raise self._bad(path, "whole number", value) from None

    def flag(self, path: str) -> bool | UnsetType | None:
        """Return a boolean; 0 and 1, "true", "Y" and the like are taken."""
        value = self._value_at(path)
        if value is None or value is UNSET or isinstance(value, bool):
            return value
        word = _bare(str(value)).lower() if isinstance(value, int | str) else ""
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise self._bad(path, "true or false", value)

    def fen(self, path: str) -> int | UnsetType | None:
        """Return an amount that the platform gives in fen."""
        return self.number(path)

    def yuan(self, path: str) -> int | UnsetType | None:
        """Return, in fen, an amount that the platform gives in yuan ("200.07" is 20007)."""
        value = self._value_at(path)
        if value is None or value is UNSET:
            return value
        try:
            if isinstance(value, bool) or not isinstance(value, _FORMS_OF_NUMBER):
                raise ValueError
            fen = Decimal(_bare(str(value))) * 100
            whole = int(fen)
            if whole != fen:
                raise ValueError
            return whole
        except (ValueError, ArithmeticError):
            raise self._bad(path, "amount in yuan", value) from None

    def time(self, path: str) -> datetime | UnsetType | None:
        """Return an aware UTC time.

        Taken: Unix seconds or milliseconds, quoted or not (0 is none); ISO 8601 and RFC 3339;
        "YYYY-MM-DD HH:MM:SS" in the connector's zone.
        """
        value = self._value_at(path)
        if value is None or value is UNSET:
            return value
        try:
            return to_time(value, self.zone)
        except (ValueError, OverflowError, InvalidOperation, OSError):
            raise self._bad(path, "time", value) from None

    def id(self, path: str = "id") -> str:
        """Return an id, exact at any length.

        Raises:
            BadField: absent, empty, or neither text nor a whole number.
        """
        value = self._value_at(path)
        if isinstance(value, str):
            return self._mended(_bare(value))
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise self._bad(path, "id", value)

    def need(self, path: str) -> str:
        """Return text that must be there."""
        value = self.text(path)
        if not isinstance(value, str):
            raise self._bad(path, "text", value)
        return value

    def when(self, path: str) -> datetime:
        """Return a time that must be there."""
        value = self.time(path)
        if not isinstance(value, datetime):
            raise self._bad(path, "time", value)
        return value

    def choice(self, path: str, table: Mapping[str, Status]) -> Status | UnsetType:
        """Return what *table* says of a word or number; UNKNOWN, and a note, if it says nothing."""
        value = self.text(path)
        if value is UNSET:
            return UNSET
        word = value if isinstance(value, str) else ""
        if word in table:
            return table[word]
        self.notes.append(f"{self._at}.{path}: new value {word!r}")
        return Status.UNKNOWN

    def strings(self, path: str) -> tuple[str, ...]:
        """Return a list of texts; absent, null, "" and {} are none, a single text is one."""
        value = self._value_at(path)
        if isinstance(value, str):
            return (value,)
        return tuple([self._mended(str(part)) for part in self._list(path) if part is not None])

    def items(self, path: str) -> list[Fields]:
        """Return the objects of a list; absent, null, "" and {} have none.

        Raises:
            BadField: not a list, or an element that is no object.
        """
        found = []
        for index, part in enumerate(self._list(path)):
            if not isinstance(part, dict):
                raise self._bad(f"{path}[{index}]", "object", part)
            at = f"{self._at}.{path}[{index}]"
            found.append(self._inner(part, at))
        return found

    def each(self, path: str, make: Callable[[Fields], T]) -> tuple[T, ...] | UnsetType:
        """Apply *make* to every object of a list; UNSET if there is no such list."""
        if self.get(path) is UNSET:
            return UNSET
        return tuple(make(part) for part in self.items(path))

    def part(self, path: str) -> Fields:
        """Return an object inside this one; absent and null are an empty one."""
        value = self._value_at(path)
        if value is None or value is UNSET:
            value = {}
        if not isinstance(value, dict):
            raise self._bad(path, "object", value)
        return self._inner(value, f"{self._at}.{path}")

    def _inner(self, value: Mapping[str, object], at: str) -> Fields:
        return Fields(value, zone=self.zone, at=at, notes=self.notes, exact=self.exact)

    def _list(self, path: str) -> list[object]:
        value = self._value_at(path)
        if value is None or value is UNSET or value == {}:
            return []
        if not isinstance(value, list):
            raise self._bad(path, "list", value)
        return value


def decode(data: bytes) -> object:
    """Decode JSON, exactly where msgspec can, else as the standard library does.

    msgspec refuses a whole document for one lone surrogate, NaN or bare newline.

    Raises:
        BadField: not JSON at all.
    """
    try:
        return _exactly(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return decode_loosely(data.removeprefix(_BOM))


def _exactly(data: bytes) -> object:
    return cast(object, _EXACT.decode(data.removeprefix(_BOM)))


def decode_loosely(data: bytes) -> object:
    """Decode JSON with lone surrogates, NaN and bare control characters in it."""
    try:
        text = data.decode("utf-8", errors="surrogateescape")
        return cast(object, json.loads(text, strict=False, parse_float=Decimal))
    except (ValueError, RecursionError):
        raise BadField(f"$: not JSON, {len(data)} bytes") from None


def to_time(value: object, zone: ZoneInfo) -> datetime | None:
    """Return the aware UTC time that *value* is a form of; 0 is None.

    Raises:
        ValueError: no form of a time.
    """
    if isinstance(value, str):
        text = _bare(value)
        if text[4:5] == "-" or not _NUMBER.fullmatch(text):  # 2026-11-22 is no number
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is UTC:
                return moment
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        value = Decimal(text)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
        raise ValueError("no time")
    if value == 0:
        return None
    exact: int | Decimal = value if isinstance(value, int) else Decimal(str(value))
    micros = int(exact * (1_000_000 if -_MS_FROM < exact < _MS_FROM else 1_000))
    if not 0 < micros < (UNIX_MAX + 1) * 1_000_000:
        raise ValueError("no time")
    return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)


def _mended(text: str) -> str:
    """Return text with U+FFFD for every lone surrogate; five times as fast as always replacing."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text)
    return text


def _bare(text: str) -> str:
    """Strip blanks and one pair of quotes inside the text: documented samples have them."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _kind(value: object) -> str:
    """Name the kind of a value, never the value: it may be a buyer's."""
    names: dict[type, str] = {dict: "object", list: "list", str: "text", bool: "true or false"}
    if value is None or value is UNSET:
        return "null" if value is None else "nothing"
    return names.get(type(value), "number")
