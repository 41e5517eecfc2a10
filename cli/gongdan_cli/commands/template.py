"""`gongdan template`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option


@click.group("template")
def command() -> None:
    """Reply templates (话术模板): those that ship, and your own over them.

    \b
    Example:
      gongdan template list
      gongdan reply 884357 --template promise --promise 18:00
    """


@command.command("list")
@click.option("--ticket", default="", help="Only those that are for this ticket's place.")
@json_option
@config_option
def list_(ticket: str, as_json: bool) -> None:
    """List the templates: name, what for, slots.

    \b
    Example:
      gongdan template list
      gongdan template list --ticket 884357
    """
    from gongdan.writing.filling import place_of, templates_of

    from .. import output
    from ..screens.templating import template_lines

    with office.open_desk() as desk:
        place = place_of(desk.ticket(ticket).row) if ticket else None
        found = templates_of(desk).all(place)
    if output.wants_lines(as_json):
        output.print_json(*found)
    else:
        output.say(template_lines(found))


@command.command("show")
@click.argument("name")
@click.option("--ticket", default="", help="Fill the slots that this ticket fills.")
@json_option
@config_option
def show(name: str, ticket: str, as_json: bool) -> None:
    """Show one template: its words, by place where they differ.

    \b
    Example:
      gongdan template show promise
      gongdan template show urge-2-in-time --ticket 884357
    """
    from gongdan.writing.filling import partly_filled, templates_of

    from .. import output
    from ..screens.clean import clean
    from ..screens.templating import template_text

    with office.open_desk() as desk:
        template = templates_of(desk).named(name)
        if ticket:
            output.say(clean(partly_filled(desk, ticket, name), lines=True))
            return
    if output.wants_lines(as_json):
        output.print_json(template)
    else:
        output.say(template_text(template))


@command.command("edit")
@click.option(
    "--set", "given", multiple=True, metavar="NAME=TEXT", help="Write one, without an editor."
)
@config_option
def edit(given: tuple[str, ...]) -> None:
    """Open templates.toml in $EDITOR, then look whether it is right.

    A template of the name of a shipped one stands over it.

    \b
    Example:
      gongdan template edit
      gongdan template edit --set 'hello=您好，{shop} 已收到，最迟 {promised_at} 答复。'
    """
    from gongdan.writing.filling import templates_of

    from .. import output
    from ..acting import read_fields
    from ..words.table import words

    with office.open_desk() as desk:
        path = desk.config.path.with_name("templates.toml")
        if given:
            templates = templates_of(desk)
            for name, text in read_fields(given, "--set").items():
                templates.set_text(name, text)
        else:
            from gongdan.writing.templates import begin

            click.edit(filename=str(begin(path)))
        count = len(templates_of(desk).all())
    output.say(words()("template.kept", path=str(path), count=count))
