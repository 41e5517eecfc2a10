"""`gongdan agree`."""

from __future__ import annotations

import click

from ..acting import act_with_money, money_options, queue_options, read_fields


@click.command("agree")
@click.argument("ticket")
@money_options
@queue_options
def command(
    ticket: str, fields: tuple[str, ...], yes: bool, now: bool, dry_run: bool, as_json: bool
) -> None:
    """Agree to what a buyer asks for: a refund, a return, an exchange. It moves money.

    Off until the shop's settings say money = true. The case is shown, and a person asked. It is
    sent as the case was then, once: if the case has changed it is refused, and if nobody knows
    whether it arrived, a person decides. 抖店: a return or exchange needs --field address_id=…,
    sending an exchange company_code and logistics_code. 千牛: a return needs address_id and
    remark, an exchange address_id, sending it company and tracking_no.

    \b
    Example:
      gongdan agree 880123
      gongdan agree 880124 --field address_id=123456 --yes
    """
    from gongdan.views import Draft

    draft = Draft(ticket=ticket, kind="agree", fields=read_fields(fields))
    act_with_money(draft, now=now, dry_run=dry_run, as_json=as_json, yes=yes)
