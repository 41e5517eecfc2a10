"""Call a plugin's functions: one that fails, or gives something else than it must, is named.

A generator where a list is due, a dict where a `Page` is due: said at once, and as the plugin's
mistake, instead of a `TypeError` somewhere in the core.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from msgspec import Raw

from ..contract import Stream
from ..errors import GongdanError, PluginError
from ..secret import Settings
from ..wire import Ask, Detail, Page, Ref

T = TypeVar("T")


def given(kind: type[T], where: str, make: Callable[..., object], *arguments: object) -> T:
    """Return what a plugin's function gives.

    Args:
        kind: what it must give.
        where: how a person finds the function: "acme main: case: read_page".

    Raises:
        PluginError: it failed, or gave something else; never with a value of it.
        GongdanError: one of ours, which it let pass.
    """
    value = given_or_none(kind, where, make, *arguments)
    if value is None:
        raise PluginError(f"{where} gives None, not {kind.__name__}")
    return value


def wants(stream: Stream, settings: Settings) -> bool:
    """Whether a shop's settings ask for a stream; one that they do not keeps its cursor."""
    return stream.wanted is None or stream.wanted(settings)


def given_or_none(
    kind: type[T], where: str, make: Callable[..., object], *arguments: object
) -> T | None:
    """Return what a plugin's function gives, which may be None; see `given`."""
    try:
        value = make(*arguments)
    except GongdanError:
        raise
    except Exception as error:
        raise PluginError(f"{where} failed: {place_of(error)}") from error
    if value is not None and not isinstance(value, kind):
        raise PluginError(f"{where} gives {type(value).__name__}, not {kind.__name__}")
    return value


def listed(kind: type[T], where: str, values: object) -> Sequence[T]:
    """Return *values* if they are a list or tuple of *kind*: a generator can be read only once.

    Raises:
        PluginError: they are something else.
    """
    if not isinstance(values, list | tuple):
        raise PluginError(f"{where} gives {type(values).__name__}, not a list")
    for value in values:
        if not isinstance(value, kind):
            name = type(value).__name__
            raise PluginError(f"{where} gives a list of {name}, not of {kind.__name__}")
    return values


def page_of(stream: Stream[Any], shop: Any, ask: Ask) -> Page:
    """Return one page of a stream that has a list.

    Raises:
        PluginError, GongdanError: as `given`.
    """
    assert stream.read_page is not None
    where = f"{stream.name}: read_page"
    page = given(Page, where, stream.read_page, shop, ask)
    listed(Raw, f"{where}: rows", page.rows)
    return page


def detail_of(stream: Stream[Any], shop: Any, ref: Ref) -> Detail:
    """Return a case of a stream that has details.

    Raises:
        PluginError, GongdanError: as `given`.
    """
    assert stream.read_detail is not None
    where = f"{stream.name}: read_detail"
    detail = given(object, where, stream.read_detail, shop, ref)
    if isinstance(detail, Raw):
        return detail
    if not isinstance(detail, Mapping):
        raise PluginError(f"{where} gives {type(detail).__name__}, not Raw or a mapping of them")
    for name, part in detail.items():
        if not isinstance(part, Raw):
            listed(Raw, f"{where}: {name}", part)
    return cast(Detail, detail)


def place_of(error: BaseException) -> str:
    """Return an exception's name and place, without its words: they may be a buyer's."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.filename.rpartition('/')[2]}:{last.lineno}"
