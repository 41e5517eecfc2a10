"""`gongdan verify`."""

from __future__ import annotations

from datetime import datetime

import click

from .. import office
from ..options import When, config_option, json_option, shops_option


@click.command("verify")
@shops_option
@click.option("--since", default="7d", show_default=True, type=When(), help="Begin of the span.")
@click.option("--until", default="5m", show_default=True, type=When(), help="End of the span.")
@json_option
@config_option
def command(shop: tuple[str, ...], since: datetime, until: datetime, as_json: bool) -> None:
    """Compare tickets with the platform, one by one; change nothing.

    The span is of update times. missing: there and not here. stale: here as it was before. extra:
    here and not there in that span (deleted, or updated since). Exit 1 if something is missing or
    stale; `gongdan sync --since` mends it.

    \b
    Example:
      gongdan verify --shop main --since 2d
    """
    from gongdan.upkeep.comparing import verify

    from .. import output
    from ..screens.clean import clean
    from ..words.table import words

    said = words()
    with office.open_desk() as desk:
        found = [part for alias in desk.chosen(shop) for part in verify(desk, alias, since, until)]
    for part in found:
        if output.wants_lines(as_json):
            output.print_json(part)
            continue
        where = clean(f"{part.shop}/{part.stream}")
        sums = said(
            "verify.sums", there=part.there, missing=len(part.missing), stale=len(part.stale),
            extra=len(part.extra),
        )  # fmt: skip
        output.say(f"{where}  {sums}")
        for name in ("missing", "stale", "extra", "quarantined"):
            for remote_id in getattr(part, name):
                output.say(f"  {said.value('compared', name)}  {where}/{clean(remote_id)}")
    click.get_current_context().exit(0 if all(part.agrees for part in found) else 1)
