"""Give tickets to people by skill, shop and load, to those who are on duty (R31)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import ConfigError, Conflict
from ..events.happening import Happened
from ..views import Act
from .acts import Acted
from .roster import NAME, Choice, Roster, Unheld, read_roster

if TYPE_CHECKING:
    from ..desk import Desk

log = logging.getLogger("gongdan")
AUTO = "auto"  # who it is in the history
AT_ONCE = 1000


def roster_of(desk: Desk) -> Roster:
    """Return the people of a desk.

    Raises:
        ConfigError: people.toml is wrong; the message has line and column.
    """
    config = desk.config
    return read_roster(config.path.with_name(NAME), list(config.shops), config.calendars)


def assign_new(desk: Desk) -> int:
    """Give tickets to people after a sync, where they are told of; what is wrong stops nothing."""
    try:
        roster = roster_of(desk)
    except ConfigError as error:
        log.warning("%s", error)
        return 0
    return len(assign_auto(desk, roster)) if roster.auto else 0


def assign_auto(
    desk: Desk, roster: Roster, *, shops: Sequence[str] = (), ref: str = "", dry_run: bool = False
) -> list[Acted]:
    """Give open tickets that are our turn and nobody's to people, most urgent first.

    Args:
        desk: whose tickets.
        roster: the people.
        shops: aliases; none: all.
        ref: only this ticket.
        dry_run: only say who would have what.

    Returns:
        what was done; tickets for whom there is nobody are left, for the next time.
    """
    now = desk.now()
    loads = desk.store.local.loads(now)
    wanted = desk.store.queue.find(ref) if ref else ""
    done = []
    for case in desk.store.local.unheld(now, AT_ONCE, shops=shops, ticket_id=wanted):
        choice = roster.choose(case, loads, now)
        if choice is None:
            continue
        try:
            done.append(_give(desk, case, choice, dry_run=dry_run))
        except Conflict:  # somebody has taken it this very moment
            continue
        loads[choice.name] = loads.get(choice.name, 0) + 1
    return done


def _give(desk: Desk, case: Unheld, choice: Choice, *, dry_run: bool) -> Acted:
    because = {
        "skills": ", ".join(choice.skills), "load": str(choice.load), "most": str(choice.most),
    }  # fmt: skip
    if dry_run:
        data = {"to": choice.name, **because}
        return Acted(
            ticket=case.id, act=Act(at=desk.now(), who=AUTO, what="assign", why="", data=data)
        )
    act = desk.store.local.hold(
        case.id, choice.name, AUTO, desk.now(), what="assign", data=because
    )  # fmt: skip
    why = f"{because['skills'] or 'any'}; {choice.load} of {choice.most}"
    data = {"to": choice.name, "why": why}
    once = f"assigned:{case.id}:{choice.name}:{act.at.isoformat()}"
    desk.store.events.add([Happened(kind="assigned", ticket=case.id, data=data, once=once)], act.at)
    return Acted(ticket=case.id, act=act)
