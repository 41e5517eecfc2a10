"""Selections of the queue: saved views, and the tickets that a bulk command is about."""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from .filters import filter_options
from .lanes import Sort
from .options import settings_path

if TYPE_CHECKING:
    from gongdan.desk import Desk
    from gongdan.views import QueueFilter, QueueRow

_BARE = re.compile(r"[\w@%+=:,./-]+")


def views_path() -> Path:
    """Return where saved views are kept: beside the settings."""
    from gongdan.queue.savedviews import NAME

    return settings_path().with_name(NAME)


def words_of(line: str) -> list[str]:
    """Return the words of a line of filters, as a shell would part them.

    Raises:
        UsageError: a quote is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError as error:
        raise click.UsageError(f"{line}: {error}") from None


def line_of(words: Sequence[str]) -> str:
    """Return words as a line that `words_of` parts again; quoted only where they must be."""
    return " ".join(word if _BARE.fullmatch(word) else shlex.quote(word) for word in words)


def view_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--view`; the command's class must be `Viewed`."""
    told = "The filters of a saved view, and those given beside it."
    return click.option("--view", "view", metavar="NAME", expose_value=False, help=told)(command)


class Viewed(click.Command):
    """A command whose `--view NAME` stands for the filters of that view, before its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, and once more with those of the view before them."""
        name = _named(args)
        if name is None:
            return super().parse_args(ctx, args)
        super().parse_args(click.Context(self, parent=ctx), list(args))  # for --config, anywhere
        from gongdan.queue.savedviews import view_of

        return super().parse_args(ctx, [*words_of(view_of(views_path(), name)), *args])


def _named(args: Sequence[str]) -> str | None:
    """Return what `--view` names."""
    for word, following in zip(args, [*args[1:], ""], strict=False):
        if word == "--":
            return None
        if word == "--view" or word.startswith("--view="):
            return word.partition("=")[2] or following
    return None


@click.command("queue", cls=Viewed, add_help_option=False)
@click.argument("words_", metavar="[WORDS]...", nargs=-1)
@filter_options
@click.option("--sort", type=Sort(), default="")
@click.option("--why", is_flag=True)
@view_option
def _select(which: QueueFilter, sort: str, why: bool) -> QueueFilter:
    """Read filters as `gongdan queue` does."""
    from msgspec.structs import replace

    del why
    return replace(which, sort=sort)


def filter_of(words: Sequence[str]) -> QueueFilter:
    """Return what words mean that `gongdan queue` would be given.

    Raises:
        UsageError: one of them means nothing there.
    """
    parent = click.get_current_context(silent=True)
    try:
        found: QueueFilter = _select.main(
            list(words), "queue", standalone_mode=False, parent=parent
        )
    except click.UsageError as error:  # the usage that helps is that of the command that was typed
        raise click.UsageError(error.format_message(), parent) from error
    return found


class Pick(Struct, frozen=True):
    """The tickets a bulk command is about: those named, or what the queue shows.

    Attributes:
        words: what stands on the command line, tickets and what the command takes beside.
        selection: filters; None: tickets are named.
    """

    words: tuple[str, ...]
    selection: tuple[str, ...] | None = None

    def parts(self, beside: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the tickets, and the last so many words.

        Raises:
            UsageError: there are too few words, or tickets beside a selection.
        """
        cut = len(self.words) - beside
        tickets, rest = self.words[:cut], self.words[cut:]
        if cut < 0 or (self.selection is None and not tickets):
            raise click.UsageError("name tickets, or select them with --from-queue or --view")
        if self.selection is not None and tickets:
            raise click.UsageError("name tickets, or select them with --from-queue or --view: one")
        return tickets, rest

    def refs(self, desk: Desk, tickets: Sequence[str]) -> list[str]:
        """Return the tickets that are meant, each once."""
        if self.selection is None:
            return list(dict.fromkeys(tickets))
        return [row.id for row in self.rows(desk)]

    def rows(self, desk: Desk) -> list[QueueRow]:
        """Return what a selection shows now."""
        return list(desk.queue(filter_of(self.selection or ())))


def pick_options(metavar: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add words, `--from-queue` and `--view`; the command gets `pick`."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.argument("words_", metavar=metavar, nargs=-1)
        @click.option(
            "--from-queue",
            metavar="FILTERS",
            help="Of what the queue shows: '--lane late -s main'.",
        )
        @click.option("--view", metavar="NAME", help="Those a saved view shows.")
        @functools.wraps(command)
        def picked(
            words_: tuple[str, ...], from_queue: str | None, view: str | None, **others: Any
        ) -> Any:
            chosen = ["--view", view] if view is not None else []
            chosen += words_of(from_queue or "")
            is_selected = view is not None or from_queue is not None
            return command(Pick(words_, tuple(chosen) if is_selected else None), **others)

        return picked

    return add


def of_one_kind(pick: Pick) -> tuple[str, ...]:
    """Return the ids of what is selected now, which must be of one kind.

    Where nothing is, that is said: there is nothing to do, and nothing wrong.

    Raises:
        Refused: it is of several; the message counts them.
    """
    from collections import Counter

    from gongdan.errors import Refused

    from . import office, output
    from .screens.queue_table import kind
    from .words.table import words

    said = words()
    with office.open_desk() as desk:
        rows = pick.rows(desk)
    if not rows:
        output.tell(said("bulk.none"))
    kinds = Counter(f"{row.stream} {kind(row, said)}" for row in rows)
    if len(kinds) > 1:
        told = ", ".join(f"{name} ({many})" for name, many in kinds.most_common())
        raise Refused(f"one answer goes to tickets of one kind, here are {told}: narrow it down")
    return tuple(row.id for row in rows)
