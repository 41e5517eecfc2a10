"""`gongdan sandbox`."""

from __future__ import annotations

import click

from ..options import json_option


@click.command("sandbox")
@click.option(
    "--port",
    default=0,
    show_default=True,
    type=click.IntRange(0, 65533),
    help="The first port; the next platforms and control follow. 0 takes free ones.",
)
@click.option("--seed", default=0, show_default=True, help="The same seed makes the same tickets.")
@click.option(
    "--shops", default=2, show_default=True, type=click.IntRange(1), help="Shops of each platform."
)
@click.option(
    "--tickets",
    default=24,
    show_default=True,
    type=click.IntRange(1),
    help="Tickets of each stream of a shop.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME=RATE",
    help="Something that goes wrong, and how often: 0.1, or 3 for the third time; repeatable.",
)
@json_option
def command(
    port: int, seed: int, shops: int, tickets: int, faults: tuple[str, ...], as_json: bool
) -> None:
    """Imitate the platforms on loopback; no account is needed.

    Any client of the real platform can talk to it. One line is printed when it is listening; it
    stops on Ctrl-C or SIGTERM. What it holds is looked at and changed through the control address:
    GET /state, GET /log, POST /clock, POST /faults, POST /tickets, POST /push, POST /reset.

    \b
    Example:
      gongdan sandbox --port 8801
      gongdan sandbox --json --seed 7 --shops 4 --fault rate-limit=0.1 --fault lost-response=3
    """
    from gongdan.sandbox import Plan, start

    from ..sandboxes import announce, ended_by_signal, makers, read_fault

    plan, armed = Plan(seed, shops, tickets), [read_fault(text) for text in faults]
    ended = ended_by_signal()
    with start(makers(), port=port, plan=plan, faults=armed) as running:
        announce(running.line, as_json)
        ended.wait()
