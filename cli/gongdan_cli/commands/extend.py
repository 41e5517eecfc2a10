"""`gongdan extend`."""

from __future__ import annotations

import click

from ..acting import act_with_money, money_options, queue_options, read_fields


@click.command("extend")
@click.argument("ticket")
@money_options
@queue_options
def command(
    ticket: str, fields: tuple[str, ...], yes: bool, now: bool, dry_run: bool, as_json: bool
) -> None:
    """Give an after-sale more time (抖店: seven days, in the last two). It may delay a refund.

    The same guards as `gongdan agree`.

    \b
    Example:
      gongdan extend 880123
    """
    from gongdan.views import Draft

    draft = Draft(ticket=ticket, kind="extend", fields=read_fields(fields))
    act_with_money(draft, now=now, dry_run=dry_run, as_json=as_json, yes=yes)
