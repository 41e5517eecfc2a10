"""Print how shops are, and say with which code a command ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .. import output
from ..words.table import words
from .clean import clean
from .grid import paint
from .tables import state_style
from .times import stamp

if TYPE_CHECKING:
    from gongdan.views import Health

FIRST = (2, 3, 1, 4)  # which exit code wins if several apply


def print_health(found: Iterable[Health], as_json: bool) -> int:
    """Print each as it comes; return the exit code."""
    said, codes = words(), set()
    for health in found:
        codes.add(health.exit_code)
        if output.wants_lines(as_json):
            output.print_json(health)
            continue
        state = said.value("health", health.state)
        style = state_style("ok" if health.exit_code == 0 else "failed")
        colon, stop = ("：", "；") if said.lang == "zh" else (": ", "; ")
        facts = [health.text] if health.exit_code else health.text.split("; ")
        told = [said.error(fact) for fact in facts if fact]
        if health.authorised_until:
            told.append(said("health.until", at=stamp(health.authorised_until)))
        state = paint(state, style, colour=output.colour())
        output.say(f"{clean(health.alias)}  {state}{colon * bool(told)}{stop.join(told)}")
        hint = health.hint_zh if said.lang == "zh" else health.hint_en
        if hint and hint not in health.text:
            output.say(f"  {clean(hint)}")
    return next((code for code in FIRST if code in codes), 0)
