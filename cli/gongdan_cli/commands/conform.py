"""`gongdan conform`."""

from __future__ import annotations

from typing import Literal

import click

from ..options import json_option


@click.command("conform")
@click.argument("name")
@click.option(
    "--tier",
    type=click.Choice(["bronze", "silver", "gold"]),
    default="gold",
    show_default=True,
    help="The checks of this tier and of those below it.",
)
@click.option(
    "--exempt",
    multiple=True,
    metavar="CHECK=REASON",
    help="Do not run a check, and say why; repeatable.",
)
@click.option("--page", is_flag=True, help="Instead: print what it declares, as Markdown.")
@json_option
def command(
    name: str,
    tier: Literal["bronze", "silver", "gold"],
    exempt: tuple[str, ...],
    page: bool,
    as_json: bool,
) -> None:
    """Check a connector against its own sandbox, without a network.

    No account and no settings are needed. NAME is a platform of an installed plugin, a module, the
    path of a file, or the folder of a package. A connector without a sandbox of its own is checked
    against an invented helpdesk that speaks REST and JSON.

    A failure says what was expected and shows the last requests and answers, without secrets. Ends
    with 0 when everything that applies passes, else with 1.

    \b
    Example:
      gongdan conform douyin
      gongdan conform docs/examples/acme_read_only.py --tier bronze
      gongdan conform douyin --page
      gongdan conform gongdan_acme --json --exempt C28="nothing is ever deleted there"
    """
    from gongdan.conformance import find, run

    from .. import output
    from ..screens.conforming import page_of, render, summary
    from ..words.table import words

    said = words()
    reasons = dict(_exemption(text) for text in exempt)
    subject, results = find(name), []
    if page:
        output.say(page_of(subject))
        return
    for result in run(subject, tier, reasons):
        results.append(result)
        if output.wants_lines(as_json):
            output.print_json(result)
        else:
            output.say(render(result, output.width(), said, output.colour()))
    failed = any(result.outcome == "fail" for result in results)
    if not output.wants_lines(as_json):
        output.say("\n" + summary(subject.name, results, said))
    click.get_current_context().exit(int(failed))


def _exemption(text: str) -> tuple[str, str]:
    from gongdan.conformance import CHECKS

    from ..words.table import words

    check, _, reason = text.partition("=")
    if check.upper() not in CHECKS or not reason.strip():
        raise click.UsageError(words()("conform.exemption", text=text))
    return check.upper(), reason.strip()
