"""One answer, as a connector sees it: fields, and the exact bytes of its parts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Raw

from ..errors import BadField, Unreadable
from ..fields import Fields, decode, decode_loosely
from ..wire import Page
from .slices import Span, elements, members

if TYPE_CHECKING:
    from .network import Answer

_BOM = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
_ANY = msgspec.json.Decoder(Raw)
_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_LIST = msgspec.json.Decoder(list[Raw])
_NULL = Raw(b"null")
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


class Answered:
    """The contract's `Reply` over one answer.  Nothing is decoded before somebody asks for it.

    Slices are byte for byte what came, of a document that msgspec refuses (a lone surrogate, a NaN,
    a bare newline) as well.
    """

    def __init__(self, answer: Answer, zone: ZoneInfo | None = None) -> None:
        self._answer = answer
        self._zone = zone
        self._decoded: _Document | None = None

    def __repr__(self) -> str:  # an answer holds buyers' data
        return f"Answered({self._answer!r})"

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, names in lower case."""
        return self._answer.headers

    @property
    def empty(self) -> bool:
        """Whether nothing came, as with status 204."""
        return not self._answer.body.strip()

    @property
    def body(self) -> Fields:
        """The whole answer; a value is decoded when it is first asked for.

        Raises:
            Unreadable: no JSON object; the message has its type and size, never what is in it.
        """
        return Fields(self._object_document.values(), zone=self._zone)

    def raw(self, path: str, /) -> Raw:
        """Return the bytes of the value at *path* ("data.items"); "" is all, absent is `null`.

        Raises:
            BadField: something on the way is neither an object nor empty.
            Unreadable: the answer is no JSON; with a path, no JSON object.
        """
        return self._object_document.at(path) if path else self._document.whole()

    def rows(self, path: str, /) -> list[Raw]:
        """Return the bytes of each element of the list at *path*; absent, null, "", {} have none.

        Raises:
            BadField: something else stands there, or on the way there.
            Unreadable: as `raw`.
        """
        value = self.raw(path)
        first = _first(value)
        if first == b"[":
            return self._document.elements(path)
        if _is_nothing(value):
            return []
        raise BadField(f"{_dotted(path)}: expected list, got {_kind(first)}")

    def page(self, rows: str, /, *, total: str = "", more: str = "", token: str = "") -> Page:
        """Return a Page by the paths of its parts; what is absent, or not asked for, is None.

        Raises:
            BadField: a part is of a wrong kind.
            Unreadable: as `raw`.
        """
        parts: dict[str, object] = {}
        if total:
            parts["total"] = _leaf(total, self.raw(total)).number(_name(total))
        if more:
            parts["more"] = _leaf(more, self.raw(more)).flag(_name(more))
        if token:
            parts["token"] = _leaf(token, self.raw(token)).text(_name(token)) or ""
        return msgspec.structs.replace(Page(self.rows(rows)), **parts)

    @property
    def _document(self) -> _Document:
        if self._decoded is None:
            self._decoded = self._read()
        return self._decoded

    @property
    def _object_document(self) -> _Document:
        document = self._document
        if _first(document.whole()) != b"{":
            raise self._unreadable("a JSON object")
        return document

    def _read(self) -> _Document:
        data = self._answer.body.removeprefix(_BOM)
        try:
            return _Exact(Raw(data.strip(_BLANKS)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
        try:
            return _Loose(data)
        except (BadField, RecursionError):
            raise self._unreadable("JSON") from None

    def _unreadable(self, wanted: str) -> Unreadable:
        kind = self.headers.get("content-type", "no type")
        told = "".join(char for char in kind if char.isprintable())[:60]
        title = _TITLE.search(self._answer.body[:10_000])
        said = f", titled {_plain(title[1])!r}" if title else ""
        size = len(self._answer.body)
        return Unreadable(f"expected {wanted}, got {size} bytes of {told}{said}")


class _Document(Protocol):
    def whole(self) -> Raw: ...
    def values(self) -> Mapping[str, object]: ...
    def at(self, path: str) -> Raw: ...
    def elements(self, path: str) -> list[Raw]: ...


class _Exact:
    """A document that msgspec reads: slices of the bytes that came."""

    def __init__(self, whole: Raw) -> None:
        self._whole = whole
        self._objects: dict[str, dict[str, Raw]] = {}
        if _first(whole) == b"{":
            self._objects[""] = _OBJECT.decode(whole)
        else:
            _ANY.decode(whole)

    def whole(self) -> Raw:
        return self._whole

    def values(self) -> Mapping[str, object]:
        return _Values(self._object(""))

    def at(self, path: str) -> Raw:
        if not path:
            return self._whole
        parent, _, name = path.rpartition(".")
        return self._object(parent).get(name, _NULL)

    def elements(self, path: str) -> list[Raw]:
        return _LIST.decode(self.at(path))

    def _object(self, path: str) -> dict[str, Raw]:
        if path not in self._objects:
            value = self.at(path)
            is_object = _first(value) == b"{"
            if not is_object and not _is_nothing(value):
                raise BadField(f"{_dotted(path)}: expected object, got {_kind(_first(value))}")
            self._objects[path] = _names(path, value) if is_object else {}
        return self._objects[path]


class _Loose:
    """A document that only the standard library reads; slices are the bytes that came, too."""

    def __init__(self, data: bytes) -> None:
        self._tree = decode_loosely(data)
        self._text = data.decode("utf-8", errors="surrogateescape").strip(_BLANKS.decode())

    def whole(self) -> Raw:
        return self._cut((0, len(self._text)))

    def values(self) -> Mapping[str, object]:
        return cast(dict[str, object], self._tree)

    def at(self, path: str) -> Raw:
        span = self._find(path)
        return self._cut(span) if span else _NULL

    def elements(self, path: str) -> list[Raw]:
        span = self._find(path)
        return [self._cut(part) for part in elements(self._text, span[0])] if span else []

    def _cut(self, span: Span) -> Raw:
        return Raw(self._text[slice(*span)].encode("utf-8", errors="surrogateescape"))

    def _find(self, path: str) -> Span | None:
        span: Span | None = (0, len(self._text))
        way = ""
        for name in path.split(".") if path else ():
            if span is None or _is_nothing(value := self._cut(span)):
                return None
            if _first(value) != b"{":
                raise BadField(f"{_dotted(way)}: expected object, got {_kind(_first(value))}")
            span, way = members(self._text, span[0]).get(name), f"{way}.{name}".lstrip(".")
        return span


class _Values(Mapping[str, object]):
    """An object whose values are decoded one by one: `fault` looks at two, not at the page."""

    def __init__(self, raws: Mapping[str, Raw]) -> None:
        self._raws = raws
        self._known: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self._known:
            self._known[name] = decode(bytes(self._raws[name]))
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._raws

    def __iter__(self) -> Iterator[str]:
        return iter(self._raws)

    def __len__(self) -> int:
        return len(self._raws)


def _names(path: str, value: Raw) -> dict[str, Raw]:
    try:
        return _OBJECT.decode(value)
    except UnicodeDecodeError:
        raise BadField(f"{_dotted(path)}: a name in it is no text") from None


def _first(value: Raw) -> bytes:
    return bytes(memoryview(value)[:1])


def _is_nothing(value: Raw) -> bool:
    """Say whether a value is null, blank text, {} or []: all are forms of "there is none"."""
    if _first(value) not in (b"n", b'"', b"{", b"["):
        return False
    return _is_blank(decode(bytes(value)))


def _is_blank(value: object) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _leaf(path: str, value: Raw) -> Fields:
    parent = path.rpartition(".")[0]
    return Fields({_name(path): decode(bytes(value))}, at=_dotted(parent))


def _name(path: str) -> str:
    return path.rpartition(".")[2]


def _dotted(path: str) -> str:
    return f"$.{path}" if path else "$"


def _kind(first: bytes) -> str:
    """Name the kind of a value, never the value: it may be a buyer's."""
    names = {b"{": "object", b"[": "list", b'"': "text", b"n": "null"}
    names |= {b"t": "true or false", b"f": "true or false"}
    return names.get(first, "number")


def _plain(title: bytes) -> str:
    text = html.unescape(title.decode("utf-8", errors="replace"))
    return " ".join(text.split())[:60]
