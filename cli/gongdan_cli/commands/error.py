"""`gongdan error`."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from ..options import json_option

if TYPE_CHECKING:
    from gongdan import Error


@click.command("error")
@click.argument("platform")
@click.argument("code", nargs=-1, required=True)
@json_option
def command(platform: str, code: tuple[str, ...], as_json: bool) -> None:
    """Explain a platform's error code, and what you can do.

    CODE is as gongdan shows it, main code and sub code with a blank between.

    \b
    Example:
      gongdan error douyin 20000 isp.service-error:10009
      gongdan error qianniu 27 isv.invalid-session --json
    """
    from .. import output
    from ..plugin_list import installed
    from ..words.table import words

    said, wanted = words(), " ".join(code)
    rows = matching(installed().connector(platform).errors, wanted)
    if as_json:
        output.print_json(*(_facts(platform, wanted, row) for row in rows))
    for row in rows if not as_json else ():
        output.say(explained(wanted, row, said.lang))
    if not rows:
        output.tell(said("error.unknown", platform=platform, code=wanted))
        click.get_current_context().exit(1)


def matching(errors: Sequence[Error], code: str) -> list[Error]:
    """Return the first row that matches *code*, and before it those for some requests only."""
    found = []
    for error in errors:
        if fnmatchcase(code, error.code):
            found.append(error)
            if error.on == "*":
                break
    return found


def explained(code: str, error: Error, lang: str) -> str:
    """Return what a row of the table says, for a person."""
    from ..screens.clean import clean
    from ..words.table import Words

    said = Words(lang)
    hint = (error.zh or error.en) if lang == "zh" else (error.en or error.zh)
    where = f" ({said('error.on', on=error.on)})" if error.on != "*" else ""
    lines = [f"{clean(code)}{where}: {said(f'means.{error.means.name}')}"]
    return "\n".join([*lines, f"  {clean(hint)}"] if hint else lines)


def _facts(platform: str, code: str, error: Error) -> dict[str, str]:
    return {
        "platform": platform,
        "code": code,
        "pattern": error.code,
        "on": error.on,
        "means": error.means.name.lower(),
        "zh": error.zh,
        "en": error.en,
    }
