"""`gongdan classify`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option

CATEGORIES = (
    "consult", "complaint", "return", "logistics", "payment", "product", "promotion", "other",
    "auto",
)  # fmt: skip


@click.command("classify")
@click.argument("ticket")
@click.option("--category", type=click.Choice(CATEGORIES), help="What it is about.")
@click.option("--urgency", type=click.Choice(("normal", "urgent", "auto")), help="How urgent.")
@click.option("--tag", multiple=True, help="A tag beside those of the rules; repeatable.")
@click.option("--priority", help="0 to 9, of tickets due alike the higher is first; or auto.")
@click.option("--reason", default="", help="Why; it stands in the history.")
@json_option
@config_option
def command(
    ticket: str,
    category: str | None,
    urgency: str | None,
    tag: tuple[str, ...],
    priority: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Correct what a ticket is taken for. It stays so, whatever a sync or the rules say later.

    `auto` gives a value back to the platform and the rules; `--tag auto` takes your tags away.
    `gongdan why` tells which rule decided. classes.toml, beside gongdan.toml, adds rules and
    stands over those that ship. No deadline moves by it.

    \b
    Example:
      gongdan classify 884357 --category complaint --urgency urgent
      gongdan classify 884357 --category auto
    """
    from gongdan.classification.classifying import correct

    from .. import output
    from ..people import act_line
    from ..screens.classing import class_lines
    from ..screens.clean import clean
    from ..words.table import words

    given = {"category": category, "urgency": urgency, "priority": priority,
             "tags": ",".join(tag) if tag else None}  # fmt: skip
    corrections = {
        name: "" if value == "auto" else value for name, value in given.items() if value is not None
    }
    with office.open_desk() as desk:
        ticket_id, act, classed = correct(desk, ticket, corrections, why=reason)
    if as_json:
        output.print_json({"ticket": ticket_id, "act": act, "classed": classed})
        return
    said = words()
    output.say(f"{clean(ticket_id)}  {act_line(act, said)}")
    for line in class_lines(classed, output.width(), said):
        output.say(line)
