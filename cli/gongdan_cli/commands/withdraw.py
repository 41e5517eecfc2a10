"""`gongdan withdraw`."""

from __future__ import annotations

import click

from ..acting import act, queue_options


@click.command("withdraw")
@click.argument("ticket")
@click.option("--reason", required=True, help="Why; whoever was to do it reads it.")
@queue_options
def command(ticket: str, reason: str, now: bool, dry_run: bool, as_json: bool) -> None:
    """Queue the cancelling of a ticket that the shop itself has raised.

    Only what the shop sent can be withdrawn, and only while it is open: what a buyer or the
    platform raised cannot. 千牛: tasks (轻任务), for all who were to do them. A reply that was
    queued here is taken back by `gongdan cancel`.

    \b
    Example:
      gongdan withdraw 9100001009 --reason "仓库已自行处理"
    """
    from gongdan.views import Draft

    draft = Draft(ticket=ticket, kind="withdraw", text=reason)
    act(draft, now=now, dry_run=dry_run, as_json=as_json)
