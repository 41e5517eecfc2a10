"""`gongdan doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .. import office
from ..options import config_option, json_option, settings_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongdan.upkeep.checkup import Finding


@click.command("doctor")
@click.option("--ask", is_flag=True, help="Ask every platform too, and compare the clocks.")
@click.option(
    "--drift", is_flag=True, help="Instead: where platform and rules differ on a deadline."
)
@click.option(
    "--allow-resending", metavar="SHOP/STREAM", help="Instead: turn sending again on there."
)
@json_option
@config_option
def command(ask: bool, drift: bool, allow_resending: str | None, as_json: bool) -> None:
    """Look whether everything is as it should be, and what to do.

    A line each, OK or !!. Settings, secrets, plugins, the store, every shop, the outbox, deadline
    rules. Without --ask no request is made. Ends with 1 if something is to be mended.

    With --drift: the open tickets whose deadline by the platform is more than a second from the
    computed one, and which mode of the rule would fit.

    With --allow-resending: gongdan sends nothing again on a stream that once behaved otherwise than
    that rests on. When you know that it is well again, this turns it on.

    \b
    Example:
      gongdan doctor
      gongdan doctor --ask --json
      gongdan doctor --drift
      gongdan doctor --allow-resending main/service
    """
    if allow_resending:
        _allow(allow_resending)
        return
    if drift:
        _print_drift(as_json)
        return
    findings = _look(ask)
    _print(findings, as_json)
    click.get_current_context().exit(0 if all(finding.ok for finding in findings) else 1)


def _look(ask: bool) -> Sequence[Finding]:
    """Return what an open desk finds; where there is none, what can be found without."""
    from gongdan.errors import GongdanError
    from gongdan.upkeep.checkup import undesked

    from ..plugin_list import installed

    try:
        with office.open_desk() as desk:
            return desk.checkup(ask=ask)
    except GongdanError as error:
        return undesked(settings_path(), installed(), error)


def _print(findings: Sequence[Finding], as_json: bool) -> None:
    from .. import output
    from ..screens.diagnosis import finding_facts, render_findings
    from ..words.table import words

    if output.wants_lines(as_json):
        output.print_json(*(finding_facts(finding, words()) for finding in findings))
    else:
        output.say(render_findings(findings, output.width(), words(), output.colour()))


def _allow(name: str) -> None:
    from .. import output
    from ..words.table import words

    with office.open_desk() as desk:
        desk.allow_resending(name)
    output.say(words()("doctor.allowed", name=name))


def _print_drift(as_json: bool) -> None:
    from .. import output
    from ..screens.diagnosis import drift_facts, drift_table
    from ..words.table import words

    with office.open_desk() as desk:
        rows = desk.drift()
    if output.wants_lines(as_json):
        output.print_json(*rows, drift_facts(rows))
    else:
        output.say(drift_table(rows, output.width(), words(), output.colour()))
