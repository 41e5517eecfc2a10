"""`gongdan people`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option


@click.command("people")
@json_option
@config_option
def command(as_json: bool) -> None:
    """List who works here: on duty or not, what they hold, their skills.

    They stand in people.toml, beside gongdan.toml.

    \b
    Example:
      gongdan people
    """
    from gongdan.people.assigning import roster_of

    from .. import output
    from ..screens.roster_table import roster_lines
    from ..words.table import words

    with office.open_desk() as desk:
        roster, now = roster_of(desk), desk.now()
        loads = desk.store.local.loads(now)
    if output.wants_lines(as_json):
        output.print_json(*(
            {"name": person.name, "on_duty": roster.is_on_duty(person.name, now),
             "load": loads.get(person.name, 0), "most": person.most, "skills": person.skills,
             "shops": person.shops}
            for person in roster.people
        ))  # fmt: skip
    elif roster.people:
        output.say(roster_lines(roster, loads, now, output.width(), words()))
    else:
        output.say(words()("assign.none"))
