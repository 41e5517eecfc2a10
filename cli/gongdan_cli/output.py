"""Where answers go: data to stdout as a table, JSON lines or CSV; everything else to stderr."""

from __future__ import annotations

import csv
import io
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

import click
import msgspec

from .screens.clean import clean, escape_json, safe_formula
from .screens.times import iso

_FOR_A_PERSON = ContextVar("_FOR_A_PERSON", default=False)


def on_terminal() -> bool:
    """Return whether a person reads what is printed."""
    return _FOR_A_PERSON.get() or sys.stdout.isatty()


@contextmanager
def for_a_person() -> Iterator[None]:
    """Print tables inside the block even where nobody watches: the demo is to be read."""
    before = _FOR_A_PERSON.set(True)
    try:
        yield
    finally:
        _FOR_A_PERSON.reset(before)


def width() -> int:
    """Return how many cells a line has; 100 where nobody knows."""
    return shutil.get_terminal_size((100, 24)).columns


def colour() -> bool:
    """Return whether colour is wanted: a terminal, and no NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def say(text: str) -> None:
    """Print *text*, which has been cleaned."""
    click.echo(text)


def tell(text: str) -> None:
    """Print to stderr what is not data."""
    click.echo(text, err=True)


def print_json(*values: object) -> None:
    """Print every value as one line of JSON."""
    for value in values:
        click.echo(escape_json(msgspec.json.encode(value).decode()))


def print_csv(rows: Iterable[msgspec.Struct], kind: type[msgspec.Struct]) -> None:
    """Print rows of *kind* as CSV with a header: Beijing time, lists with blanks between."""
    names = [field.name for field in msgspec.structs.fields(kind)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_csv_cell(getattr(row, name)) for name in names])
    click.echo(out.getvalue(), nl=False)


def wants_lines(as_json: bool) -> bool:
    """Return whether to print JSON lines instead of a table."""
    return as_json or not on_terminal()


def _csv_cell(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    plain = msgspec.to_builtins(value)
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        plain = " ".join(str(part) for part in plain)
    if plain is None:
        return ""
    return safe_formula(clean(plain, lines=True)) if isinstance(plain, str) else plain
