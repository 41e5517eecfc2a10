"""What `gongdan sandbox` needs: which platforms can be imitated, faults, the line, the end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from .output import print_json, say
from .plugin_list import installed

if TYPE_CHECKING:
    from gongdan.sandbox import Fault, Make


def makers() -> dict[str, Make]:
    """Return what makes the imitation of each platform that has one."""
    from gongdan.sandbox import load

    connectors = installed().connectors
    return {name: load(one.sandbox) for name, one in sorted(connectors.items()) if one.sandbox}


def read_fault(text: str) -> Fault:
    """Return what `NAME=RATE` arms; `NAME` alone strikes the next time, once.

    A whole number is the n-th request, a number with a point is a rate.
    """
    from gongdan.sandbox import NAMES, Fault

    name, _, often = text.partition("=")
    if name not in NAMES:
        raise click.UsageError(f"there is no fault {name!r}; there are {', '.join(NAMES)}")
    try:
        when = float(often) if "." in often else int(often or 1)
    except ValueError:
        raise click.UsageError(f"{text!r}: write 0.1 for a rate, 3 for the third time") from None
    if not (0 <= when <= 1 if isinstance(when, float) else when >= 1):
        raise click.UsageError(f"{text!r}: a rate is 0.0 to 1.0, a count is 1 or more")
    return Fault(name=name, when=when)


def ended_by_signal() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set from now on."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    return ended


def announce(line: Mapping[str, object], as_json: bool) -> None:
    """Print the one line that says where everything is."""
    if as_json:
        print_json(line)
        return
    addresses = [f"{name} {_address(facts)}" for name, facts in line.items()]
    say(f"listening: {', '.join(addresses)}")


def _address(facts: object) -> str:
    if not isinstance(facts, Mapping):
        return str(facts)
    return str(facts.get("base_url") or facts.get("gateway") or "")
