"""`gongdan remark`."""

from __future__ import annotations

from pathlib import Path

import click

from ..acting import act, queue_options, read_text, text_options


@click.command("remark")
@click.argument("ticket")
@text_options
@click.option("--order", "on_order", is_flag=True, help="On the order, not on the case.")
@click.option("--star", type=click.IntRange(0, 5), help="Mark the order, 0 to 5.")
@queue_options
def command(
    ticket: str,
    text: str | None,
    file: Path | None,
    on_order: bool,
    star: int | None,
    now: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Queue a remark (备注) for colleagues; the buyer does not see it.

    \b
    Example:
      gongdan remark 880123 "已电话联系买家，明天再打一次"
      gongdan remark 884357 "仓库在查" --order --star 3
    """
    from gongdan.views import Draft

    fields = {} if star is None else {"star": str(star)}
    fields |= {"on": "order"} if on_order or star is not None else {}
    draft = Draft(ticket=ticket, kind="remark", text=read_text(text, file), fields=fields)
    act(draft, now=now, dry_run=dry_run, as_json=as_json)
