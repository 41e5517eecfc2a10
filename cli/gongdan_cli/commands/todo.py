"""`gongdan todo`."""

from __future__ import annotations

from datetime import datetime

import click

from .. import office
from ..options import Number, When, config_option, json_option


@click.group("todo")
def command() -> None:
    """What others (仓库, 快递) are to do for a ticket, and until when.

    \b
    Example:
      gongdan todo add 884357 "核实库存" --to 仓库 --due 2h
      gongdan todo done 3 "有货，今天补发"
    """


@command.command("add")
@click.argument("ticket")
@click.argument("what")
@click.option("--to", default="", metavar="NAME", help="Who is to do it: a department, a carrier.")
@click.option("--due", type=When(ahead=True), help="Until when: a time, or 2h from now.")
@json_option
@config_option
def add(ticket: str, what: str, to: str, due: datetime | None, as_json: bool) -> None:
    """Note what somebody is to do for a ticket. The ticket's own deadline stays as it is.

    When its time has come, plugins are told: the event `todo_due`.

    \b
    Example:
      gongdan todo add 884357 "联系快递公司核实签收" --to 顺丰 --due 4h
    """
    from gongdan.people.todos import Todos

    from .. import output
    from ..screens.beside import todo_line
    from ..words.table import words

    with office.open_desk() as desk:
        todo, now = Todos(desk).add(ticket, what, dept=to, due=due), desk.now()
    if as_json:
        output.print_json(todo)
    else:
        output.say(f"{todo.ticket}  {todo_line(todo, now, words())}")


@command.command("done")
@click.argument("number", type=Number())
@click.argument("result", default="")
@json_option
@config_option
def done(number: int, result: str, as_json: bool) -> None:
    """Note that a sub-task is done, and what came of it.

    \b
    Example:
      gongdan todo done 3 "有货，今天补发"
    """
    from gongdan.people.todos import Todos

    from .. import output
    from ..screens.beside import todo_line
    from ..words.table import words

    with office.open_desk() as desk:
        todo, now = Todos(desk).done(number, result), desk.now()
    if as_json:
        output.print_json(todo)
    else:
        output.say(f"{todo.ticket}  {todo_line(todo, now, words())}")


@command.command("list")
@click.option("--ticket", default="", help="Only this ticket's.")
@click.option("--to", default="", metavar="NAME", help="Only what this department is to do.")
@click.option("--all", "everything", is_flag=True, help="Also what is done.")
@json_option
@config_option
def list_(ticket: str, to: str, everything: bool, as_json: bool) -> None:
    """List what is still to be done, what is due first in front.

    \b
    Example:
      gongdan todo list --to 仓库
    """
    from .. import output
    from ..screens.beside import todo_line
    from ..words.table import words

    with office.open_desk() as desk:
        wanted = desk.store.queue.find(ticket) if ticket else ""
        found = desk.store.todos.todos(ticket_id=wanted, dept=to, everything=everything)
        now = desk.now()
    if output.wants_lines(as_json):
        output.print_json(*found)
        return
    said = words()
    for todo in found:
        output.say(f"{todo.ticket}  {todo_line(todo, now, said)}")
    if not found:
        output.say(said("todo.none"))
