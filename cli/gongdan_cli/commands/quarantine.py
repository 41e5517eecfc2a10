"""`gongdan quarantine`."""

from __future__ import annotations

import click

from .. import office
from ..options import config_option, json_option, shops_option


@click.group("quarantine")
def command() -> None:
    """What could not be understood, kept until a better plugin can.

    \b
    Example:
      gongdan quarantine list
      gongdan quarantine retry
    """


@command.command("list")
@shops_option
@json_option
@config_option
def show(shop: tuple[str, ...], as_json: bool) -> None:
    """List the rows and why each could not be understood, newest first.

    \b
    Example:
      gongdan quarantine list --shop main
    """
    from .. import output
    from ..screens.clean import clean
    from ..screens.times import iso
    from ..words.table import words

    with office.open_desk() as desk:
        desk.chosen(shop)
        held = desk.store.payloads.quarantined()
    rows = [row for row in held if not shop or row.shop in shop]
    for row in rows:
        ticket = f"{row.shop}/{row.stream}/{row.remote_id}"
        told = {"ticket": ticket, "kind": row.kind, "reason": row.reason, "run": row.run,
                "first": iso(row.first), "last": iso(row.last)}  # fmt: skip
        if output.wants_lines(as_json):
            output.print_json(told)
        else:
            output.say(clean(f"{iso(row.last)}  {ticket}  {row.kind}: {row.reason}"))
    if not rows and not output.wants_lines(as_json):
        output.say(words()("quarantine.none"))


@command.command("retry")
@shops_option
@json_option
@config_option
def retry(shop: tuple[str, ...], as_json: bool) -> None:
    """Read every row again by the plugins of today.

    What is understood lands. Exit 1 if some stay.

    \b
    Example:
      gongdan quarantine retry
    """
    from gongdan.upkeep.rereading import retry_quarantine

    from .. import output
    from ..screens.clean import clean
    from ..words.table import words

    with office.open_desk() as desk:
        rows = list(retry_quarantine(desk, desk.chosen(shop)))
    for row in rows:
        if output.wants_lines(as_json):
            output.print_json(row)
        else:
            output.say(
                clean(f"{row.ticket}  {row.kind}: {row.reason or words()('quarantine.landed')}")
            )
    stay = sum(bool(row.reason) for row in rows)
    output.tell(words()("quarantine.retried", landed=len(rows) - stay, stay=stay))
    click.get_current_context().exit(1 if stay else 0)
