"""`gongdan raise`."""

from __future__ import annotations

from pathlib import Path

import click

from ..acting import act, picture_option, queue_options, read_text, text_options


@click.command("raise")
@click.argument("ticket")
@text_options
@click.option(
    "--to", required=True, multiple=True, metavar="NUMBER=NICK",
    help="Who is to do it, as the platform knows them; repeatable: one of them is enough.",
)  # fmt: skip
@click.option("--title", default="", help="Its title.  [default: how the text begins]")
@picture_option
@queue_options
def command(
    ticket: str,
    text: str | None,
    file: Path | None,
    to: tuple[str, ...],
    title: str,
    picture: tuple[tuple[str, bytes], ...],
    now: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Queue a ticket of the shop's own, to colleagues, about this one.

    千牛: a task (轻任务) with the words, the order and the screenshots. It is made once: it bears
    a number of its own by which it is looked for before and after. It comes into the queue with
    the next sync; `gongdan why` tells that it was raised from here, `gongdan withdraw` cancels it.

    \b
    Example:
      gongdan raise 884357 "请今天补发杯盖" --to 2208000002=山岚旗舰店:小周 --picture cup.jpg
      gongdan raise 884357 --file words.txt --to 2208000002=小周 --title 补发 --dry-run
    """
    from gongdan.views import Draft

    fields = {"to": "\n".join(to), "title": title}
    words = read_text(text, file)
    draft = Draft(ticket=ticket, kind="raise", text=words, files=picture, fields=fields)
    act(draft, now=now, dry_run=dry_run, as_json=as_json)
