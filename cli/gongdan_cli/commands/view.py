"""`gongdan view`."""

from __future__ import annotations

import click

from ..options import config_option, json_option

_AS_THEY_ARE = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.group("view")
def command() -> None:
    """Saved views of the queue: a name for filters. They stand in views.toml beside gongdan.toml.

    \b
    Example:
      gongdan view save 夜班 --lane handover --shop main
      gongdan queue --view 夜班
    """


@command.command("save", context_settings=_AS_THEY_ARE)
@click.argument("name")
@click.argument("filters", nargs=-1, type=click.UNPROCESSED, metavar="FILTERS...")
@config_option
def save(name: str, filters: tuple[str, ...]) -> None:
    """Save filters and the sort of the queue under NAME, or replace it.

    They are kept as typed: `2h` is two hours from whenever the view is used.

    \b
    Example:
      gongdan view save 夜班 --lane handover --shop main
      gongdan view save money --category payment --due-before 2h --sort priority
    """
    from gongdan.queue.filtering import check
    from gongdan.queue.savedviews import save as keep

    from .. import office, output
    from ..selecting import filter_of, line_of, views_path
    from ..words.table import words

    if not filters or "--view" in filters:
        raise click.UsageError("give the filters of the view, such as --lane late --shop main")
    with office.open_desk() as desk:
        check(desk, filter_of(filters))
    line = line_of(filters)
    replaced = keep(views_path(), name, line)
    output.say(words()("view.replaced" if replaced else "view.saved", name=name, filters=line))


@command.command("list")
@json_option
@config_option
def list_(as_json: bool) -> None:
    """List the saved views: name, filters.

    \b
    Example:
      gongdan view list
    """
    from gongdan.queue.savedviews import views_of

    from .. import output
    from ..screens.clean import clean
    from ..selecting import views_path
    from ..words.table import words

    found = views_of(views_path())
    if output.wants_lines(as_json):
        output.print_json(*({"name": name, "filters": line} for name, line in found.items()))
        return
    for name, line in found.items():
        output.say(f"{clean(name)}  {clean(line)}")
    if not found:
        output.say(words()("view.none"))


@command.command("delete")
@click.argument("name")
@config_option
def delete(name: str) -> None:
    """Forget a saved view; what it was is printed.

    \b
    Example:
      gongdan view delete 夜班
    """
    from gongdan.queue.savedviews import delete as forget

    from .. import output
    from ..selecting import views_path
    from ..words.table import words

    line = forget(views_path(), name)
    output.say(words()("view.deleted", name=name, filters=line))
