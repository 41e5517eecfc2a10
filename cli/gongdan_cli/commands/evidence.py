"""`gongdan evidence`."""

from __future__ import annotations

from pathlib import Path

import click

from ..acting import act, picture_option, queue_options, read_text, text_options


@click.command("evidence")
@click.argument("ticket")
@text_options
@picture_option
@queue_options
def command(
    ticket: str,
    text: str | None,
    file: Path | None,
    picture: tuple[tuple[str, bytes], ...],
    now: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Queue evidence for an arbitration (仲裁举证).

    The platform's service reads it. It is taken while the platform asks for it: `gongdan show` says
    so, and until when. Where the platform fetches pictures itself, give their public addresses.

    \b
    Example:
      gongdan evidence 880123 "发货底单与签收记录" --picture https://img.example.com/pod.jpg
      gongdan evidence 880123 --file words.txt --picture https://img.example.com/1.png --dry-run
    """
    from gongdan.views import Draft

    words = read_text(text, file)
    draft = Draft(ticket=ticket, kind="evidence", text=words, files=picture)
    act(draft, now=now, dry_run=dry_run, as_json=as_json)
