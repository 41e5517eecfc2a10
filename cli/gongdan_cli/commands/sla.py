"""`gongdan sla`."""

from __future__ import annotations

from datetime import datetime

import click

from ..options import When, json_option


@click.group("sla")
def command() -> None:
    """Work out a deadline by a rule, and list the rules. No settings are needed.

    \b
    Example:
      gongdan sla due --rule douyin.service.urgent --start 19:30
      gongdan sla rules --platform douyin
    """


@command.command("due")
@click.option("-r", "--rule", required=True, help="The rule's id; gongdan sla rules lists them.")
@click.option(
    "-t",
    "--start",
    required=True,
    type=When(),
    help="When it began: 2026-03-02T20:00+08:00, 20:00 (today), 3h (ago). Default zone: Beijing.",
)
@click.option(
    "--target", default="", help="How long is given: 12h, 90m, 1d.  [default: the rule's]"
)
@json_option
def due(rule: str, start: datetime, target: str, as_json: bool) -> None:
    """Work out when something is due, step by step.

    A target under the rule's least (2 h for agreed tickets) is refused. Rules are taken as the
    plugins give them, without what a shop has changed; `gongdan why` has that.

    \b
    Example:
      gongdan sla due --rule douyin.service.agreed --start 2026-03-02T20:00+08:00 --target 12h
      gongdan sla due --rule qianniu.coordination --start 14:05 --json
    """
    from gongdan.due import rules_of_all
    from gongdan.sla import compute, find_rule, parse_duration

    from .. import output
    from ..plugin_list import installed
    from ..screens.rulings import deadline_facts, render_deadline
    from ..words.table import words

    found = find_rule(rules_of_all(installed()), rule, start)
    length = parse_duration(target) if target else None
    deadline = compute(found, start, length, strict=True)
    if as_json:
        output.print_json(deadline_facts(deadline, words()))
    else:
        output.say(render_deadline(deadline, output.width(), words(), output.colour()))


@command.command("rules")
@click.option("-p", "--platform", default="", help="Only this platform's, and those for all.")
@json_option
def rules(platform: str, as_json: bool) -> None:
    """Show the rules: how long each gives, how that runs, its source.

    \b
    Example:
      gongdan sla rules
      gongdan sla rules --platform qianniu --json
    """
    from gongdan.due import rules_of_all

    from .. import output
    from ..plugin_list import installed
    from ..screens.rulings import rule_facts, rules_table
    from ..words.table import words

    plugins = installed()
    if platform:
        plugins.connector(platform)
    found = [
        rule for rule in rules_of_all(plugins) if not platform or rule.platform in (platform, "*")
    ]
    if output.wants_lines(as_json):
        output.print_json(*(rule_facts(rule) for rule in found))
    else:
        output.say(rules_table(found, output.width(), words(), output.colour()))
