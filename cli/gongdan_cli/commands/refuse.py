"""`gongdan refuse`."""

from __future__ import annotations

from pathlib import Path

import click

from ..acting import (
    act_with_money,
    money_options,
    picture_option,
    queue_options,
    read_fields,
    read_text,
    text_options,
)


@click.command("refuse")
@click.argument("ticket")
@text_options
@click.option("--reason", default="", help="A code that `gongdan reasons` lists.  [required]")
@picture_option
@money_options
@queue_options
def command(
    ticket: str,
    text: str | None,
    file: Path | None,
    reason: str,
    picture: tuple[tuple[str, bytes], ...],
    fields: tuple[str, ...],
    yes: bool,
    now: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Refuse what a buyer asks for; the buyer sees the text. It counts as moving money.

    The same guards as `gongdan agree`: off until the shop's settings say money = true, confirmed
    by a person, sent once, as the case was when it was looked at.

    \b
    Example:
      gongdan reasons 880123
      gongdan refuse 880123 "您好，商品已签收且无质量问题。" --reason 101
    """
    from gongdan.views import Draft

    if not reason:
        raise click.UsageError(f"give --reason: 'gongdan reasons {ticket}' lists them")
    draft = Draft(
        ticket=ticket, kind="refuse", text=read_text(text, file), files=picture,
        fields={**read_fields(fields), "reason": reason},
    )  # fmt: skip
    act_with_money(draft, now=now, dry_run=dry_run, as_json=as_json, yes=yes)
