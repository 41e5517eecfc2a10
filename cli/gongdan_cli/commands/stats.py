"""`gongdan stats`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from .. import office
from ..options import When, config_option, json_option

DAYS = 30


@click.command("stats")
@click.option("--since", type=When(), help="Made since: a time, or 7d ago.  [default: 30d]")
@click.option("--until", type=When(), help="Made before.  [default: now]")
@click.option(
    "--by", default="", help="platform, shop, stream, kind, category, person, hour; with commas."
)
@json_option
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one page to mail."
)
@config_option
def command(
    since: datetime | None, until: datetime | None, by: str, as_json: bool, html: Path | None
) -> None:
    """Count the tickets of a span: on time, late, how fast, how ended.

    A person is whoever did the last thing with a ticket, else its holder; an hour is Beijing's, of
    the making of a ticket. What was over before its shop was first read is neither on time nor
    late. docs/figures.md says how each figure is counted.

    \b
    Example:
      gongdan stats --since 7d
      gongdan stats --by shop,kind
      gongdan stats --since 2026-11-01 --until 2026-12-01 --by person --html november.html
    """
    from gongdan.figures.counting import count

    from .. import output
    from ..books import whole
    from ..screens.counts import report_text
    from ..screens.counts_html import render
    from ..words.table import words

    said = words()
    if as_json and html is not None:
        raise click.UsageError("--json or --html: one of them")
    with office.open_desk() as desk:
        now = desk.now()
        start = since or now - timedelta(days=DAYS)
        groups = [name.strip() for name in by.split(",") if name.strip()]
        report = count(desk, start, until or now, groups)
    if html is not None:
        with whole(html) as beside:
            beside.write_text(render(report, said), "utf-8")
        output.tell(said("stats.written", path=str(html)))
    elif output.wants_lines(as_json):
        output.print_json(report)
    else:
        output.say(report_text(report, output.width(), said, output.colour()))
