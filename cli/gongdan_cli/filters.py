"""Which tickets are meant: the options that `queue`, `search`, views and bulk commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from .lanes import Lane
from .options import Number, When, shops_option

if TYPE_CHECKING:
    from gongdan.views import QueueFilter

NAMES = {
    "status": ("pending", "waiting_platform", "waiting_buyer", "answered", "closed", "unknown"),
    "category": (
        "consult", "complaint", "return", "logistics", "payment", "product", "promotion", "other",
    ),
    "urgency": ("normal", "agreed", "urgent"),
}  # fmt: skip
_LIMIT = 200


class Named(click.ParamType[str]):
    """A value of a field, by the core's name or by the Chinese word on the screen."""

    def __init__(self, group: str) -> None:
        """Take the names of *group*, such as `status`."""
        self.name = group

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 # click's signature
        """Return what the help shows."""
        return f"[{'|'.join(NAMES[self.name])}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the core's name."""
        from .words.table import TABLE, words

        known = {name: TABLE[f"{self.name}.{name}"][1] for name in NAMES[self.name]}
        if value in known:
            return value
        found = [name for name, word in known.items() if word == value]
        if not found:
            listed = ", ".join(f"{name} {word}".strip() for name, word in known.items())
            self.fail(words()("filter.unknown", value=value, known=listed), param, ctx)
        return found[0]


# Flag, field, type, help: the first may be named several times, the second once.
_REPEATED: tuple[tuple[tuple[str, ...], str, click.ParamType[str] | None, str], ...] = (
    (("-p", "--platform"), "platforms", None, "Only this platform"),
    (("--stream",), "streams", None, "Only this kind of source, such as service"),
    (("--status",), "statuses", Named("status"), "Only tickets that stand so"),
    (("--category",), "categories", Named("category"), "Only what is about this"),
    (("--urgency",), "urgencies", Named("urgency"), "Only what is so urgent"),
)
_SINGLE = (
    click.option("--priority", type=click.IntRange(0, 9), help="Of at least this priority."),
    click.option("--holder", default="", help="Only tickets held by this person."),
    click.option("--tag", default="", help="Only tickets with this tag."),
    click.option("--due-after", type=When(ahead=True), help="Due from then on: a time, or 2h."),
    click.option("--due-before", type=When(ahead=True), help="Due before: a time, or 2h from now."),
    click.option("--created-after", type=When(), help="Made since: a time, or 3d ago."),
    click.option("--created-before", type=When(), help="Made before: a time, or 3d ago."),
    click.option("--evidence/--no-evidence", default=None, help="Whether evidence is wanted."),
    click.option("--no-fault/--at-fault", default=None, help="Whether it is 无忧购."),
    click.option("-l", "--lane", type=Lane(), default="", help="Only this lane: gongdan queue -h."),
    click.option(
        "-n",
        "--limit",
        default=_LIMIT,
        type=Number(),
        help=f"At most so many.  [default: {_LIMIT}; of an export all]",
    ),
)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets `which`, a QueueFilter, in their place."""

    @functools.wraps(command)
    def filtered(**given: Any) -> Any:
        fields = {"shops": given.pop("shop"), **{name: given.pop(name) for name in _FIELDS}}
        return command(which=_filter(fields, given.pop("words_", ())), **given)

    for option in reversed(_SINGLE):
        filtered = option(filtered)
    for flags, field, kind, told in reversed(_REPEATED):
        told = f"{told}; repeatable."
        filtered = click.option(*flags, field, multiple=True, type=kind, help=told)(filtered)
    return shops_option(filtered)


_FIELDS = (
    "platforms", "streams", "statuses", "categories", "urgencies", "priority", "holder",
    "tag", "due_after", "due_before", "created_after", "created_before", "evidence", "no_fault",
    "lane", "limit",
)  # fmt: skip


def _filter(fields: dict[str, Any], words: tuple[str, ...]) -> QueueFilter:
    from gongdan.fields import Status
    from gongdan.views import QueueFilter

    statuses = tuple(map(Status, fields.pop("statuses")))
    return QueueFilter(words=words, statuses=statuses, **fields)
