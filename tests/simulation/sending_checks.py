"""What must hold when a seed has come to its end."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from gongdan import Who
from gongdan.sending.likeness import folded

if TYPE_CHECKING:
    from .sending import Simulation

Row = dict[str, Any]
NO_COPY = ("refused", "cancelled", "answered_by_other")


class Findings(Struct):
    """What was found: sentences about what is wrong, and figures."""

    rows: list[Row]
    wrongs: list[str] = []
    duplicates: int = 0
    lost: int = 0
    off: bool = False


def check(sim: Simulation) -> Findings:
    """Ask for everything that must hold."""
    world = sim.world
    found = Findings(world.rows(), list(world.wrongs))
    found.off = any('"off":"' in v and '"off":""' not in v for v in world.meta().values())
    copies = Counter(commit.row for commit in world.commits)
    for number, many in copies.items():
        if many > 1:
            found.duplicates += many - 1
            found.wrongs.append(f"row {number} was sent {many} times")
    for row in sim.unfinished():
        found.wrongs.append(f"row {row['id']} is stuck: {row['state']} {row['why']}")
    for row in found.rows:
        _check_row(sim, row, copies[row["id"]], found)
    _check_owners(found)
    _check_order(sim, found)
    for number in sim.cancelled:
        if copies[number]:
            found.wrongs.append(f"row {number} was taken back, and sent")
    return found


def _check_row(sim: Simulation, row: Row, copies: int, found: Findings) -> None:
    number, state = row["id"], row["state"]
    if state in NO_COPY and copies and number not in sim.settled:
        found.wrongs.append(f"row {number} is {state}, and was sent")
    if state == "queued" and row["why"] == "already there":
        owned = {other["message"] for other in found.rows if other["ticket"] == row["ticket"]}
        if set(sim.world.same_words(row["text"], row["ticket"])) <= owned:
            found.wrongs.append(f"row {number} is held for the words of another row")
    if state == "answered_by_other" and number not in sim.settled and not _answered(sim, row):
        found.wrongs.append(f"row {number}: nobody else has answered")
    if state == "sent" and not copies:
        found.lost += 1
        found.wrongs.append(f"row {number} is told to be sent, and is not")
    if state != "confirmed" or number in sim.settled:
        return
    thread = sim.world.thread(row["ticket"])
    if row["message"] not in thread:
        found.wrongs.append(f"row {number} is confirmed by a message that is not there")
        return
    first = min(sim.world.stamps(number), default=None)
    is_old = first is not None and thread[row["message"]].at < first - timedelta(seconds=31)
    if is_old or row["message"] in json.loads(row["base"] or "[]"):
        found.wrongs.append(f"row {number} is confirmed by a message from before it")
    if not copies and folded(thread[row["message"]].text) != folded(row["text"]):
        found.lost += 1
        found.wrongs.append(f"row {number} is confirmed, and was never there")


def _answered(sim: Simulation, row: Row) -> bool:
    """Whether somebody else wrote in the ticket."""
    ours = [commit for commit in sim.world.commits if commit.ticket == row["ticket"]]
    theirs = [m for m in sim.world.thread(row["ticket"]).values() if m.who is Who.MERCHANT]
    return len(theirs) > len(ours)


def _check_owners(found: Findings) -> None:
    owners = Counter(
        (row["ticket"], row["message"]) for row in found.rows if row["message"] is not None
    )
    for (ticket, message), many in owners.items():
        if many > 1:
            found.wrongs.append(f"{ticket}: {many} rows own the message {message}")


def _check_order(sim: Simulation, found: Findings) -> None:
    """Copies are in the order of queueing, but for what a person or a colleague's words explain."""
    rows = {row["id"]: row for row in found.rows}
    ours = {commit.row: commit for commit in sim.world.commits}
    last: dict[str, int] = {}
    for commit in sim.world.commits:
        row = rows[commit.row]
        excused = commit.row in sim.settled or _was_said_by_another(sim, row, ours)
        if row["seq"] < last.get(row["ticket"], 0) and not excused:
            found.wrongs.append(f"row {commit.row} was sent after a later one")
        last[row["ticket"]] = max(row["seq"], last.get(row["ticket"], 0))


def _was_said_by_another(sim: Simulation, row: Row, ours: dict[int, Any]) -> bool:
    """Whether a colleague said the same, so that it was taken as ours and the next one went."""
    same = len(list(sim.world.same_words(row["text"], row["ticket"])))
    sent = [c for c in ours.values() if folded(c.text) == folded(row["text"])]
    return same > len([c for c in sent if c.ticket == row["ticket"]])
