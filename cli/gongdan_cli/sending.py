"""What is said when something is queued, and when it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from .screens.clean import clean
from .screens.grid import paint
from .screens.tables import state_style
from .screens.times import BEIJING
from .words.table import Words

if TYPE_CHECKING:
    from gongdan.views import OutboxRow


def queued(rows: Sequence[OutboxRow], now: datetime, words: Words) -> str:
    """Return one line a row: its number, when it goes, and how to take it back."""
    lines = []
    for row in rows:
        waits = row.not_before is not None and row.not_before > now
        at = f"{row.not_before.astimezone(BEIJING):%H:%M:%S}" if row.not_before else ""
        lines.append(words("reply.queued" if waits else "reply.now", id=row.id, at=at))
    return "\n".join(lines)


def moved(rows: Sequence[OutboxRow], words: Words, colour: bool) -> str:
    """Return one line a row that moved: where it is now, and why."""
    if not rows:
        return words("push.none")
    lines = []
    for row in rows:
        head, state = f"#{row.id} {clean(row.ticket)}: ", words.value("state", row.state)
        why = words.value("because", row.why, words.error(row.why)) if row.why else ""
        rest = words("push.why", moved="", why=why) if why else ""
        lines.append(head + paint(state, state_style(row.state), colour=colour) + rest)
        if row.their_text:
            for name, text in (("ours", row.text), ("theirs", row.their_text)):
                lines.append("  " + words("show.fact", name=words(f"outbox.{name}"), value=text))
    return "\n".join(lines)
