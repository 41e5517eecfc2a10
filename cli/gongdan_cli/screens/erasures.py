"""What was erased or pruned, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import output
from ..words.table import words
from .clean import clean

if TYPE_CHECKING:
    from gongdan.upkeep.retention import Erased, Pruned


def print_erased(found: Erased, dry_run: bool, as_json: bool) -> None:
    """Print whose data is gone, and on stderr what was left."""
    said = words()
    if as_json:
        output.print_json(found)
    else:
        for name in (*found.tickets, *found.unread) if dry_run else ():
            output.say(clean(name))
        key = "erase.would" if dry_run else "erase.done"
        output.say(said(key, count=len(found.tickets)))
        if found.unread:
            output.say(said("erase.unread", count=len(found.unread)))
    for name in found.busy:
        output.tell(said("erase.busy", ticket=name))


def print_pruned(pruned: Pruned, limits: tuple[int, int], dry_run: bool, as_json: bool) -> None:
    """Print how much went, or that nothing is ever to go."""
    said = words()
    if as_json:
        output.print_json(pruned)
    elif not any(limits):
        output.say(said("prune.never"))
    else:
        key = "prune.would" if dry_run else "prune.done"
        output.say(said(key, tickets=pruned.tickets, payloads=pruned.payloads))
